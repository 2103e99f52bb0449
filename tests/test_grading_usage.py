"""A command that can't be carried out: one sentence, exit status 2, and nobody graded 0 for it."""

from __future__ import annotations

import contextlib
import csv
import threading
import zipfile
from pathlib import Path

import pytest

from fixtures.devices import why_no_cuda
from grading import run
from grading.__main__ import main
from grading.files import OF_THE_CLASS
from grading.formats import FORMATS
from tests.a_class import RIGHT
from tests.rights import of_anybody
from tests.wrappings import lay

CONTEXT = ("CLASSROOM", "ASSIGNMENT", "SUBMISSION_TAG", "COMMIT_URL", "RELEASE_URL", "REVIEW_URL", "OWNER", "USERNAME")


def said(capsys, *words):
    """What is written to stderr, after exit status 2."""
    try:
        status = main([*map(str, words)])
    except SystemExit as error:  # argparse ends in this way
        status = error.code
    assert status == 2
    found = capsys.readouterr().err
    assert "Traceback" not in found
    return found


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["nowhere"], "there is no such file"),
        (["a.py", "--points", "points.toml"], "did you mean 'lstm/omit-water'?"),
        (["a.py", "--secret", "empty.txt"], "empty.txt holds no word"),
        (["a.py", "--timeout", "0"], "a number above 0"),
        (["a.py", "--timeout", "nan"], "a number above 0"),
        (["a.py", "--timeout", "soon"], "a number above 0"),
        (["a.py", "--jobs", "many"], "a whole number above 0"),
        (["a.py", "--format", "classroom50"], "CLASSROOM, ASSIGNMENT"),
        (["a.py", "--memory", "1"], "a whole number, 512 or more, is asked, not '1'"),
        (["a.py", "--scheduler", "nonsense"], "--scheduler nonsense: no address, such as tcp://host:8786"),
        (["a.py", "--scheduler", "tcp://here"], "no address"),
        (["a.py", "--contract", "train.toml", "--claim", "lstm/printed-output"], "no claim is left to judge by"),
        (["a.py", "--parts", ""], "--parts: asked for, and empty"),
        (["a.py", "--parts", ","], "',' names no part; parts are RNN"),
        (["a.py", "--contract="], "--contract: asked for, and empty"),
        (["a.py", "--lecture", " "], "--lecture: asked for, and empty"),
        (["a.py", "--claim", ""], "--claim: asked for, and empty"),
        ([""], "'': asked for, and empty"),
        (["folder"], "no .py or .ipynb file was handed in"),
    ],
    ids=" ".join,
)
def test_what_is_asked_is_not_possible(tmp_path, monkeypatch, capsys, words, text):
    """Said before anything is judged or written."""
    monkeypatch.chdir(tmp_path)
    for name in CONTEXT:
        monkeypatch.delenv(name, raising=False)
    Path("points.toml").write_text("[claims]\n'lstm/omit-watr' = 2\n", "utf-8")
    Path("a.py").write_text(RIGHT, "utf-8")
    Path("empty.txt").write_text("\n", "utf-8")
    Path("train.toml").write_text("[train]\n", "utf-8")
    Path("folder").mkdir()
    assert text in said(capsys, *words, "--out", "out", "--lang", "en")
    assert not list(Path("out").rglob("*.json"))


def test_the_folder_of_grades_is_asked_for_and_has_to_be_one(tmp_path, capsys):
    """A file in its place is no fault of a cluster."""
    (tmp_path / "a.py").write_text(RIGHT, "utf-8")
    assert "--out" in said(capsys, tmp_path / "a.py")
    assert "a file stands where a folder is asked" in said(
        capsys, tmp_path / "a.py", "--out", tmp_path / "a.py", "--lang", "en"
    )
    assert "this is the folder that was handed in" in said(capsys, tmp_path, "--out", tmp_path, "--lang", "en")
    assert said(capsys, tmp_path, "--out", "", "--lang", "en") == "python -m grading: --out: asked for, and empty\n"


@pytest.mark.skipif(not why_no_cuda(), reason="there is a GPU here")
def test_a_gpu_that_is_not_there_is_not_the_students_fault(tmp_path, capsys):
    """No case would be run, and all would be graded 0."""
    (tmp_path / "a.py").write_text(RIGHT, "utf-8")
    words = [tmp_path / "a.py", "--out", tmp_path / "out", "--device", "cuda"]
    assert "CUDA 없음" in said(capsys, *words, "--lang", "ko")


