"""Whose files are whose: in folders, in zips, in the exports of learning platforms."""

from __future__ import annotations

import os
import tarfile
import zipfile

import pytest

from grading.hand_ins import handed_in
from submissions.files import wanted
from submissions.inside import source
from tests.a_class import RIGHT
from tests.rights import of_anybody
from tests.wrappings import lay


def test_a_zip_as_a_learning_platform_exports_it(tmp_path):
    """Folders of students below one folder, Hangul in code page 949, nothing that climbs out, copies said."""
    file = tmp_path / "class.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("week12/학생 1/own.py", RIGHT)
        archive.writestr("week12/학생 2/other.py", RIGHT)
        archive.writestr("week12/student 3/notes.pdf", "x")
        archive.writestr("week12/student 4/a.py", "a = 1")
        archive.writestr("week12/student 4/b.py", "b = 1")
        archive.writestr("week12/../../evil.py", "x")
        archive.writestr("__MACOSX/week12/._own.py", "x")
    found = handed_in.find([file]).all
    assert [one.source.name for one in found] == ["student 3", "student 4", "학생 1", "학생 2"]
    assert [one.problem.key if one.problem else "" for one in found] == ["no python", "many files", "", ""]
    assert handed_in.duplicates(found) == [["학생 1", "학생 2"]]
    with zipfile.ZipFile(file) as archive:
        archive.extractall(tmp_path / "unpacked", [name for name in archive.namelist() if "evil" not in name])
    unpacked = handed_in.find([tmp_path / "unpacked" / "week12"]).all
    assert [(one.key, one.source.sha256) for one in unpacked] == [(one.key, one.source.sha256) for one in found]
    (tmp_path / "cut.zip").write_bytes(file.read_bytes()[:200])
    with pytest.raises(ValueError, match=r"cut\.zip can't be read"):
        handed_in.find([tmp_path / "cut.zip"])


def test_names_in_utf_8_that_a_zip_does_not_call_so(tmp_path):
    """macOS and zip on Linux write UTF-8 and leave its flag out; Windows in Korea writes code page 949."""
    for encoding in ("utf-8", "cp949"):
        file = tmp_path / f"{encoding}.zip"
        with zipfile.ZipFile(file, "w") as archive:
            # The flag is left out where a name is ASCII; the bytes are put in afterwards.
            archive.writestr("A" * len("김 하나.py".encode(encoding)), RIGHT)
        name = "김 하나.py".encode(encoding)
        file.write_bytes(file.read_bytes().replace(b"A" * len(name), name))
        assert [one.source.name for one in handed_in.find([file]).all] == ["김 하나.py"]


