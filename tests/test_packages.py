"""Hand-ins of several folders: every file travels, and is imported as from the folder that was handed in."""

from __future__ import annotations

import contextlib

import pytest

from grading.hand_ins import handed_in
from grading.notebook.helpers import imported_from
from submissions.files import UnusableFile
from submissions.sandbox import Limits
from submissions.signals import Raised, WrongAnswer
from submissions.submission import Submission
from tests.test_needed import cells
from tests.wrappings import lay, zipped

NET = """import torch
{}
class LSTM(torch.nn.Module):
    def __init__(self, *sizes):
        super().__init__()
        self.weights = torch.nn.Parameter(torch.zeros({} + 0))
"""
CELL = NET.replace("LSTM", "LSTMCell")
THREE = "THREE = 3\n"

LAYOUTS = {
    "a module above it": {"run.py": "from models.lstm import LSTM\n", "utils.py": THREE}
    | {"models/lstm.py": NET.format("from utils import THREE", "THREE"), "models/__init__.py": ""},
    "its own package by name": {"run.py": "from models.lstm import LSTM\n", "models/init.py": THREE}
    | {"models/lstm.py": NET.format("from models.init import THREE", "THREE")},
    "a folder above its own": {"hw/__init__.py": "", "hw/models/__init__.py": "", "hw/utils/init.py": THREE}
    | {"hw/models/lstm.py": NET.format("from ..utils.init import THREE", "THREE")},
    "beside the folder above": {"hw/init.py": THREE, "README.md": "", "init.py": "THREE = 1"}
    | {"hw/models/lstm.py": NET.format("from .. import init", "init.THREE"), "hw/models/init.py": "THREE = 2"},
    "a package that is all": {"mylstm/__init__.py": "from .core import LSTM\n", "mylstm/util.py": THREE}
    | {"mylstm/core.py": NET.format("from mylstm.util import THREE", "THREE")},
    "src": {"src/mylstm/__init__.py": "from mylstm.core import LSTM\n", "src/mylstm/util.py": THREE}
    | {"src/mylstm/core.py": NET.format("from mylstm.util import THREE", "THREE"), "tests/test_it.py": "import mylstm"},
    "a path that is set": {"lib/common.py": THREE, "README.md": ""}
    | {"nets/lstm.py": NET.format("import sys\nsys.path.append('../lib')\nfrom common import THREE", "THREE")},
    "a name that Python has": {"code/types.py": THREE, "README.md": ""}
    | {"code/lstm.py": NET.format("from .types import THREE", "THREE")},
    "a folder that is no name": {"week 1.2/init.py": THREE, "README.md": "", "init.py": "THREE = 1"}
    | {"week 1.2/lstm.py": NET.format("from .init import THREE", "THREE")},
    "opened": {"nets/init.py": THREE, "README.md": ""}
    | {"nets/lstm.py": NET.format("exec(open('init.py').read())", "THREE")},
    "a notebook and its package": {"nets/cells.py": CELL.format("", 3), "nets/__init__.py": ""}
    | {
        "own.ipynb": cells(
            "import sys; sys.path.append('.')\nfrom nets.net import LSTM\nfrom nets.cells import LSTMCell"
        )
    }
    | {"nets/net.py": NET.format("from nets.cells import LSTMCell", "3 * isinstance(LSTMCell(), LSTMCell)")},
    "a notebook that brings all": {"src/a.py": CELL.format("", 3), "src/b.py": NET.format("", 3)}
    | {"books/own.ipynb": cells("%cd ..", "from src.a import LSTMCell\nfrom src.b import LSTM")},
    "a package that brings all": {"nets/a.py": CELL.format("", 3), "nets/b.py": NET.format("", 3)}
    | {"nets/__init__.py": "from .a import LSTMCell\nfrom .b import LSTM", "run.py": "from nets import LSTM\n"},
    "a notebook run from another": {"init.ipynb": cells(THREE), "README.md": ""}
    | {"books/own.ipynb": cells("%run ../init.ipynb", NET.format("", "THREE"))},
    "a file that a cell writes": {"README.md": "", "init.py": "THREE = 1"}
    | {"books/own.ipynb": cells(f"%%writefile init.py\n{THREE}", NET.format("from init import THREE", "THREE"))},
    "a helper on a path that is set": {"lib/init.py": f"import nobodys_plots\n{THREE}nobodys_plots.show(THREE)\n"}
    | {"lstm.py": NET.format("import sys\nsys.path.insert(0, 'lib')\nfrom init import THREE", "THREE")},
    "what nobody imports": {
        "old/junk.py": b"\xff\x00\x81",
        "old/lstm_old.py": "def (",
        f"old/{'가' * 150}.py": "x = 1\n",
    }
    | {"nets/lstm.py": NET.format("", 3)},
}


def parameters(place):
    """By hand-in of a class what its LSTM has of parameters, or what came of it instead."""
    told = {}
    for one in handed_in.find([place]).all:
        with contextlib.closing(Submission(one.source, Limits())) as submission:
            submission.begin(1)
            request = {"do": "make", "kind": "LSTM", "sizes": [2, 2], "named": {}, "options": {}, "dtype": "float32"}
            try:
                told[one.source.name] = submission.ask("LSTM", request)[0]["parameters"]
            except (WrongAnswer, Raised, UnusableFile) as signal:
                told[one.source.name] = getattr(signal, "key", str(signal))
    return told


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_runs_where_it_was_written_runs_here(tmp_path, layout):
    """The file that is run may lie anywhere, and import from anywhere in the hand-in."""
    lay(tmp_path, {"class/kim.zip": zipped(LAYOUTS[layout])})
    assert parameters(tmp_path / "class") == {"kim.zip": {"weights": [3]}}


def test_what_is_not_imported_is_told_as_it_is(tmp_path):
    """Another student's is missing; what lies there twice is not, and neither of the two is chosen; nor what is no
    text."""
    text = NET.format("from utils import THREE", "THREE")
    lay(tmp_path / "class", {"kim/nets/lstm.py": text, "kim/README.md": "", "lee/utils.py": THREE, "lee/lstm.py": text})
    lay(tmp_path / "class", {"park/nets/lstm.py": text, "park/a/utils.py": THREE, "park/b/utils.py": THREE})
    lay(tmp_path / "class", {"oh/nets/lstm.py": text, "oh/utils.py": b"\xff\x00\x81"})
    why = "ImportError: THREE is missing: ModuleNotFoundError: No module named 'utils'"
    assert parameters(tmp_path / "class") == {
        "kim": "no module",
        "lee": {"weights": [3]},
        "oh": "not text",
        "park": why,
    }


def test_a_zip_of_one_student_may_have_folders(tmp_path):
    """Where a file imports them all, through one another."""
    lay(tmp_path, {"own.zip": zipped(LAYOUTS["a module above it"])})
    assert [sorted(one.source.files) for one in handed_in.find([tmp_path / "own.zip"]).all] == [
        ["models/__init__.py", "models/lstm.py", "run.py", "utils.py"]
    ]


def test_a_check_takes_a_package_along(tmp_path):
    """With what its files import."""
    lay(tmp_path, {name: text for name, text in LAYOUTS["a module above it"].items()})
    found = imported_from(tmp_path, ["from models.lstm import LSTM"])
    assert sorted(found) == ["models/__init__.py", "models/lstm.py", "utils.py"]
