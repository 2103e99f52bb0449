"""RNN, LSTM, GRU and their cells, right and readable: torch.nn's constructor, call, parameter names and gate order.

Slow, because Python loops over the steps. Made of small methods: a mistake replaces one of them.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn

from mistakes import shapes
from mistakes.steps import GRUStep, LSTMStep, RNNStep, State, Step, Weights


class Module(Step, nn.Module):
    """Parameters by torch.nn's names, in its order, drawn as it draws them."""

    def add_weights(self, suffix: str, inputs: int, hidden: int, *, bias: bool, proj: int = 0, **where: Any) -> None:
        """Register one layer's and direction's weights under names that end in ``suffix``."""
        rows = self.gates * hidden
        sizes: dict[str, tuple[int, ...]] = {"weight_ih": (rows, inputs), "weight_hh": (rows, proj or hidden)}
        if bias:
            sizes |= {"bias_ih": (rows,), "bias_hh": (rows,)}
        if proj:
            sizes["weight_hr"] = (proj, hidden)
        for name, size in sizes.items():
            self.register_parameter(name + suffix, nn.Parameter(torch.empty(size, **where)))

    def draw_weights(self, hidden: int) -> None:
        """Uniform in +-1 / sqrt(H), parameter by parameter."""
        bound = 1 / math.sqrt(hidden)
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -bound, bound)

    def weights(self, suffix: str = "") -> Weights:
        """The weights whose names end in ``suffix``."""
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")
        return Weights(*(getattr(self, name + suffix, None) for name in names))  # type: ignore[arg-type]


class Network(Module):
    """What RNN, LSTM and GRU share: layers, directions, the order of axes and of time."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        shapes.check_options(type(self).__name__, hidden_size, num_layers, dropout, proj_size, self.parts)
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.bias, self.batch_first, self.bidirectional = bias, batch_first, bidirectional
        self.dropout, self.proj_size = dropout, proj_size
        self.directions = 2 if bidirectional else 1
        for layer in range(num_layers):
            inputs = self.directions * (proj_size or hidden_size) if layer else input_size
            for direction in range(self.directions):
                options = {"bias": bias, "proj": proj_size, "device": device, "dtype": dtype}
                self.add_weights(self.suffix(layer, direction), inputs, hidden_size, **options)
        self.draw_weights(hidden_size)

    def forward(self, input: Tensor, hx: Any = None) -> Any:
        """output and the last state of ``input``: (L, V), (L, N, V), or (N, L, V) with batch_first.

        Raises ValueError or RuntimeError for an input or a state of a wrong rank or size.
        """
        self.check_input(input)
        batched = input.dim() == 3
        x = self.to_time_first(input, batched)
        output, last = self.all_layers(x, self.first_state(x, hx, batched))
        return self.returned(self.from_time_first(output, batched), self.drop_batch(last, batched))

    def check_input(self, input: Tensor) -> None:
        shapes.check_input(type(self).__name__, input, self.input_size, ranks=(2, 3))

    def to_time_first(self, input: Tensor, batched: bool) -> Tensor:
        """(L, N, V) in every case."""
        if not batched:
            return input.unsqueeze(1)
        return input.transpose(0, 1) if self.batch_first else input

    def from_time_first(self, output: Tensor, batched: bool) -> Tensor:
        if not batched:
            return output.squeeze(1)
        return output.transpose(0, 1) if self.batch_first else output

    def first_state(self, x: Tensor, hx: Any, batched: bool) -> State:
        """Each part (D * layers, N, H): zeros, or the state that was given."""
        if hx is None:
            return self.zero_state(x)
        given = hx if self.parts == 2 else (hx,)
        self.check_state(given, x, batched)
        return given if batched else tuple(part.unsqueeze(1) for part in given)

    def check_state(self, given: State, x: Tensor, batched: bool) -> None:
        shapes.check_ranks(given, 3 if batched else 2)
        wanted = [size if batched else (size[0], size[2]) for size in self.state_sizes(x)]
        shapes.check_sizes(given, wanted)

    def state_sizes(self, x: Tensor) -> list[tuple[int, ...]]:
        """The shape of h, and of c, for x (L, N, V)."""
        rows, batch = self.directions * self.num_layers, x.shape[1]
        sizes: list[tuple[int, ...]] = [
            (rows, batch, self.proj_size or self.hidden_size),
            (rows, batch, self.hidden_size),
        ]
        return sizes[: self.parts]

    def zero_state(self, x: Tensor) -> State:
        return tuple(x.new_zeros(size) for size in self.state_sizes(x))

    def all_layers(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        """Layer over layer: output (L, N, D * H), and the last state as :meth:`first_state` has it."""
        ends: list[State] = []
        below = x
        for layer in range(self.num_layers):
            below, end = self.one_layer(self.layer_input(layer, x, below), state, layer)
            ends += end
        return below, self.collect_states(ends)

    def layer_input(self, layer: int, x: Tensor, below: Tensor) -> Tensor:
        return below

    def one_layer(self, x: Tensor, state: State, layer: int) -> tuple[Tensor, list[State]]:
        """Direction beside direction: output (L, N, D * H), and each direction's last state."""
        outputs, ends = [], []
        for direction in range(self.directions):
            first = self.row_of_state(state, layer, direction)
            turned = self.order_of_time(x, direction)
            output, end = self.all_steps(turned, first, self.weights(self.suffix(layer, direction)))
            outputs.append(self.order_back(output, direction))
            ends.append(end)
        return self.beside(outputs), ends

    def suffix(self, layer: int, direction: int) -> str:
        return f"_l{layer}{'_reverse' * direction}"

    def row_of_state(self, state: State, layer: int, direction: int) -> State:
        return tuple(part[layer * self.directions + direction] for part in state)

    def order_of_time(self, x: Tensor, direction: int) -> Tensor:
        return x.flip(0) if direction else x

    def order_back(self, output: Tensor, direction: int) -> Tensor:
        return output.flip(0) if direction else output

    def beside(self, outputs: list[Tensor]) -> Tensor:
        return torch.cat(outputs, dim=-1)

    def all_steps(self, x: Tensor, state: State, w: Weights) -> tuple[Tensor, State]:
        """One layer, one direction: x (L, N, V), state parts (N, H); output (L, N, H) and the last state."""
        rows = []
        for gx in self.from_input(x, w):
            state = self.next_state(gx, self.carried(state), w)
            rows.append(self.shown(state))
        return torch.stack(rows), state

    def carried(self, state: State) -> State:
        """What one step hands to the next."""
        return state

    def shown(self, state: State) -> Tensor:
        """What a step puts into the output."""
        return state[0]

    def collect_states(self, ends: list[State]) -> State:
        return tuple(torch.stack(part) for part in zip(*ends, strict=True))

    def drop_batch(self, last: State, batched: bool) -> State:
        return last if batched else tuple(part.squeeze(1) for part in last)

    def returned(self, output: Tensor, last: State) -> Any:
        return output, (last if self.parts == 2 else last[0])


class RNN(RNNStep, Network):
    """torch.nn.RNN: the only one whose fourth argument is the nonlinearity."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        *args: Any,
        **options: Any,
    ) -> None:
        shapes.check_nonlinearity(nonlinearity)
        super().__init__(input_size, hidden_size, num_layers, *args, **options)
        self.nonlinearity = nonlinearity


class LSTM(LSTMStep, Network):
    """torch.nn.LSTM."""


class GRU(GRUStep, Network):
    """torch.nn.GRU."""
