"""What a student sees: what holds, what does not and why, the own numbers beside the right ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from report.evidence import seen_first, seen_in
from report.own_code import marked
from report.page import render
from report.words import word
from results.causes import Cause, mistakes_in, numbered
from results.model import Both, Case, Claim, Word
from results.texts import begins_with

BAD = ("fails", "error", "undecided", "not judged")
MISSING = ("not attempted", "not run")


@dataclass(frozen=True)
class Line:
    """One claim of one submission. shown: the case that the student is told about, where it does not hold.
    only_on, absent: the classes that it was judged on, where others that it speaks of were not attempted."""

    claim: Claim
    word: Word
    points: float
    max_points: float
    required: bool = False
    hidden: bool = False
    shown: Case | None = None
    only_on: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()

    @property
    def seen(self) -> Both:
        """What was seen."""
        return seen_in(self.shown) if self.shown else Both("", "")

    @property
    def advice(self) -> Both:
        """The mistake that was recognised, else the claim's own hint."""
        return (self.shown and self.shown.advice) or self.claim.likely


@dataclass(frozen=True)
class Student:
    """One submission, graded. name: as handed in. page: address of its page from the class page. score: None where
    the machine is to blame, and ``trouble`` says why. message: on the file as a whole. notes: what else is said on top.
    causes: of what does not hold. code: title and text of its file, or of each cell.
    """

    name: str
    page: str
    score: float | None
    max_score: float
    lines: list[Line]
    message: str = ""
    trouble: str = ""
    notes: tuple[str, ...] = ()
    causes: tuple[Cause, ...] = ()
    code: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ToMend:
    """A cause as pages show it. numbers: as it counts. lines: the claims that do not hold for it, the one that
    it was found by first; seen: of each, what was seen of this cause."""

    case: Case
    advice: Both
    lines: list[Line]
    seen: list[Both]
    numbers: str

    @property
    def about(self) -> str:
        """Whose mistake it is, where the advice does not begin with it."""
        name = self.case.about
        return "" if all(begins_with(text, name) for text in (self.advice.en, self.advice.ko)) else name


def to_mend(causes: Iterable[Cause], lines: Iterable[Line]) -> list[ToMend]:
    """The causes, with the claims' lines."""
    by_id = {line.claim.id: line for line in lines}
    found = []
    for numbers, cause in numbered(causes):
        cases = [cause.case, *cause.others]
        own = [by_id[case.claim] for case in cases]
        advice = cause.case.advice or own[0].claim.likely
        found.append(ToMend(cause.case, advice, own, [seen_first(cause.case), *map(seen_in, cases[1:])], numbers))
    return found


def headline(mend: Sequence[ToMend]) -> Both:
    """How many things there are to mend."""
    claims = len({line.claim.id for one in mend for line in one.lines})
    count = mistakes_in(one.case for one in mend)
    key = ("one cause" if count == 1 else "causes") if claims > 1 else "cause of one"
    return word(key, n=count, claims=claims)


def student_page(student: Student, lang: str = "en") -> str:
    """The page as text. Of hidden claims it has the number and nothing else."""
    shown = [line for line in student.lines if not line.hidden]
    whole = bool(student.message) or student.score is None
    mend = [] if whole else to_mend(student.causes, shown)
    explained = {line.claim.id for one in mend for line in one.lines}
    return render(
        "student.html",
        lang,
        title=Both(student.name, student.name),
        student=student,
        mend=mend,
        code=[] if whole else marked(student.code, student.causes),
        headline=headline(mend),
        bad=[] if whole else [line for line in shown if line.word in BAD and line.claim.id not in explained],
        missing=[] if whole else [line for line in shown if line.word in MISSING],
        held=[] if whole else [line for line in shown if line.word == "holds"],
        hidden=sum(line.hidden for line in student.lines),
    )
