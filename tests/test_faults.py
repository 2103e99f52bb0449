"""Calls that end their process, and known faults of torch: evidence, verdicts, what is said of them."""

from __future__ import annotations

import copy
import os
import signal
import time

import psutil
import pytest
import torch

from checks import apart as processes
from checks import check
from checks.apart import Ended, apart
from results.model import Case, Evidence, claim_word
from results.record import read
from tests.made_records import case, record
from versions import show
from versions.compare import compare

HERE = torch.__version__.partition("+")[0]
BODY = """
from fixtures.claim import known_fault

def dies():
    import os, signal
    os.kill(os.getpid(), signal.SIGSEGV)

@state("one/refused", kind="error")
@pytest.mark.parametrize("call", [
    pytest.param(dies, marks=known_fault("pytorch#1", "=={here}", "a call")),
    pytest.param(lambda: 1, marks=known_fault("pytorch#2", "<{here}", "a call")),
    pytest.param(dies, marks=known_fault("pytorch#3", "=={here}", "another call")),
    pytest.param(lambda: torch.zeros(1)[5], marks=known_fault("pytorch#4", "=={here}", "a call")),
    pytest.param(lambda: torch.zeros(1)[5], marks=known_fault("pytorch#5", "<{here}", "a call")),
], ids=["dies", "mended-and-back", "other-check", "holds", "mended"])
def test_refused(call, apart, device):
    '''It raises.'''
    check.raises("a call", lambda: apart(call))

@state("two/after", section="two")
def test_after():
    '''What comes after runs.'''
    check.equal("a number", 1, 1)
""".replace("{here}", HERE)


def test_a_call_by_itself_returns_raises_or_ends():
    """Tensors come back, exceptions too; a signal, an exit and a call that hangs are Ended."""
    part, many = apart(lambda: (torch.ones(2, requires_grad=True) * 2, [3]))
    assert (part.tolist(), part.requires_grad, many) == ([2.0, 2.0], False, [3])
    with pytest.raises(IndexError, match="out of bounds"):
        apart(lambda: torch.zeros(1)[5])
    with pytest.raises(Ended, match="signal 11"):
        apart(lambda: os.kill(os.getpid(), signal.SIGSEGV))
    with pytest.raises(Ended, match="exit status 3"):
        apart(lambda: os._exit(3))


def test_a_call_that_hangs_is_ended(monkeypatch):
    """Within its seconds; nothing of it is left."""
    monkeypatch.setattr(processes, "SECONDS", 0.2)
    before = set(psutil.Process().children())
    with pytest.raises(Ended, match="no answer within"):
        apart(lambda: time.sleep(60))
    assert set(psutil.Process().children()) <= before


def test_an_exception_that_cant_be_sent_is_told():
    """One that does not come back from its own pickle keeps its name and words."""

    class Odd(Exception):
        def __init__(self, one, two):
            super().__init__(f"{one} and {two}")

    def raises():
        raise Odd(1, 2)

    with pytest.raises(RuntimeError, match="Odd: 1 and 2"):
        apart(raises)


def test_an_end_is_no_exception():
    """A call that should raise and ends its process has not raised."""
    with pytest.raises(check.ClaimFails, match="signal 11"):
        check.raises("a call", lambda: apart(lambda: os.kill(os.getpid(), signal.SIGSEGV)))
    assert check.running().evidence[-1].check == "ends"


def test_a_known_fault_is_neither_green_nor_a_failure(room, run, pytester):
    """In the releases that have it, by the check that it fails; elsewhere it fails, and holds where it is mended.
    One that does not show in a release that has it is not called mended."""
    file = pytester.path / "run.json"
    printed = run(room(BODY), "--record", file, "--lang", "en", "--device", "cpu")
    printed.stdout.fnmatch_lines(
        [
            "known fault of torch, pytorch#1 (torch ==*): *dies*: a call: the process ended: signal 11",
            "known fault of torch that did not show this time, pytorch#4 (torch ==*): *holds*",
            "mended in this torch, pytorch#5 (torch <*): *mended*",
        ]
    )
    words = [(one.word, one.fault[:9]) for one in read(file).cases]
    faults = [f"pytorch#{number}" for number in (1, 2, 3, 4, 5)]
    assert words == [*zip(("known fault", "fails", "fails", "holds", "holds"), faults, strict=True), ("holds", "")]
    printed = run("claims", "-k", "dies or holds or after", "--lang", "ko", "--device", "cpu")
    assert printed.ret == 0
    printed.stdout.fnmatch_lines(["*알려진 결함*", "torch의 알려진 결함, pytorch#1*프로세스가 종료됨: signal 11"])
    printed = run("claims", "-k", "dies", "--lang", "en", "--implementation", "reference", "--device", "cpu")
    assert printed.ret == pytest.ExitCode.TESTS_FAILED, "another implementation has no fault of torch's"


def test_the_word_of_a_claim():
    """A known fault is never green; a failure beside it is a failure."""
    assert claim_word(["holds", "known fault", "not run"]) == "known fault"
    assert claim_word(["known fault", "fails"]) == "fails"


def test_a_known_fault_is_compared():
    """One that is new is told and alarms nobody, one that ends is mended, one that turns into a failure breaks."""
    ends = {"evidence": [Evidence("a call", "ends", margin=-1.0, text="signal 11")], "fault": "pytorch#1 (torch ==1)"}
    known, fails = (record(case(word=word, **copy.deepcopy(ends))) for word in ("known fault", "fails"))
    found = compare(record(case()), known)
    assert ([row.level for row in found.rows], found.clean) == (["known"], True)
    assert show.lines(found, "en")[-1] == "known faults of torch: one/a (claims: 0 in the record, 1 now)"
    assert [row.level for row in compare(known, record(case())).rows] == ["mended"]
    by_chance = record(case(fault="pytorch#1 (torch ==1)", has_fault=True))
    assert compare(known, by_chance).rows == compare(by_chance, known).rows == [], "a release that has it"
    broken = compare(known, fails)
    assert ([row.level for row in broken.rows], broken.clean) == (["broken"], False)
    other = copy.deepcopy(known)
    other.cases[0].evidence = [Evidence("a call", "raises", margin=-1.0)]
    assert compare(known, other).rows == [], "memory that is not its own may hold anything"
    assert "one/a" in show.lines(compare(known, other), "ko")[-1]


def test_a_fault_comes_back_from_plain_types():
    """With the case that it belongs to."""
    one = Case("one/a", "node", word="known fault", fault="pytorch#1 (torch ==1)")
    assert Case.from_dict(one.as_dict()) == one
