"""A command that can't be carried out: one sentence, exit status 2, and nobody graded 0 for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.devices import why_no_cuda
from grading.__main__ import main
from tests.a_class import RIGHT

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
