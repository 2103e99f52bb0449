"""The house: which room may import which, and that no file outgrows one sitting."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent

# Left may import right, never back. A name with a dot stands for that module alone.
ARROWS = {
    "claims": {"fixtures.claim", "checks.check", "lecture"},
    "fixtures": {"fixtures", "checks", "lecture", "mistakes", "diagnosis", "results", "submissions"},
    "checks": {"checks", "lecture.formulas", "results", "submissions.client", "submissions.signals"},
    "submissions": {"submissions"},
    # The judge is a pytest session: it fills the plugin's slot, and speaks its phrases.
    "grading": {
        "grading",
        "results",
        "submissions",
        "lecture",
        "checks",
        "fixtures",
        "report.class_page",
        "report.student_page",
    },
    "diagnosis": {"diagnosis", "mistakes", "lecture", "results", "submissions"},
    "mistakes": {"mistakes", "lecture"},
    "lecture": {"lecture"},
    "results": {"results"},
    # report.plugin alone asks pytest for the finished record.
    "report": {"report", "results", "fixtures.record"},
    "calibration": {"calibration", "results"},
    # --against is a pytest plugin: it asks for the run's record.
    "versions": {"versions", "results", "lecture", "checks", "fixtures", "report.versions_page"},
}
ROOMS = set(ARROWS) | {"tests", "benchmarks", "submissions", "grading", "versions", "report"}


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
                allowed = any(name == arrow or name.startswith(f"{arrow}.") for arrow in ARROWS[room])
                assert allowed, f"{file.relative_to(PROJECT)} imports {name}"


@pytest.mark.parametrize(
    ("room", "banned"),
    [
        ("lecture", {"pytest"}),
        ("checks", {"pytest", "fastai"}),
        ("submissions", {"pytest", "fastai"}),
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


@pytest.mark.parametrize("room", sorted({*ARROWS, "tests", "benchmarks"}))
def test_files_stay_readable(room):
    """Never over 400 lines."""
    for file in _files(room):
        lines = len(file.read_text("utf-8").splitlines())
        assert lines <= 400, f"{file.relative_to(PROJECT)} has {lines} lines"


def test_nothing_that_was_handed_in_can_be_imported():
    """A torch.py beside a hostile file would be torch to every process that is started from here."""
    assert [place for place in sys.path if "handed_in" in place] == []
