"""Pages from results: what they say, in both languages, and that what others wrote is text."""

from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser

import numpy
import pytest
import report_records as records

from checks import check
from checks.compare import window
from checks.running import RUNNING, Running
from grading.grade import Grade
from grading.pages import student_of, write_class, write_student
from grading.points import Points
from report.claims_page import claims_page
from report.class_page import class_page
from report.evidence import percent, told
from report.matrices import panels
from report.source import code_of
from report.student_page import student_page
from report.versions_page import versions_page
from report.words import WORDS
from results.judgement import Judgement
from results.model import Case, Evidence, Matrix, Row
from results.worked import OwnLine, WorkedStep
from submissions.files import Source


@pytest.fixture(scope="module")
def pictures():
    return {picture.name: picture for picture in records.drawn()}


class Tags(HTMLParser):
    """Every tag with its attributes, and ids."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.ids = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.ids += [value for key, value in attrs if key == "id"]


def test_the_claims_page(pictures):
    """Sections and claims in order, both languages, a link to every claim, what it takes to run it again."""
    found = records.illustrated()
    page = claims_page(found, list(pictures.values()), {"a/holds": "def test_holds():\n    x < 1"})
    tags = Tags(page)
    shown = [attrs["id"] for tag, attrs in tags.tags if tag == "article"]
    assert shown == [claim.id for claim in found.claims]
    assert len(tags.ids) == len(set(tags.ids)), "an id is there once"
    for claim in found.claims:
        assert f'href="#{claim.id}"' in page
        assert f"pytest claims/ --claim {claim.id} --seed 7" in page
    for text in ("The statement of a/holds.", "a/holds의 내용.", "Loosely said.", "느슨한 표현.", "x &lt; 1"):
        assert text in page
    assert "smallest margin 25 %" in page
    assert "Look at the gates." in page
    assert "Cases not run: 2, because &lt;script&gt;" in page
    partly = dataclasses.replace(found, claims=[claim for claim in found.claims if claim.section == "two"])
    assert '<span class="number">2</span>' in claims_page(partly, [], {}), "a section keeps its number"
    assert page.count('class="matrix"') == 3
    for picture in pictures.values():
        assert f'id="picture-{picture.name}"' in page


def test_nothing_is_loaded_and_nothing_of_theirs_is_markup(pictures):
    """No address but data and anchors; one script, ours, named by its digest; what others wrote is text."""
    room = records.students(5, 4)
    pages = [claims_page(records.illustrated(), list(pictures.values()), {}), class_page(room)]
    pages += [
        student_page(dataclasses.replace(room[3], message=records.EVIL)),
        student_page(room[0], "ko"),
    ]
    pages.append(versions_page(records.versions(), "2.13.0"))
    for page in pages:
        tags = Tags(page)
        assert [tag for tag, _ in tags.tags].count("script") == 1
        assert not [attrs for tag, attrs in tags.tags if tag == "img" or any(key.startswith("on") for key in attrs)]
        for tag, attrs in tags.tags:
            for key in ("src", "href", "xlink:href", "action"):
                address = attrs.get(key, "#")
                local = address.startswith(("#", "data:")) or (tag == "a" and address.endswith("index.html"))
                assert local, address
        assert "http-equiv" in page
        assert "&lt;script&gt;" in page or "학생 0" in page


def test_the_student_page_shows_nothing_hidden():
    """That there is one, and neither its name, nor its statement, nor its verdict, nor what was seen."""
    student = records.students(1, 6)[0]
    secret = dataclasses.replace(
        student.lines[0], hidden=True, shown=dataclasses.replace(student.lines[0].shown, why="SECRET why")
    )
    page = student_page(dataclasses.replace(student, lines=[secret, *student.lines[1:]]))
    assert "1, not shown" in page
    assert secret.claim.id not in page
    assert f"statement of {secret.claim.id}" not in page
    assert "SECRET" not in page
    assert f'id="{secret.claim.id}"' not in page
    assert f"statement of {student.lines[5].claim.id}" in page


def test_the_matrix_beside_the_right_one():
    """Three panels; the difference is theirs less the right one; text is read on its colour at 4.5 : 1."""
    names, cells = zip(*panels(Matrix("output", "[0, 0]", [[0.5, -1.0]], [[0.5, -0.25]])), strict=True)
    assert names == ("yours", "right", "difference")
    assert [[cell.text for cell in row] for row in cells[2]] == [["0", "−0.7500"]]
    for value in numpy.linspace(-1, 1, 101):
        for _, rows in panels(Matrix("output", "", [[float(value), 1.0]], [[0.0, 0.0]])):
            for cell in rows[0]:
                assert _contrast(*re.findall(r"#[0-9a-f]+", cell.style)) >= 4.5


def test_a_window_has_the_largest_gap_in_it():
    """At most 12 × 12 of the last two axes; where it begins is said."""
    import torch

    right = torch.zeros(3, 40, 5)
    seen = right.clone()
    seen[2, 33, 4] = 1.0
    found = window("output", seen, right)
    assert (len(found.seen), len(found.seen[0])) == (12, 5)
    assert found.start == "[2, 27, 0]"
    assert found.seen[33 - 27][4] == 1.0
    assert window("hT", torch.ones(4), torch.zeros(4)).seen == [[1.0] * 4]
    assert Case.from_dict(dataclasses.replace(Case("a", "a"), matrix=found).as_dict()).matrix == found


def test_the_first_wrong_answer_is_kept():
    """check.right keeps a part of the answer that departs first, and none of those that agree."""
    import torch

    RUNNING.set(Running())
    check.right("hT", torch.ones(2, 2), lambda: torch.ones(2, 2))
    assert check.running().matrix is None
    check.right("output", torch.zeros(2, 2), lambda: torch.ones(2, 2))
    check.right("cT", torch.zeros(2, 2), lambda: 5 * torch.ones(2, 2))
    assert check.running().matrix == Matrix("output", "[0, 0]", [[0.0, 0.0]] * 2, [[1.0, 1.0]] * 2)


def test_under_a_secret_seed_no_numbers_are_told():
    """A submission's numbers could carry what it saw there."""
    from grading.judge import Judge, Settings, _Rounds

    judge = Judge.__new__(Judge)
    judge.settings = Settings()
    rounds = _Rounds(judge)
    own = {"row": Row("output[0]", [1.0], [2.0], 0.1), "lines": [OwnLine("own.py", 1, "x")]}
    own["worked"] = WorkedStep("LSTM", "", [], [], [])
    seen = Case("a", "a", word="fails", matrix=Matrix("output", "[0]", [[1.0]], [[2.0]]), **own)
    assert rounds._marked(seen) == seen
    rounds._secret = " under secret seed 1"
    marked = rounds._marked(seen)
    assert (marked.matrix, marked.row, marked.lines, marked.worked) == (None, None, [], None)


