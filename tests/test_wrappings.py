"""A class in every wrapping: each has its row, its student, and the file that is run or a reason why none is."""

from __future__ import annotations

import json
import zipfile

import pytest

from checks.language import phrase
from grading.__main__ import main
from grading.hand_ins import handed_in, remarks
from grading.hand_ins.people import Roster
from submissions.encodings import NotText, text_of
from submissions.files import Source, UnusableFile, read
from tests.a_class import RIGHT
from tests.wrappings import A_CLASS, GATES, lay, notebook, tarred, zipped


def rows(found):
    """What became of each: its name, its student, the file that is run or the key of the problem."""
    return {
        one.source.name: (
            one.people[0].id if len(one.people) == 1 else one.people,
            one.problem.key if one.problem else one.source.main,
        )
        for one in found.all
    }


@pytest.mark.parametrize("packed", ["folder", "zip", "tar.gz"])
def test_everything_has_the_right_row(tmp_path, packed):
    """Sixty wrappings in a folder, in a zip and in a tar."""
    files = {name: content for lies, _, _ in A_CLASS.values() for name, content in lies.items()}
    if packed == "folder":
        place = lay(tmp_path / "class", files)
    else:
        place = tmp_path / f"class.{packed}"
        place.write_bytes(
            zipped(files) if packed == "zip" else tarred({n: f for n, f in files.items() if not n.endswith("/")})
        )
    found = handed_in.find([place])
    wanted = {row: (id, taken) for id, (_, row, taken) in A_CLASS.items()}
    if packed == "tar.gz":  # tarred() writes no folders
        del wanted["nothing"]
    assert rows(found) == wanted
    assert [
        problem for one in found.all if (problem := one.problem) and not phrase(problem.key, "ko", **problem.values)
    ] == []


def test_files_that_are_named_one_by_one(tmp_path):
    """As a shell puts them for handed_in/*; a broken zip is its student's row, a roster no student."""
    lay(tmp_path, {"han.py": RIGHT, "lee.py.txt": RIGHT, "oh.pdf": b"%PDF", "list.csv": "id,name\n1,Kim\n"})
    lay(tmp_path, {"leemina.zip": zipped({"lstm.py": RIGHT}), "cut.zip": zipped({"lstm.py": RIGHT})[:99]})
    found = handed_in.find(sorted(tmp_path.iterdir()))
    assert rows(found) == {
        "cut.zip": ("cut", "broken archive"),
        "han.py": ("han", "han.py"),
        "lee.py.txt": ("lee", "lee.py"),
        "leemina.zip": ("leemina", "lstm.py"),
        "oh.pdf": ("oh", "no python"),
    }
    assert found.rosters == ["list.csv"]


def test_what_is_taken_in_is_told_to_the_teacher(tmp_path):
    """The layout, endings that were wrong, what has no code; in both languages, one line each."""
    lay(tmp_path / "class", {"lee.py.txt": RIGHT, "oh.pdf": b"%PDF", "two/lstm.txt": RIGHT, "two/a.docx": b"x"})
    found = handed_in.find([tmp_path / "class"])
    assert remarks.of(found, Roster(), "en") == [
        "class: one student a file or folder, 3 in all",
        "lee.py.txt was taken as lee.py",
        "warning: no code: oh.pdf; a .py or .ipynb file is asked",
        "two: lstm.txt was taken as lstm.py",
        'the same file: "lee.py.txt", "two"',
    ]
    assert "경고: 코드 없음: oh.pdf" in "\n".join(remarks.of(found, Roster(), "ko"))


@pytest.mark.parametrize(("choice", "score"), [("zero", "0.0"), ("not-judged", "")])
def test_a_hand_in_without_code_gets_what_the_teacher_chooses(tmp_path, capsys, choice, score):
    """Exit status 0, a warning, a row; and no promise that it will be judged again."""
    lay(tmp_path / "class", {"oh.pdf": b"%PDF", "yoon.rar": b"Rar!"})
    words = [str(tmp_path / "class"), "--out", str(tmp_path / "out"), "--no-code", choice, "--lang", "en"]
    assert main([*words, "--format", "nbgrader", "--format", "gradescope"]) == 0
    assert "warning: no code: oh.pdf" in capsys.readouterr().err
    lines = (tmp_path / "out" / "grades.csv").read_text("utf-8-sig").splitlines()
    row = dict(zip(lines[0].split(","), lines[1].split(","), strict=False))
    assert (row["student_id"], row["verdict"], row["score"], row["sha256"]) == ("oh", "no code", score, "")
    feedback = (tmp_path / "out" / "oh.pdf" / "feedback.md").read_text("utf-8")
    assert "no code: oh.pdf" in feedback
    assert "judged again" not in feedback
    exported = (tmp_path / "out" / "nbgrader.csv").read_text("utf-8").splitlines()
    assert exported[1].split(",")[3] == "oh"


