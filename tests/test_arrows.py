"""The house as HOUSE.md draws it: which room may import which, and that neither rooms nor files outgrow a sitting."""

from __future__ import annotations

import ast
import re
import runpy
import sys
from collections import Counter
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent

# Beside itself. A name with a dot stands for that module alone.
ARROWS = {
    # Its pictures stand beside them, drawn with the report's sheet and helpers.
    "claims": {"fixtures.claim", "checks.check", "lecture", "report.pictures", "results"},
    "fixtures": {"checks", "lecture", "mistakes", "diagnosis", "results", "submissions", "parts"},
    # A verdict knows the signals of a submission; torch's answers for a whole series are the lecture's loop.
    "checks": {
        "lecture.formulas",
        "results",
        "submissions.client",
        "submissions.signals",
        "parts",
        # As a worker pulls back its own.
        "submissions.inside.arithmetic",
    },
    # diagnosis.explain asks a submission's own networks.
    "diagnosis": {"mistakes", "lecture", "results", "submissions", "parts"},
    "mistakes": {"lecture"},
    "lecture": set(),
    "results": set(),
    "submissions": {"parts"},
    # What is right is torch's, or the lecture's.
    "parts": {"lecture"},
    # The judge is a pytest session: it fills the plugin's slot, and speaks its phrases.
    "grading": {"results", "submissions", "lecture", "checks", "fixtures", "parts", "report"},
    # --against is a pytest plugin: it asks for the run's record.
    "versions": {"results", "lecture", "checks", "fixtures", "report.versions_page"},
    # report.plugin alone asks pytest for the finished record.
    "report": {"results", "fixtures.record"},
    "calibration": {"results"},
}
ROOMS = {*ARROWS, "tests", "benchmarks"}
MOST_LINES, MOST_FILES = 300, 16
OF_ONE_KIND = {"tests", "fixtures", "mistakes/week12"}


def _files(room: str) -> list[Path]:
    return sorted((PROJECT / room).rglob("*.py"))


def _imports(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("room", ARROWS)
def test_a_room_imports_only_what_its_arrows_allow(room):
    """Among our own rooms."""
    for file in _files(room):
        for name in _imports(file):
            if name.partition(".")[0] in ROOMS:
                arrows = {room, *ARROWS[room]}
                allowed = any(name == arrow or name.startswith(f"{arrow}.") for arrow in arrows)
                assert allowed, f"{file.relative_to(PROJECT)} imports {name}"


@pytest.mark.parametrize(
    ("room", "banned"),
    [
        ("lecture", {"pytest"}),
        ("checks", {"pytest", "fastai"}),
        ("submissions", {"pytest", "fastai"}),
        # A worker has that room alone, and may not see what is right.
        ("submissions/inside", {"parts", "lecture"}),
        ("parts", {"pytest", "fastai"}),
        ("mistakes", {"pytest", "fastai"}),
        ("diagnosis", {"pytest", "fastai"}),
        ("results", {"pytest", "torch"}),
        ("report", {"pytest", "torch"}),
    ],
)
def test_a_room_keeps_out_of_what_is_not_its_own(room, banned):
    """The lecture knows no pytest, results know no torch."""
    for file in _files(room):
        if file.name == "plugin.py":
            continue
        roots = {name.partition(".")[0] for name in _imports(file)}
        assert not roots & banned, f"{file.relative_to(PROJECT)} imports {roots & banned}"


def test_no_claim_names_torchs_networks():
    """Claims ask the implementation fixture, so that another implementation can be judged by them."""
    for file in _files("claims"):
        text = file.read_text("utf-8")
        for name in ("torch.nn.RNN", "torch.nn.LSTM(", "torch.nn.GRU", "nn.LSTM(", "nn.RNN(", "nn.GRU("):
            assert name not in text, f"{file.name} names {name}"


def test_the_page_draws_this_house():
    """HOUSE.md has every room once, with the rooms that it may import, all of which stand below it."""
    rows = re.findall(r"^\| `(\w+)/` \| .+ \| (.*)\|$", (PROJECT / "HOUSE.md").read_text("utf-8"), re.MULTILINE)
    drawn = {room: set(re.findall(r"`(\w+)`", arrows)) for room, arrows in rows}
    assert drawn == {room: {arrow.partition(".")[0] for arrow in arrows} for room, arrows in ARROWS.items()}
    order = [room for room, _ in rows]
    assert len(order) == len(drawn)
    for place, room in enumerate(order):
        assert drawn[room] <= set(order[place + 1 :]), f"{room} imports from above"


def test_every_folder_with_code_is_a_room():
    """None that no arrow is drawn for."""
    tops = {file.parent.relative_to(PROJECT).parts[0] for file in PROJECT.glob("[!.]*/*.py")}
    assert tops == ROOMS


def test_fixtures_are_plugins_alone():
    """Each file of fixtures/ is named in conftest.py, and every plugin.py of another room."""
    named = set(runpy.run_path(str(PROJECT / "conftest.py"))["PLUGINS"])
    files = [*_files("fixtures"), *(file for room in ARROWS for file in _files(room) if file.name == "plugin.py")]
    modules = {".".join(file.relative_to(PROJECT).with_suffix("").parts) for file in files if file.stem != "__init__"}
    assert named - {"pytester"} == modules


def test_no_room_is_over_a_quarter_of_the_house():
    """In lines of code; tests and benchmarks stand beside the house."""
    lines = {room: sum(len(file.read_text("utf-8").splitlines()) for file in _files(room)) for room in ARROWS}
    assert {room: count for room, count in lines.items() if count > sum(lines.values()) / 4} == {}


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_files_and_folders_stay_readable(room):
    """No file over 300 lines; no folder over 16 files, unless they are all of one kind."""
    folders = Counter()
    for file in _files(room):
        name, lines = file.relative_to(PROJECT).as_posix(), len(file.read_text("utf-8").splitlines())
        assert lines <= MOST_LINES, f"{name} has {lines} lines"
        folders[file.relative_to(PROJECT).parent.as_posix()] += file.name != "__init__.py"
    mixed = {folder: count for folder, count in folders.items() if folder not in OF_ONE_KIND}
    assert {folder: n for folder, n in mixed.items() if n > MOST_FILES and "handed_in" not in folder} == {}


def test_nothing_that_was_handed_in_can_be_imported():
    """A torch.py beside a hostile file would be torch to every process that is started from here."""
    assert [place for place in sys.path if "handed_in" in place] == []