def test_a_page_is_found_whatever_its_folder_is_called(tmp_path):
    """Hangul, a #, and a name that is no UTF-8."""
    grade = Grade.of(Judgement("\udce9.py", "0" * 64, message="no text"), Points(()))
    for key, page in {"김 #1": "%EA%B9%80%20%231", "\udce9.py": "%E9.py"}.items():
        assert student_of(grade, key).page == f"{page}/index.html"
    write_class({"a": grade}, tmp_path, "ko")
    write_student(grade, tmp_path / "a", "en", Source("\udce9.py", "a.py", {"a.py": b"\xff"}))
    assert "\\udce9.py" in (tmp_path / "a" / "index.html").read_text("utf-8")


def test_the_class_page():
    """A row for each, a column for each claim, shares by claim, a mistake counted once a submission."""
    page = class_page(records.students(20, 10), "ko")
    assert page.count('<tr><th scope="row"><a') == 20
    assert len(re.findall(r'class="up"', page)) == 10
    assert "<b>20</b>" in page
    assert "<td>80</td>" in page


def test_a_page_of_versions_needs_a_record():
    """One is enough."""
    with pytest.raises(ValueError, match="no record"):
        versions_page([], "2.13.0")
    assert "a/holds" in versions_page(records.versions()[:1], "2.13.0")


def test_a_class_of_200_under_60_claims_stays_small():
    """Under 5 MB."""
    assert len(class_page(records.students(200, 60)).encode()) < 5_000_000


@pytest.mark.parametrize("key", WORDS)
def test_every_text_is_there_twice(key):
    """With the same places to fill in; Hangul where there are words at all."""
    en, ko = WORDS[key]
    assert sorted(re.findall(r"\{[^}]*\}", en)) == sorted(re.findall(r"\{[^}]*\}", ko))
    assert re.search("[가-힣]", ko)


def test_evidence_is_told_in_both_languages():
    """Gaps, bounds, exceptions and verdicts of statistics."""
    for item, en in (
        (Evidence("h", "equal", 0.0, 0.0, 1.0), "exact"),
        (Evidence("h", "close", 2e-7, 1e-6, 0.8), "close, largest gap 2.0e-07, allowed 1.0e-06"),
        (Evidence("h", "close", 2e-6, 1e-6, -1.0, "[3]"), "different, largest gap 2.0e-06, allowed 1.0e-06 at [3]"),
        (Evidence("h", "above", 0.9, 0.5, 0.8), "0.9, more than 0.5 is asked"),
        (Evidence("h", "raises", margin=-1.0), "no exception was raised"),
        (Evidence("h", "raises", margin=1.0, text="ValueError: x"), "raised ValueError: x"),
        (Evidence("h", "holds", 0.6, 0.2, 0.5, text="8, 13 of 25"), "8, 13 of 25"),
        (Evidence("h", "note", 1.5, text="times"), "1.5 times"),
    ):
        assert told(item).en == en
        assert told(item).ko
    assert [percent(margin) for margin in (None, -1.0, 0.25, 3.0, 1e-5)] == ["", "−", "25 %", "100 %", "< 0.1 %"]


def test_the_code_is_the_tests_own(tmp_path):
    """Without the claim's texts, which the page shows; nothing where the file is not there."""
    claims = tmp_path / "claims"
    claims.mkdir()
    claim = '@claim("a/b",\n       en="x", ko="y")\n'
    text = claim + '@pytest.mark.parametrize("k", [1, 2])\ndef test_b(k):\n    """It is."""\n'
    (claims / "test_room.py").write_text(text, "utf-8")
    found = code_of([Case("a/b", "claims/test_room.py::test_b[1]")], tmp_path)
    assert found.startswith('@pytest.mark.parametrize("k", [1, 2])\ndef test_b(k):')
    assert "claim(" not in found
    assert code_of([Case("a/b", "claims/test_other.py::test_b")], tmp_path) == ""
    assert code_of([], tmp_path) == ""


def _contrast(first: str, second: str) -> float:
    def light(colour: str) -> float:
        digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
        parts = [int(digits[k : k + 2], 16) / 255 for k in (0, 2, 4)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dim = sorted((light(first), light(second)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)
