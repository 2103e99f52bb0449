"""A second lecture in an empty folder, by this project's own command: table, list, page, record, against, grades."""

from __future__ import annotations

import json
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from grading.__main__ import main
from grading.claims import judged_claims
from grading.grades import points_of
from results.record import read
from tests.a_lecture import NOT_DIVIDED, RIGHT
from tests.second_lecture import write_lecture

PROJECT = Path(__file__).resolve().parent.parent
CHEAP = ("--claim", "lstm/omit-water", "--claim", "cut/pieces-cannot-switch")
CLAIM_KINDS = {"exact", "error", "printed", "trained", "tendency", "speed"}


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


def files_of_the_house():
    """All but what Python and tools keep for themselves, with their times."""
    found = (path.relative_to(PROJECT) for path in PROJECT.rglob("*") if path.is_file())
    kept = (path for path in found if not any(part[0] == "." or part == "__pycache__" for part in path.parts))
    return {path: (PROJECT / path).stat().st_mtime_ns for path in kept}


def test_it_is_written_where_nothing_stands(tmp_path, monkeypatch):
    """As claims/README.md says; what is there already stays."""
    monkeypatch.setattr(sys, "argv", ["second_lecture", str(tmp_path / "mine")])
    runpy.run_path(str(PROJECT / "tests" / "second_lecture.py"), run_name="__main__")
    before = files(tmp_path / "mine")
    assert {file.name for file in before} >= {"lecture.toml", "parts.py", "test_averages.py", "tosses.py"}
    with pytest.raises(SystemExit, match="2"):
        runpy.run_path(str(PROJECT / "tests" / "second_lecture.py"), run_name="__main__")
    assert files(tmp_path / "mine") == before


@pytest.mark.slow
def test_a_second_lecture_needs_nothing_outside_its_folder(averages, tmp_path, capfdbinary):
    """Table, list, page, record, comparison, a submission, grades, the template, the mistake's name."""
    before, house = files(averages), files_of_the_house()
    record, page = tmp_path / "run.json", tmp_path / "page"
    out = run("conftest.py", averages, "--record", record, "--report", page)
    assert "= Averages =" in out
    assert re.search(r"^all sections +8 +8 ", out, re.MULTILINE)
    found = read(record)
    assert {claim.kind for claim in found.claims} == CLAIM_KINDS
    assert {case.word for case in found.cases} == {"holds"}
    assert [lecture.seed for lecture in found.lectures] == [11]
    html = (page / "index.html").read_text("utf-8")
    assert "평균값" in html
    assert "/averages/ --claim means/printed" in html
    assert {file.stem for file in (page / "pictures").iterdir()} == {"averages-tosses", "means-learnt-data"}
    listed = run("conftest.py", averages, "--claims")
    assert all(claim.id in listed for claim in found.claims)
    assert "nothing moved beyond its allowance" in run("conftest.py", averages, "--against", record)

    handed_in, out_folder = tmp_path / "handed_in", tmp_path / "grades"
    handed_in.mkdir()
    for name, text in {"right": RIGHT, "wrong": NOT_DIVIDED, "half": RIGHT.partition("class ")[0]}.items():
        (handed_in / f"{name}.py").write_text(text, "utf-8")
    assert "4 passed" in run("conftest.py", averages, "--submission", handed_in / "right.py")
    assert "The scores are not divided by the root of d." in run(
        *("conftest.py", averages, "--submission", handed_in / "wrong.py"), status=1
    )
    assert grades(handed_in, out_folder, averages) == {"right.py": (5, 5), "wrong.py": (4, 5), "half.py": (2, 5)}
    assert "점수를 d의 제곱근으로 나누지 않았다." in (out_folder / "wrong.py" / "feedback.md").read_text("utf-8")
    claims = judged_claims(str(averages))
    assert [claim.id for claim in points_of(None, claims, parts=("attend",)).claims] == [
        "attend/two-keys",
        "attend/same-keys",
    ]
    capfdbinary.readouterr()
    assert main(["template", "--lecture", str(averages), "--lang", "ko"]) == 0
    template = capfdbinary.readouterr().out.decode("utf-8")
    assert "def attend(" in template
    assert "class LSTM" not in template
    assert files(averages) == before
    assert files_of_the_house() == house


def grades(handed_in, out, lecture):
    """Score and highest score of each file of a class."""
    assert main([str(handed_in), "--out", str(out), "--jobs", "1", "--lang", "ko", "--lecture", str(lecture)]) == 0
    found = {file.parent.name: json.loads(file.read_text("utf-8")) for file in out.glob("*/grade.json")}
    return {name: (one["score"], one["max_score"]) for name, one in found.items()}


def test_a_claim_that_is_gone_is_missing(averages, tmp_path):
    """Of a lecture elsewhere as of this one."""
    record = tmp_path / "run.json"
    words = ("conftest.py", averages, "--claim", "means/printed", "--claim", "means/mean-is-quick")
    run(*words, "--record", record)
    file = averages / "test_averages.py"
    file.write_text(file.read_text("utf-8").rpartition("@said")[0])
    assert "1 missing" in run("conftest.py", averages, "--against", record, status=1)


def test_two_lectures_side_by_side_change_no_figure_of_the_first(averages, tmp_path):
    """To the bit: evidence and digests of week 12's claims, alone and beside another lecture with another seed."""
    alone, beside = tmp_path / "alone.json", tmp_path / "beside.json"
    run("claims", *CHEAP, "--record", alone)
    out = run("claims", averages, *CHEAP, "--claim", "means/learnt", "--claim", "attend/", "--record", beside)
    assert "= Averages =" in out
    assert "week 12" in out

    def figures(file):
        cases = [case for case in read(file).cases if not case.claim.startswith(("means/", "attend/"))]
        for case in cases:
            case.seconds = 0.0
        return [case.as_dict() for case in cases]

    assert figures(alone) == figures(beside)
    assert len(read(beside).lectures) == 2
