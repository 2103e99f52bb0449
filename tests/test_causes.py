"""One cause, one card: what is folded, and what stands for itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from checks.cards import card
from checks.cards.causes import summary
from checks.cards.own import lead
from checks.compare import SIDE, first_row
from diagnosis.shown.silence import is_another
from diagnosis.shown.silence import told as told_of_silence
from diagnosis.shown.step_lines import step_lines
from grading.feedback import feedback
from grading.grade import Grade
from grading.pages import student_of
from grading.points import Points
from report.claims_page import claims_page
from report.own_code import marked
from report.student_page import student_page
from results.causes import causes_of, is_in_the_row, mistakes_in, numbered
from results.judgement import Judgement
from results.kinds import judged_and_absent
from results.model import Both, Case, Claim, Evidence, Row
from results.record import read, write
from results.worked import OwnLine, Value, WorkedStep
from submissions.files import Source
from tests import report_records as records

TEXT = Both("It holds.", "성립한다.")
CLAIMS = [Claim(id, "one", "exact", TEXT, TEXT, judges=("network",)) for id in ("a/x", "a/y", "a/z", "a/w")]
GATES, SHAPE = Both("The order is f, i.", "순서가 f, i이다."), Both("Return a tuple.", "tuple을 반환할 것.")
LINE = OwnLine("own.py", 2, "h = <b>`o`</b>")


def bad(claim, about="LSTM", advice=GATES, **more):
    return Case(
        claim, f"{claim}[own-network-{about}]", "cpu", "fails", part="network", about=about, advice=advice, **more
    )


def judged(*cases):
    return Judgement("own.py", "0" * 64, list(CLAIMS), list(cases))


CASES = (
    bad("a/x", row=Row("output[2]", [0.1, 0.2], [0.1, 0.3], 1e-6), lines=[LINE]),
    bad("a/x", advice=SHAPE, why="it returns a list"),
    bad("a/y", as_before="a/x"),
    bad("a/y", "LSTMCell"),
    bad("a/z", as_before="a/x", evidence=[Evidence("x", "equal", 0.5, 0.0, -1.0, "[3]")]),
)


def test_one_sentence_on_one_class_is_one_cause():
    """The same sentence on another class is another; a claim may fail for several."""
    causes = causes_of(CASES)
    assert [(cause.case.about, cause.case.advice, cause.claims) for cause in causes] == [
        ("LSTM", GATES, ["a/x", "a/y", "a/z"]),
        ("LSTM", SHAPE, ["a/x"]),
        ("LSTMCell", GATES, ["a/y"]),
    ]
    assert [case.claim for case in causes[0].direct] == ["a/z"], "what shows more than that numbers are wrong"


def test_an_exception_is_known_by_its_line_and_the_rest_by_the_claim():
    """Sizes in its words are the call's."""
    raised = [bad(id, advice=None, why=f"RuntimeError: {id}", lines=[LINE]) for id in ("a/x", "a/y")]
    unknown = [bad(id, advice=None) for id in ("a/x", "a/x", "a/z")]
    assert [cause.claims for cause in causes_of([*raised, *unknown])] == [["a/x", "a/y"], ["a/x"], ["a/z"]]


def test_feedback_begins_with_what_to_mend():
    """How many causes, each with class, sentence, line, row; the claims in one line; and no word of a hidden claim."""
    told = feedback(Grade.of(judged(*CASES, bad("a/w")), Points(tuple(CLAIMS), hidden=("a/w",))), "en")
    assert "## 3 causes found, 3 claims that do not hold" in told
    assert "### 1. LSTM: The order is f, i." in told
    assert told.count("The order is f, i.") == 2
    assert "output[2], step 3 yours 0.1000 0.2000 right 0.1000 0.3000" in " ".join(told.split())
    assert "Fails for it: `a/x` 0/1, `a/y` 0/1, `a/z` 0/1\n" in told
    assert "x: the two that the claim compares differ, largest gap 5" in told, "evidence of its own is not folded away"
    assert "mend that first" not in told
    assert "a/w" not in told
    assert "## 찾은 원인 3가지" in feedback(Grade.of(judged(*CASES), Points(tuple(CLAIMS))), "ko")


