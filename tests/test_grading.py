"""A class: real processes, real files; what is written, what is resumed, what is said."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
import zipfile
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from grading.files import folder_names
from grading.formats import classroom50
from grading.grade import Grade
from grading.grades import Book
from grading.hand_ins.handed_in import HandedIn
from grading.judge import Judge, Settings
from grading.points import Points, PointsError, read_points
from grading.tables import harmless
from parts.template import template
from results.judgement import Judgement
from results.model import Both, Case, Claim
from submissions import submission as submissions
from submissions.client import MachineFault
from submissions.files import Source
from tests.a_class import RIGHT

PROJECT = Path(__file__).resolve().parent.parent
TEXT = Both("It holds.", "성립한다.")
CLAIMS = [Claim(id, "one", "exact", TEXT, TEXT, points, judges=("network",)) for id, points in (("a/x", 2), ("a/y", 3))]


def grading(*words, **more):
    """python -m grading in a process of its own."""
    line = [sys.executable, "-m", "grading", *map(str, words)]
    return subprocess.run(line, cwd=PROJECT, capture_output=True, encoding="utf-8", timeout=300, check=False, **more)


def killed_after_the_first(out, *words):
    """Start, and kill -9 when a grade is there and others are not; the judgements that are kept, by file."""
    line = [sys.executable, "-m", "grading", *map(str, words)]
    with subprocess.Popen(line, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        while not process.stdout.readline().startswith(b"["):  # one line a submission, when it is known
            pass
        started = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        process.stdout.read()
    assert psutil.wait_procs(started, timeout=30)[1] == [], "what it started outlives it"
    # As if it had been cut in the middle of writing.
    next(out.iterdir()).joinpath(".grade.json.4711.part").write_text("{", "utf-8")
    return {file: file.read_bytes() for file in out.rglob("judgement.json")}


def judged(*words, **more):
    cases = [Case(claim.id, claim.id, "cpu", word) for claim, word in zip(CLAIMS, words, strict=True)]
    return Judgement("a.py", "0" * 64, list(CLAIMS), cases, **more)


def test_a_class_from_end_to_end(tmp_path):
    """Right, wrong, empty and broken files, in a folder; killed in the middle, and once more from what is kept."""
    folder, out = tmp_path / "handed in", tmp_path / "grades"
    folder.mkdir()
    (folder / "김, 하나.py").write_text(RIGHT, "utf-8")
    (folder / "wrong.py").write_text(RIGHT.replace("i, f, g, o = (row", "i, g, f, o = (row"), "utf-8")
    (folder / "empty.py").write_text(template("ko"), "utf-8")
    (folder / "other.py").write_text("class MyLSTM:\n    pass\n", "utf-8")
    (folder / "broken.py").write_text("import nothing_of_this_name\n", "utf-8")
    words = [folder, "--out", out, "--jobs", 2, "--lang", "ko", "--format", "gradescope", "--format", "nbgrader"]
    words += ["--claim", "lstm/"]
    judged_first = killed_after_the_first(out, *words)
    first = grading(*words, "--format", "junit")
    assert first.returncode == 0, first.stderr + first.stdout
    assert f"5개 중 {len(judged_first)}개는 이미 채점함" in first.stdout
    assert all(file.read_bytes() == judged_first[file] for file in judged_first), "what was judged is not judged anew"
    assert not list(out.rglob("*.part"))
    names = {"grade.json", "feedback.md", "judgement.json", "results.json", "index.html"}
    assert all({file.name for file in out.joinpath(key).iterdir()} == names for key in os.listdir(folder))
    with (out / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["submission"]: row for row in csv.DictReader(file)}
    assert float(rows["김, 하나.py"]["score"]) > float(rows["wrong.py"]["score"]) == 0, "every answer is another"
    assert rows["김, 하나.py"]["failed"] == "0"
    assert rows["wrong.py"]["mistakes"] == "lstm-gates-igfo"
    assert rows["empty.py"]["score"] == rows["broken.py"]["score"] == "0.0"
    seen = {name: [row[key] for key in ("verdict", "failed", "not_attempted", "not_run")] for name, row in rows.items()}
    assert seen["empty.py"] == ["nothing attempted", "0", "11", "0"]
    assert seen["other.py"] == ["nothing attempted", "0", "11", "0"]
    assert seen["broken.py"] == ["not loaded", "0", "0", "11"]
    assert "broken.py line 1" in rows["broken.py"]["message"]
    feedback = (out / "wrong.py" / "feedback.md").read_text("utf-8")
    assert "i, g, f, o 순서로 읽었다" in feedback
    assert feedback.count("i, g, f, o 순서로 읽었다") == 1, "one bug, one message"
    results = json.loads((out / "wrong.py" / "results.json").read_text("utf-8"))
    assert results["score"] == float(rows["wrong.py"]["score"])
    assert "작성한 것이 없음" in json.loads((out / "empty.py" / "results.json").read_text("utf-8"))["output"]
    assert "MyLSTM이(가) 있음" in json.loads((out / "other.py" / "results.json").read_text("utf-8"))["output"]
    suites = {suite.get("name"): suite for suite in ElementTree.parse(out / "junit.xml").getroot()}
    assert [suites["broken.py"].get(key) for key in ("failures", "errors", "skipped")] == ["0", "11", "0"]
    assert [suites["other.py"].get(key) for key in ("failures", "errors", "skipped")] == ["0", "0", "11"]
    assert {test["status"] for test in results["tests"]} == {"failed"}
    right = json.loads((out / "김, 하나.py" / "results.json").read_text("utf-8"))
    assert {test["status"] for test in right["tests"]} == {"passed", "failed"}
    page = (out / "wrong.py" / "index.html").read_text("utf-8")
    assert page.count('<table class="matrix">') == 3, "theirs, the right one and the difference, once for one bug"
    assert "김, 하나.py" in (out / "index.html").read_text("utf-8")


def test_what_is_judged_already(tmp_path):
    """The same bytes under the same settings, and not in vain; a file that was cut is judged again."""
    source = Source("own.py", "own.py", {"own.py": b"x"})
    one, settings = HandedIn("own.py", source), Settings()
    book = Book(tmp_path, settings, Points(tuple(CLAIMS)), "en")
    assert not book.is_judged(one)
    found = judged("holds", "fails")
    found.sha256 = source.sha256
    assert book.enter(one, found) == "own.py  2 of 5 points: 1 hold, 1 do not, 0 not attempted"
    assert "\n2 of 5 points: 1 hold" in (tmp_path / "own.py" / "feedback.md").read_text("utf-8")
    assert book.is_judged(one)
    assert Book(tmp_path, settings, Points(tuple(CLAIMS), by="cases"), "ko").is_judged(one), "points may change"
    assert not Book(tmp_path, replace(settings, seeds=(1, 2)), Points(tuple(CLAIMS)), "en").is_judged(one)
    assert not book.is_judged(HandedIn("own.py", Source("own.py", "own.py", {"own.py": b"y"})))
    kept = (tmp_path / "own.py" / "judgement.json").read_text("utf-8")
    (tmp_path / "own.py" / "judgement.json").write_text(kept[:-20], "utf-8")
    assert not book.is_judged(one)
    found.trouble = "no disk"
    book.enter(one, found)
    assert not book.is_judged(one)
    assert book.close([one], []) == ["own.py"]


def test_only_what_positively_held_counts():
    """Points, a required claim that caps, shares by cases; a claim that was not judged leaves the grade open."""
    points = Points(tuple(CLAIMS))
    for words, score in (
        (("holds", "holds"), 5),
        (("holds", "fails"), 2),
        (("error", "not attempted"), 0),
        (("undecided", "not run"), 0),
        (("holds", "not judged"), None),
    ):
        assert Grade.of(judged(*words), points).score == score
    capped = Points(tuple(CLAIMS), required=frozenset({"a/x"}), required_cap=1)
    assert Grade.of(judged("fails", "holds"), capped).score == 1
    assert Grade.of(judged("holds", "holds"), capped).score == 5
    half = judged("holds", "holds")
    half.cases.append(Case("a/y", "a/y", "cpu", "fails"))
    assert Grade.of(half, points).score == 2
    assert Grade.of(half, Points(tuple(CLAIMS), by="cases")).score == 3.5
    assert Grade.of(judged("holds", "holds", trouble="disk"), points).score is None


def test_a_worker_that_can_not_be_started_is_not_the_students_fault(monkeypatch):
    """Not judged, and no zero: neither where the file is loaded nor in the tables."""

    def refuse(*args, **options):
        raise MachineFault("machine can't start", why="no more namespaces")

    judge = Judge(Settings(claims=("lstm/omit-water",)))
    monkeypatch.setattr(submissions, "Worker", refuse)
    found = judge.judge(Source("own.py", "own.py", {"own.py": RIGHT.encode("utf-8")}))
    judge.close()
    assert found.message == ""
    assert "no more namespaces" in found.trouble
    grade = Grade.of(found, Points(tuple(CLAIMS)))
    assert (grade.score, grade.verdict, grade.count("not judged")) == (None, "not judged", len(CLAIMS))


def test_classroom50(tmp_path, monkeypatch):
    """Whole numbers, what is missing in the environment by name, and no zero for the machine's fault."""
    names = {"CLASSROOM": "rnn", "ASSIGNMENT": "week12", "SUBMISSION_TAG": "submit/1", "COMMIT_URL": "c"}
    names |= {"RELEASE_URL": "r", "REVIEW_URL": "v", "OWNER": "kim"}
    for name in ("ASSIGNMENT_TYPE", "USERNAME", *names):
        monkeypatch.delenv(name, raising=False)
    points = Points(tuple(CLAIMS), per_claim={"a/x": 0.5})
    grades = {"a": Grade.of(judged("holds", "fails"), points), "b": Grade.of(judged("holds", "not judged"), points)}
    with pytest.raises(ValueError, match="CLASSROOM, ASSIGNMENT, SUBMISSION_TAG"):
        classroom50.write(grades, tmp_path, "en")
    for name, value in names.items():
        monkeypatch.setenv(name, value)
    assert [file.parent.name for file in classroom50.write(grades, tmp_path, "en")] == ["a"]
    found = json.loads((tmp_path / "a" / "result.json").read_text("utf-8"))
    top = "schema classroom assignment assignment_type owner submission commit release review datetime score max-score"
    assert set(found) == {*top.split(), "tests"}
    assert (found["schema"], found["assignment_type"]) == ("classroom50/result/v1", "individual")
    assert (found["score"], found["max-score"]) == (50, 350)
    assert found["datetime"].endswith("Z")
    assert found["tests"][0].items() >= {"test-name": "a/x", "passed": True, "score": 50, "max-score": 50}.items()


