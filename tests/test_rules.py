"""Rules that collection and checks keep, each of which was seen broken by somebody who wrote a lecture."""

from __future__ import annotations

import pytest
import torch

from checks import check
from checks.check import ClaimFails, NoTolerance
from checks.running import Running
from checks.verdicts import word_of
from results.model import Claim, Evidence
from results.record import read
from tests.a_class import RIGHT
from tests.test_versions import case, record
from versions import matrix
from versions.compare import compare

TENDENCY = """
from lecture import statistics

@state("one/sure", kind="tendency")
def test_sure():
    '''Sure without a verdict.'''
    check.above("share", 0.9, 0.5)

@state("one/unjudged", kind="tendency")
def test_unjudged():
    '''By a bool.'''
    check.holds("share", 60 > 30)

@state("one/judged", kind="tendency")
def test_judged():
    '''By a verdict.'''
    check.holds("share", statistics.share_above(60, 60, 0.5, alpha=0.001))
"""


def test_a_tendency_without_a_statistical_verdict_does_not_hold(room, run):
    """It is an error of whoever wrote the claim, in one sentence."""
    room(TENDENCY)
    result = run("claims", "--lang", "en")
    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(
        ["*one/sure*[[]error]*", "*a tendency is judged by a statistical verdict: check.holds*"]
    )
    result.stdout.fnmatch_lines(["*check.holds takes a verdict of lecture.statistics, not bool*"])


@pytest.mark.parametrize("id", ["My claim", "one/Omit-water", "one/", "one/a_b", "One/a", "one/a--b", "a/b/c", "물/a"])
def test_an_id_is_a_slug(room, run, id):
    """No blanks, no capitals but those of a symbol."""
    room(f"@state({id!r})\ndef test_x():\n    '''X.'''\n    check.equal('n', 1, 1)\n")
    result = run("claims")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*can't be an id; it is a slug such as 'lstm/omit-water'*"])


def test_a_form_that_no_network_has_is_told(room, run):
    """With those that there are."""
    room("@state('one/a', form=('gates',))\ndef test_x():\n    '''X.'''\n    check.equal('n', 1, 1)\n")
    result = run("claims")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*unknown form 'gates'; there are lone input, batch, *"])


OWN = """
from fixtures.claim import claim

@claim({})
def test_x(implementation):
    '''X.'''
    check.equal("n", 1, 1)
"""
WHOLE = {"section": "one", "kind": "exact", "en": "A.", "ko": "가.", "likely_en": "B.", "likely_ko": "나."}


@pytest.mark.parametrize(
    ("left_out", "more", "said"),
    [
        ("en", {}, "the statement is empty in en"),
        ("ko", {}, "the statement is empty in ko"),
        ("likely_en", {}, "the likely mistake is empty in en"),
        ("likely_ko", {}, "the likely mistake is empty in ko"),
        ("kind", {}, "unknown kind ''; kinds are exact, *"),
        ("section", {}, "unknown section ''; lecture.toml has one, two"),
        ("", {"likly_en": "C."}, "@claim has no 'likly_en'; did you mean 'likely_en'[?]"),
        ("", {"en": 7}, "the statement is empty in en"),
        ("", {"judges": "network"}, "judges='network'; a tuple of names is asked, such as (\"network\",)"),
        ("", {"judges": ("network",), "asks": "LSTM"}, "asks='LSTM'; a tuple of names is asked, such as (\"LSTM\",)"),
        ("", {"judges": ("network",), "asks": ("LSTMM",)}, "unknown network 'LSTMM' in asks; there are GRU, *"),
        ("", {"judges": ("network",), "asks": ("{kin}",)}, "unknown network '{kin}' in asks; there are GRU, *"),
        ("", {"form": "batch"}, "form='batch'; a tuple of names is asked, such as (\"batch\",)"),
    ],
)
def test_what_is_wrong_in_a_claim_is_one_sentence(room, run, left_out, more, said):
    """What is left out was a stack of Python's, and asks for nothing that there is went unnoticed."""
    given = {name: value for name, value in (WHOLE | more).items() if name != left_out}
    room(OWN.format(", ".join(["'one/a'", *(f"{name}={value!r}" for name, value in given.items())])))
    result = run("claims")
    assert result.ret == 4
    result.stderr.fnmatch_lines([f"*test_x: {said}"])
    assert len(result.stderr.lines) == 3, "a line for the folder, a line for the fault, an empty one"


@pytest.mark.parametrize(
    "id", ["one/a", "a", "lstm/hT-is-the-last-row", "lstm/reshape-L1H", "cut/only-x1", "a-b/wants-NLH"]
)
def test_names_of_quantities_may_stand_in_an_id(room, run, id):
    """As the lecture writes them."""
    room(f"@state({id!r})\ndef test_x():\n    '''X.'''\n    check.equal('n', 1, 1)\n")
    run("claims").assert_outcomes(passed=1)


def test_who_judges_asks_for_the_implementation(room, run):
    """Else the test would be passed over in every submission, without a word."""
    room("@state('one/a', judges=('network',))\ndef test_x(draw):\n    '''X.'''\n    check.equal('n', 1, 1)\n")
    result = run("claims")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*test_x judges network, and does not ask for the fixture `implementation`"])


