"""Notebooks of marimo, which are Python whose cells are functions: what stands in them counts."""

from __future__ import annotations

import pytest

from submissions.files import wanted
from submissions.inside import source

HEAD = "import marimo\n\n__generated_with = '0.9.0'\napp = marimo.App(width='medium')\n"
CELLS = """
@app.cell
def __(mo):
    mo.md("# LSTM")
    return


@app.cell(hide_code=True)
def _(SIZE, torch):
    class LSTM:
        def forward(self):
            return torch.ones(SIZE).sum().item()
    return (LSTM,)


@app.cell
def _():
    import torch
    SIZE = 3
    1 / 0
    return SIZE, torch
"""
TAIL = "\n\nif __name__ == '__main__':\n    app.run()\n"


SETUP = """
with app.setup:
    SIZE = 4

@app.class_definition
class LSTM:
    def forward(self):
        return SIZE
"""
DEFINITIONS = """
@app.function
def size():
    return 5

@app.cell
def _(size):
    class LSTM:
        forward = lambda _: size()
    return LSTM,
"""
BEFORE = """
@app.cell
def a(LSTM, torch):
    print(LSTM)
    return

@app.cell
def b(SIZE):
    HALF = SIZE / 2
    class LSTM:
        forward = lambda _: HALF
    return LSTM,

@app.cell
def c():
    SIZE = 12
    return SIZE,
"""


@pytest.mark.parametrize(
    ("text", "answer"),
    [(CELLS, 3), (SETUP, 4), (DEFINITIONS, 5), (BEFORE, 6)],
    ids=["cells", "setup", "definitions", "taken before it is given"],
)
def test_what_stands_in_cells_counts(text, answer):
    """Each behind those that give what it takes, in whatever order they lie there."""
    assert source.run("own.py", HEAD + text + TAIL, wanted())["LSTM"]().forward() == answer


def test_a_file_of_another_kind_is_left_as_it_is():
    """An app of somebody's own, with its own decorators."""
    text = "class App:\n    def cell(self, f):\n        return lambda: f() + 1\n\napp = App()\n"
    text += "@app.cell\ndef one_hot():\n    return 1\n"
    assert source.run("own.py", text, wanted())["one_hot"]() == 2
