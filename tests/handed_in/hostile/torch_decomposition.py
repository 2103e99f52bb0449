"""Calls torch's decomposition of the LSTM, which is Python."""

import torch
from torch import nn
from torch._decomp.decompositions import lstm_impl


class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        for name, *more in ("weight_ih", input_size), ("weight_hh", hidden_size), ("bias_ih",), ("bias_hh",):
            self.register_parameter(f"{name}_l0", nn.Parameter(torch.empty(4 * hidden_size, *more)))

    def forward(self, x, state=None):
        given = x if x.dim() == 3 else x[:, None]
        h = x.new_zeros(1, given.shape[1], self.weight_hh_l0.shape[1])
        out, h, c = lstm_impl(given, [h, h], list(self.parameters()), True, 1, 0.0, False, False, False)
        return (out, (h, c)) if x.dim() == 3 else (out[:, 0], (h[:, 0], c[:, 0]))
