"""What of a notebook runs, and what is said of the rest: notebooks as students leave them."""

from __future__ import annotations

import json

import pytest

from submissions.files import wanted
from submissions.inside import source

CLASS = "class LSTM:\n    def forward(self):\n        return here"


def run(*cells):
    """The names of a notebook with these code cells."""
    return source.run(
        "own.ipynb", json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]}), wanted()
    )


@pytest.mark.parametrize(
    "cell",
    [
        "if 1 > 2:\n    here = 'no'\n    1 / 0\nelif 1 > 3:\n    here = 'n'\nelse:\n    print(1 / 0)\n    here = 'cpu'",
        "try:\n    import not_there_at_all\n    here = 'n'\nexcept ImportError:\n    !pip install it\n    here = 'cpu'",
        "import contextlib\nwith contextlib.suppress(ValueError):\n    1 / 0\n    here = 'cpu'",
        "here = 'c'\nhere += 'p'\nhere += 'u'",
        "parts = {}\nfor letter in 'cpu':\n    parts[letter] = letter\nhere = ''.join(parts)",
        "if True:\n    def where():\n        return 'cpu'\nhere = where()",
    ],
    ids=["if", "try", "with", "augmented", "loop", "definition"],
)
def test_what_a_network_uses_is_there_however_it_was_assigned(cell):
    """Of an if, try or with the part that is needed, and no experiment beside it."""
    assert run(cell, CLASS)["LSTM"]().forward() == "cpu"


def test_what_a_picture_uses_is_not_computed():
    """An hour of training that a function draws; that function is there, for who draws with it in a network."""
    names = run("hours = []\nlosses = hours.append(1)", "here = 0\ndef draw():\n    return losses", CLASS)
    assert "losses" not in names
    assert callable(names["draw"])
    assert "losses" in run("losses = []\ndef draw():\n    return losses", CLASS.replace("here", "draw()"))


@pytest.mark.parametrize(
    "loop",
    [
        "for _ in range(3):\n    loss = 1\n    loss.backward()\n    here = 1",
        "while True:\n    here = 1",
        "for step in range(3):\n    optimizer.zero_grad()\n    losses.append(step)\nprint(losses)",
    ],
    ids=["trains", "endless", "losses"],
)
def test_loops_of_experiments_are_not_run(loop):
    """Those that train, those that know no end, and those that give nothing that is needed."""
    assert not {"here", "step"} & set(run(loop, CLASS))


def test_a_cell_that_is_no_python_sinks_what_it_defines():
    """Notes in a code cell harm nothing; a network with a slip says which; a notebook of nothing else does not load."""
    broken = CLASS.replace("LSTM", "GRU").replace("return here", "return (")
    names = run("here = 1", CLASS, "this is a note, 3.5 points", broken)
    assert names["LSTM"]().forward() == 1
    with pytest.raises(ImportError, match=r"GRU is missing: SyntaxError: .*own\.ipynb cell 4 line 3"):
        names["GRU"](4, 5)
    with pytest.raises(SyntaxError):
        run("import json", broken)


def test_what_broke_off_before_the_end_of_a_try_is_known():
    """What came before it is there, what should have come after says why not."""
    names = run("if True:\n    import json\n    import not_there_at_all\n    import math", CLASS)
    assert names["json"] is json
    with pytest.raises(ImportError, match="math is missing: ModuleNotFoundError"):
        names["math"].sqrt(4)


@pytest.mark.parametrize("text", ["[]", '{"cells": 3', '{"cells": 3}', '{"cells": [3]}', '{"cells": [{"source": 3}]}'])
def test_what_is_no_notebook(text):
    """One sentence for each."""
    with pytest.raises(ValueError, match="is not a notebook"):
        source.run("own.ipynb", text, wanted())


@pytest.mark.parametrize(
    "lines",
    [
        "%load_ext grading.notebook\n%check\n%check LSTM --lang ko",
        "%%claim it holds\ncheck.close('one', here, 1)",
        "from grading.notebook import check\ncheck(LSTM=LSTM)",
        "import grading.notebook\ngrading.notebook.check()",
    ],
    ids=["magics", "claim", "function", "module"],
)
def test_checks_are_for_the_notebook(lines):
    """Where it is judged they are dropped, and stand in nothing's way."""
    assert run("here = 'cpu'", lines, CLASS)["LSTM"]().forward() == "cpu"
    with pytest.raises(ModuleNotFoundError, match="not_there_at_all"):
        run(lines, "import not_there_at_all", CLASS.replace("LSTM:", "LSTM(not_there_at_all.Module):"))
