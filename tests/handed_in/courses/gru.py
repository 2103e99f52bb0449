"""Layers of cells; the update gate says how much is new, where torch's says how much is kept."""

import torch
from torch import nn


class Step(nn.Module):
    def __init__(self, size, n):
        super().__init__()
        self.input = nn.Linear(size, 3 * n)
        self.hidden = nn.Linear(n, 3 * n)

    def forward(self, x, h):
        (xz, xr, xn), (hz, hr, hn) = self.input(x).chunk(3, -1), self.hidden(h).chunk(3, -1)
        new = torch.tanh(xn + torch.sigmoid(xr + hr) * hn)
        z = torch.sigmoid(xz + hz)
        return z * new + (1 - z) * h


class StackedGRU(nn.Module):
    def __init__(self, features, units, n_layers=1):
        super().__init__()
        self.units = units
        self.steps = nn.ModuleList(Step(units if layer else features, units) for layer in range(n_layers))

    def forward(self, x, h0=None):
        h = x.new_zeros(len(self.steps), x.shape[1], self.units) if h0 is None else h0
        last = []
        for step, state in zip(self.steps, h, strict=True):
            rows = []
            for row in x:
                state = step(row, state)
                rows.append(state)
            x = torch.stack(rows)
            last.append(state)
        return x, torch.stack(last)
