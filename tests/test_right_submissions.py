"""Right submissions as students write them: whatever the style, what is there holds and what is missing is no fault."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import parts
from fixtures import submissions
from grading.claims import judged_claims
from grading.parts import parts_of
from submissions.files import read, wanted
from submissions.inside import source
from submissions.submission import Submission

PROJECT = Path(__file__).resolve().parent.parent
RIGHT = PROJECT / "tests" / "handed_in" / "right"

# The file, how many cases hold at least, the parts that it has, and the options that these do without.
FILES = [
    ("per_step.py", 350, parts.names(), ()),
    ("fused_gates.py", 40, ("LSTM", "LSTMCell"), ("num_layers", "bidirectional", "proj_size")),
    ("einsum_style.py", 75, ("LSTM", "GRU"), ("bidirectional", "proj_size")),
    ("scripted.py", 25, ("LSTM",), ("num_layers", "bias", "bidirectional", "proj_size")),
    ("double_inside.py", 26, ("LSTM",), ("num_layers", "bias", "batch_first", "proj_size")),
    ("notebook.ipynb", 26, ("RNN", "GRUCell", "one_hot", "train"),
     ("num_layers", "bias", "batch_first", "bidirectional", "nonlinearity")),
    ("minimal.py", 20, ("LSTM",), ("num_layers", "bias", "batch_first", "bidirectional", "proj_size")),
    ("chatty.py", 35, ("LSTM", "one_hot"), ("bias", "batch_first", "bidirectional", "proj_size")),
]  # fmt: skip


def test_every_file_is_listed():
    """None lies there unjudged."""
    assert {name for name, *_ in FILES} == {path.name for path in RIGHT.iterdir() if path.suffix in (".py", ".ipynb")}


@pytest.fixture
def made(monkeypatch):
    """Of each case its claim, and the parts that it made."""
    cases = []
    require, derive = Submission.require, submissions.derive

    def requiring(self, name):
        cases[-1][1].add(name)
        return require(self, name)

    def deriving(seed, claim, *words):  # asked for each case's seed, just before it begins
        cases.append((claim, set()))
        return derive(seed, claim, *words)

    monkeypatch.setattr(Submission, "require", requiring)
    monkeypatch.setattr(submissions, "derive", deriving)
    return cases


IN_ANY_RUN = ("per_step.py", "minimal.py", "notebook.ipynb")
"""All parts, the least that can be written, and a notebook; the others with --slow."""


@pytest.mark.parametrize(
    ("name", "least", "has", "without"),
    [pytest.param(*row, id=row[0], marks=[] if row[0] in IN_ANY_RUN else [pytest.mark.slow]) for row in FILES],
)
def test_what_a_right_file_attempts_holds(judge, made, name, least, has, without):
    """No case fails or errs; what is not attempted is a part or an option that the file indeed lacks. What claims say
    that they are about is what their cases make, as a file with all parts shows."""
    found = judge.judge(read(RIGHT / name))
    if has == parts.names():
        by_claim = {claim: {tuple(sorted(names)) for own, names in made if own == claim} for claim, _ in made}
        assert by_claim == {claim.id: {tuple(sorted(asked)) for asked in claim.asks} for claim in judged_claims()}
        assert parts_of(judged_claims()) == has
    assert found.message == found.trouble == ""
    words = [case.word for case in found.cases]
    assert [(case.node, case.why) for case in found.cases if case.word not in ("holds", "not attempted")] == []
    assert words.count("holds") >= least
    for why in {case.why for case in found.cases if case.word == "not attempted"}:
        part = re.search(r"(\w+) is not in the file", why)
        option = re.search(r"(\w+) does not take this option: .* '(\w+)'", why)
        assert part or option, why
        assert (part[1] not in has) if part else (option[1] in has and option[2] in without), why


def notebook(*cells):
    """A notebook of code cells as text."""
    return json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]})


def test_an_experiment_is_not_run_for_its_names():
    """Functions have locals that are called as the experiment's results are; real globals are found in any scope."""
    text = notebook(
        "a = 1\nb = 2\nc = 3\nd = 4\nnot_used = 5",
        "def train(net, x, y, epochs, lr=a):\n    losses = [x for x in y]\n    def inner():\n        return b\n"
        "    return losses, [c for _ in x], inner",
        "class RNN:\n    size = d\n",
        "x = y = 1 / 0\nlosses = train(x, x, y, 1)",
    )
    names = source.run("own.ipynb", text, wanted())
    assert names["RNN"].size == 4
    assert [names[name] for name in "abc"] == [1, 2, 3]
    assert not {"x", "y", "losses", "not_used"} & set(names)


def test_magics_and_help_are_dropped_and_python_is_not():
    """A line of Python may begin with %."""
    cells = ["one_hot = (17\n    % 5)", "?len", "len?", "str.join??", "%time x = 1\ntrain = 3", "RNN = !ls"]
    names = source.run("own.ipynb", notebook(*cells), wanted())
    assert [names[name] for name in ("one_hot", "train", "RNN")] == [2, 3, None]


@pytest.mark.parametrize("future", [True, False], ids=["future", "plain"])
@pytest.mark.parametrize("name", ["own.py", "own.ipynb"])
def test_annotations_are_as_the_student_has_them(name, future):
    """Strings under ``from __future__ import annotations``, also for a later cell; and dataclasses work with both."""
    head = "from __future__ import annotations\n" * future
    body = "from dataclasses import dataclass\n\n@dataclass\nclass Sizes:\n    hidden: int = 4\n"
    names = source.run(name, notebook(head, body) if name == "own.ipynb" else head + body, wanted())
    assert names["Sizes"]().hidden == 4
    assert names["Sizes"].__annotations__["hidden"] == ("int" if future else int)


def test_a_file_knows_its_own_name():
    """Students put the folder of ``__file__`` on the path."""
    text = "import os\nhere = os.path.dirname(__file__)\ndef train():\n    return here"
    assert source.run("own.py", text, wanted())["train"]() == ""
