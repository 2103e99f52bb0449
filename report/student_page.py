"""What a student sees: what holds, what does not and why, the own numbers beside the right ones."""

from __future__ import annotations

from dataclasses import dataclass

from report.evidence import seen_in
from report.page import render
from results.model import Both, Case, Claim, Word

BAD = ("fails", "error", "undecided", "not judged")
MISSING = ("not attempted", "not run")


@dataclass(frozen=True)
class Line:
    """One claim of one submission. shown: the case that the student is told about, where it does not hold."""

    claim: Claim
    word: Word
    points: float
    max_points: float
    required: bool = False
    hidden: bool = False
    shown: Case | None = None

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
    """

    name: str
    page: str
    score: float | None
    max_score: float
    lines: list[Line]
    message: str = ""
    trouble: str = ""
    notes: tuple[str, ...] = ()


def student_page(student: Student, lang: str = "en") -> str:
    """The page as text. Of hidden claims it has the number and nothing else."""
    shown = [line for line in student.lines if not line.hidden]
    whole = bool(student.message) or student.score is None
    return render(
        "student.html",
        lang,
        title=Both(student.name, student.name),
        student=student,
        bad=[] if whole else [line for line in shown if line.word in BAD],
        missing=[] if whole else [line for line in shown if line.word in MISSING],
        held=[] if whole else [line for line in shown if line.word == "holds"],
        hidden=sum(line.hidden for line in student.lines),
    )
