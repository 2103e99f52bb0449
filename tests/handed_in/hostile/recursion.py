"""A million frames."""

import sys

import torch
from torch import nn


def down(n):
    return n and down(n - 1) + 1


class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        for name, *more in ("weight_ih", input_size), ("weight_hh", hidden_size), ("bias_ih",), ("bias_hh",):
            self.register_parameter(f"{name}_l0", nn.Parameter(torch.empty(4 * hidden_size, *more)))

    def forward(self, x, state=None):
        sys.setrecursionlimit(2**30)
        raise RuntimeError(down(10**6))
