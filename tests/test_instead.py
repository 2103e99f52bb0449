"""What is told of wrong numbers is what they are instead, or a place that is proved; never more."""

from __future__ import annotations

import pytest
import torch

from diagnosis import naming
from lecture import loops
from tests.a_class import RIGHT
from tests.test_partly import CELL

# Of the cell: a line, what stands there instead, what is told, and what would be false.
CELLS = [
    ("c.tanh()", "nn.functional.softsign(c)", "h / o = c / (1 + |c|), not tanh(c)", "It lies in"),
    ("c.tanh()", "c.relu()", "h / o = max(c, 0)", "It lies in"),
    ("g.tanh()", "g.sin()", "the candidate is sin(g)", "It lies in"),
    ("i.sigmoid()", "(0.2 * i + 0.5).clamp(0, 1)", "the gate i is clamp(0.2 · a + 0.5, 0, 1)", "It lies in"),
    ("row.chunk(4, -1)", "row.unflatten(-1, (-1, 4)).unbind(-1)", "alternate from row to row", "It lies in"),
    ("row = x @", "row = x.half().to(x.dtype) @", "digits and no more", "It lies in"),
    ("o.sigmoid() * c.tanh()", "(o.sigmoid() * c.tanh()).bfloat16().to(x.dtype)", "digits and no more", "member"),
    ("f.sigmoid()", "(1.3 * f).sigmoid()", "It lies in the forget gate f", "o * tanh(c)"),
    ("o.sigmoid()", "0.9 * o.sigmoid()", "It is 0.9 times the right one. Right: c.", "It lies in"),
    (
        "o.sigmoid() * c.tanh()",
        "o.sigmoid() * (0.9 * c).tanh()",
        "It lies in h = o * tanh(c): c itself is right",
        "digits",
    ),
    ("row = x @", "row = 0.7 * x @", "It shows only where x enters the step: look at W_ih x + b_ih,", "It lies in"),
    ("row = x @", "x *= 0.7; row = x @", "You change x, which was given, in place", "look at"),
    (
        "        return o",
        "        c = c - c.mean(0) if c.dim() == 2 else c\n        return o",
        "only with a batch",
        "W_ih",
    ),
    (
        "i, f, g, o = row.chunk(4, -1)",
        "i, f, g, o = row.chunk(4, -1); i, f, o = 2 * i, 2 * f, 2 * o",
        "It is wrong even where W_ih and W_hh are zero",
        "shows only",
    ),
    ("row = x @", "row = 0.5 * x @", "those of 0.5 * x in place of x", "It lies in"),
    ("row = x @", "row = x.half().to(x.dtype) @", "small constant such as an eps", "It shows"),
    ("o.sigmoid() *", "(o + c).sigmoid() *", "You add the new c to the output gate, as peepholes do", "It lies in"),
    ("f.sigmoid() *", "(1 - i.sigmoid()) *", "c' = (1 - i) * c + i * g", "It lies in"),
    (
        "        return o",
        "        c = c.clamp(-0.5, 0.5)\n        return o",
        "right where x and the state are small, and wrong where they are large: look for what cuts numbers",
        "It lies in",
    ),
    (
        "i, f, g, o = row.chunk(4, -1)",
        "i, f, g, _ = row.chunk(4, -1); o = g",
        "Where o is meant your numbers have g: it is taken",
        "It lies",
    ),
    ("row = x @", "row = self.bias_ih + x @", "You add bias_ih twice", "It lies in"),
    (
        "(x.new_zeros(*x.shape[:-1], self.hidden_size),) * 2",
        "(x.new_zeros(*x.shape[:-1], self.hidden_size), x.new_ones(*x.shape[:-1], self.hidden_size))",
        "The first c consists of ones where the state is left out",
        "It lies in",
    ),
    ("row = x @", "x *= 0.5; row = x @", "You change x, which was given, in place", "It lies in"),
    ("self.bias_hh +", "self.bias_hh.data +", "no gradient reaches bias_hh (it does reach", "It lies in"),
]


def diagnosed(kind, text, line, instead):
    """What is found in the file ``text`` where its first ``line`` is another."""
    assert line in text
    return naming.diagnose(kind, made(text.replace(line, instead, 1), kind))


def made(text, kind):
    names: dict[str, object] = {}
    exec(text, names)
    return names[kind]


@pytest.mark.parametrize(("line", "instead", "told", "false"), CELLS, ids=lambda value: value[:24])
def test_a_cell_is_told_what_its_numbers_are(line, instead, told, false):
    """Only what they fit to rounding; a gate only where the rest is right without it."""
    found = diagnosed("LSTMCell", CELL, line, instead)
    assert found is not None
    assert told in found.en
    assert false not in found.en


