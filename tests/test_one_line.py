"""What is wrong with a command's words, files or surroundings is one line in the reader's language, and no stack."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from calibration.__main__ import main as calibrate
from grading.__main__ import main
from tests import second_lecture
from tests.a_class import RIGHT
from tests.places import PROJECT, python_path


@pytest.fixture
def said(tmp_path, capsys, monkeypatch):
    """``said(*words)``: what ``python -m grading`` says on standard error in the folder ``tmp_path``, having ended
    with 2. There own.py is a right file and folder a folder."""
    monkeypatch.chdir(tmp_path)
    Path("own.py").write_text(RIGHT, "utf-8")
    Path("folder").mkdir()

    def run(*words):
        try:
            status = main(list(words))
        except SystemExit as ended:
            status = ended.code
        assert status == 2
        return capsys.readouterr().err

    return run


GRADED = ("own.py", "--out", "grades")


@pytest.mark.parametrize(
    ("words", "english", "korean"),
    [
        ((*GRADED, "--secret", "none"), "none: there is no such file or folder", "none: 파일이나 폴더가 없음"),
        ((*GRADED, "--points", "none"), "none: there is no such file or folder", "none: 파일이나 폴더가 없음"),
        ((*GRADED, "--roster", "none"), "none: there is no such file or folder", "none: 파일이나 폴더가 없음"),
        ((*GRADED, "--contract", "none"), "none: there is no such file or folder", "none: 파일이나 폴더가 없음"),
        ((*GRADED, "--points", "folder"), "folder is a folder; a file is asked", "folder은(는) 폴더임. 파일이어야 함"),
        (("own.py", "--out", "own.py"), "own.py: a file stands where a folder", "own.py: 폴더가 있어야 할 자리에"),
        ((*GRADED, "--claim", "none"), "--claim none: no submission is judged", "--claim none: 제출물을 채점하는"),
        (
            (*GRADED, "--lecture", "folder"),
            "folder: neither a folder with",
            "folder: lecture.toml이",
        ),
        (("template", "--lecture", "none"), "here are: week12", "여기에 있는 강의: week12"),
        (("gradescope-zip", "folder"), "folder is a folder; a file is asked", "folder은(는) 폴더임. 파일이어야 함"),
        (("gradescope-zip", "a.zip", "--points", "none"), "none: there is no such file", "none: 파일이나 폴더가 없음"),
    ],
)
def test_what_is_wrong_is_said_in_the_readers_language(said, words, english, korean):
    """The system's own words had stood there, and English for Korean readers."""
    assert english in said(*words, "--lang", "en")
    assert korean in said(*words, "--lang", "ko")


def test_a_lecture_that_may_not_be_read(said, monkeypatch):
    """Its folder is named."""
    found = Path.stat

    def stat(self, **more):
        if self.parent.name == "closed":
            raise PermissionError(13, "Permission denied", str(self))
        return found(self, **more)

    monkeypatch.setattr(Path, "stat", stat)
    for words in (("template",), GRADED):
        assert "no permission to read or write here" in said(*words, "--lecture", "closed", "--lang", "en")


def test_what_a_cap_is_is_not_points(said):
    """required_cap is no claim."""
    Path("points.toml").write_text('required_cap = "x"\n', "utf-8")
    assert "points.toml: required_cap is 'x'; a number is asked" in said(*GRADED, "--points", "points.toml")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("--jobs 0", "a whole number from 1 on is asked, not '0'"),
        ("--seeds -1", "a whole number from 0 on is asked, not '-1'"),
        ("--out own.py", "--out own.py: no folder that can be written"),
    ],
)
def test_a_calibration_is_refused_before_it_runs(tmp_path, monkeypatch, capsys, words, why):
    """A stack, "0 runs to go", and a stack after the first run."""
    monkeypatch.chdir(tmp_path)
    Path("own.py").write_text("", "utf-8")
    monkeypatch.setattr(sys, "argv", ["calibration", *words.split()])
    monkeypatch.setattr("calibration.__main__.tasks", lambda *_: pytest.fail("a run was prepared"))
    try:
        status = calibrate()
    except SystemExit as ended:
        status = ended.code
    assert status == 2
    assert why in capsys.readouterr().err


@pytest.mark.parametrize(
    ("word", "status", "why"),
    [
        ("--help", 0, "a folder that is not there yet"),
        ("own.py", 2, "own.py is there already"),
        ("own.py/new", 2, "Not a directory"),
    ],
)
def test_the_lecture_to_begin_from(tmp_path, monkeypatch, capsys, word, status, why):
    """It was written into a folder called --help."""
    monkeypatch.chdir(tmp_path)
    Path("own.py").write_text("", "utf-8")
    monkeypatch.setattr(sys, "argv", ["second_lecture", word])
    with pytest.raises(SystemExit) as ended:
        second_lecture.main()
    assert ended.value.code == status
    assert why in "".join(capsys.readouterr())
    assert [file.name for file in tmp_path.iterdir()] == ["own.py"]


@pytest.mark.parametrize(
    ("words", "status", "why"),
    [
        ("grading --help", 0, "exit status: 0 every submission was judged"),
        (
            "grading template",
            2,
            "the package torch is not installed here; type: python -m pip install -r requirements.",
        ),
        ("grading own.py --out grades", 2, "the package torch is not installed here"),
        ("versions --help", 2, "the package torch is not installed here"),
    ],
)
def test_without_torch(tmp_path, words, status, why):
    """How grading is used all the same; else the way out."""
    (tmp_path / "torch.py").write_text("raise ModuleNotFoundError('No module named torch', name='torch')\n", "utf-8")
    environment = {**os.environ, "PYTHONPATH": python_path(tmp_path, PROJECT), "LC_ALL": "C.UTF-8"}
    line = [sys.executable, "-m", *words.split()]
    done = subprocess.run(line, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == status
    assert why in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_claim_that_is_none_is_told_in_korean(room, run):
    """As --claims lists them."""
    room("@state('one/a')\ndef test_x():\n    '''X.'''\n    check.equal('n', 1, 1)\n")
    for lang, told in (("en", "there is no such claim"), ("ko", "그런 주장이 없음")):
        result = run("claims", "--claim", "none", "--lang", lang)
        assert result.ret == 4
        result.stderr.fnmatch_lines([f"*--claim none: {told}*"])


def test_a_seed_for_sizes_is_a_seed(room, run):
    """As --seed has it."""
    room("@state('one/a')\ndef test_x():\n    '''X.'''\n    check.equal('n', 1, 1)\n")
    run("claims", "--sizes-seed", "x").stderr.fnmatch_lines(["*a seed is a whole number, not 'x'*"])
