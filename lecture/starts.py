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
from lecture.scan.plain import lstm_scan, rnn_scan
from lecture.streams import seeded

Piece = tuple[Tensor, Tensor]
State = tuple[Tensor, ...]
Progress = Callable[[int, int], None]
Maker = Callable[[str, int, int], nn.Module]

KINDS: dict[str, type[nn.Module]] = {"RNN": nn.RNN, "LSTM": nn.LSTM}


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
            hidden, logits, _ = _forward(self.kind, self.weights, x.unsqueeze(1), state)
        return hidden[:, :, 0], logits[..., 0].softmax(1).transpose(1, 2)

    def loss_on(self, x: Tensor, y: Tensor) -> Tensor:
        """Mean cross entropy of each start, (S,), on x and one-hot y of shape (L, V); infinite for a diverged one."""
        with torch.no_grad():
            _, logits, _ = _forward(self.kind, self.weights, x.unsqueeze(1), None)
        return _losses(logits, y.unsqueeze(1)).nan_to_num(nan=float("inf"))

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
    compiled: bool | None = None,
) -> Starts:
    """Train one start per seed: ``kind`` (RNN or LSTM) with ``hidden_size`` nodes and a Linear, by Adam.

    pieces: x and one-hot y of shape (L, V) each; one pair is an uncut series. The loss is the sum over pieces of the
    mean cross entropy; one step an epoch. carry: each piece starts from the last state of the one before, cut off from
    the graph (truncated backpropagation through time); else every piece starts from zeros. torch's random state stays
    as it was. progress is called with (epochs done, epochs). compiled: by lecture.scan.compiled or by plain torch;
    None: compiled where that can be.
    """
    weights = _first_weights(kind, pieces[0][0].shape[-1], hidden_size, seeds, device, dtype)
    pieces = [(x.to(device, dtype), y.to(device, dtype)) for x, y in pieces]
    how: dict[str, Any] = {"epochs": epochs, "lr": lr, "carry": carry, "progress": progress}
    if scan.serves(device, dtype) if compiled is None else compiled:
        found = scan.train(kind, weights, pieces, **how)
    else:
        found = train_by_torch(kind, weights, pieces, **how)
    return Starts(kind, tuple(seeds), found.weights, weights, found.losses, found.hidden, found.probabilities)


def train_by_torch(
    kind: str,
    first_weights: dict[str, Tensor],
    pieces: list[Piece],
    *,
    epochs: int,
    lr: float,
    carry: bool,
    progress: Progress | None,
) -> scan.Trained:
    """What lecture.scan.train does, by calls into torch for all starts at once: the reference, and the way on CUDA."""
    weights = {name: weight.clone().requires_grad_() for name, weight in first_weights.items()}
    runs = _runs(pieces, carry)
    optimizer = torch.optim.Adam(weights.values(), lr=lr)
    losses = []
    for epoch in range(epochs):
        state, kept, parts = None, [], []
        for x, y in runs:
            hidden, logits, last = _forward(kind, weights, x, state)
            state = last if carry else None
            parts.append(_losses(logits, y))
            kept.append((hidden.detach(), logits.detach().permute(0, 2, 3, 1)))
        total = torch.stack(parts).sum(0)
        losses.append(total.detach())
        optimizer.zero_grad()
        total.sum().backward()
        optimizer.step()
        if progress is not None:
            progress(epoch + 1, epochs)
    # (S, L, N, ...) -> pieces one after the other along L
    hidden, logits = (
        torch.cat([part.transpose(1, 2).flatten(1, 2) for part in parts], 1) for parts in zip(*kept, strict=True)
    )
    trained = {name: weight.detach() for name, weight in weights.items()}
    return scan.Trained(trained, torch.stack(losses, 1), hidden, logits.softmax(-1))


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
        net = classifier(partial(make, kind) if make else KINDS[kind], inputs, hidden_size).to(device, dtype)
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
    nets = []
    for seed in seeds:
        with seeded(seed):
            nets.append(classifier(KINDS[kind], inputs, hidden_size))
    names = nets[0].state_dict()
    stacks = {name: torch.stack([net.state_dict()[name] for net in nets]) for name in names}
    return {name: stack.to(device, dtype) for name, stack in stacks.items()}


def _runs(pieces: list[Piece], carry: bool) -> list[Piece]:
    """What goes through one scan, as (L, N, V): pieces of one length side by side, unless a state is handed on."""
    if carry or len({len(x) for x, _ in pieces}) > 1:
        return [(x.unsqueeze(1), y.unsqueeze(1)) for x, y in pieces]
    return [(torch.stack([x for x, _ in pieces], 1), torch.stack([y for _, y in pieces], 1))]


def _forward(
    kind: str, weights: dict[str, Tensor], x: Tensor, state: State | None
) -> tuple[Tensor, Tensor, tuple[Tensor, ...]]:
    """Hidden states (S, L, N, H), logits (S, V, L, N), and the last state, detached, each part (S, N, H)."""
    get = {name.removeprefix("recurrent."): weight for name, weight in weights.items()}
    weight_ih, weight_hh = get["weight_ih_l0"], get["weight_hh_l0"]
    bias = get["bias_ih_l0"] + get["bias_hh_l0"]
    if state is None:
        size = weight_hh.shape[2]
        zero = weight_hh.new_zeros(len(weight_hh), x.shape[1], size)
        state = (zero,) if kind == "RNN" else (zero, zero)
    if kind == "RNN":
        hidden = rnn_scan(x, weight_ih, weight_hh, bias, *state)
        last: tuple[Tensor, ...] = (hidden[-1].detach(),)
    else:
        hidden, cells = lstm_scan(x, weight_ih, weight_hh, bias, *state)
        last = (hidden[-1].detach(), cells)
    # Classes before steps: softmax over an axis that is not the last is what torch computes fastest for few classes.
    by_start = hidden.transpose(0, 1)
    turned = by_start.flatten(1, 2).transpose(1, 2)
    logits = torch.baddbmm(get["linear.bias"].unsqueeze(2), get["linear.weight"], turned)
    return by_start, logits.unflatten(2, by_start.shape[1:3]), last


def _losses(logits: Tensor, y: Tensor) -> Tensor:
    """Of each start the sum over pieces of the mean cross entropy; logits (S, V, L, N), one-hot y (L, N, V)."""
    return -(logits.log_softmax(1) * y.permute(2, 0, 1)).sum((1, 2, 3)) / len(y)
