"""What a teacher sees: submissions × claims as a map, the most common mistakes, the distribution of points."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from report.page import GLYPHS, render
from report.student_page import Student
from report.words import word
from results.model import Both, Claim

LETTERS = {"holds": "h", "fails": "f", "undecided": "u", "error": "e", "not judged": "o"}
"""Classes of a map's cells, short because there are thousands; others are o, for nothing to see."""

BINS = 10


@dataclass(frozen=True)
class Mistake:
    """A known mistake, in how many submissions it was seen, and in which claims."""

    name: str
    says: Both
    submissions: list[Student]


@dataclass(frozen=True)
class Bin:
    """Scores from ``low`` to ``high``: how many, and the share of the fullest bin."""

    low: float
    high: float
    count: int
    share: float


def class_page(students: Sequence[Student], lang: str = "en", title: Both | None = None) -> str:
    """The page as text; students in the order given, their claims all in one order."""
    claims = [line.claim for line in students[0].lines] if students else []
    scores = [student.score for student in students if student.score is not None]
    return render(
        "class.html",
        lang,
        title=title or word("class"),
        students=students,
        claims=claims,
        shares=_shares(students, claims),
        letters=LETTERS,
        legend=[name for name in GLYPHS if any(line.word == name for student in students for line in student.lines)],
        mistakes=_mistakes(students),
        bins=_bins(scores, max((student.max_score for student in students), default=0)),
        median=statistics.median(scores) if scores else None,
        max_score=students[0].max_score if students else 0,
    )


def _shares(students: Sequence[Student], claims: Sequence[Claim]) -> list[str]:
    """Of those who attempted it, per claim, in percent."""
    shares = []
    for place in range(len(claims)):
        words = Counter(student.lines[place].word for student in students)
        tried = sum(words[name] for name in ("holds", "fails", "error", "undecided"))
        shares.append(f"{100 * words['holds'] / tried:.0f}" if tried else "–")
    return shares


def _mistakes(students: Sequence[Student]) -> list[Mistake]:
    """The most frequent first; each counts once a submission."""
    says: dict[str, Both] = {}
    who: dict[str, list[Student]] = {}
    for student in students:
        cases = [line.shown for line in student.lines if line.shown is not None and line.shown.mistake]
        for case in {case.mistake: case for case in cases}.values():
            says[case.mistake] = case.advice or Both(case.mistake, case.mistake)
            who.setdefault(case.mistake, []).append(student)
    found = [Mistake(name, says[name], who[name]) for name in says]
    return sorted(found, key=lambda mistake: (-len(mistake.submissions), mistake.name))


def _bins(scores: Sequence[float], most: float) -> list[Bin]:
    if not scores or most <= 0:
        return []
    counts = Counter(min(BINS - 1, int(BINS * score / most)) for score in scores)
    fullest = max(counts.values())
    width = most / BINS
    return [Bin(k * width, (k + 1) * width, counts[k], counts[k] / fullest) for k in range(BINS)]
