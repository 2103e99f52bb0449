"""What stands behind the cases that do not hold: one cause for all that one sentence explains."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from results.model import Case, Word

_NUMBER = re.compile(r"[0-9]+")
BAD: tuple[Word, ...] = ("fails", "error", "undecided")


@dataclass(frozen=True)
class Cause:
    """case: the first that it was seen in, which says most of it. others: of each further claim the first case."""

    case: Case
    others: list[Case]

    @property
    def claims(self) -> list[str]:
        """The ids of the claims that do not hold for it, in order."""
        return [case.claim for case in (self.case, *self.others)]

    @property
    def direct(self) -> list[Case]:
        """Of the others those in which a check failed by itself, so that they show more than that the answer is wrong:
        where the input was changed, say."""
        return [case for case in self.others if case.evidence and _failed_itself(case)]


def causes_of(cases: Iterable[Case]) -> list[Cause]:
    """Of the cases that do not hold, in the order in which they were seen; a missing exception last."""
    found: dict[str, list[Case]] = {}
    groups: dict[str, str] = {}
    for case in cases:
        if case.word in BAD:
            # Two workers of one run have each found the cause for themselves; its sentence is the same.
            names = [name for name in (case.cause, key_of(case)) if name] or [f"{_slot(case)} {case.claim}"]
            place = next((groups[name] for name in names if name in groups), names[0])
            groups |= dict.fromkeys(names, place)
            found.setdefault(place, []).append(case)
    causes = []
    for group in found.values():
        head = next((case for case in group if not case.as_before), group[0])
        others: dict[str, Case] = {}
        for case in group:
            others.setdefault(case.claim, case)
        others.pop(head.claim, None)
        causes.append(Cause(head, list(others.values())))
    # What is wrong in numbers is to be mended first, whatever else is not refused.
    return sorted(causes, key=lambda cause: is_silence(cause.case))


def is_silence(case: Case) -> bool:
    """Whether a case fails because nothing was raised."""
    last = case.evidence[-1] if case.evidence else None
    return case.word == "fails" and last is not None and last.check == "raises" and (last.margin or 0) < 0


def numbered(causes: Iterable[Cause]) -> Iterator[tuple[str, Cause]]:
    """Each with what it counts as, from 1: ``2``, or ``2, 3`` of two mistakes on one card."""
    first = 1
    for cause in causes:
        after = first + mistakes_in([cause.case])
        yield ", ".join(map(str, range(first, after))), cause
        first = after


def is_in_the_row(case: Case) -> bool:
    """Whether the first wrong row says all that the check saw: where that held two answers of theirs against each
    other, it may name the one that is right."""
    last = case.evidence[-1] if case.evidence else None
    if case.row is None or case.word != "fails" or last is None:
        return False
    return last.check in ("close", "equal") and (last.margin or 0) < 0 and " against " not in last.what


def mistakes_in(cases: Iterable[Case]) -> int:
    """How many there are on the cards of these cases, a cause's each: those that are named, else one."""
    return sum(1 + case.mistake.count("+") for case in cases)


def key_of(case: Case) -> str:
    """Equal for what is one thing to mend: the same sentence on the same class, or an exception from the same line;
    empty where nothing is known that could be the same."""
    if case.word == "not judged":
        return f"{_slot(case)} {_NUMBER.sub('#', case.why)}"
    if case.advice is not None:
        return f"{_slot(case)} {case.about} {case.advice.en}"
    if case.lines and case.row is None:  # that raised
        return f"{_slot(case)} {case.about} {case.why.partition(':')[0]} {case.lines[-1].place.en}"
    return ""


def _slot(case: Case) -> str:
    """Which of several submissions in one run."""
    return case.node.partition("[")[2].partition(f"-{case.part}")[0]


def _failed_itself(case: Case) -> bool:
    last = case.evidence[-1]
    return case.word == "fails" and (last.margin or 0) < 0 and "against" not in last.what
