"""A vanilla network on column vectors, as with numpy."""

import torch
from torch import nn


class VanillaRNN(nn.Module):
    def __init__(self, hidden_size, vocab_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.Wxh = nn.Parameter(torch.randn(hidden_size, vocab_size) * 0.01)
        self.Whh = nn.Parameter(torch.randn(hidden_size, hidden_size) * 0.01)
        self.bh = nn.Parameter(torch.zeros(hidden_size, 1))

    def forward(self, inputs, hprev=None):
        h = inputs.new_zeros(self.hidden_size, 1) if hprev is None else hprev
        hs = []
        for x in inputs:
            h = torch.tanh(self.Wxh @ x + self.Whh @ h + self.bh)
            hs.append(h)
        return torch.stack(hs), h
