"""Many seeded trainings of one recurrent network and its Linear, all in one pass.

Start s is what ``torch.manual_seed(seeds[s])``, a torch.nn network, a Linear and torch.optim.Adam would give: the same
first weights, the same arithmetic up to the order of sums. :func:`train_alone` does just that, to compare with.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from lecture import scan
from lecture.networks import classifier
from lecture.scan.plain import Piece, Progress, State, forward, losses_of
from lecture.streams import seed_torch, seeded

Maker = Callable[[str, int, int], nn.Module]

MODULES: dict[str, type[nn.Module]] = {"RNN": nn.RNN, "LSTM": nn.LSTM}


@dataclass(frozen=True)
class Starts:
    """S trained networks, and how they were trained.

    weights: stacked (S, ...) by torch.nn's names behind ``recurrent.`` and ``linear.``. losses: (S, epochs), each read
    before its step. hidden (S, L, H) and probabilities (S, L, V): the last epoch's forward pass, before its step,
    pieces one after the other along L. first_weights: as weights, before the first step.
    """

    kind: str
    seeds: tuple[int, ...]
    weights: dict[str, Tensor]
    first_weights: dict[str, Tensor]
    losses: Tensor
    hidden: Tensor
    probabilities: Tensor

    @property
    def last_losses(self) -> Tensor:
        """Loss of the last epoch, (S,); infinite for a start that diverged.

        Gradients through 599 steps can overflow float32 (one start in 36 000 of RNN(4,8) did); then all is NaN.
        """
        return self.losses[:, -1].nan_to_num(nan=float("inf"))

    def run(self, x: Tensor, state: State | None = None) -> tuple[Tensor, Tensor]:
        """A fresh pass with the trained weights: hidden (S, L, H) and probabilities (S, L, V) for x (L, V)."""
        with torch.no_grad():
            hidden, logits, _ = forward(self.kind, self.weights, x.unsqueeze(1), state)
        return hidden[:, :, 0], logits[..., 0].softmax(1).transpose(1, 2)

    def loss_on(self, x: Tensor, y: Tensor) -> Tensor:
        """Mean cross entropy of each start, (S,), on x and one-hot y of shape (L, V); infinite for a diverged one."""
        with torch.no_grad():
            _, logits, _ = forward(self.kind, self.weights, x.unsqueeze(1), None)
        return losses_of(logits, y.unsqueeze(1)).nan_to_num(nan=float("inf"))

    def state_dict(self, start: int) -> dict[str, Tensor]:
        """The weights of one start, as a SequenceClassifier of that kind loads them."""
        return {name: weight[start] for name, weight in self.weights.items()}


def train_starts(
    kind: str,
    hidden_size: int,
    pieces: Sequence[Piece],
    seeds: Sequence[int],
    *,
    epochs: int,
    lr: float,
    carry: bool = False,
    device: str | torch.device = "cpu",
    dtype: torch.dtype = torch.float32,
    progress: Progress | None = None,
    compiled: bool = True,
) -> Starts:
    """Train one start per seed: ``kind`` (RNN or LSTM) with ``hidden_size`` nodes and a Linear, by Adam.

    pieces: x and one-hot y of shape (L, V) each; one pair is an uncut series. The loss is the sum over pieces of the
    mean cross entropy; one step an epoch. carry: each piece starts from the last state of the one before, cut off from
    the graph (truncated backpropagation through time); else every piece starts from zeros. torch's random state stays
    as it was. progress is called with (epochs done, epochs). compiled: False asks for the plain way where a compiled
    one would be taken (lecture.scan).
    """
    weights = _first_weights(kind, pieces[0][0].shape[-1], hidden_size, seeds, device, dtype)
    pieces = [(x.to(device, dtype), y.to(device, dtype)) for x, y in pieces]
    train = scan.plain.train if not compiled else scan.way(device, dtype)
    found = train(kind, weights, pieces, epochs=epochs, lr=lr, carry=carry, progress=progress)
    return Starts(kind, tuple(seeds), found.weights, weights, found.losses, found.hidden, found.probabilities)


def train_alone(
    kind: str,
    hidden_size: int,
    pieces: Sequence[Piece],
    seed: int,
    *,
    epochs: int,
    lr: float,
    carry: bool = False,
    device: str | torch.device = "cpu",
    dtype: torch.dtype = torch.float32,
    make: Maker | None = None,
) -> tuple[nn.Module, Tensor]:
    """One start by torch.nn and plain autograd: the trained network, and its losses (epochs,).

    ``make(kind, input_size, hidden_size)`` may give another module with torch.nn's interface in place of torch's.
    """
    with seeded(seed):
        inputs = pieces[0][0].shape[-1]
        net = classifier(partial(make, kind) if make else MODULES[kind], inputs, hidden_size).to(device, dtype)
    pieces = [(x.to(device, dtype), y.to(device, dtype)) for x, y in pieces]
    optimizer = torch.optim.Adam(net.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        state: tuple[object, ...] = ()
        total = torch.zeros((), dtype=dtype, device=device)
        for x, y in pieces:
            output, last = net.recurrent(x, *state)
            total = total + nn.functional.cross_entropy(net.linear(output), y)
            if carry:
                state = (tuple(part.detach() for part in last) if isinstance(last, tuple) else last.detach(),)
        losses.append(total.detach())
        optimizer.zero_grad()
        total.backward()
        optimizer.step()
    return net, torch.stack(losses)


def _first_weights(
    kind: str, inputs: int, hidden_size: int, seeds: Sequence[int], device: str | torch.device, dtype: torch.dtype
) -> dict[str, Tensor]:
    drawn = []
    with seeded(seeds[0]):
        net = classifier(MODULES[kind], inputs, hidden_size)
        parts: list[Any] = [net.recurrent, net.linear]
        weights = dict(net.named_parameters())
        for seed in seeds:
            seed_torch(seed)
            # What a new network and a new Linear draw, in a third of the time that it takes to make them.
            for part in parts:
                part.reset_parameters()
            drawn.append([weight.detach().clone() for weight in weights.values()])
    stacks = zip(weights, map(torch.stack, zip(*drawn, strict=True)), strict=True)
    return {name: stack.to(device, dtype) for name, stack in stacks}
