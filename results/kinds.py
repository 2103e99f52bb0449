"""Over which classes a claim was judged: it may hold though some of those that it speaks of are not in the file."""

from __future__ import annotations

from collections.abc import Iterable

from results.model import Case

JUDGED = ("holds", "fails", "undecided", "error")


def judged_and_absent(cases: Iterable[Case]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The classes and functions that cases of one claim came to an answer for, and those that they asked in vain."""
    found = [(case.about, case.word) for case in cases if case.about]
    judged = tuple(dict.fromkeys(about for about, word in found if word in JUDGED))
    absent = tuple(dict.fromkeys(about for about, word in found if word == "not attempted"))
    return judged, tuple(about for about in absent if about not in judged)