def test_the_page_marks_the_lines_that_are_named():
    """In the whole file, as text; nothing where no line is named."""
    student = student_of(Grade.of(judged(*CASES), Points(tuple(CLAIMS))), "own.py")
    code = (("own.py", f"import torch\n{LINE.text}\n"), ("other.py", "pass"))
    assert [(one.title, [line.causes for line in one.lines]) for one in marked(code, student.causes)] == [
        ("own.py", [[], [1], []])
    ]
    page = student_page(type(student)(**{**vars(student), "code": code}))
    assert "&lt;b&gt;`o`&lt;/b&gt;" in page
    assert "<b>`o`" not in page
    assert page.count('class="named"') == 1
    assert 'class="off"' in page, "the number that is off"
    assert "Your file" not in student_page(student)


def test_the_step_of_a_hidden_claim_is_shown_where_its_cause_is_told():
    """It is the same for everybody; of the hidden claim nothing is said."""
    step = WorkedStep("LSTM", "print()", [Value("h'", [1.0], [2.0], True)], [], [TEXT])
    row = Row("output[0]", [0.1], [0.2], 0.0)
    cases = [bad("a/w", worked=step, row=row, lines=[LINE]), bad("a/x", as_before="a/w", row=row)]
    grade = Grade.of(judged(*cases), Points(tuple(CLAIMS), hidden=("a/w",)))
    [cause] = grade.causes
    assert (cause.case.claim, cause.case.worked, cause.case.lines) == ("a/x", step, [LINE])
    assert "a/w" not in feedback(grade, "en")


def test_a_record_keeps_what_the_cards_show(tmp_path):
    """What is empty is left out of it, and comes back; its page has one part for each cause, too."""
    found = records.record()
    found.options["submission"] = ["own.py"]
    step = WorkedStep("LSTM", "print()", [Value("h'", [1.0], [2.0], True)], [], [])
    row, line = Row("output[0]", [0.1], [0.2], 0.0), OwnLine("own.py", 2)
    more = {"about": "LSTM", "advice": GATES, "part": "network", "row": row, "worked": step, "lines": [line]}
    found.cases[:] = [replace(case, **more) if case.word == "fails" else case for case in found.cases]
    write(found, tmp_path / "run.json")
    kept = read(tmp_path / "run.json")
    assert [vars(case) for case in kept.cases] == [vars(case) for case in found.cases]
    page = claims_page(kept, [], {})
    assert page.count("The order is f, i.") == 2, "in the list of causes, and where it is told"
    assert page.count('id="cause-') == 3, "what fails, what broke off, what is undecided"
    assert 'href="#cause-1">1</a>' in page


def test_a_card_leads_with_the_class_and_what_to_do():
    """Then the numbers beside the right ones, then what was seen."""
    lines = card(CLAIMS[0], CASES[0], "en", "pytest ...").split("\n")
    assert lines[0] == "LSTM: The order is f, i.   [fails]"
    assert [line.split()[0] for line in lines[1:4]] == ["first", "yours", "right"]
    assert lines[-1] == "  run again       pytest ..."
    assert lines[-2].startswith("  shows in        a/x: ")


def test_a_card_shows_the_check_that_failed_and_none_that_held():
    """ "hT: exact" beside a wrong hT was one answer of theirs against another; and none of a list is said in words."""
    held, failed = Evidence("hT", "equal", value=0.0, margin=1.0), Evidence("p(!) later", "above", 0.1, 0.5, -0.4)
    shown = card(CLAIMS[0], bad("a/x", evidence=[held, failed]), "en", "pytest ...")
    assert "seen            probability of ! later: 0.1, more than 0.5 is asked" in shown
    assert "hT" not in shown


def test_a_card_of_an_exception_shows_nothing_that_held():
    """Beside it a digest of the lecture's text says nothing."""
    held = Evidence("first letters", "equal", value=0.0, margin=1.0)
    case = Case("a/x", "a/x[own]", "cpu", "error", why="KeyError: 'x'", part="network", about="LSTM", evidence=[held])
    shown = card(CLAIMS[0], case, "en", "pytest ...")
    assert "seen            KeyError: 'x'" in shown
    assert "first letters" not in shown


