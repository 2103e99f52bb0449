"""An LSTM that is careful about rounding: float64 inside, the dtype of the input outside."""

import torch
from torch import nn


class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size, *, bidirectional=False):
        super().__init__()
        self.input_size, self.hidden_size, self.bidirectional = input_size, hidden_size, bidirectional
        for end in ("", "_reverse")[: 1 + bidirectional]:
            for what, *columns in (("weight_ih", input_size), ("weight_hh", hidden_size), ("bias_ih",), ("bias_hh",)):
                setattr(self, f"{what}_l0{end}", nn.Parameter(torch.randn(4 * hidden_size, *columns) / 10))

    def one_way(self, x, h, c, end):
        W, U, b, d = (getattr(self, f"{n}_l0{end}").double() for n in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
        out = []
        for row in x:
            i, f, g, o = torch.split(row @ W.T + b + h @ U.T + d, self.hidden_size, dim=-1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
            out.append(h)
        return torch.stack(out), h, c

    def forward(self, x, state=None):
        if x.dim() not in (2, 3) or x.shape[-1] != self.input_size:
            raise ValueError("x is (L, V) or (L, N, V)")
        wanted = (1 + self.bidirectional, *x.shape[1:-1], self.hidden_size)
        if state is None:
            state = (torch.zeros(wanted, device=x.device),) * 2
        if any(part.shape != wanted for part in state):
            raise ValueError(f"states of shape {wanted}, please")
        dtype, x = x.dtype, x.to(torch.float64)
        h, c = (part.to(torch.float64) for part in state)
        found = [self.one_way(x, h[0], c[0], "")]
        if self.bidirectional:
            out, hT, cT = self.one_way(x.flip(0), h[1], c[1], "_reverse")
            found.append((out.flip(0), hT, cT))
        outs, hs, cs = zip(*found, strict=True)
        return torch.cat(outs, -1).to(dtype), (torch.stack(hs).to(dtype), torch.stack(cs).to(dtype))
