"""A file that uses what is not here: told once, by its name, with what to do, however it is used."""

from __future__ import annotations

import json

import pytest
import torch

from checks.language import phrase
from diagnosis.advice import advice_of, cause_of
from fixtures.submissions import file_message, notes
from lecture.networks import classifier
from submissions import proxies
from submissions.files import read
from submissions.signals import Raised, WrongAnswer
from submissions.submission import Submission
from tests.conftest import QUICK
from tests.test_needed import answers, both


@pytest.mark.parametrize("kind", ["own.py", "own.ipynb"])
def test_a_missing_module_is_told_once_for_all_parts(submit, kind):
    """Which, where it is asked for, what to do; it is no exception by which a claim of an error would hold."""
    text = "import torch\nimport seaborn_of_nobody as sns\nimport os\nSIZE = sns.size()\n"
    text += "def one_hot(tokens, mapping):\n    return sns.eye(SIZE)\n"
    text += "def train(net, x, y, epochs, lr):\n    return [SIZE + 1.0]\n"
    cell = {"cell_type": "code", "source": text}
    submission = submit(json.dumps({"cells": [cell]}) if kind == "own.ipynb" else text, kind)
    found = []
    for call in (
        lambda: proxies.functions(submission)["one_hot"](["a"], {"a": 0}),
        lambda: proxies.functions(submission)["train"](
            classifier(torch.nn.LSTM, 2, 2), torch.ones(3, 2), torch.ones(3, 2), 1, 1
        ),
    ):
        with pytest.raises(WrongAnswer) as caught:
            call()
        found.append(caught.value)
    assert [signal.key for signal in found] == ["no module"] * 2
    assert len({(cause_of(signal), advice_of(signal).en) for signal in found}) == 1
    told = phrase("no module", "en", **found[0].values)
    assert told.startswith("one_hot needs the module seaborn_of_nobody:")
    assert told.count("seaborn_of_nobody") == 2, "once, and once in the line that is quoted"
    assert told.endswith(" line 2: import seaborn_of_nobody as sns)")


def test_a_file_that_is_nothing_without_a_module(submit):
    """Its name once, and what to do."""
    submission = submit("import nobodys_nets as pl\n\nclass LSTM(pl.Module):\n    pass\n")
    assert file_message(submission, "en") == (
        "own.py needs the module nobodys_nets: where this is judged it is not installed, and it is not among the "
        "files  (own.py line 1: import nobodys_nets as pl). Do without nobodys_nets in what is judged; hand "
        "it in where it is a file of your own."
    )


@both
@pytest.mark.parametrize("use", ["4 == H", "(1, 4) != (1, H)", "f'{H}'", "str([H])", "not H", "3 - H", "[1, 2][H]"])
def test_what_is_missing_says_so_however_it_is_used(kind, use):
    """A comparison is not just false, and no text speaks of the stand-in."""
    with pytest.raises(ImportError, match="H is missing: ZeroDivisionError"):
        answers(kind, use, "H = 1 // 0")


@both
def test_a_folder_is_no_package_and_may_be_written_as_one(kind):
    """from .gates, from . import gates: files beside are there by their names."""
    beside = {"gates.py": "from .more import TWO\nSIZE = 1 + TWO\n", "more.py": "TWO = 2\n"}
    assert answers(kind, "SIZE + gates.SIZE", "from .gates import SIZE\nfrom . import gates", beside=beside) == 6


@pytest.mark.parametrize("name", ["config.json", "never_read.csv"])
def test_a_file_that_is_no_code_is_not_there_and_that_is_told(tmp_path, name):
    """Once, where the code looks for it in vain, and in no other case."""
    (tmp_path / name).write_text("{}", "utf-8")
    text = (
        "import json\nimport pathlib\nCFG = json.loads((pathlib.Path(__file__).parent / 'config.json').read_text())\n"
    )
    (tmp_path / "own.py").write_text(f"{text}def one_hot(tokens, mapping):\n    return CFG['rows']\n", "utf-8")
    submission = Submission(read(tmp_path), QUICK)
    submission.begin(1)
    for _ in range(2):
        with pytest.raises(Raised):
            proxies.functions(submission)["one_hot"](["a"], {"a": 0})
    submission.close()
    said = phrase("file not there", "en", file="config.json")
    assert notes(submission, "en") == ([said] if name == "config.json" else [])
