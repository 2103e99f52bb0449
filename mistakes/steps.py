"""One step of each kind, in small parts that a mistake can replace. Formulas as in torch.nn's documentation.

A state is a tuple of tensors whatever the kind: (h,) for RNN and GRU, (h, c) for LSTM. Networks and cells share what
stands here, so a mistake in a step is a mistake in both.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import linear

State = tuple[Tensor, ...]


class Weights(NamedTuple):
    """Weights of one layer and direction, with gates stacked in rows.

    ih (G * H, V), hh (G * H, P), b_ih and b_hh (G * H,) or None, hr (P, H) or None; P is H without a projection.
    """

    ih: Tensor
    hh: Tensor
    b_ih: Tensor | None
    b_hh: Tensor | None
    hr: Tensor | None = None


class Step:
    """What every kind has; ``gates`` rows of weights for each hidden node, ``parts`` tensors in a state."""

    gates = 1
    parts = 1

    def from_input(self, x: Tensor, w: Weights) -> Tensor:
        """W_ih x + b_ih for x (..., V), for all steps at once: (..., G * H)."""
        return linear(x, w.ih, w.b_ih)

    def from_state(self, h: Tensor, w: Weights) -> Tensor:
        """W_hh h + b_hh for h (N, P) or (P,): (..., G * H)."""
        return linear(h, w.hh, w.b_hh)

    def next_state(self, gx: Tensor, state: State, w: Weights) -> State:
        """The state after one step, from the input's part ``gx`` and the state before."""
        raise NotImplementedError


class RNNStep(Step):
    """h' = tanh(W_ih x + b_ih + W_hh h + b_hh), or relu for tanh."""

    nonlinearity = "tanh"

    def activation(self, a: Tensor) -> Tensor:
        return torch.relu(a) if self.nonlinearity == "relu" else torch.tanh(a)

    def next_state(self, gx: Tensor, state: State, w: Weights) -> State:
        (h,) = state
        return (self.activation(gx + self.from_state(h, w)),)


class LSTMStep(Step):
    """c' = f c + i g and h' = o tanh(c'); with a projection h' = W_hr (o tanh(c'))."""

    gates = 4
    parts = 2

    def order(self, a: Tensor) -> tuple[Tensor, ...]:
        """i, f, g, o before their nonlinearities, out of the stacked rows."""
        return a.chunk(4, dim=-1)

    def candidate(self, g: Tensor) -> Tensor:
        return torch.tanh(g)

    def open(self, gate: Tensor) -> Tensor:
        return torch.sigmoid(gate)

    def cell(self, i: Tensor, f: Tensor, g: Tensor, c: Tensor) -> Tensor:
        return f * c + i * g

    def hidden(self, o: Tensor, c: Tensor) -> Tensor:
        return o * torch.tanh(c)

    def project(self, h: Tensor, w: Weights) -> Tensor:
        return h if w.hr is None else linear(h, w.hr)

    def next_state(self, gx: Tensor, state: State, w: Weights) -> State:
        h, c = state
        i, f, g, o = self.order(gx + self.from_state(h, w))
        c = self.cell(self.open(i), self.open(f), self.candidate(g), c)
        return self.project(self.hidden(self.open(o), c), w), c


class GRUStep(Step):
    """h' = (1 - z) n + z h with n = tanh(n_x + r n_h)."""

    gates = 3

    def order(self, a: Tensor) -> tuple[Tensor, ...]:
        """r, z, n before their nonlinearities, out of the stacked rows."""
        return a.chunk(3, dim=-1)

    def candidate(self, nx: Tensor, r: Tensor, nh: Tensor, h: Tensor, w: Weights) -> Tensor:
        return torch.tanh(nx + r * nh)

    def update(self, z: Tensor, n: Tensor, h: Tensor) -> Tensor:
        return (1 - z) * n + z * h

    def next_state(self, gx: Tensor, state: State, w: Weights) -> State:
        (h,) = state
        rx, zx, nx = self.order(gx)
        rh, zh, nh = self.order(self.from_state(h, w))
        r, z = torch.sigmoid(rx + rh), torch.sigmoid(zx + zh)
        return (self.update(z, self.candidate(nx, r, nh, h, w), h),)
