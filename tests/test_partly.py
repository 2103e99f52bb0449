"""A cell or network that is right in some calls and raises in others is told the one thing that it lacks."""

from __future__ import annotations

import pytest
import torch

from diagnosis.exceptions import Call
from diagnosis.partly import raises_too, raises_where
from grading.judge import Round
from results.causes import causes_of
from submissions.files import Source
from submissions.signals import Raised
from tests.a_class import RIGHT
from tests.conftest import FORWARD
from tests.test_submissions import called

LINE = "raise ValueError('not this')"
CELL = """
import torch
from torch import nn


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.weight_ih = nn.Parameter(torch.empty(4 * hidden_size, input_size))
        self.weight_hh = nn.Parameter(torch.empty(4 * hidden_size, hidden_size))
        self.bias_ih = nn.Parameter(torch.empty(4 * hidden_size))
        self.bias_hh = nn.Parameter(torch.empty(4 * hidden_size))

    def forward(self, x, state=None):
        h, c = (x.new_zeros(*x.shape[:-1], self.hidden_size),) * 2 if state is None else state
        row = x @ self.weight_ih.T + self.bias_ih + self.bias_hh + h @ self.weight_hh.T
        i, f, g, o = row.chunk(4, -1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c
"""


@pytest.mark.parametrize(("text", "kind", "axes"), [(RIGHT, "LSTM", 2), (CELL, "LSTMCell", 1)], ids=["network", "cell"])
@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("x.dim() == {axes}", ["raises for one without a batch axis"]),
        ("x.dim() != {axes}", ["raises for a batch of them"]),
        ("state is None", ["raises where it is left out"]),
        ("state is not None", ["raises where one is given"]),
        ("x.dim() == {axes} or state is None", ["raises for one without a batch axis", "raises where it is left out"]),
        ("True", []),
        ("x.dim() == {axes} and state is None", ["raises only for an input without a batch axis"]),
        ("x.dim() != {axes} and state is None", ["raises only for a batch", "begin from zeros of shape"]),
        (
            "x.dim() == {axes} and state is not None",
            ["only for an input without a batch axis", "with a state, of shape"],
        ),
        ("x.dim() != {axes} and state is not None", ["raises only for a batch", "with a state, of shape"]),
        ("(x.dim() == {axes}) == (state is None)", []),
        ("x.dtype == torch.float64", []),
    ],
)
def test_what_raises_is_found_by_trying(submit, text, kind, axes, condition, said):
    """Said where one choice explains it; else nothing."""
    line = f"        if {condition.format(axes=axes)}: {LINE}\n"
    submission = submit(text.replace(FORWARD, FORWARD + line))
    lines = submission.source.text("own.py").splitlines()
    place = next(place for place, line in enumerate(lines) if LINE in line)
    error = Raised("ValueError", "not this", [("own.py", place + 1, lines[place].strip(), "forward")])
    found = raises_where(submission, kind, error)
    assert [part for part in said if found is None or part not in found.en] == []
    assert (found is None) == (not said)
    assert raises_where(submission, kind, Raised("KeyError", "another", [])) is None
    # Of one that is wrong in the calls that it answers it is said that it runs, and no more.
    wrong = raises_where(
        submit(text.replace(FORWARD, FORWARD + line).replace("i, f, g, o", "f, i, g, o", 1)), kind, error
    )
    assert (wrong and wrong.en) == (found and found.en.replace("is right", "runs"))


def test_one_fault_is_one_message(judge):
    """In all claims that it stands in the way of; and the card says it."""
    line = "        if x.dim() == 1: raise ValueError(f'(N, V) is asked, not {tuple(x.shape)}')\n"
    text = CELL.replace(FORWARD, FORWARD + line)
    found = judge.judge(Source("own.py", "own.py", {"own.py": text.encode()}))
    bad = [case for case in found.cases if case.word == "error"]
    assert len({case.claim for case in bad}) >= 4
    assert [bool(case.as_before) for case in bad].count(False) == 1
    assert all("raises for one without a batch axis, (V,): take both" in case.advice.en for case in bad)
    assert all("(V,)에는 예외를 낸다" in case.advice.ko for case in bad)


def test_a_cell_for_batches_alone_keeps_what_holds_of_them(judge):
    """The fault of (V,) is not the batch's: its case of the claim holds."""
    lines = "        if x.dim() == 1: raise ValueError('(N, V) is asked')\n"
    lines += "        if state and any(part.shape != (len(x), self.hidden_size) for part in state):\n"
    lines += "            raise ValueError('the hidden state does not fit')\n"
    text = CELL.replace(FORWARD, FORWARD + lines)
    own = Source("own.py", "own.py", {"own.py": text.encode()})
    found = judge.round(Round(own, ("LSTMCell",), ("cell/water-shape",)))
    words = {case.node.rpartition("cpu-")[2]: case.word for case in found.cases}
    assert words == {"LSTMCell]": "error", "LSTMCell-N2]": "holds"}


def test_called_is_right(submit):
    """The cell that the others are made of."""
    seen, right = called(submit(CELL), torch.randn(5, 3), "LSTMCell")
    assert all((one - other).abs().max() < 1e-6 for one, other in zip(seen, right, strict=True))


def test_two_exceptions_of_one_fault_are_one_cause(judge):
    """A cell that takes batches with a state alone raises one for (V,) and another where the state is left out."""
    wrong = CELL.replace("state=None", "state").replace("chunk(4, -1)", "chunk(4, 1)")
    assert wrong.count("chunk(4, 1)") == 1
    found = judge.round(Round(Source("own.py", "own.py", {"own.py": wrong.encode()}), claims=("cell/",)))
    bad = [case for case in found.cases if case.word == "error"]
    assert len({case.why.partition(":")[0] for case in bad}) == 2
    assert len(causes_of(bad)) == 1


@pytest.mark.parametrize(
    ("mistake", "x", "state", "so"),
    [
        ("batch-first-by-default", (9, 3, 5), (1, 3, 6), True),
        ("batch-first-by-default", (9, 3, 5), (), False),
        ("batch-first-by-default", (9, 5), (1, 6), False),
        ("lstm-gates-ifog", (9, 3, 5), (1, 3, 6), False),
        ("batch-first-by-default", (9, 3, 5), (1, 9, 6), False),  # torch raises, too
    ],
)
def test_an_exception_is_a_mistakes_where_its_network_raises_too(mistake, x, state, so):
    """In a call of these sizes, which torch answers."""
    assert raises_too(mistake, Call("LSTM", "call", x, (state,) * 2 if state else ())) == so
