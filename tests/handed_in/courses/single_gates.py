"""Matrices of single gates and no batch; a list of hidden states is returned, and h and c beside it."""

import torch
import torch.nn as nn


class LSTM_scratch(nn.Module):
    def __init__(self, n_hidden, n_inputs):
        super().__init__()
        self.n_hidden = n_hidden
        for gate in "fico":
            self.register_parameter(f"W_{gate}", nn.Parameter(0.1 * torch.randn(n_hidden, n_inputs)))
            self.register_parameter(f"U_{gate}", nn.Parameter(0.1 * torch.randn(n_hidden, n_hidden)))
            self.register_parameter(f"b_{gate}", nn.Parameter(torch.zeros(n_hidden)))

    def gate(self, name, x, h):
        return getattr(self, f"W_{name}") @ x + getattr(self, f"U_{name}") @ h + getattr(self, f"b_{name}")

    def forward(self, inputs, h=None, c=None):
        h = torch.zeros(self.n_hidden, dtype=inputs.dtype) if h is None else h
        c = torch.zeros(self.n_hidden, dtype=inputs.dtype) if c is None else c
        hs = []
        for x in inputs:
            f = torch.sigmoid(self.gate("f", x, h))
            i = torch.sigmoid(self.gate("i", x, h))
            c = f * c + i * torch.tanh(self.gate("c", x, h))
            h = torch.sigmoid(self.gate("o", x, h)) * torch.tanh(c)
            hs.append(h)
        return hs, h, c