def test_names_go_nowhere_as_they_are(tmp_path):
    """What steers a terminal is taken out of a name, and a long one is cut."""
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        archive.writestr("\x1b[31mkim\n.py", RIGHT)
        archive.writestr(f"{'lee' * 1000}/own.pdf", "x")
    names = [one.source.name for one in handed_in.find([tmp_path / "class.zip"]).all]
    assert names == ["lee" * 66 + "l…", "�[31mkim .py"]


def test_a_broken_member_is_its_own_students_fault(tmp_path):
    """The others of the class are judged."""
    content = zipped({"kim.py": RIGHT, "lee.py": GATES})
    with zipfile.ZipFile(tmp_path / "class.zip", "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("kim.py", RIGHT)
        archive.writestr("lee.py", GATES)
        archive.writestr("park.zip", content)
    bytes_of = (tmp_path / "class.zip").read_bytes()
    (tmp_path / "class.zip").write_bytes(bytes_of.replace(b"rows.chunk", b"rows.chUnk", 1))
    seen = rows(handed_in.find([tmp_path / "class.zip"]))
    assert seen["lee.py"][1] == "broken archive"
    assert seen["kim.py"][1] == "kim.py"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp949", "euc-kr"])
def test_text_in_every_encoding(encoding):
    """With its line ends as Python has them."""
    assert text_of("# 한글\r\nx = 1\r".encode(encoding)) == "# 한글\nx = 1\n"


def test_a_coding_cookie_is_honoured_and_then_says_utf_8():
    """As Python honours it: in the first two lines; where it lies, the bytes decide."""
    assert text_of("#!/usr/bin/python\n# coding: latin-1\nx = 'é'".encode("latin-1")).splitlines()[1:] == [
        "# coding: utf-8",
        "x = 'é'",
    ]
    assert text_of("x = 1\n# coding: latin-1\ny = 'é'".encode()).endswith("coding: latin-1\ny = 'é'")
    assert text_of("# coding: nothing\ny = '하'".encode()).endswith("y = '하'")
    for content in (b"\x00\x01", b"\xff\xfe\x00", b"# coding: punycode" + b"\x00" * 9):
        with pytest.raises(NotText):
            text_of(content)


def test_a_notebook_is_measured_without_its_outputs(tmp_path):
    """And what is no notebook as it is."""
    (tmp_path / "own.ipynb").write_bytes(notebook(RIGHT, outputs="A" * 20 * 2**20))
    assert len(read(tmp_path / "own.ipynb").files["own.ipynb"]) < 10_000
    (tmp_path / "own.ipynb").write_bytes(b'{"cells": ' + b"[" * 100_000)
    assert read(tmp_path / "own.ipynb").main == "own.ipynb"
    (tmp_path / "own.ipynb").write_bytes(b'{"cells": [' + b"0," * (9 * 2**20))
    with pytest.raises(UnusableFile):
        read(tmp_path / "own.ipynb")


def test_code_in_no_code_cell_is_told(tmp_path):
    """Not run, and no two of them the same; a template that is quoted beside the code is nothing to tell."""
    for name, kind in (("raw", "raw"), ("text", "markdown")):
        cells = [{"cell_type": kind, "metadata": {}, "source": f"{RIGHT}# {name}"}]
        (tmp_path / f"{name}.ipynb").write_text(json.dumps({"cells": cells, "nbformat": 4}), "utf-8")
        source = read(tmp_path / f"{name}.ipynb")
        assert source.notes == (("in no code cell", {"file": f"{name}.ipynb", "names": "LSTM"}),)
        cells.append({"cell_type": "code", "source": RIGHT.splitlines(keepends=True)})
        (tmp_path / "both.ipynb").write_text(json.dumps({"cells": cells, "nbformat": 4}), "utf-8")
        assert read(tmp_path / "both.ipynb").notes == ()
    assert handed_in.duplicates(handed_in.find([tmp_path / "raw.ipynb", tmp_path / "text.ipynb"]).all) == []


def test_the_same_work_has_the_same_sum(tmp_path):
    """A notebook that was run again is judged already."""
    for drawn in ("", "AAAA"):
        (tmp_path / f"own{drawn}").mkdir()
        (tmp_path / f"own{drawn}" / "own.ipynb").write_bytes(notebook(RIGHT, outputs=drawn))
    sums = {read(tmp_path / name / "own.ipynb").sha256 for name in ("own", "ownAAAA")}
    assert len(sums) == 1
    assert isinstance(read(tmp_path / "own"), Source)
