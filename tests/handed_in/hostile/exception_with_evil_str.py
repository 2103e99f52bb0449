"""Raises where it is asked for its words: an exception that nobody expects."""

import torch
from torch import nn


class Evil(Exception):
    def __str__(self):
        raise KeyboardInterrupt

    __repr__ = __str__


class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        for name, *more in ("weight_ih", input_size), ("weight_hh", hidden_size), ("bias_ih",), ("bias_hh",):
            self.register_parameter(f"{name}_l0", nn.Parameter(torch.empty(4 * hidden_size, *more)))

    def forward(self, x, state=None):
        raise Evil
