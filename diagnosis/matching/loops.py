"""Two known wrong training loops at once, where none alone has the answers that were seen."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import mistakes
from diagnosis import functions
from diagnosis.answers import RAISED, Answer, differ, same_numbers
from diagnosis.calls import Answers
from mistakes.model import Mistake
from mistakes.training import Loop


def two_loops(seen: Answers) -> tuple[Mistake, ...]:
    """The catalogue's two that together answer as was ``seen``; else none. The quick training is asked first."""
    cut = seen[functions.CUT]
    single = [mistake for mistake in mistakes.ALL if isinstance(mistake.functions.get("train"), Loop)]
    if cut is None or cut is RAISED:
        return ()
    for first, second in itertools.combinations(single, 2):
        for both in _together(first, second, cut):
            if differ(functions.trained_on_pieces(both), cut):
                continue
            if not any(differ(one, two) for one, two in zip(seen, functions.asked("train", both), strict=True)):
                return first, second
    return ()


def _together(first: Mistake, second: Mistake, cut: Answer) -> list[Callable[..., Any]]:
    """Loops with the methods of both: in each order where they share some; none that can't have the first loss of what
    was seen."""
    one, other = (type(mistake.functions["train"]) for mistake in (first, second))
    if _methods(one) & _methods(other):
        return [type("Both", kinds, {})() for kinds in ((one, other), (other, one))]
    right, *own = (functions.known("train", name)[functions.CUT] for name in ("", first.name, second.name))
    moving = [answer for answer in own if not _begins_as(answer, right)]
    if len(moving) < 2 and not _begins_as(cut, moving[0] if moving else right):
        return []
    return [type("Both", (one, other), {})()]


def _methods(loop: type) -> set[str]:
    """What a mistake puts before the right methods."""
    above = [kind for kind in loop.__mro__ if issubclass(kind, Loop) and kind is not Loop]
    return {name for kind in above for name in vars(kind) if callable(vars(kind)[name])}


def _begins_as(seen: Answer | None, other: Answer | None) -> bool:
    """Whether two trainings have the same first loss."""
    if seen is None or other is None or RAISED in (seen, other):
        return False
    return bool(same_numbers(seen.numbers[:1], other.numbers[:1], other.allowed[:1]).all())
