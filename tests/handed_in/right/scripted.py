"""LSTM compiled by TorchScript: the step is a scripted function, the module is scripted as a whole."""

from typing import NamedTuple, Optional, Tuple  # noqa: UP035 (TorchScript knows these)

import torch
from torch import Tensor, nn


class State(NamedTuple):
    h: Tensor
    c: Tensor


@torch.jit.script
def step(prepared: Tensor, state: State, weight_hh: Tensor) -> State:
    i, f, g, o = (prepared + torch.mm(state.h, weight_hh.t())).chunk(4, 1)
    c = f.sigmoid() * state.c + i.sigmoid() * g.tanh()
    return State(o.sigmoid() * c.tanh(), c)


class Loop(nn.Module):
    hidden_size: int

    def __init__(self, input_size: int, hidden_size: int, batch_first: bool):
        super().__init__()
        self.hidden_size = hidden_size
        self.batch_first = batch_first
        k = 1.0 / hidden_size**0.5
        self.weight_ih_l0 = nn.Parameter(torch.empty(4 * hidden_size, input_size).uniform_(-k, k))
        self.weight_hh_l0 = nn.Parameter(torch.empty(4 * hidden_size, hidden_size).uniform_(-k, k))
        self.bias_ih_l0 = nn.Parameter(torch.empty(4 * hidden_size).uniform_(-k, k))
        self.bias_hh_l0 = nn.Parameter(torch.empty(4 * hidden_size).uniform_(-k, k))

    def forward(self, x: Tensor, hx: Optional[Tuple[Tensor, Tensor]] = None) -> Tuple[Tensor, Tuple[Tensor, Tensor]]:  # noqa: UP006, UP045
        if x.dim() != 2 and x.dim() != 3:
            raise ValueError("the input has to be 2-D or 3-D")
        unbatched = x.dim() == 2
        if unbatched:
            x = x.unsqueeze(1)
        elif self.batch_first:
            x = x.transpose(0, 1)
        wanted = [1, x.size(1), self.hidden_size]
        if hx is None:
            h, c = torch.zeros(wanted, dtype=x.dtype, device=x.device), torch.zeros(wanted, dtype=x.dtype)
            c = c.to(x.device)
        else:
            h, c = hx
            if unbatched:
                if h.dim() != 2 or c.dim() != 2:
                    raise ValueError("a 2-D input wants 2-D states")
                h, c = h.unsqueeze(1), c.unsqueeze(1)
            if h.shape != wanted or c.shape != wanted:
                raise ValueError("expected hidden of another shape")
        prepared = torch.matmul(x, self.weight_ih_l0.t()) + self.bias_ih_l0 + self.bias_hh_l0
        state = State(h[0], c[0])
        outputs: list[Tensor] = []
        for t in range(prepared.size(0)):
            state = step(prepared[t], state, self.weight_hh_l0)
            outputs.append(state.h)
        output, hT, cT = torch.stack(outputs), state.h.unsqueeze(0), state.c.unsqueeze(0)
        if unbatched:
            return output.squeeze(1), (hT.squeeze(1), cT.squeeze(1))
        if self.batch_first:
            output = output.transpose(0, 1)
        return output, (hT, cT)


def LSTM(input_size, hidden_size, batch_first=False):
    return torch.jit.script(Loop(input_size, hidden_size, batch_first))
