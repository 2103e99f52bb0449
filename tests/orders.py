"""LSTMs and GRUs with their gates in any order, and with what students get wrong beside it: shapes, states, dtypes."""

from __future__ import annotations

import itertools

import torch
from torch import nn

GATES = {"LSTM": "ifgo", "GRU": "rzn"}
KINDS = ("LSTM", "LSTMCell", "GRU", "GRUCell")
ORDERS = [(kind, "".join(order)) for kind in KINDS for order in itertools.permutations(GATES[kind[:4].rstrip("C")])]


class Ordered(nn.Module):
    """torch's parameter names; ``kind``, ``order`` and ``slip`` are the subclass's."""

    slip = ""

    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.H, self.cell = hidden_size, self.kind.endswith("Cell")
        self.end = "" if self.cell else "_l0"
        rows = len(self.order) * hidden_size
        for name, size in {"weight_ih": (rows, input_size), "weight_hh": (rows, hidden_size)}.items():
            self.register_parameter(name + self.end, nn.Parameter(torch.empty(size)))
        for name in ("bias_ih", "bias_hh"):
            self.register_parameter(name + self.end, nn.Parameter(torch.empty(rows)))

    def zeros(self, x):
        if self.slip == "zeros of float32":
            return torch.zeros(*x.shape[:-1], self.H) if self.cell else torch.zeros(1, *x.shape[1:-1], self.H)
        if self.slip == "zeros of (V, H)":
            return x.new_zeros(x.shape[0], self.H) if self.cell else x.new_zeros(1, x.shape[1], self.H)
        return x.new_zeros(*x.shape[:-1], self.H) if self.cell else x.new_zeros(1, *x.shape[1:-1], self.H)

    def forward(self, x, state=None):
        single = x.dim() == (1 if self.cell else 2)
        if self.slip == "no default" and state is None:
            raise TypeError("forward() missing 1 required positional argument: 'state'")
        if self.slip == "no batch" and single is False:
            raise ValueError("too many values to unpack (expected 2)")
        if self.slip == "only batches" and single:
            raise IndexError("Dimension out of range (expected to be in range of [-1, 0], but got 1)")
        pair = self.kind.startswith("LSTM")
        if state is None:
            state = (self.zeros(x),) * 2 if pair else self.zeros(x)
        state = tuple(state) if pair else (state,)
        if self.cell:
            state = self.step(x, state)
            return state if pair else state[0]
        state, rows = tuple(part[0] for part in state), []
        for row in x:
            state = self.step(row, state)
            rows.append(state[0])
        last = tuple(part if self.slip == NETWORKS_ALONE else part[None] for part in state)
        return torch.stack(rows), last if pair else last[0]

    def step(self, x, state):
        ih, hh, b_ih, b_hh = (getattr(self, n + self.end) for n in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
        ax, ah = x @ ih.T + b_ih, state[0] @ hh.T + b_hh
        if self.kind.startswith("LSTM"):
            rows = dict(zip(self.order, (ax + ah).chunk(4, -1), strict=True))
            c = rows["f"].sigmoid() * state[1] + rows["i"].sigmoid() * rows["g"].tanh()
            return rows["o"].sigmoid() * c.tanh(), c
        rx, rh = (dict(zip(self.order, part.chunk(3, -1), strict=True)) for part in (ax, ah))
        r, z = ((rx[gate] + rh[gate]).sigmoid() for gate in "rz")
        return ((1 - z) * (rx["n"] + r * rh["n"]).tanh() + z * state[0],)


NETWORKS_ALONE = "state without its first axis"
SLIPS = ("no default", "no batch", "only batches", "zeros of float32", "zeros of (V, H)", NETWORKS_ALONE)


def ordered(kind, order, slip=""):
    """A constructor."""
    return type("Ordered", (Ordered,), {"kind": kind, "order": order, "slip": slip})


def goes_with(kind, slip):
    """Whether a slip can be made in a network of this kind."""
    return slip != NETWORKS_ALONE or not kind.endswith("Cell")
