"""Week 12 homework: everything from scratch, one time step after the other."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn


def sigmoid(a):
    return 1 / (1 + torch.exp(-a))


# ---- one step of each kind: gates from x and from h, and the old state, give the new state -------------------------


def rnn_tanh(from_x, from_h, state):
    return [torch.tanh(from_x + from_h)]


def rnn_relu(from_x, from_h, state):
    return [(from_x + from_h).clamp(min=0)]


def lstm(from_x, from_h, state):
    a = from_x + from_h
    H = a.shape[-1] // 4
    ingate, forget = sigmoid(a[..., :H]), sigmoid(a[..., H : 2 * H])
    new, outgate = torch.tanh(a[..., 2 * H : 3 * H]), sigmoid(a[..., 3 * H :])
    c = forget * state[1] + ingate * new
    return [outgate * torch.tanh(c), c]


def gru(from_x, from_h, state):
    xr, xz, xn = torch.tensor_split(from_x, 3, dim=-1)
    hr, hz, hn = torch.tensor_split(from_h, 3, dim=-1)
    reset, update = sigmoid(xr + hr), sigmoid(xz + hz)
    new = torch.tanh(xn + reset * hn)
    return [new + update * (state[0] - new)]


@dataclass(frozen=True)
class Recipe:
    """Which step it is, rows of weights per hidden node, tensors in a state."""

    step: object
    gates: int = 1
    parts: int = 1


RECIPES = {
    "tanh": Recipe(rnn_tanh),
    "relu": Recipe(rnn_relu),
    "lstm": Recipe(lstm, gates=4, parts=2),
    "gru": Recipe(gru, gates=3),
}


def recipe_of(name):
    if name not in RECIPES:
        raise ValueError(f"unknown nonlinearity {name!r}")
    return RECIPES[name]


class Weighted(nn.Module):
    def make_weights(self, end, inputs, recurrent, bias):
        rows = self.recipe.gates * self.hidden_size
        bound = 1 / math.sqrt(self.hidden_size)
        shapes = {"weight_ih": (rows, inputs), "weight_hh": (rows, recurrent)}
        if bias:
            shapes["bias_ih"] = shapes["bias_hh"] = (rows,)
        if recurrent != self.hidden_size:
            shapes["weight_hr"] = (recurrent, self.hidden_size)
        for name, shape in shapes.items():
            setattr(self, name + end, nn.Parameter(torch.empty(*shape).uniform_(-bound, bound)))

    def one_step(self, x, state, end=""):
        w_ih, w_hh = getattr(self, "weight_ih" + end), getattr(self, "weight_hh" + end)
        from_x, from_h = x @ w_ih.T, state[0] @ w_hh.T
        if self.bias:
            from_x, from_h = from_x + getattr(self, "bias_ih" + end), from_h + getattr(self, "bias_hh" + end)
        new = self.recipe.step(from_x, from_h, state)
        if hasattr(self, "weight_hr" + end):
            new[0] = new[0] @ getattr(self, "weight_hr" + end).T
        return new


def as_list(hx, parts):
    state = [hx] if parts == 1 else list(hx)
    if len(state) != parts:
        raise ValueError(f"the state has {len(state)} tensors, {parts} expected")
    return state


class Recurrent(Weighted):
    def __init__(self, name, input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, proj_size):
        super().__init__()
        self.recipe = recipe_of(name)
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.bias, self.batch_first, self.dropout = bias, batch_first, dropout
        self.bidirectional, self.proj_size = bidirectional, proj_size
        self.output_size = proj_size or hidden_size
        self.ends = [["", "_reverse"] if bidirectional else [""] for _ in range(num_layers)]
        for layer in range(num_layers):
            inputs = len(self.ends[layer]) * self.output_size if layer else input_size
            for place, end in enumerate(self.ends[layer]):
                self.ends[layer][place] = f"_l{layer}{end}"
                self.make_weights(f"_l{layer}{end}", inputs, self.output_size, bias)

    def forward(self, x, hx=None):
        if x.ndim not in (2, 3):
            raise ValueError(f"expected a 2-D or 3-D input, got {x.ndim}-D")
        if x.shape[-1] != self.input_size:
            raise ValueError(f"expected inputs of size {self.input_size}, got {x.shape[-1]}")
        alone = x.ndim == 2
        if alone:
            x = x[:, None]
        elif self.batch_first:
            x = x.permute(1, 0, 2)
        states = self.start(x, hx, alone)

        row, lasts = 0, []
        for layer, ends in enumerate(self.ends):
            if layer and self.dropout:
                x = F.dropout(x, self.dropout, self.training)
            halves = []
            for backward, end in enumerate(ends):
                state = [part[row] for part in states]
                times = range(len(x) - 1, -1, -1) if backward else range(len(x))
                rows = [None] * len(x)
                for t in times:
                    state = self.one_step(x[t], state, end)
                    rows[t] = state[0]
                halves.append(torch.stack(rows))
                lasts.append(state)
                row += 1
            x = torch.cat(halves, dim=2)

        last = [torch.stack(part) for part in zip(*lasts, strict=True)]
        if alone:
            x, last = x[:, 0], [part[:, 0] for part in last]
        elif self.batch_first:
            x = x.permute(1, 0, 2)
        return x, last[0] if self.recipe.parts == 1 else tuple(last)

    def start(self, x, hx, alone):
        rows, N = self.num_layers * len(self.ends[0]), x.shape[1]
        wanted = [(rows, N, self.output_size), (rows, N, self.hidden_size)][: self.recipe.parts]
        if hx is None:
            return [torch.zeros(shape, dtype=x.dtype, device=x.device) for shape in wanted]
        state = as_list(hx, self.recipe.parts)
        for part, shape in zip(state, wanted, strict=True):
            shape = (shape[0], shape[2]) if alone else shape
            if tuple(part.shape) != shape:
                raise ValueError(f"expected hidden state of shape {shape}, got {tuple(part.shape)}")
        return [part[:, None] for part in state] if alone else state


class RNN(Recurrent):
    def __init__(self, input_size, hidden_size, num_layers=1, nonlinearity="tanh", bias=True, batch_first=False,
                 dropout=0.0, bidirectional=False):  # fmt: skip
        super().__init__(nonlinearity, input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional,
                         proj_size=0)  # fmt: skip


class LSTM(Recurrent):
    def __init__(self, input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0,
                 bidirectional=False, proj_size=0):  # fmt: skip
        super().__init__("lstm", input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional,
                         proj_size)  # fmt: skip


class GRU(Recurrent):
    def __init__(self, input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0,
                 bidirectional=False):  # fmt: skip
        super().__init__("gru", input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional,
                         proj_size=0)  # fmt: skip


class OneStep(Weighted):
    def __init__(self, name, input_size, hidden_size, bias):
        super().__init__()
        self.recipe = recipe_of(name)
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        self.make_weights("", input_size, hidden_size, bias)

    def forward(self, x, hx=None):
        if x.ndim not in (1, 2) or x.shape[-1] != self.input_size:
            raise ValueError(f"expected an input ({self.input_size},) or (N, {self.input_size}), got {tuple(x.shape)}")
        wanted = (*x.shape[:-1], self.hidden_size)
        state = [x.new_zeros(wanted)] * self.recipe.parts if hx is None else as_list(hx, self.recipe.parts)
        if any(tuple(part.shape) != wanted for part in state):
            raise ValueError(f"expected hidden state of shape {wanted}")
        new = self.one_step(x, state)
        return new[0] if self.recipe.parts == 1 else tuple(new)


class RNNCell(OneStep):
    def __init__(self, input_size, hidden_size, bias=True, nonlinearity="tanh"):
        super().__init__(nonlinearity, input_size, hidden_size, bias)


class LSTMCell(OneStep):
    def __init__(self, input_size, hidden_size, bias=True):
        super().__init__("lstm", input_size, hidden_size, bias)


class GRUCell(OneStep):
    def __init__(self, input_size, hidden_size, bias=True):
        super().__init__("gru", input_size, hidden_size, bias)


def one_hot(tokens, mapping):
    rows = torch.zeros(len(tokens), len(mapping))
    for row, token in zip(rows, tokens, strict=True):
        row[mapping[token]] = 1.0
    return rows


def train(net, x, y, epochs, lr):
    optimizer = torch.optim.Adam(net.parameters(), lr=lr)
    history = []
    for _ in range(epochs):
        scores = net(x).log_softmax(-1)
        # Mean over the steps (axis 0), sum over whatever comes after.
        loss = -(scores * y).mean(0).sum()
        history.append(float(loss.detach()))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return history


if __name__ == "__main__":
    print(LSTM(7, 4)(torch.randn(5, 7))[0])