@pytest.mark.parametrize("ko", ["LSTM의 순서가 f, i이다.", "LSTM: 순서가 f, i이다.", "LSTM 순서가 f, i이다."])
def test_the_class_is_named_once(ko):
    """A particle or a colon may follow its name; another class may begin as it does."""
    named, longer = (
        bad("a/x", advice=Both(f"{name} has f, i.", text))
        for name, text in (("LSTM", ko), ("LSTMCell", ko.replace("LSTM", "LSTMCell")))
    )
    assert lead(CLAIMS[0], named, "ko") == ko
    assert lead(CLAIMS[0], longer, "ko") == f"LSTM: {longer.advice.ko}"
    page = student_page(student_of(Grade.of(judged(named, bad("a/y", advice=SHAPE)), Points(tuple(CLAIMS))), "own.py"))
    assert '#cause-1"><span lang="en">LSTM has' in page
    assert '#cause-2"><b>LSTM</b>: <span lang="en">Return' in page


def test_a_claim_over_several_classes_says_which_were_judged():
    """Where it holds, too."""
    cases = [Case("a/x", "n", word=word, about=about, why="no") for about, word in
             (("LSTM", "holds"), ("GRU", "not attempted"), ("LSTM", "not attempted"))]  # fmt: skip
    assert judged_and_absent(cases) == (("LSTM",), ("GRU",))
    told = feedback(Grade.of(judged(*cases), Points((CLAIMS[0],))), "en")
    assert "`a/x` 1/1: no; on LSTM alone; not attempted: GRU" in told


def test_silence_is_explained_by_a_mistake_that_is_silent_alone():
    """Who has the gates in another order and checks no sizes has two things to mend."""
    nothing = [Evidence("a state (1,4)", "raises", margin=-1.0)]
    assert is_another(bad("a/x", evidence=nothing))
    import mistakes

    silent = next(one.name for one in mistakes.ALL if "broadcast" in one.en and "LSTM" in one.networks)
    loud = next(one.name for one in mistakes.ALL if "i, g, f, o" in one.en and "LSTM" in one.networks)
    assert not is_another(bad("a/x", mistake=silent, evidence=nothing))
    assert is_another(bad("a/x", mistake=loud, evidence=nothing))
    assert not is_another(bad("a/x", mistake=loud, evidence=[Evidence("h", "close", 1.0, 0.1, -9.0)]))


@given(st.integers(1, 4), st.integers(1, 40), st.data())
def test_the_first_wrong_row_is_the_first(rows, columns, data):
    """In the order of the steps, however small its gap; with a wrong number among those that are shown."""
    right = torch.zeros(rows, 2, columns)
    place = tuple(data.draw(st.integers(0, size - 1)) for size in right.shape)
    seen = right.clone()
    seen[place] = 0.5
    seen.view(-1)[-1] += 2.0
    found = first_row("output", seen, right, 0.1)
    assert found.at.startswith(f"output[{place[0]}, {place[1]}")
    assert len(found.seen) == len(found.right) == min(columns, SIDE)
    assert any(abs(a - b) > 0.1 for a, b in zip(found.seen, found.right, strict=True))


STEP = '''
import torch
class Other:
    def forward(self):
        return torch.tanh(1)

class LSTM(torch.nn.Module):
    """h = o * tanh(c), after
    z.chunk(4)."""
    def __init__(self):
        self.act = torch.tanh(self.w)  # no step

    def forward(self, x):
        """c.tanh()"""
        # f = f.sigmoid()
        for row in x:
            i, f = row.chunk(2)

            c = i.sigmoid() * f
            h = c / 2
            rows.append(h)
        return rows
'''


