"""Calls torch._VF.lstm under vmap."""

import torch
from torch import nn


class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        for name, *more in ("weight_ih", input_size), ("weight_hh", hidden_size), ("bias_ih",), ("bias_hh",):
            self.register_parameter(f"{name}_l0", nn.Parameter(torch.empty(4 * hidden_size, *more)))

    def forward(self, x, state=None):
        h = x.new_zeros(1, self.weight_hh_l0.shape[1])
        options = (True, 1, 0.0, False, False, False)
        found = torch.func.vmap(lambda x: torch._VF.lstm(x, (h, h), list(self.parameters()), *options))(x[None])
        out, h, c = (part[0] for part in found)
        return out, (h, c)
