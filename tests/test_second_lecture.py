"""A second lecture in an empty folder, by this project's own command: table, list, page, record, against, grades."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from grading.__main__ import main
from results.record import read
from tests.a_class import RIGHT, WRONG
from tests.second_lecture import write_lecture

PROJECT = Path(__file__).resolve().parent.parent
CHEAP = ("--claim", "lstm/omit-water", "--claim", "cut/pieces-cannot-switch")
KINDS = {"exact", "error", "printed", "trained", "tendency", "speed"}


@pytest.fixture
def averages(tmp_path):
    """The lecture's folder, far from the project."""
    return write_lecture(tmp_path / "somewhere" / "averages")


def run(*words, status=0):
    """What a teacher types in the project's folder; the output."""
    outer = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    command = [sys.executable, "-B", "-m", "pytest", "-p", "no:cacheprovider", "-n", "0", "--device", "cpu", *words]
    done = subprocess.run(
        [*map(str, command), "--lang", "en"], cwd=PROJECT, env=outer, capture_output=True, text=True, check=False
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def files(folder):
    """Every file with its bytes."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_second_lecture_has_table_list_page_record_and_comparison(averages, tmp_path):
    """Six claims of six kinds; nothing is written but what was asked for."""
    before = files(averages)
    record, page = tmp_path / "run.json", tmp_path / "page"
    out = run("conftest.py", averages, "--record", record, "--report", page)
    assert "= Averages =" in out
    assert re.search(r"^all sections +6 +6 ", out, re.MULTILINE)
    found = read(record)
    assert {claim.kind for claim in found.claims} == KINDS
    assert {case.word for case in found.cases} == {"holds"}
    assert [lecture.seed for lecture in found.lectures] == [11]
    html = (page / "index.html").read_text("utf-8")
    assert "평균값" in html
    assert "/averages/ --claim means/printed" in html
    drawn = {file.stem for file in (page / "pictures").iterdir()}
    assert drawn == {"averages-tosses", "means-learnt-data"}
    listed = run("conftest.py", averages, "--claims")
    assert all(claim.id in listed for claim in found.claims)
    assert "nothing moved beyond its allowance" in run("conftest.py", averages, "--against", record)
    assert files(averages) == before
    (averages / "test_averages.py").write_text(
        (averages / "test_averages.py").read_text("utf-8").rpartition("@said")[0]
    )
    assert "1 missing" in run("conftest.py", averages, "--against", record, status=1)


def test_a_submission_is_judged_by_a_second_lecture(averages, tmp_path):
    """By pytest and by a class's grades: a right network has all points, a wrong one has not."""
    handed_in, out = tmp_path / "handed_in", tmp_path / "grades"
    handed_in.mkdir()
    (handed_in / "right.py").write_text(RIGHT, "utf-8")
    (handed_in / "wrong.py").write_text(WRONG[0], "utf-8")
    assert "2 passed" in run("conftest.py", averages, "--submission", handed_in / "right.py")
    assert "1 failed" in run("conftest.py", averages, "--submission", handed_in / "wrong.py", status=1)
    words = [str(handed_in), "--out", str(out), "--jobs", "1", "--lang", "ko", "--lecture", str(averages)]
    assert main(words) == 0
    grades = {file.parent.name: json.loads(file.read_text("utf-8")) for file in out.glob("*/grade.json")}
    assert {name: (one["score"], one["max_score"]) for name, one in grades.items()} == {
        "right.py": (3, 3),
        "wrong.py": (1, 3),
    }


def test_two_lectures_side_by_side_change_no_figure_of_the_first(averages, tmp_path):
    """To the bit: evidence and digests of week 12's claims, alone and beside another lecture with another seed."""
    alone, beside = tmp_path / "alone.json", tmp_path / "beside.json"
    run("claims", *CHEAP, "--record", alone)
    out = run("claims", averages, *CHEAP, "--claim", "means/learnt", "--claim", "means/rows-first", "--record", beside)
    assert "= Averages =" in out
    assert "week 12" in out

    def figures(file):
        cases = [case for case in read(file).cases if not case.claim.startswith("means/")]
        for case in cases:
            case.seconds = 0.0
        return [case.as_dict() for case in cases]

    assert figures(alone) == figures(beside)
    assert len(read(beside).lectures) == 2
