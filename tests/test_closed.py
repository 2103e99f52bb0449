"""What can't be opened on a command line: one line, no stack."""

from __future__ import annotations

import os
import re
import sys

import pytest

from calibration.__main__ import main as calibration
from grading.__main__ import main
from tests.a_class import RIGHT
from tests.rights import of_anybody
from versions.__main__ import main as versions

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes of files")


@pytest.fixture
def closed(tmp_path):
    """A file and a folder that nobody may open."""
    (tmp_path / "locked.py").write_text(RIGHT, "utf-8")
    (tmp_path / "locked.py").chmod(0)
    (tmp_path / "closed").mkdir(0)
    yield tmp_path
    (tmp_path / "closed").chmod(0o755)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--submission", "locked.py"], "locked.py"),
        (["--submission=closed"], "closed"),
        (["--submission", "closed"], "closed"),
        (["--pretrained", "closed"], "closed"),
    ],
    ids=["file", "folder by a sign", "folder", "folder of another option"],
)
def test_at_home(room, run, closed, monkeypatch, words, said):
    """Also where pytest itself takes the word behind an option for a folder with a conftest.py."""
    claims = room("def test_nothing():\n    pass\n")
    monkeypatch.chdir(closed)
    with of_anybody():
        result = run(claims, *words, "--lang", "en")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: *{said} can't be opened: Permission denied"])
    assert "Traceback" not in result.stderr.str() + result.stdout.str()
    assert "INTERNALERROR" not in result.stderr.str() + result.stdout.str()


def test_a_solution_whose_contract_is_looked_for(closed, capsys):
    with of_anybody():
        assert main(["contract", str(closed / "locked.py"), "--lang", "en"]) == 2
    assert capsys.readouterr().err == "python -m grading contract: locked.py can't be opened: Permission denied\n"


@pytest.mark.parametrize(
    "words",
    [
        ["template", "--lecture", "closed"],
        ["gradescope-zip", "closed/auto.zip"],
        ["gradescope-zip", "auto.zip", "--points", "closed/points.toml"],
        ["own.py", "--out", "closed"],
        ["closed", "--out", "grades"],
    ],
    ids=" ".join,
)
def test_a_class(closed, monkeypatch, capsys, words):
    """Whatever can't be opened or written, before anything is judged."""
    (closed / "own.py").write_text(RIGHT, "utf-8")
    monkeypatch.chdir(closed)
    with of_anybody():
        try:
            status = main(words)
        except SystemExit as error:  # argparse ends in this way
            status = error.code
    assert status == 2
    said = capsys.readouterr().err
    assert re.search(r"closed(/[a-z]+\.[a-z]+)?: no permission|Permission denied", said.splitlines()[-1]), said
    assert "Traceback" not in said


@pytest.mark.parametrize("option", ["--submission", "--contract", "--record", "--against", "--report", "--pretrained"])
def test_an_empty_word_names_no_file(room, run, option):
    """As a shell makes it of a variable that is not set; the folder one stands in is not meant."""
    result = run(room("def test_nothing():\n    pass\n"), option, "")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*argument {option}: asked for, and empty"])


@pytest.mark.parametrize(
    ("main", "words", "told"),
    [
        (versions, ["diff", "", "2.13.0", "--lang", "en"], "python -m versions: '': asked for, and empty"),
        (versions, ["table", "", "--lang", "ko"], "python -m versions: '': 값이 비어 있음"),
        (calibration, ["--out", ""], "python -m calibration: error: argument --out: asked for, and empty"),
    ],
)
def test_nor_does_it_in_other_commands(capsys, monkeypatch, main, words, told):
    """One line, and status 2."""
    monkeypatch.setattr(sys, "argv", ["", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1] == told