GRU_CELL = """
import torch
from torch import nn


class GRUCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.weight_ih = nn.Parameter(torch.empty(3 * hidden_size, input_size))
        self.weight_hh = nn.Parameter(torch.empty(3 * hidden_size, hidden_size))
        self.bias_ih = nn.Parameter(torch.empty(3 * hidden_size))
        self.bias_hh = nn.Parameter(torch.empty(3 * hidden_size))

    def forward(self, x, h=None):
        h = x.new_zeros(*x.shape[:-1], self.hidden_size) if h is None else h
        rx, zx, nx = (x @ self.weight_ih.T + self.bias_ih).chunk(3, -1)
        rh, zh, nh = (h @ self.weight_hh.T + self.bias_hh).chunk(3, -1)
        r, z = (rx + rh).sigmoid(), (zx + zh).sigmoid()
        n = (nx + r * nh).tanh()
        return (1 - z) * n + z * h
"""
GRU_CELLS = [
    ("(1 - z) * n + z * h", "n + z * h", "Your numbers fit h' = n + z * h", "It lies in"),
    ("(rx + rh).sigmoid()", "rx.sigmoid()", "an r made of x alone", "It lies in"),
    ("(rx + rh).sigmoid()", "(1.3 * (rx + rh)).sigmoid()", "It shows only where r is less than 1", "It lies in"),
    (
        "nx + r * nh",
        "nx + self.bias_hh.chunk(3)[2] + r * (nh - self.bias_hh.chunk(3)[2])",
        "b_hn",
        "It lies",
    ),
    ("n = (nx + r * nh).tanh()", "n = 0.9 * (nx + r * nh).tanh()", "It lies in the candidate n, r included.", "shows"),
    (
        "(x @ self.weight_ih.T + self.bias_ih)",
        "(x @ self.weight_ih.T + 1.1 * self.bias_ih)",
        "b_ih and b_hh",
        "lies in",
    ),
]


@pytest.mark.parametrize(("line", "instead", "told", "false"), GRU_CELLS, ids=lambda value: value[:24])
def test_a_gru_is_told_no_gate_that_only_hides_what_is_wrong(line, instead, told, false):
    """Held at 1, z hides the whole step, and r on which side of it a bias stands."""
    found = diagnosed("GRUCell", GRU_CELL, line, instead)
    assert found is not None
    assert told in found.en
    assert false not in found.en


ROWS = "torch.stack(rows), (h[None], c[None])"
NETWORKS = [
    ("h[None], c[None]", "h[None], c[None].tanh()", "It equals tanh(cT). Right: output, hT."),
    ("torch.stack(rows)", "1.5 * torch.stack(rows)", "It is 1.5 times the right one. Right: hT, cT."),
    ("torch.stack(rows)", "torch.stack(rows).flip(0)", "Its rows are torch's in the reverse order"),
    ("h[None], c[None]", "torch.stack(rows).mean(0)[None], c[None]", "It is torch's output averaged over the steps."),
    (
        "torch.stack(rows)",
        "torch.stack(rows, -1).reshape(len(rows), *h.shape)",
        "Its numbers are torch's at other places",
    ),
    ("rows.append(h)", "rows.append(c.tanh())", "It equals tanh(c of every step). Right: hT, cT."),
    ("torch.stack(rows)", "torch.stack(rows[:1] * len(rows))", "Each of its rows is torch's row 1"),
    ("rows.append(h)", "h = h.clamp(-0.05, 0.05); rows.append(h)", "such as a clamp"),
    ("torch.stack(rows)", "torch.stack([rows[-1], *rows[1:]])", "all others are right"),
    ("for row in x @", "for row in x.roll(1, 0) @", "You read x one step late"),
    ("for row in x @", "for row in x.flip(0) @", "You read every sequence from its end, and return the rows in the"),
    (
        "(h[None],",
        "(h[None, :1].expand(1, *h.shape) if h.dim() > 1 else h[None],",
        "Every member of the batch has member 1",
    ),
]


@pytest.mark.parametrize(("line", "instead", "told"), NETWORKS, ids=lambda value: value[:24])
def test_a_network_is_told_what_its_answers_are(line, instead, told):
    """What is returned in place of the right tensor, and which tensors are right; in float64, too."""
    assert line in RIGHT
    own = made(RIGHT.replace(line, instead), "LSTM")
    found = naming.diagnose("LSTM", lambda *sizes, dtype=None: own(*sizes).to(dtype))
    assert found is not None
    assert told in found.en


