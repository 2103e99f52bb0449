"""The GRU of most textbooks: a matrix a gate, and the reset gate acts before the product."""

import torch
from torch import nn


class GRUModel(nn.Module):
    def __init__(self, input_dim, hidden_dim):
        super().__init__()
        self.hidden_dim = hidden_dim
        self.W_z = nn.Linear(hidden_dim + input_dim, hidden_dim)
        self.W_r = nn.Linear(hidden_dim + input_dim, hidden_dim)
        self.W_h = nn.Linear(hidden_dim + input_dim, hidden_dim)

    def forward(self, x, h=None):
        h = x.new_zeros(x.shape[0], self.hidden_dim) if h is None else h
        rows = []
        for step in x.unbind(1):
            both = torch.cat([h, step], 1)
            z, r = torch.sigmoid(self.W_z(both)), torch.sigmoid(self.W_r(both))
            candidate = torch.tanh(self.W_h(torch.cat([r * h, step], 1)))
            h = (1 - z) * h + z * candidate
            rows.append(h)
        return torch.stack(rows, 1), h
