"""The likely mistake of what is no network that loops over steps: by all of its answers at once."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import mistakes
import parts
from diagnosis import calls, functions
from diagnosis.answers import RAISED, differ
from diagnosis.calls import Answers
from diagnosis.found import Diagnosis, named
from diagnosis.matching.loops import two_loops
from diagnosis.wording import Wording
from mistakes import families
from mistakes.model import Mistake


def _by_answers(
    name: str,
    asked: Callable[[int], Answers],
    known: Callable[[str, int], Answers],
    departure_of: Callable[[Answers, Answers], Wording],
    two: Callable[[Answers], tuple[Mistake, ...]] = lambda seen: (),
) -> Diagnosis | None:
    """By all answers at once. asked: under a seed; known: a mistake's by its name, or the right ones by none. two:
    those of the catalogue that together have these answers."""
    seen, right = asked(0), known("", 0)
    if not _any_differs(seen, right):
        return None
    candidates = [mistake for mistake in mistakes.ALL if name in mistake.networks or name in mistake.functions]
    for mistake in (*candidates, *families.of_function(name)):
        if not _any_differs(seen, known(mistake.name, 0)):
            return named(mistake)
    # Random numbers are no reason to match: what draws is known by that it draws.
    if _any_differs(seen, asked(functions.OTHER_SEED)):
        for mistake in candidates:
            if _any_differs(known(mistake.name, 0), known(mistake.name, functions.OTHER_SEED)):
                return named(mistake)
    elif both := two(seen):
        return named(*both)
    words, answered = departure_of(seen, right), [None if one is RAISED else one for one in seen]
    numbers = departure_of(answered, right) if _any_differs(answered, right) else None
    return Diagnosis((), *words, numbers)


def _any_differs(seen: Answers, wanted: Answers) -> bool:
    """Of what was answered: an option that is refused is asked nothing."""
    return any(differ(one, two) for one, two in zip(seen, wanted, strict=True) if one is not None)


def by_calls(name: str, own: Callable[..., Any]) -> Diagnosis | None:
    part = parts.named(name)
    asked, departure_of = functools.partial(calls.asked, part, own), functools.partial(calls.departure, part)
    return _by_answers(name, asked, functools.partial(calls.known, name), departure_of)


def by_rows(name: str, own: Callable[..., Any]) -> Diagnosis | None:
    asked, known = functools.partial(functions.asked, name, own), functools.partial(functions.known, name)
    return _by_answers(name, asked, known, functions.departure_of_rows)


def by_training(name: str, own: Callable[..., Any]) -> Diagnosis | None:
    asked, known = functools.partial(functions.asked, name, own), functools.partial(functions.known, name)
    return _by_answers(name, asked, known, functions.departure_of_training, two_loops)
