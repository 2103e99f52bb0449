"""A right LSTM with no option at all, one loop over the steps."""

import torch
from torch import nn


class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.weight_ih_l0 = nn.Parameter(torch.empty(4 * hidden_size, input_size))
        self.weight_hh_l0 = nn.Parameter(torch.empty(4 * hidden_size, hidden_size))
        self.bias_ih_l0 = nn.Parameter(torch.empty(4 * hidden_size))
        self.bias_hh_l0 = nn.Parameter(torch.empty(4 * hidden_size))

    def forward(self, x, state=None):
        if x.dim() not in (2, 3):
            raise ValueError(f"an input of 2 or 3 axes is asked, not of {x.dim()}")
        wanted = (1, *x.shape[1:-1], self.hidden_size)
        h, c = (x.new_zeros(wanted), x.new_zeros(wanted)) if state is None else state
        if h.shape != wanted or c.shape != wanted:
            raise ValueError(f"a state of shape {wanted} is asked")
        h, c = h[0], c[0]
        rows = []
        for row in x @ self.weight_ih_l0.T + self.bias_ih_l0 + self.bias_hh_l0:
            i, f, g, o = (row + h @ self.weight_hh_l0.T).chunk(4, -1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * c.tanh()
            rows.append(h)
        return torch.stack(rows), (h[None], c[None])