def test_the_lines_of_a_step():
    """Of the class alone: no constructor, comment or text; to the end of the step."""

    def found(text, name):
        return [line.text for line in step_lines(Source("own.py", "own.py", {"own.py": text.encode()}), name)]

    assert found(STEP, "LSTM") == ["i, f = row.chunk(2)", "c = i.sigmoid() * f", "h = c / 2"]
    assert found("class RNN(M):\n    def forward(x):\n        h = torch.relu(x)\n", "RNN") == ["h = torch.relu(x)"]
    assert found(STEP, "GRU") == []
    assert found(STEP + STEP, "LSTM") == [], "which of the two is run is not known"
    assert found("class LSTM(Base):\n    pass\ny = torch.tanh(x)\n", "LSTM") == []
    beside = "def step(x, h):\n    f = torch.sigmoid(x)\n    if h:\n        c = x.tanh()\n    return f * h\n\n"
    calls = "class LSTM(M):\n    def __init__(self):\n        self.step = step\n"
    assert found(beside + calls, "LSTM") == ["f = torch.sigmoid(x)", "if h:", "    c = x.tanh()"]
    assert found(beside.replace("    c =", "c =").replace("    if h:\n", "") + calls, "LSTM")[-1] == "return f * h"
    assert found(beside + "class LSTM(M):\n    y = 1\n", "LSTM") == [], "it is not said that it is called"
    line = step_lines(Source("own.py", "own.py", {"own.py": STEP.encode()}), "LSTM")[0]
    assert STEP.split("\n")[line.number - 1].strip() == line.text


def test_what_a_diagnosis_folds_is_folded_whatever_it_is_told():
    """With a bias and without one the advice has other lines; it is the same thing to mend."""
    first = bad("a/x", advice=GATES, cause="node 1")
    second = bad("a/y", advice=SHAPE, cause="node 1", as_before="a/x")
    elsewhere = bad("a/z", advice=SHAPE, cause="node 2")  # by another of xdist's workers
    assert [cause.claims for cause in causes_of([first, second, elsewhere])] == [["a/x", "a/y", "a/z"]]


NOT_REFUSED = [Evidence("a state of the other rank", "raises", margin=-1.0)]


def test_what_is_not_refused_comes_last_and_in_plain_words():
    """Numbers are to be mended first."""
    silent = bad("a/x", advice=told_of_silence(bad("a/x", evidence=NOT_REFUSED)), evidence=NOT_REFUSED)
    numbers = bad("a/z")
    assert [cause.case for cause in causes_of([silent, numbers])] == [numbers, silent]
    assert "No exception is raised for a state of another rank than x" in silent.advice.en
    assert "x와 차원 수가 다른 상태" in silent.advice.ko


def test_two_mistakes_on_one_card_are_two():
    """In the number of causes, and in those that stand before the cards."""
    two, one = bad("a/x", mistake="p+q"), bad("a/y", advice=SHAPE)
    assert mistakes_in([two, one]) == 3
    assert [numbers for numbers, _ in numbered(causes_of([two, one]))] == ["1, 2", "3"]
    lines = summary(causes_of([two, one]), {claim.id: claim for claim in CLAIMS}, "en")
    assert [line[:5] for line in lines] == ["3 cau", "1, 2.", " 3. L"]
    page = student_page(student_of(Grade.of(judged(two, one), Points(tuple(CLAIMS))), "own.py", "en"))
    assert [f"<li>{numbers}. <a" in page for numbers in ("1, 2", "3")] == [True, True]


def test_a_check_of_two_answers_says_nothing_beside_the_first_wrong_row():
    """It may name the one that is right; a check against torch's is told."""
    row = Row("output[2]", [0.1, 0.2], [0.1, 0.3], 1e-6)
    of_two, of_one = (Evidence(what, "close", 0.5, 0.1, -1.0) for what in ("hT", "output against torch's"))
    for evidence, folded in ((of_two, True), (of_one, False)):
        case = bad("a/x", row=row, evidence=[evidence], mistake="p")
        shown = card(CLAIMS[0], case, "en", "pytest ...")
        assert (
            ("seen            output[2]: largest gap 1.0e-01, allowed 1.0e-06" in shown)
            == folded
            == is_in_the_row(case)
        )
        assert "  shows in        a/x\n" in shown, "of a mistake that is named no claim's statement says more"
