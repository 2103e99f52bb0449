"""What a course asks for, and how points are told: parts, claims, caps, shares, hidden claims; from any folder."""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from grading.__main__ import main
from grading.claims import judged_claims
from grading.feedback import feedback
from grading.formats import classroom50
from grading.grade import Grade, text_of
from grading.grades import chosen, points_of
from grading.judge import Judge, Round, Settings
from grading.pages import student_of
from grading.parts import is_about, read_parts
from grading.points import Points, PointsError
from report.student_page import student_page
from results.model import Case
from submissions.files import Source, read
from tests.a_class import FOLDER, RIGHT, WRONG, comparable
from tests.places import PROJECT, python_path
from tests.test_grading import CLAIMS, judged


def test_points_are_out_of_what_is_asked():
    """A right LSTM has all of them where an LSTM is asked; what else it defines does not count."""
    points = points_of(None, judged_claims(), parts=("LSTM",))
    settings = Settings(claims=("lstm/water-shape", "lstm/input-unchanged", "cell/omit-water"), parts=("LSTM",))
    judge = Judge(settings)
    text = f"{RIGHT}\nclass GRU(LSTM):\n    pass\n\nclass MyRNN(LSTM):\n    pass\n"
    found = judge.judge(Source("own.py", "own.py", {"own.py": text.encode()}))
    empty = judge.judge(Source("own.py", "own.py", {"own.py": b"class MyGRU: pass\n"}))
    judge.close()
    assert {(case.claim, case.word) for case in found.cases} == {
        ("lstm/water-shape", "holds"),
        ("lstm/input-unchanged", "holds"),
    }
    assert len(found.cases) == 3
    of = points.only(lambda claim: claim.id in settings.claims)
    grade = Grade.of(found, of)
    assert grade.score == grade.max_score == 3
    assert text_of(Grade.of(empty, of), "en") == "0 of 3 points: nothing attempted: of LSTM none is written yet"


def test_what_is_worth_nothing_is_not_judged(tmp_path):
    """But a required claim is; parts and claims may be chosen in the file and on the command line."""
    (tmp_path / "p.toml").write_text(
        "parts = ['LSTM']\n[sections]\n'torch.nn.LSTM' = 0\n[claims]\n'lstm/omit-water' = 2\n"
    )
    points = points_of(tmp_path / "p.toml", judged_claims())
    assert {claim.id for claim in points.claims if claim.section == "torch.nn.LSTM"} == {"lstm/omit-water"}
    assert all(is_about(claim, ("LSTM",)) for claim in points.claims)
    assert chosen(points, judged_claims()) == tuple(claim.id for claim in points.claims)
    assert chosen(points_of(None, judged_claims()), judged_claims()) == ()
    assert [claim.id for claim in points_of(None, judged_claims(), ["cell/omit-water"]).claims] == ["cell/omit-water"]
    assert len(points_of(None, judged_claims(), ["cell/"]).claims) == 7
    assert points_of(tmp_path / "p.toml", judged_claims(), parts=("train",)).parts == ("train",)
    with pytest.raises(PointsError, match="no submission is judged by such a claim"):
        points_of(None, judged_claims(), ["cell/omit"])
    with pytest.raises(ValueError, match="'LTSM' is no part; parts are RNN, LSTM"):
        read_parts("LTSM", judged_claims())
    (tmp_path / "p.toml").write_text("parts = ['LTSM']")
    with pytest.raises(PointsError, match=r"p\.toml: 'LTSM' is no part"):
        points_of(tmp_path / "p.toml", judged_claims())


def test_a_cap_says_why():
    """Where it took something: the rows sum to more."""
    capped = Points(tuple(CLAIMS), required=frozenset({"a/x"}), required_cap=1)
    grade = Grade.of(judged("fails", "holds"), capped)
    assert text_of(grade, "en") == "1 of 5 points (no more while a/x does not hold): 1 hold, 1 do not, 0 not attempted"
    assert "a/x이(가) 성립하지 않아" in text_of(grade, "ko")
    assert "no more while a/x does not hold" in student_page(student_of(grade, "own", "en"))
    loose = Points(tuple(CLAIMS), required=frozenset({"a/x"}), required_cap=4)
    assert "no more" not in text_of(Grade.of(judged("fails", "holds"), loose), "en")


