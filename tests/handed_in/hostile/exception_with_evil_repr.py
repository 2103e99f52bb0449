"""Has a long name and words that are no text."""

import torch
from torch import nn


class Evil(Exception):
    def __str__(self):
        return "\ud800\x1b[2J\0" * 100_000

    def __repr__(self):
        raise SystemExit(0)


Evil.__name__ = "NotAnError" * 100_000


class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        for name, *more in ("weight_ih", input_size), ("weight_hh", hidden_size), ("bias_ih",), ("bias_hh",):
            self.register_parameter(f"{name}_l0", nn.Parameter(torch.empty(4 * hidden_size, *more)))

    def forward(self, x, state=None):
        raise Evil(Evil())