def test_what_is_random_is_no_mistake_that_draws():
    """Dropout on the output leaves the state alone: no first state was drawn."""
    text = RIGHT.replace("torch.stack(rows),", "nn.functional.dropout(torch.stack(rows)),")
    found = naming.diagnose("LSTM", made(text, "LSTM"))
    assert found is not None
    assert found.names == ()
    assert "Two calls with the same input give two answers (output)" in found.en


@pytest.mark.parametrize(
    ("options", "told"),
    [({"weight_decay": 0.001}, "Adam with weight_decay=0.001"), ({"eps": 1e-3}, "Adam with eps=0.001")],
)
def test_a_loop_is_told_its_optimizer(options, told):
    """By losses and weights, to rounding."""

    def train(net, x, y, epochs, lr):
        optimizer = torch.optim.Adam(net.parameters(), lr=lr, **options)
        losses = []
        for _ in range(epochs):
            loss = loops.sequence_loss(net(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        return losses

    found = naming.diagnose("train", train)
    assert found is not None
    assert told in found.en


LOOPS = [
    ("loss.item()", "loss.item() + sum(losses)", "You add to each loss what you returned before"),
    ("mean(0).sum()", "mean()", "Your loss is the mean over classes, too"),
    ("optimizer.step()", "optimizer.step(); optimizer.param_groups[0]['lr'] *= 0.9", "multiplied by 0.9"),
    ("optimizer.zero_grad()", "optimizer = torch.optim.Adam(net.parameters(), lr=lr); optimizer.zero_grad()", "anew"),
    ("optimizer.step()", "optimizer.step() if epoch else None", "in epoch 2, and right before it"),
]
LOOP = """
import torch


def train(net, x, y, epochs, lr):
    optimizer = torch.optim.Adam(net.parameters(), lr=lr)
    losses = []
    for epoch in range(epochs):
        optimizer.zero_grad()
        loss = -(net(x).log_softmax(-1) * y).mean(0).sum()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
"""


@pytest.mark.parametrize(("line", "instead", "told"), LOOPS, ids=lambda value: value[:24])
def test_a_loop_is_told_its_loss(line, instead, told):
    """The first that is another one by more than rounding: this one sums in another order than torch's."""
    assert naming.diagnose("train", made(LOOP, "train")) is None
    found = naming.diagnose("train", made(LOOP.replace(line, instead), "train"))
    assert found is not None
    assert told in found.en


def test_a_loss_that_is_told_twice_is_told():
    """Losses 3 and 4 are the same."""

    def train(*args):
        losses = loops.train(*args)
        return [*losses[:3], losses[2]]

    found = naming.diagnose("train", train)
    assert found is not None
    assert "It is the loss of epoch 3 once more." in found.en


STACKED = """
import torch
from torch import nn


class RNN(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers=1):
        super().__init__()
        self.layers, self.hidden_size = num_layers, hidden_size
        for k in range(num_layers):
            for name, size in {"ih": input_size if k == 0 else hidden_size, "hh": hidden_size}.items():
                self.register_parameter(f"weight_{name}_l{k}", nn.Parameter(torch.empty(hidden_size, size)))
                self.register_parameter(f"bias_{name}_l{k}", nn.Parameter(torch.empty(hidden_size)))

    def forward(self, x, state=None):
        if state is None:
            state = x.new_zeros(self.layers, *x.shape[1:-1], self.hidden_size)
        ends, outputs = [], []
        for k, h in enumerate(state):
            w, u, a, b = (getattr(self, f"{n}_l{k}") for n in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
            rows = []
            for row in x:
                h = torch.tanh(row @ w.T + a + h @ u.T + b)
                rows.append(h)
            x = torch.stack(rows)
            ends.append(h)
            outputs.append(x)
        return x, torch.stack(ends)
"""
LAYERS = [
    ("return x,", "return outputs[0],", "only with num_layers > 1. It is torch's output of layer 1. Right: hT."),
    ("torch.stack(ends)", "torch.stack([ends[-1]] * self.layers)", "Every layer has the last layer's state."),
    ("torch.stack(ends)", "torch.stack([ends[0]] * self.layers)", "Every layer has the first layer's state."),
    ("torch.stack(ends)", "ends[-1][None]", "You return the last layer's state alone"),
]


@pytest.mark.parametrize(("line", "instead", "told"), LAYERS, ids=lambda value: value[:24])
def test_layers_are_told_of_a_network_of_one_direction(line, instead, told):
    """Though it takes no bidirectional."""
    found = naming.diagnose("RNN", made(STACKED.replace(line, instead), "RNN"))
    assert found is not None
    assert told in found.en
