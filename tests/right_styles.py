"""Right networks as students write them: step by step, fused, by einsum, in float64, with few options."""

from __future__ import annotations

import torch
from torch import nn

from mistakes import shapes
from mistakes.model import RIGHT

GATES = {"RNN": 1, "LSTM": 4, "GRU": 3}


class Minimal(nn.Module):
    """torch's parameter names and checks of sizes, one layer, no options; ``step`` is the style's."""

    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.input_size, self.hidden_size = input_size, hidden_size
        suffix = "" if self.kind.endswith("Cell") else "_l0"
        rows = GATES[self.kind.removesuffix("Cell")] * hidden_size
        sizes = {"weight_ih": (rows, input_size), "weight_hh": (rows, hidden_size), "bias_ih": (rows,)}
        for name, size in {**sizes, "bias_hh": (rows,)}.items():
            setattr(self, name + suffix, nn.Parameter(torch.empty(size)))
        self.suffix = suffix

    def forward(self, x, state=None):
        cell, parts = self.kind.endswith("Cell"), 2 if self.kind.startswith("LSTM") else 1
        shapes.check_input(self.kind, x, self.input_size, (1, 2) if cell else (2, 3))
        size = (*x.shape[:-1], self.hidden_size) if cell else (1, *x.shape[1:-1], self.hidden_size)
        if state is None:
            state = (x.new_zeros(size),) * parts
        else:
            state = state if parts == 2 else (state,)
            if any(tuple(part.shape) != size for part in state):
                raise ValueError(f"a state of {size} is wanted")
        w = [getattr(self, name + self.suffix) for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
        if cell:
            state = self.step(x, state, *w)
            return state if parts == 2 else state[0]
        state, rows = tuple(part[0] for part in state), []
        for row in x:
            state = self.step(row, state, *w)
            rows.append(state[0])
        last = tuple(part.unsqueeze(0) for part in state)
        return torch.stack(rows), last if parts == 2 else last[0]

    def step(self, x, state, ih, hh, b_ih, b_hh):
        kind = self.kind.removesuffix("Cell")
        ax, ah = self.product(x, ih) + b_ih, self.product(state[0], hh) + b_hh
        if kind == "RNN":
            return (torch.tanh(ax + ah),)
        if kind == "LSTM":
            i, f, g, o = (ax + ah).chunk(4, -1)
            c = f.sigmoid() * state[1] + i.sigmoid() * g.tanh()
            return o.sigmoid() * c.tanh(), c
        (rx, zx, nx), (rh, zh, nh) = ax.chunk(3, -1), ah.chunk(3, -1)
        z = (zx + zh).sigmoid()
        return ((1 - z) * (nx + (rx + rh).sigmoid() * nh).tanh() + z * state[0],)

    def product(self, x, weight):
        return x @ weight.T


class Einsum(Minimal):
    def product(self, x, weight):
        return torch.einsum("...v,hv->...h", x, weight)


class SummedBackwards(Minimal):
    def product(self, x, weight):
        return x.flip(-1) @ weight.flip(-1).T


class Fused(Minimal):
    """One product of both inputs side by side; the sigmoid by its formula."""

    def step(self, x, state, ih, hh, b_ih, b_hh):
        kind = self.kind.removesuffix("Cell")
        if kind == "GRU":
            return super().step(x, state, ih, hh, b_ih, b_hh)
        a = torch.cat([x, state[0]], -1) @ torch.cat([ih, hh], 1).T + (b_ih + b_hh)
        if kind == "RNN":
            return (1 - 2 / ((2 * a).exp() + 1),)
        i, f, g, o = a.unflatten(-1, (4, -1)).unbind(-2)
        c = state[1] / (1 + (-f).exp()) + g.tanh() / (1 + (-i).exp())
        return c.tanh() / (1 + (-o).exp()), c


class InDouble(Minimal):
    def step(self, x, state, *w):
        found = super().step(x.double(), tuple(part.double() for part in state), *(part.double() for part in w))
        return tuple(part.to(x.dtype) for part in found)


class RefusesOptions:
    """All of the reference but the options, which raise."""

    def __init__(self, input_size, hidden_size, **options):
        if options:
            raise NotImplementedError(", ".join(options))
        super().__init__(input_size, hidden_size)


STYLES = (Minimal, Einsum, SummedBackwards, Fused, InDouble)


def right_ones(kind):
    """Constructors of right networks of ``kind``."""
    yield getattr(nn, kind)
    yield RIGHT[kind]
    yield type("RefusesOptions", (RefusesOptions, RIGHT[kind]), {})
    for style in STYLES:
        yield type(style.__name__, (style,), {"kind": kind})