def test_the_autograder_is_not_made_of_broken_points(tmp_path, capsys):
    """The first student would be told, not the teacher."""
    (tmp_path / "points.toml").write_text("by = 'luck'", "utf-8")
    for words, text in (
        ([tmp_path / "auto.zip", "--points", tmp_path / "points.toml"], "by is 'luck'"),
        ([tmp_path / "auto.zip", "--points", tmp_path / "none.toml"], "there is no such file"),
        ([tmp_path / "nowhere" / "auto.zip"], "there is no such folder to write it into"),
    ):
        assert text in said(capsys, "gradescope-zip", *words, "--lang", "en")
    assert not (tmp_path / "auto.zip").exists()


def test_the_autograder_takes_the_place_of_another_one_alone(tmp_path, capsys):
    """A solution, or the zip of a class, that is named by mistake stays."""
    (tmp_path / "my.py").write_text(RIGHT, "utf-8")
    for name, inside in (("class.zip", "kim/own.py"), ("auto.zip", "run_autograder")):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr(inside, RIGHT)
    for name in ("my.py", "class.zip"):
        before = (tmp_path / name).read_bytes()
        assert f"{name} is there already" in said(capsys, "gradescope-zip", tmp_path / name, "--lang", "en")
        assert (tmp_path / name).read_bytes() == before
    assert main(["gradescope-zip", str(tmp_path / "auto.zip")]) == 0
    with zipfile.ZipFile(tmp_path / "auto.zip") as archive:
        assert "setup.sh" in archive.namelist()


def test_a_hand_in_may_be_called_as_a_file_of_the_class(tmp_path, capsys):
    """In any case of letters: each has its row, and the class its files; when resumed, too."""
    place = lay(tmp_path / "class", dict.fromkeys(OF_THE_CLASS, "x"))
    (place / "Index.HTML").write_text("y", "utf-8")
    (place / "locked.py").write_text(RIGHT, "utf-8")
    (place / "locked.py").chmod(0)
    out = tmp_path / "out"
    formats = [word for name in FORMATS if name != "classroom50" for word in ("--format", name)]
    for told in ("[7/7]", "7 of 7 are judged already"):
        with of_anybody():
            assert main([str(place), "--out", str(out), "--lang", "en", *formats]) == 0
        assert told in capsys.readouterr().out
    assert {path.name for path in out.iterdir() if path.is_file()} == set(OF_THE_CLASS)
    with (out / "grades.csv").open(encoding="utf-8-sig") as file:
        rows = {row["submission"]: row for row in csv.DictReader(file)}
    assert sorted(rows) == sorted(path.name for path in place.iterdir())
    assert rows["locked.py"]["message"] == "locked.py can't be opened: Permission denied"


def test_ctrl_c_while_a_lock_is_waited_for_is_a_stop(tmp_path, capsys, monkeypatch):
    """Python then raises the lock's error: the block that it leaves releases what it has not got."""

    def interrupted(*_):
        waited_for = threading.Lock()
        with waited_for:
            waited_for.release()
            raise KeyboardInterrupt

    monkeypatch.setattr(run, "judge_all", interrupted)
    monkeypatch.setattr(run, "client", lambda *_: contextlib.nullcontext())
    (tmp_path / "own.py").write_text(RIGHT, "utf-8")
    assert main([str(tmp_path / "own.py"), "--out", str(tmp_path / "out"), "--lang", "en"]) == 130
    assert capsys.readouterr().err.endswith("stopped; the same command goes on from here\n")


def test_what_can_not_be_written_is_one_line(tmp_path, capsys):
    """A folder of somebody's own where the class's page goes."""
    (tmp_path / "notes.pdf").write_text("x", "utf-8")
    (tmp_path / "out" / "index.html").mkdir(parents=True)
    assert main([str(tmp_path / "notes.pdf"), "--out", str(tmp_path / "out"), "--lang", "en"]) == 1
    assert "it broke off: " in capsys.readouterr().err


@pytest.mark.slow
def test_names_with_commas_are_told_apart(tmp_path, monkeypatch, capsys):
    """Of copies; and the sentences are in the language that was asked for."""
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    for name in ("a, b.txt.py", "c.py"):
        Path("folder", name).write_bytes(b"\xff\xfe\x00")
    assert main(["folder", "--out", "out", "--lang", "ko"]) == 0
    said = capsys.readouterr()
    assert '같은 파일: "a, b.txt.py", "c.py"' in said.err
    assert "2개 중 2개 채점함" in said.out
    assert main(["folder", "--out", "out", "--lang", "ko"]) == 0
    assert "2개 중 2개는 이미 채점함" in capsys.readouterr().out
