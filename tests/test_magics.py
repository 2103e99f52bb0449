"""Magics, lines of a shell and of help: what Jupyter takes out of a cell goes, and nothing else."""

from __future__ import annotations

import json

import pytest

from submissions.files import wanted
from submissions.inside import notebooks, source

PART = "class LSTM:\n    def forward(self):\n        return here"


def answer(text, kind="notebook"):
    """What a part below this text answers."""
    name, whole = "own.py", f"{text}\n{PART}"
    if kind == "notebook":
        name, whole = "own.ipynb", json.dumps({"cells": [{"cell_type": "code", "source": whole}]})
    return source.run(name, whole, wanted())["LSTM"]().forward()


@pytest.mark.parametrize("kind", ["py", "notebook"])
@pytest.mark.parametrize(
    "text",
    [
        "import sys\nif 'google.colab' in sys.modules:\n    # for pictures\n\n    !pip install -q x  # don't\nhere = 3",
        "try:\n    import math\nexcept ImportError:\n  %pip install x\nhere = 3",
        "here = 3\nif here == 3:\n    here = 3\nelse:\n    !pip install x",
        "here = 3\nfor size in (4, 8):  # how long?\n    %timeit size",
        "import contextlib\nwith contextlib.suppress(ValueError):\n    %time y = 1\nhere = 3",
        "def look():\n    !ls\nhere = 3",
        "here = 3\nif here: !ls\nfound = 0; !pwd",
    ],
    ids=["if", "except", "else", "for", "with", "def", "one line"],
)
def test_a_block_of_nothing_but_a_magic_is_a_block(kind, text):
    """As Colab writes it into every notebook that needs a package, and into what is exported of it."""
    assert answer(text, kind) == 3


@pytest.mark.parametrize(
    "text",
    [
        "!pip install -q a \\\n    einops \\\n    tqdm\nhere = 3",
        "files = !ls \\\n    -la\nhere = 3",
        "%%time\n!ls \\\n  -la\nhere = 3",
        "here = 3\nlen?",
        "here = 3\nhere.real??  # what is this?\n?len",
        "here = 3\nnet = here; net?",
        "import asyncio\nawait asyncio.sleep(0)\nhere = 3",
        "async def wait():\n    return 2\nnot_here = await wait()\nhere = 3",
    ],
)
def test_a_line_that_is_for_jupyter_sinks_nothing_beside_it(text):
    """However long it is."""
    assert answer(text) == 3


@pytest.mark.parametrize("magic", ["!ls", "%time 3", "len?", "%%time"])
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("here = (\n    3\n    != 4\n)", True),
        ("here = [\n    17\n    % 5, {\n    '[': '%s'\n    % 4}]", [2, {"[": "4"}]),
        ("here = 17 \\\n    % 5", 2),
        ('here = """(\n%time in a text\n!pip in a text\nwhy?\n"""', "(\n%time in a text\n!pip in a text\nwhy?\n"),
        ("here = r'''\\'\n  !a'''", "\\'\n  !a"),
        ("here = 'it\\'s [\\\n% 5'  # it's (", "it's [% 5"),
        ("here = 3  # (\nif here != 3 \\\n        != 4:\n    here = 5", 3),
    ],
    ids=["compared", "products", "backslash", "text", "raw text", "string", "comment"],
)
def test_what_is_python_beside_a_magic_stays(magic, text, value):
    """A line that begins with % or ! inside of brackets and strings; the program would be another one without."""
    text = f"{magic}\n{text}" if magic.startswith("%%") else f"{text}\n{magic}"
    assert answer(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("%time here = {'gate': 3}", {"gate": 3}),
        ("here = %time 3 + 1", 4),
        ("if True:\n    %time here = 3", 3),
        ("here = 3\n%timeit here = 4", 3),
        ("%prun -q -s cumtime here = 4", 4),
        ("here = 3\n%time this is no Python", 3),
        ("here = 3\n%time !ls", 3),
        ("here = !ls", None),
        ("here, there = [3, 4]\nboth = [0]\nboth[0] = !ls", 3),
    ],
)
def test_what_a_magic_binds(text, value):
    """%time and %prun run their line in the notebook's own names; %timeit doesn't."""
    assert answer(text) == value


def test_lines_keep_their_numbers():
    """What is dropped leaves an empty line."""
    text = "!a \\\n b\nx = !ls \\\n  -l\nif x:\n    !c \\\n  d\nlen?\n%time y = (3)\nz = (\n1)\nx?"
    lines = notebooks.without_magics(text.split("\n")).split("\n")
    assert lines == ["", "", "x = None", "", "if x:", "    pass", "", "", "y = (3)", "z = (", "1)", ""]