def test_counts_tell_nothing_of_hidden_claims():
    """Neither the first line nor the page, whatever they came to."""
    points = Points(tuple(CLAIMS), hidden=frozenset({"a/y"}), by="claim")
    seen = [Grade.of(judged("holds", word), points) for word in ("holds", "fails", "not attempted")]
    assert {text_of(grade, "en").partition(": ")[2] for grade in seen} == {"1 hold, 0 do not, 0 not attempted"}
    pages = {re.sub(r"\d of 5|5점 중 \d", "n of 5", student_page(student_of(grade, "own", "en"))) for grade in seen}
    assert len(pages) == 1
    assert "a/y" not in pages.pop()


def test_a_share_of_cases_is_told():
    """Of a claim that fails in some: how many held."""
    found = judged("holds", "holds")
    found.cases += [Case("a/y", "a/y", "cpu", word) for word in ("fails", "holds", "not attempted")]
    assert Grade.of(found, Points(tuple(CLAIMS), by="cases")).score == 4
    assert "`a/y` 2/3 (2 of 3 cases)" in feedback(Grade.of(found, Points(tuple(CLAIMS), by="cases")), "en")
    assert "`a/y` 0/3\n" in feedback(Grade.of(found, Points(tuple(CLAIMS))), "en")


@pytest.mark.parametrize("by", ["claim", "cases"])
def test_what_is_not_attempted_takes_nothing_and_has_a_reason(by):
    """An option, or a class beside; where nothing is attempted there is nothing to earn."""
    found = judged("holds", "not attempted")
    missing = [("LSTM", "no option num_layers"), ("GRU", "GRU is not in the file")]
    found.cases[0] = replace(found.cases[0], about="LSTM")
    found.cases += [Case("a/x", "a/x", "cpu", "not attempted", why=why, about=about) for about, why in missing]
    grade = Grade.of(found, Points(tuple(CLAIMS), by=by))
    assert (grade.score, grade.max_score) == (2, 5)
    assert "`a/x` 2/2: no option num\\_layers; on LSTM alone; not attempted: GRU" in feedback(grade, "en")
    assert "no option num_layers" in student_page(student_of(grade, "own", "en"))


@pytest.mark.parametrize("hidden", [frozenset(), frozenset({"a/y"})])
def test_classroom50s_tests_sum_to_the_whole(monkeypatch, hidden):
    """In points that are no whole hundredths, and with hidden claims; a cap takes from the whole."""
    for name in (*classroom50.NEEDED, "OWNER"):
        monkeypatch.setenv(name, "x")
    points = Points(tuple(CLAIMS), per_claim={"a/x": 1 / 3, "a/y": 2 / 3 - 0.004}, hidden=hidden)
    now = classroom50.datetime.now(classroom50.timezone.utc)
    result = classroom50.result(Grade.of(judged("holds", "holds"), points), now)
    assert result["score"] == sum(test["score"] for test in result["tests"])
    assert result["max-score"] == sum(test["max-score"] for test in result["tests"]) == 99
    assert ("a/y" in json.dumps(result)) == (not hidden)
    capped = Points(tuple(CLAIMS), required=frozenset({"a/x"}), required_cap=1)
    assert classroom50.result(Grade.of(judged("fails", "holds"), capped), now)["score"] == 100


