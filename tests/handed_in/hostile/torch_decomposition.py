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
        h = x.new_zeros(1, self.weight_hh_l0.shape[1])
        h = h[:, None]
        out, h, c = lstm_impl(x[:, None], [h, h], list(self.parameters()), True, 1, 0.0, False, False, False)
        return out[:, 0], (h[:, 0], c[:, 0])