def test_points_files(tmp_path):
    """The example is right; what is wrong is one sentence."""
    from grading.claims import judged_claims

    assert read_points(PROJECT / "grading" / "points-example.toml", judged_claims()).max_score > 0
    for text in ("by = 'luck'", "[claims]\n'a/x' = -1", "required = ['a/z']", "= 3"):
        (tmp_path / "p.toml").write_text(text, "utf-8")
        with pytest.raises(PointsError, match=r"p\.toml"):
            read_points(tmp_path / "p.toml", CLAIMS)


def test_names():
    """Folder names are unique on every system; a spreadsheet takes no name for a formula."""
    assert folder_names([("Index.HTML", "1" * 64)]) == ["Index.HTML-11111111"]
    assert folder_names([("A.py", "1" * 64), ("a.py", "2" * 64), ("b/c", "3" * 64)]) == ["A.py", "a.py-22222222", "b_c"]
    assert harmless("=cmd()") == "'=cmd()"
    assert harmless("ok.py") == "ok.py"


def test_the_template_in_both_languages():
    """Printed as UTF-8 whatever the console; it is Python."""
    for lang in ("en", "ko"):
        found = subprocess.run(
            [sys.executable, "-m", "grading", "template", "--lang", lang],
            cwd=PROJECT,
            capture_output=True,
            env={"PYTHONIOENCODING": "ascii", "PATH": ""},
            check=True,
        )
        assert found.stdout.decode("utf-8") == template(lang)
        compile(template(lang), "template", "exec")


