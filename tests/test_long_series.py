"""A submission is asked for whole long series until it is right over one, and for some epochs of a training."""

from __future__ import annotations

import pytest

from fixtures import long_series
from grading.judge import Round
from submissions.files import Source
from submissions.submission import Submission
from tests.a_class import RIGHT

LOOP = "            i, f, g, o = (row"
CLAIMS = ("words/two-modules-need-one", "lstm/printed-output", "lstm/omit-water", "lstm/batch-is-parallel")
LATE = {
    "a state that is lost": "h, c = torch.zeros_like(h), torch.zeros_like(c)",
    "a history that is cut": "h, c = h.detach(), c.detach()",
}


def late(line):
    """The right LSTM, but for what it does before step 499 of a series."""
    return RIGHT.replace(LOOP, f"            if len(rows) == 499: {line}\n{LOOP}")


@pytest.fixture
def judged(judge, monkeypatch):
    """What a text comes to by these claims: each case's word, and the lengths of the series that it was asked for."""
    lengths = []
    ask = Submission.ask

    def noted(self, name, header, tensors=None):
        x = (tensors or {}).get("x")
        if x is not None:
            lengths.append(len(x))
        return ask(self, name, header, tensors)

    monkeypatch.setattr(Submission, "ask", noted)

    def judged(text, claims=CLAIMS):
        lengths.clear()
        found = judge.round(Round(Source("own.py", "own.py", {"own.py": text.encode()}), claims=claims))
        return {case.node: case.word for case in found.cases}, sorted(lengths)

    return judged


def test_what_is_right_over_a_whole_series_is_asked_for_shorter_ones(judged):
    """Once for the series itself, and once for the rows that the lecture prints."""
    words, lengths = judged(RIGHT)
    assert lengths[-2:] == [999, 999]
    assert lengths[-3] == long_series.ENOUGH
    assert "fails" not in words.values()


def test_the_first_verdict_waits_for_no_whole_series(judge):
    """What asks for all of one, with its gradients, comes last; a judgement's claims stay in the lecture's order."""
    source = Source("own.py", "own.py", {"own.py": RIGHT.encode()})
    found = judge.round(Round(source, claims=CLAIMS, seen=lambda done, of, claims, cases: done < 1))
    assert [case.claim for case in found.cases] == ["lstm/printed-output"]
    assert found.claims[0].id == "words/two-modules-need-one"


@pytest.mark.parametrize("line", LATE.values(), ids=LATE)
def test_what_goes_wrong_late_is_asked_for_whole_series(judged, monkeypatch, line):
    """Every case has the verdict that it has where all are asked for whole series."""
    words, lengths = judged(late(line))
    monkeypatch.setattr(long_series, "ENOUGH", 10**9)
    assert words == judged(late(line))[0]
    assert lengths.count(999) > 3
    assert "fails" in words.values()


def test_a_file_without_this_network_is_not_asked_for_one(judged):
    """And is not told that it was."""
    words, lengths = judged(RIGHT.replace("class LSTM(", "class Own("))
    assert lengths == []
    assert set(words.values()) == {"not attempted"}


@pytest.mark.parametrize(("after", "word"), [(0, "fails"), (8, "fails"), (10**6, "holds")])
def test_a_training_asks_the_submission_to_its_end(judged, after, word):
    """Torch's network takes its place in between; one that is right at first and then no more is found out."""
    head, _, body = RIGHT.partition("    def forward(self, x, state=None):\n")
    count = "        self.calls = getattr(self, 'calls', 0) + 1\n        x = x if self.calls <= AFTER else 0 * x\n"
    text = f"{head}    def forward(self, x, state=None):\n{count}{body}".replace("AFTER", str(after))
    words, lengths = judged(text, ("cut/whole-learns-the-switch",))
    assert set(words.values()) == {word, "not attempted"}  # its own train is another case
    assert word == "fails" or 5 < len(lengths) < 30


def test_an_answer_is_held_against_torchs_to_what_was_given(judged):
    """A state that is changed in place is found where that is asked, and makes no other answer wrong."""
    change = "if state is not None: state[0].data.copy_(h[None])\n        return torch.stack(rows)"
    text = RIGHT.replace("return torch.stack(rows)", change).replace("h[0], c[0]\n", "h[0].clone(), c[0].clone()\n")
    words, _ = judged(text, ("words/two-modules-need-one", "lstm/input-unchanged"))
    found = {
        node.rpartition("::")[2].partition("[")[0]: word for node, word in words.items() if word != "not attempted"
    }
    assert found == {"test_two_modules_in_one": "holds", "test_a_call_leaves_its_input_as_it_was": "fails"}


WITHOUT_A_CELL = """
import torch
from torch import nn


class {kind}(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.weight_ih_l0 = nn.Parameter(torch.zeros({gates} * hidden_size, input_size))
        self.weight_hh_l0 = nn.Parameter(torch.zeros({gates} * hidden_size, hidden_size))
        self.bias_ih_l0 = nn.Parameter(torch.zeros({gates} * hidden_size))
        self.bias_hh_l0 = nn.Parameter(torch.zeros({gates} * hidden_size))

    def forward(self, x, h0=None):
        h = x.new_zeros(*x.shape[1:-1], self.weight_hh_l0.shape[1]) if h0 is None else h0[0]
        rows = []
        for t, row in enumerate(x):
            if t and t % {steps} == 0:
                h = h.detach()
            a = nn.functional.linear(row, self.weight_ih_l0, self.bias_ih_l0).chunk({gates}, -1)
            b = nn.functional.linear(h, self.weight_hh_l0, self.bias_hh_l0).chunk({gates}, -1)
            h = {step}
            rows.append(h)
        return torch.stack(rows), h[None]
"""
STEPS = {
    "RNN": (1, "torch.tanh(a[0] + b[0])"),
    "GRU": (3, "h + (1 - torch.sigmoid(a[1] + b[1])) * (torch.tanh(a[2] + torch.sigmoid(a[0] + b[0]) * b[2]) - h)"),
}


@pytest.mark.parametrize(("steps", "word"), [(60, "fails"), (10**6, "holds")])
@pytest.mark.parametrize("kind", STEPS)
def test_a_history_that_is_cut_shows_without_a_cell_too(judged, kind, steps, word):
    """Every sixty steps; over twelve, the most that such a file was asked for, it had all its points."""
    gates, step = STEPS[kind]
    text = WITHOUT_A_CELL.format(kind=kind, gates=gates, steps=steps, step=step)
    words, lengths = judged(text, ("lstm/omit-water",))
    assert lengths[-1] > long_series.ENOUGH
    assert (word == "fails") == ("fails" in words.values())
    assert "holds" in words.values()
