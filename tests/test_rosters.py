"""Whose of a roster a hand-in is, and who is missing; where several are possible nobody is guessed."""

from __future__ import annotations

import csv

import pytest

from grading.__main__ import main
from grading.hand_ins import handed_in, remarks
from grading.hand_ins.people import RosterError, read_roster
from tests.a_class import RIGHT
from tests.wrappings import lay

ROSTERS = {
    "plain": "id,name,section\ns1001,Kim Hana,A\ns1002,Lee Dul,B\ns1003,Park Set,B\n",
    "canvas": 'Student,ID,SIS User ID,SIS Login ID,Section\n"    Points Possible",,,,\n"Kim, Hana",4711,s1001,hana,A\n'
    '"Lee, Dul",4712,s1002,dul,B\n"Park, Set",4713,s1003,set,B\n"Student, Test",1,,x,A\n',
    "moodle": "First name,Surname,ID number,Email address,Groups\nHana,Kim,s1001,hana@u.example,A\n"
    "Dul,Lee,s1002,dul@u.example,B\nSet,Park,s1003,set@u.example,B\n",
    "blackboard": '"Last Name"\t"First Name"\t"Username"\t"Student ID"\t"Section"\n'
    '"Kim"\t"Hana"\t"hana"\t"s1001"\t"A"\n"Lee"\t"Dul"\t"dul"\t"s1002"\t"B"\n"Park"\t"Set"\t"set"\t"s1003"\t"B"\n',
    "brightspace": "OrgDefinedId,Username,Last Name,First Name,Email,Sections,End-of-Line Indicator\n"
    "#s1001,#hana,Kim,Hana,h@u.example,A,#\n#s1002,#dul,Lee,Dul,d@u.example,B,#\n#s1003,#set,Park,Set,s@u.example,B,#\n",
    "korean": "학번;이름;분반\ns1001;Kim Hana;A\ns1002;Lee Dul;B\ns1003;Park Set;B\n",
}


@pytest.mark.parametrize("kind", ROSTERS)
def test_a_roster_as_platforms_write_it(tmp_path, kind):
    """Numbers, logins, names in either order; Canvas's rows that are no students are none."""
    (tmp_path / "roster.csv").write_text(ROSTERS[kind], "utf-16" if kind == "blackboard" else "utf-8-sig")
    roster = read_roster(tmp_path / "roster.csv")
    found = [(person.id, person.section) for person in roster.people]
    assert found == [("s1001", "A"), ("s1002", "B"), ("s1003", "B")]
    for words in (["s1001"], ["S1001"], ["hw12_s1001_lstm"], ["Kim Hana"], ["kimhana"], ["Hana Kim"], ["kim_hana"]):
        assert roster.find(words) == roster.people[0], words
    assert roster.find(["hw12", "stranger"]) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,points\nKim,3\n", "there are: name, points"),
        ("", "there are: nothing"),
        ("id,name\ns1,Kim\ns1,Lee\n", "line 3: 's1' stands in line 2 already"),
    ],
)
def test_a_roster_that_can_not_be_read(tmp_path, capsys, text, said):
    """A sentence that names file and line; nothing is judged."""
    (tmp_path / "roster.csv").write_text(text, "utf-8")
    (tmp_path / "own.py").write_text(RIGHT, "utf-8")
    with pytest.raises(RosterError, match="roster"):
        read_roster(tmp_path / "roster.csv")
    words = [tmp_path / "own.py", "--roster", tmp_path / "roster.csv", "--out", tmp_path / "out"]
    assert main([*map(str, words)]) == 2
    assert said in capsys.readouterr().err