def test_endings_in_capitals(tmp_path):
    """Alone, in a folder and in a zip; a notebook is one."""
    (tmp_path / "handed_in").mkdir()
    for name, text in (("OWN.PY", RIGHT), ("OWN.IPYNB", '{"cells": []}')):
        (tmp_path / "handed_in" / name).write_text(text, "utf-8")
    folder = handed_in.find([tmp_path / "handed_in"]).all
    assert [(one.source.main, one.problem) for one in folder] == [("OWN.IPYNB", None), ("OWN.PY", None)]
    assert [one.source.main for one in handed_in.find([tmp_path / "handed_in" / "OWN.PY"]).all] == ["OWN.PY"]
    assert "__name__" in source.run("OWN.IPYNB", '{"cells": []}', wanted())


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (  # Canvas: the helper is its owner's, and is called as it was; who handed in no code is told so
            [
                "kimhana_4711_90210_my_lstm.py",
                "kimhana_4711_90211_gates.py",
                "이둘_LATE_4712_90212_submission.py",
                "parkset_4713_90213_report.pdf",
            ],
            {"kimhana_4711": "many files", "이둘_LATE_4712": "submission.py", "parkset_4713": "no python"},
        ),
        (
            ["김 하나_81_assignsubmission_file_own.ipynb", "Lee, Two_82_assignsubmission_file_own.py"],
            {"김 하나_81": "own.ipynb", "Lee, Two_82": "own.py"},
        ),
        (
            ["김 하나_81_assignsubmission_file_/own.py", "Lee_82_assignsubmission_file_/own.py"],
            {"김 하나_81": "own.py", "Lee_82": "own.py"},
        ),
        (  # Gradescope
            [
                "assignment_5_export/submission_1/own.py",
                "assignment_5_export/submission_2/repo/src/main.py",
                "assignment_5_export/submission_2/repo/src/gates.py",
                "assignment_5_export/submission_metadata.yml",
            ],
            {"submission_1": "own.py", "submission_2": "main.py"},
        ),
        (  # a class's own habit
            ["hw_2026_1124_kim.py", "hw_2026_1124_lee.py", "notes.txt"],
            {
                **{f"hw_2026_1124_{who}.py": f"hw_2026_1124_{who}.py" for who in ("kim", "lee")},
                "notes.txt": "no python",
            },
        ),
        (["a/x/own.py", "a/y/own.py", "b/own.py"], {"a": "many files", "b": "own.py"}),
    ],
    ids=["canvas", "moodle", "moodle folders", "gradescope", "own names", "deep"],
)
def test_whose_files_are_whose(tmp_path, names, found):
    """In the exports of learning platforms: which file of each person is run, or why none is."""
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        for name in names:
            archive.writestr(name, f"name = {name!r}")
    seen = handed_in.find([tmp_path / "class.zip"]).all
    assert {one.source.name: one.problem.key if one.problem else one.source.main for one in seen} == found


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.skipif(os.name != "posix", reason="links need rights elsewhere")
def test_a_link_is_not_followed(tmp_path, packed):
    """It may lead to another student's file; it has its row all the same, and is said to be one."""
    place = lay(tmp_path / "class", {"one/own.py": RIGHT, "two/notes.txt": "", "five/own.py": f"{RIGHT}# five\n"})
    for name in ("two/own.py", "three.py", "four", "five/torch.py"):
        (place / name).symlink_to(place / ("one" if name == "four" else "one/own.py"))
    if packed:
        with tarfile.open(tmp_path / "class.tar", "w") as archive:
            archive.add(place, "class")
        place = tmp_path / "class.tar"
    found = {one.source.name: one for one in handed_in.find([place]).all}
    assert {name: one.problem and one.problem.key for name, one in found.items()} == {
        "five": None,
        "four": "a link",
        "one": None,
        "three.py": "a link",
        "two": "no python",
    }
    assert sorted(found["five"].source.files) == ["own.py"]


@pytest.mark.skipif(os.name != "posix", reason="modes of files")
def test_what_can_not_be_opened_has_a_row_that_says_so(tmp_path):
    """A file, a folder, one whose files can't be reached, one beside code; alone and among others."""
    names = ("anna.py", "locked.py", "kim/own.py", "lee.d/own.py", "park/own.py", "choi/own.py", "choi/notes/x.txt")
    place = lay(tmp_path / "class", dict.fromkeys(names, RIGHT))
    with zipfile.ZipFile(place / "jung.zip", "w") as archive:
        archive.writestr("own.py", RIGHT)
    barred = {"locked.py": 0, "kim": 0, "lee.d": 0, "park": 0o444, "choi/notes": 0, "jung.zip": 0}
    closed = {key: {"file": key, "why": "Permission denied"} for key in ("jung.zip", "kim", "lee.d", "locked.py")}
    for name, mode in barred.items():
        (place / name).chmod(mode)
    try:
        with of_anybody():
            inside = handed_in.find([place]).all
            listed = handed_in.find([place / name for name in ("anna.py", *closed)]).all
            (place.parent / "closed").mkdir(0)
            with pytest.raises(ValueError, match="closed can't be read: Permission denied"):
                handed_in.find([place.parent / "closed"])
    finally:
        for name in barred:
            (place / name).chmod(0o755)
    told = [{one.key: one.problem and one.problem.values for one in found} for found in (listed, inside)]
    assert told[0] == {"anna.py": None, **closed}
    assert told[1] == {**told[0], "choi": None, "park": {**closed["kim"], "file": "own.py"}}


@pytest.mark.parametrize("one_by_one", [False, True])
def test_what_is_the_teachers_is_no_row(tmp_path, one_by_one):
    """A contract, a roster, points, grades: what an option names. Another file of the kind is somebody's."""
    names = ("contract.toml", "roster.csv", "deep/points.toml", "grades/kim.py/feedback.md", "kim.py", "other.toml")
    place = lay(tmp_path / "class", {name: RIGHT for name in names})
    own = [place / name for name in ("contract.toml", "roster.csv", "deep/points.toml", "grades")]
    found = handed_in.find(sorted(place.iterdir()) if one_by_one else [place], teachers=own).all
    assert [(one.source.name, one.problem and one.problem.key) for one in found if one.source.name != "deep"] == [
        ("kim.py", None),
        ("other.toml", "no python"),
    ]