def test_speed_is_judged_alone_on_the_machine(room, run):
    """Else workers that share the cores would be timed."""
    room("@state('one/a', kind='speed')\ndef test_x():\n    '''X.'''\n    check.above('ratio', 2.0, 1.0)\n")
    result = run("claims")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*test_x is of the kind speed, and does not ask for the fixture `alone_on_the_*"])


@pytest.mark.parametrize(
    ("more", "said"), [("kind='exact', ", "is for the kind 'trained'"), ("kind='trained', ", "a poet")]
)
def test_what_is_trained_is_known(room, run, more, said):
    """Its allowance has a row."""
    room(f"@state('one/a', {more}trains='a poet')\ndef test_x():\n    '''X.'''\n    check.equal('n', 1, 1)\n")
    result = run("claims")
    assert result.ret == 4
    result.stderr.fnmatch_lines([f"*{said}*"])


def test_close_takes_what_is_left_out_and_whole_numbers(running):
    """None beside None; integers and truth values are held to the last bit."""
    x = torch.ones(2)
    check.close("output, weights", (x, None), (x, None))
    check.close("places", torch.tensor([1, 2]), torch.tensor([1, 2]))
    check.close("mask", torch.tensor([True]), torch.tensor([True]))
    with pytest.raises(ClaimFails, match=r"weights: .*Tensor"):
        check.close("output, weights", (x, x), (x, None))
    with pytest.raises(ClaimFails, match=r"weights: .*NoneType"):
        check.close("output, weights", (x, None), (x, x))
    with pytest.raises(ClaimFails, match="places"):
        check.close("places", torch.tensor([1, 2]), torch.tensor([1, 3]))
    assert [item.margin > 0 for item in running.evidence] == [True] * 3 + [False] * 3


@pytest.mark.parametrize("checked", [check.close, check._same_bits])
def test_a_number_is_not_near_nan(running, checked):
    """Whichever side has it; a submission is not held against a right answer that is none."""
    nan, one = torch.tensor([1.0, float("nan")]), torch.ones(2)
    for seen, wanted in ((nan, one), (one, nan), (nan, nan)):
        with pytest.raises(ClaimFails):
            checked("output", seen, wanted)
    check.right("output", one, lambda: nan)
    assert (running.departed, running.held) == (None, [False])


def test_a_dtype_without_a_tolerance_is_one_sentence(running):
    """Not a KeyError: what has not been measured is not judged by a guess."""
    numbers = torch.ones(2, dtype=torch.complex64)
    with pytest.raises(NoTolerance, match=r"there is no tolerance for torch\.complex64 on cpu; checks/tolerances\.py"):
        check.close("output", numbers, numbers)
    assert word_of(NoTolerance("so"), running) == ("error", "so")


def test_nothing_is_a_kernel_whose_outputs_nobody_recorded():
    """A dropped scaling had been called one."""
    for missing, reason in (("outputs", "unknown"), ("inputs weights", "unknown"), ("", "kernel")):
        pair = case(value=1e-7), case(value=9e-7)
        pair[1].digests["outputs"] = "others"
        for one in pair:
            for name in missing.split():
                del one.digests[name]
        rows = compare(*(record(one) for one in pair)).rows
        assert {row.reason for row in rows} == {reason}, missing


def test_only_its_ratio_makes_a_speed_claim_a_matter_of_speed():
    """Its output is compared as any other's."""

    def ran(gap, ratio, word="holds"):
        close, above = Evidence("output", "close", gap, 1e-6, 0.5), Evidence("ratio", "above", ratio, 1.0, 0.5)
        return record(case(evidence=[close, above], word=word), kinds={"one/a": "speed"})

    moved = compare(ran(1e-7, 60.0), ran(9e-7, 60.0)).rows
    assert [(row.what, row.reason == "speed") for row in moved] == [("output", False)]
    moved = compare(ran(1e-7, 60.0), ran(1e-7, 6.0)).rows
    assert [(row.what, row.reason) for row in moved] == [("ratio", "speed")]


JUDGED = """
@state("one/broken", judges=("network",))
def test_broken(implementation, draw):
    '''The teacher's own slip.'''
    output, _ = implementation.make("LSTM", 3, 4)(draw(5, 3))
    check.equal("rows", len(output), 5)
    {slip}
"""


@pytest.mark.parametrize(
    ("slip", "own", "word"),
    [
        ("{}['nothing']", RIGHT, "not judged"),
        ("check.close('half', output.to(torch.complex64), output.to(torch.complex64))", RIGHT, "not judged"),
        ("output[7]", RIGHT.replace("stack(rows)", "stack(rows[:2])"), "fails"),
        ("raise TypeError('after a wrong answer')", RIGHT.replace("c.tanh()", "c.sin()"), "error"),
    ],
)
def test_the_judges_own_exception_is_not_the_students(room, run, pytester, slip, own, word):
    """Of a right file it is not judged; what a wrong answer leads to stays the student's."""
    room(JUDGED.format(slip=slip))
    (pytester.path / "own.py").write_text(own, "utf-8")
    file = pytester.path / "run.json"
    run("claims", "--submission", "own.py", "--device", "cpu", "--lang", "en", "--record", file)
    [found] = read(file).cases
    assert found.word == word, found.why


def test_before_anything_is_asked_no_exception_is_a_submissions():
    """A fixture of ours that breaks had been a student's error."""

    class Asked:
        asked = False

    assert word_of(KeyError("x"), Running(submission=Asked()))[0] == "not judged"
    assert word_of(KeyError("x"), Running())[0] == "error"


def test_records_from_before_say_what_they_trained():
    """Section 9's, the only ones that trained a language model; so they are compared as they were."""
    before = read(matrix.RECORDS / "torch-2.13.0-cpu-seed43052.json")
    trained: dict[str, Claim] = {claim.id: claim for claim in before.claims if claim.trains}
    assert set(trained) == {"numbers/learner", "numbers/continues-one-two", "numbers/continues-twenty"}