def test_a_roster_names_orders_and_finds_who_is_missing(tmp_path, capsys):
    """In grades.csv and nbgrader's file, where two hand-ins of one student stay two rows; a roster beside is none."""
    lay(
        tmp_path / "class",
        {
            "hw_s1002.pdf": b"%PDF",
            "kim hana.pdf": b"%PDF",
            "s1001.rar": b"x",
            "who.pdf": b"%PDF",
            "list.csv": "id,name\n1,K\n",
        },
    )
    (tmp_path / "roster.csv").write_text(ROSTERS["plain"], "utf-8")
    words = [tmp_path / "class", "--roster", tmp_path / "roster.csv", "--out", tmp_path / "out", "--format", "nbgrader"]
    assert main([*map(str, words), "--lang", "en"]) == 0
    said = capsys.readouterr().err
    for line in (
        'handed in nothing: "s1003 Park Set"',
        'not in the roster: "who.pdf"',
        'the same student\'s: "kim hana.pdf", "s1001.rar"; all are judged',
    ):
        assert line in said
    with (tmp_path / "out" / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        seen = [(row["student_id"], row["section"], row["verdict"], row["held"]) for row in csv.DictReader(file)]
    assert seen == [
        ("s1001", "A", "no code", "0"),
        ("s1001", "A", "no code", "0"),
        ("s1002", "B", "no code", "0"),
        ("s1003", "B", "nothing handed in", ""),
        ("who", "", "no code", "0"),
    ]
    with (tmp_path / "out" / "nbgrader.csv").open(encoding="utf-8", newline="") as file:
        ids = [row["student_id"] for row in csv.DictReader(file)]
    assert ids == ["s1002", "s1001 (kim hana.pdf)", "s1001 (s1001.rar)", "who"]


ALIKE = "id,name,email\nkim,,\nkim_hana,,\nlee_dul,,\nlee.dul,,\nAbe,,\nabe,,\npark1,Park Set,x@u.example\n"
ALIKE += "park10,,x@v.example\n81,Choi Net,\n20261234,\uc815\ub2e4\uc12f,\ns7,No Seven,\n"


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["kim"], "kim"),
        (["kim_hana"], "kim_hana"),
        (["kim.hana"], "kim_hana"),
        (["hw12_kim_hana_final (2)"], "kim_hana"),
        (["kim.hyun"], ""),
        (["kim_hana - Copy of rnn구현 (1)"], "kim_hana"),
        (["kim_lstm_v2"], "kim"),
        (["lee.dul"], "lee.dul"),
        (["LEE_DUL"], "lee_dul"),
        (["lee dul"], "lee.dul lee_dul"),
        (["Abe"], "Abe"),
        (["abe"], "abe"),
        (["ABE"], "Abe abe"),
        (["park10"], "park10"),
        (["park"], ""),
        (["park1_park_set"], "park1"),
        (["x"], "park1 park10"),
        (["x@v.example"], "park10"),
        (["x@w.example"], ""),
        (["81", "Choi Net"], "81"),
        (["81", "Park Set"], "81 park1"),
        (["week 81"], ""),
        (["20261234_grape"], "20261234"),
        (["20261234정다섯"], "20261234"),
        (["정다섯12주차"], "20261234"),
        (["lstm20261234"], "20261234"),
        (["lstm20261235"], ""),
        (["\u110c\u1165\u11bc\u1103\u1161\u1109\u1165\u11ba_12\uc8fc\ucc28"], "20261234"),
        (["kim_lee.dul"], "kim lee.dul lee_dul"),
        (["s7_grape"], ""),
    ],
    ids=str,
)
def test_only_one_possible_student_is_taken(tmp_path, words, wanted):
    """Names with dots, prefixes of one another, other case, Hangul in pieces, numbers that a platform gave."""
    (tmp_path / "roster.csv").write_text(ALIKE, "utf-8")
    found = read_roster(tmp_path / "roster.csv").may_be(words)
    assert sorted(person.id for person in found) == wanted.split()


def test_several_possible_students_are_told(tmp_path):
    """And the hand-in is nobody's of them; whose name only begins so is in no roster."""
    (tmp_path / "roster.csv").write_text("id\nkim\nlee_dul\nlee.dul\nABE\nabe\n", "utf-8")
    roster = read_roster(tmp_path / "roster.csv")
    lay(
        tmp_path / "class",
        {f"{name}/lstm.py": f"{RIGHT}# {name}\n" for name in ("kim.hana", "kim.hyun", "lee dul", "ABE", "abe")},
    )
    found = handed_in.find([tmp_path / "class"], roster)
    assert [one.people[0].id for one in found.all] == ["ABE", "abe", "kim.hana", "kim.hyun", "lee dul"]
    assert remarks.of(found, roster, "en")[1:] == [
        'in the roster "lee dul" may be any of "lee_dul", "lee.dul"; it is put down to none of them',
        'not in the roster: "kim.hana", "kim.hyun"',
        'handed in nothing: "kim", "lee_dul", "lee.dul"',
    ]


def test_a_roster_tells_sections_that_have_other_names(tmp_path):
    """Folders of students below folders whose names say nothing; and a table beside the folders is no student."""
    files = {"Mon/s1001/lstm.py": RIGHT, "Tue/s1002/lstm.py": RIGHT, "Tue/s1003/lstm.py": RIGHT}
    lay(tmp_path / "class", {**files, "roster.csv": ROSTERS["plain"]})
    roster = read_roster(tmp_path / "class" / "roster.csv")
    found = handed_in.find([tmp_path / "class"], roster)
    assert [one.people for one in found.all] == [(person,) for person in roster.people]
    assert found.rosters == ["roster.csv"]
    without = handed_in.find([tmp_path / "class"])
    assert "roster.csv lies among the hand-ins" in "\n".join(remarks.of(without, type(roster)(), "en"))