def test_from_another_folder(tmp_path):
    """By the folder that grading/ lies in."""
    (tmp_path / "kim.pdf").write_bytes(b"%PDF")
    line = [sys.executable, str(PROJECT / "grading"), "kim.pdf", "--out", "out", "--lang", "en"]
    found = subprocess.run(line, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    assert (found.returncode, (tmp_path / "out" / "grades.csv").exists()) == (0, True), found.stderr


def test_an_empty_submission_on_gradescope_has_a_result(tmp_path):
    """As its script calls us: a folder with nothing in it."""
    (tmp_path / "handed_in" / "submission").mkdir(parents=True)
    words = [tmp_path / "handed_in", "--out", tmp_path / "out", "--format", "gradescope", "--lang", "en"]
    assert main([*map(str, words)]) == 0
    results = json.loads((tmp_path / "out" / "submission" / "results.json").read_text("utf-8"))
    assert (results["score"], "submission is empty" in results["output"]) == (0, True)


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("end", ["interrupted", "killed"])
def test_an_end_at_the_start_leaves_no_stack(tmp_path, end):
    """Ctrl-C, which all processes of a terminal get; and no warning of semaphores after a kill."""
    (tmp_path / "own.py").write_text(RIGHT, "utf-8")
    with (tmp_path / "said").open("wb") as said:
        line = [sys.executable, "-m", "grading", tmp_path / "own.py", "--out", tmp_path / "out", "--lang", "en"]
        process = subprocess.Popen(line, cwd=PROJECT, stdout=said, stderr=said, start_new_session=True)
    started = psutil.Process(process.pid)
    deadline = time.monotonic() + 60
    while not started.children() and time.monotonic() < deadline:  # dask starts its processes
        time.sleep(0.05)
    below = started.children(recursive=True)
    if end == "killed":
        time.sleep(1)
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGINT)
    assert process.wait(60) == (130 if end == "interrupted" else -signal.SIGKILL)
    psutil.wait_procs(below, timeout=30)
    text = (tmp_path / "said").read_text("utf-8", "replace")
    assert "Traceback" not in text
    assert "semaphore" not in text
    assert ("stopped; the same command goes on" in text) == (end == "interrupted")


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("word", ["import", "contract"])
def test_ctrl_c_while_torch_is_imported_is_one_line(tmp_path, word):
    """Whoever imports it: this command's own modules, or a command below it."""
    (tmp_path / "torch.py").write_text("print('importing', flush=True)\nimport time\ntime.sleep(60)\n", "utf-8")
    (tmp_path / "argparse.py").write_text("import torch\n" if word == "import" else "from real import *\n", "utf-8")
    (tmp_path / "real.py").write_bytes(Path(argparse.__file__).read_bytes())
    line = [sys.executable, "-m", "grading", "contract", "own.py"]
    places = python_path(tmp_path, PROJECT)
    with subprocess.Popen(
        line, env={**os.environ, "PYTHONPATH": places}, cwd=tmp_path, stdout=-1, stderr=-1, encoding="utf-8"
    ) as process:
        assert process.stdout.readline() == "importing\n"
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=30)[1]
    assert process.returncode == 130
    assert len(said.strip().splitlines()) == 1, said


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_tests_that_run_in_the_background_are_interrupted_too():
    """A shell's background has interrupts ignored, and what starts there hands that on."""
    line = (
        "trap '' INT; exec \"$0\" -c 'import signal, tests.conftest; print(signal.getsignal(signal.SIGINT).__name__)'"
    )
    done = subprocess.run(["sh", "-c", line, sys.executable], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout == "default_int_handler\n"


def test_what_learns_by_one_bias_alone_earns_nothing_for_training(judge):
    """Its answers are right, and with one weight of four it still learns the switch."""
    text = read(FOLDER / "right" / "minimal.py").text("minimal.py")
    for name in ("weight_ih_l0 @", "weight_hh_l0 @", "bias_ih_l0 +"):
        text = text.replace(f"self.{name}", f"self.{name.replace(' ', '.data ')}")
    ids = ("cut/whole-learns-the-switch", "cut/first-guess-is-a-coin", "lstm/hT-is-the-last-row")
    source = Source("own.py", "own.py", {"own.py": text.encode()})
    grade = Grade.of(judge.round(Round(source, claims=ids)), points_of(None, judged_claims(), ids))
    assert [claim.word for claim in grade.claims] == ["holds", "fails", "fails"]
    assert "grad of" in grade.claims[1].shown.why


def test_comparable_ignores_nothing_new(judge):
    """Notes are part of what a class and a file alone come to."""
    found = judge.judge(Source("own.py", "own.py", {"own.py": b"class MyLSTM: pass\n"}))
    assert comparable(found)["notes"] == ["your file defines MyLSTM; LSTM is asked: rename what is meant for it"]


@pytest.mark.parametrize(("text", "name"), [(WRONG[0], "gates"), (None, "returns_zeros")])
def test_what_is_built_on_other_numbers_earns_nothing(judge, text, name):
    """Two modules in one, and what is trained: it agrees with itself, or even learns, and is no LSTM."""
    source = Source("own.py", "own.py", {"own.py": text.encode()}) if text else read(FOLDER / "hostile" / f"{name}.py")
    ids = ("words/two-modules-need-one", "cut/only-x1")
    grade = Grade.of(judge.round(Round(source, claims=ids)), points_of(None, judged_claims(), ids))
    assert grade.score == 0
    if name == "gates":
        whys = [claim.shown.why for claim in grade.claims]
        assert whys[0].startswith("it agrees with itself, but its numbers are not torch's: output against torch's")
        assert whys[1].startswith("what it is built on, the network, does not give torch's numbers: output against")
