"""GRU and LSTM with einsum: g for gates, h and k for hidden nodes, v for inputs, n for the batch, t for time."""

import torch
from torch import Tensor, einsum, nn


class _Einsum(nn.Module):
    GATES = 0

    def __init__(self, input_size: int, hidden_size: int, num_layers: int = 1, bias: bool = True,
                 batch_first: bool = False) -> None:  # fmt: skip
        super().__init__()
        self.V, self.H, self.layers, self.batch_first = input_size, hidden_size, num_layers, batch_first
        for layer in range(num_layers):
            width = hidden_size if layer else input_size
            sizes = [("weight_ih", (self.GATES * hidden_size, width)),
                     ("weight_hh", (self.GATES * hidden_size, hidden_size))]  # fmt: skip
            if bias:
                sizes += [("bias_ih", (self.GATES * hidden_size,)), ("bias_hh", (self.GATES * hidden_size,))]
            for name, size in sizes:
                weight = nn.Parameter(torch.zeros(size))
                nn.init.uniform_(weight, -(hidden_size**-0.5), hidden_size**-0.5)
                self.register_parameter(f"{name}_l{layer}", weight)

    def by_gate(self, name: str, layer: int) -> Tensor | float:
        """A weight as (G, H, ...); 0 for a bias that is not there."""
        weight = getattr(self, f"{name}_l{layer}", None)
        return 0.0 if weight is None else weight.view(self.GATES, self.H, *weight.shape[1:])

    def prepare(self, x: Tensor) -> Tensor:
        """(T, N, V)."""
        if x.ndim < 2 or x.ndim > 3:
            raise RuntimeError(f"{type(self).__name__}: 2-D or 3-D, not {x.ndim}-D")
        if x.size(-1) != self.V:
            raise RuntimeError(f"{type(self).__name__}: {self.V} columns, not {x.size(-1)}")
        if x.ndim == 2:
            return x.unsqueeze(1)
        return einsum("ntv->tnv", x) if self.batch_first else x

    def check(self, h: Tensor, x: Tensor, N: int) -> Tensor:
        if h.ndim != x.ndim:
            raise RuntimeError(f"hidden has {h.ndim} axes, input {x.ndim}")
        h = h.unsqueeze(1) if h.ndim == 2 else h
        if h.shape != (self.layers, N, self.H):
            raise RuntimeError(f"hidden must be {(self.layers, N, self.H)}, is {tuple(h.shape)}")
        return h

    def finish(self, output: Tensor, x: Tensor) -> Tensor:
        if x.ndim == 2:
            return output.squeeze(1)
        return einsum("tnh->nth", output) if self.batch_first else output

    def gates_of_input(self, x: Tensor, layer: int) -> Tensor:
        W, b = self.by_gate("weight_ih", layer), self.by_gate("bias_ih", layer)
        a = einsum("tnv,ghv->tgnh", x, W)
        return a + b[:, None] if isinstance(b, Tensor) else a

    def gates_of_state(self, h: Tensor, layer: int) -> Tensor:
        U, b = self.by_gate("weight_hh", layer), self.by_gate("bias_hh", layer)
        a = einsum("nk,ghk->gnh", h, U)
        return a + b[:, None] if isinstance(b, Tensor) else a


class LSTM(_Einsum):
    GATES = 4

    def forward(self, x: Tensor, hx: tuple[Tensor, Tensor] | None = None) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        below = self.prepare(x)
        N = below.size(1)
        zero = x.new_zeros(self.layers, N, self.H)
        h0, c0 = (zero, zero) if hx is None else (self.check(part, x, N) for part in hx)
        ends = []
        for layer in range(self.layers):
            h, c, seen = h0[layer], c0[layer], []
            for ax in self.gates_of_input(below, layer):
                i, f, g, o = ax + self.gates_of_state(h, layer)
                c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
                h = torch.sigmoid(o) * torch.tanh(c)
                seen += [h]
            below = torch.stack(seen)
            ends += [(h, c)]
        hT, cT = (torch.stack(part) for part in zip(*ends, strict=True))
        return self.finish(below, x), (hT[:, 0], cT[:, 0]) if x.ndim == 2 else (hT, cT)


class GRU(_Einsum):
    GATES = 3

    def forward(self, x: Tensor, hx: Tensor | None = None) -> tuple[Tensor, Tensor]:
        below = self.prepare(x)
        N = below.size(1)
        h0 = x.new_zeros(self.layers, N, self.H) if hx is None else self.check(hx, x, N)
        ends = []
        for layer in range(self.layers):
            h, seen = h0[layer], []
            for rx, zx, nx in self.gates_of_input(below, layer):
                rh, zh, nh = self.gates_of_state(h, layer)
                z = torch.sigmoid(zx + zh)
                h = z * h + (1 - z) * torch.tanh(nx + torch.sigmoid(rx + rh) * nh)
                seen += [h]
            below = torch.stack(seen)
            ends += [h]
        hT = torch.stack(ends)
        return self.finish(below, x), hT[:, 0] if x.ndim == 2 else hT
