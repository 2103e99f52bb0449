"""Directions and projections under a course's own names: found where they do what torch's do, and else said."""

from __future__ import annotations

import pytest

from grading.__main__ import main
from submissions.contract.file import contract_of
from submissions.contract.looked import look_for
from submissions.files import Source
from submissions.sandbox import Limits
from submissions.submission import Submission

TWO_WAYS = """
import torch
from torch import nn


class Step(nn.Module):
    def __init__(self, n_in, n_hidden):
        super().__init__()
        self.W = nn.Parameter(torch.randn(n_in, n_hidden))
        self.U = nn.Parameter(torch.randn(n_hidden, n_hidden))
        self.b = nn.Parameter(torch.randn(n_hidden))

    def forward(self, xs):
        h, rows = xs.new_zeros(xs.shape[1], len(self.b)), []
        for x in xs:
            h = torch.tanh(x @ self.W + h @ self.U + self.b)
            rows.append(h)
        return torch.stack(rows)


class RNN(nn.Module):
    def __init__(self, n_in, n_hidden, bidir=False):
        super().__init__()
        self.ways = nn.ModuleList([Step(n_in, n_hidden) for _ in range(1 + bool(bidir))])

    def forward(self, x):
        rows = [self.ways[0](x)]
        if len(self.ways) == 2:
            rows.append(self.ways[1](x.flip(0)).flip(0))
        return torch.cat(rows, -1)
"""

NUMBER_OF_WAYS = TWO_WAYS.replace("bidir=False", "bidir=1").replace("1 + bool(bidir)", "bidir")
PROJECTED = """
import torch
from torch import nn


class LSTM(nn.Module):
    def __init__(self, n_in, n_hidden, proj_dim=0):
        super().__init__()
        out = proj_dim or n_hidden
        self.n = n_hidden
        self.W = nn.Parameter(torch.randn(n_in, 4 * n_hidden))
        self.U = nn.Parameter(torch.randn(out, 4 * n_hidden))
        self.b = nn.Parameter(torch.randn(4 * n_hidden))
        if proj_dim:
            self.P = nn.Parameter(torch.randn(n_hidden, proj_dim))

    def forward(self, x):
        h, c, rows = x.new_zeros(x.shape[1], self.U.shape[0]), x.new_zeros(x.shape[1], self.n), []
        for step in x:
            i, f, g, o = (step @ self.W + h @ self.U + self.b).chunk(4, -1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
            h = h @ self.P if hasattr(self, "P") else h
            rows.append(h)
        return torch.stack(rows)
"""


@pytest.mark.parametrize(
    ("text", "part", "option", "name", "weight", "view"),
    [
        (TWO_WAYS, "RNN", "bidirectional", "bidir", "weight_hh_l0_reverse", "ways.1.U.T"),
        (TWO_WAYS.replace("bidir", "both_directions"), "RNN", "bidirectional", "both_directions", "", "ways.1.U.T"),
        (TWO_WAYS.replace(".flip(0)).flip(0)", ".flip(0))"), "RNN", "", "bidir", "bidirectional", ""),
        (NUMBER_OF_WAYS, "RNN", "", "bidir", "bidirectional", ""),
        (PROJECTED, "LSTM", "proj_size", "proj_dim", "weight_hr_l0", "P.T"),
        (PROJECTED.replace("h = h @ self.P if", "h = 2 * h @ self.P if"), "LSTM", "", "proj_dim", "proj_size", ""),
    ],
    ids=["two ways", "by another name", "not turned back", "a number of directions", "projected", "twice as much"],
)  # fmt: skip
def test_an_option_that_brings_weights(text, part, option, name, weight, view):
    """By its own name, with its weights; what is only called like one is named beside torch's."""
    source = Source("own.py", "own.py", {"own.py": text.encode()})
    found = look_for(source, lambda one: Submission(source, Limits(cpu=2.0), contract=one), (part,)).found[part]
    weights = dict(found.contract.weights)
    if option:
        assert dict(found.contract.arguments)[option] == name
        assert weights[weight or "weight_hh_l0_reverse"] == (view,)
        assert found.unlike == ()
    else:
        assert not set(dict(found.contract.arguments)) & {"bidirectional", "proj_size"}
        assert found.unlike == ((name, weight),)
        assert not any(one.endswith("_reverse") or "_hr_" in one for one in weights)


def test_what_was_not_found_to_be_an_option_stands_in_the_file(tmp_path, capsysbinary):
    """In what the search writes."""
    (tmp_path / "own.py").write_text(TWO_WAYS.replace(".flip(0)).flip(0)", ".flip(0))"), "utf-8")
    assert main(["contract", str(tmp_path / "own.py"), "--lang", "en"]) == 0
    text = capsysbinary.readouterr().out.decode()
    assert "# RNN: bidir was tried as torch's bidirectional, and no right numbers came of it" in text
    assert "bidir" not in dict(contract_of(text).of("RNN").arguments).values()