@pytest.mark.slow
def test_the_autograder_zip(tmp_path):
    """Unpacked as Gradescope does it: its script judges what lies there by this project's files in the zip alone."""
    (tmp_path / "p.toml").write_text("by = 'cases'", "utf-8")
    (tmp_path / "s.txt").write_text("no one knows", "utf-8")
    words = ["--points", tmp_path / "p.toml", "--secret", tmp_path / "s.txt", "--lang", "en"]
    assert grading("gradescope-zip", tmp_path / "auto.zip", *words).returncode == 0
    source, submission = tmp_path / "source", tmp_path / "submission"
    submission.mkdir()
    (submission / "own.py").write_text("import nothing_of_this_name\n", "utf-8")
    with zipfile.ZipFile(tmp_path / "auto.zip") as archive:
        names = archive.namelist()
        assert {"setup.sh", "run_autograder", "conftest.py", "points.toml", "grading/judge.py"} <= set(names)
        plugins = re.findall(r'"(\w+\.\w+)"', archive.read("conftest.py").decode())
        assert {f"{plugin.replace('.', '/')}.py" for plugin in plugins} <= set(names)
        assert {"report/templates/student.html", "report/templates/page.css"} <= set(names)
        assert archive.getinfo("run_autograder").external_attr >> 16 & 0o111
        assert archive.getinfo("setup.sh").external_attr >> 16 & 0o111
        archive.extractall(source)
    (source / ".venv").symlink_to(sys.prefix)
    shutil.copy(source / "run_autograder", tmp_path)

    def results():
        line = ["bash", str(tmp_path / "run_autograder")]
        found = subprocess.run(line, capture_output=True, encoding="utf-8", timeout=120, check=True)
        return json.loads((tmp_path / "results" / "results.json").read_text("utf-8")), found.stdout

    found, said = results()
    assert "(own.py line 1: import nothing\\_of\\_this\\_name)" in found["output"], said
    assert found["score"] == 0
    assert len(found["tests"]) > 20
    (source / "points.toml").write_text("by = 'luck'", "utf-8")
    found, said = results()
    assert found["extra_data"]["not_judged"] is True
    assert "luck" in found["extra_data"]["log"]
