"""RNNCell, LSTMCell and GRUCell, right and readable: torch.nn's constructor, call and parameter names."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from mistakes import shapes
from mistakes.reference import Module
from mistakes.steps import GRUStep, LSTMStep, RNNStep, State


class Cell(Module):
    """One step: x (N, V) or (V,), and a state whose parts are (N, H) or (H,)."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        device: Any = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        self.add_weights("", input_size, hidden_size, bias=bias, device=device, dtype=dtype)
        self.draw_weights(hidden_size)

    def forward(self, input: Tensor, hx: Any = None) -> Any:
        """The next h, or (h, c). Raises ValueError or RuntimeError for a wrong rank or size."""
        shapes.check_input(type(self).__name__, input, self.input_size, ranks=(1, 2))
        state = self.zero_state(input) if hx is None else self.given_state(input, hx)
        w = self.weights()
        return self.returned(self.next_state(self.from_input(input, w), state, w))

    def zero_state(self, x: Tensor) -> State:
        return tuple(x.new_zeros(*x.shape[:-1], self.hidden_size) for _ in range(self.parts))

    def given_state(self, x: Tensor, hx: Any) -> State:
        given = hx if self.parts == 2 else (hx,)
        self.check_state(x, given)
        return given

    def check_state(self, x: Tensor, given: State) -> None:
        shapes.check_cell_state(given, (*x.shape[:-1], self.hidden_size))

    def returned(self, state: State) -> Any:
        return state if self.parts == 2 else state[0]


class RNNCell(RNNStep, Cell):
    """torch.nn.RNNCell: the only one whose fourth argument is the nonlinearity."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        *args: Any,
        **options: Any,
    ) -> None:
        shapes.check_nonlinearity(nonlinearity)
        super().__init__(input_size, hidden_size, bias, *args, **options)
        self.nonlinearity = nonlinearity


class LSTMCell(LSTMStep, Cell):
    """torch.nn.LSTMCell."""


class GRUCell(GRUStep, Cell):
    """torch.nn.GRUCell."""
