"""A million frames of C."""

import sys

import torch
from torch import nn


class Deep:
    def __init__(self, inner):
        self.inner = inner

    def __eq__(self, other):
        return [self.inner] == [other.inner]


class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        for name, *more in ("weight_ih", input_size), ("weight_hh", hidden_size), ("bias_ih",), ("bias_hh",):
            self.register_parameter(f"{name}_l0", nn.Parameter(torch.empty(4 * hidden_size, *more)))

    def forward(self, x, state=None):
        sys.setrecursionlimit(2**30)
        deep, other = Deep(None), Deep(None)
        for _ in range(10**6):
            deep, other = Deep(deep), Deep(other)
        raise RuntimeError(deep == other)
