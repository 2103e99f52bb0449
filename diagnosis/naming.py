"""The likely mistake of a foreign implementation: one that is known, two of them together, or where it departs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor

import mistakes
from diagnosis import functions
from diagnosis.answers import Answer, differ
from diagnosis.departure import departure
from diagnosis.known import Known, drawn_names, is_drawn, known, matches, moved_where_it_matches, right
from diagnosis.pairs import drawn_pairs, pairs
from diagnosis.probes import Asked, Make, Probe, probes
from mistakes.model import Mistake


@dataclass(frozen=True)
class Diagnosis:
    """names: of the known mistakes that it is; empty for an unknown one. en, ko: the sentence for the student."""

    names: tuple[str, ...]
    en: str
    ko: str


def diagnose(kind: str, make: Make) -> Diagnosis | None:
    """What is wrong with the networks that ``make`` makes: the constructor of ``kind``, as torch.nn's.

    None where every answer is right. Options that ``make`` does not take are not held against it. A BaseException
    that is no Exception goes through. Of mistakes that no probe tells apart the first in ``mistakes.ALL`` is named.
    """
    asked = Asked(make, kind)
    seen = {probe: answer for probe in probes(kind) if (answer := asked.get(probe)) is not None}
    wrong = [probe for probe in seen if differ(seen[probe], right(kind)[probe])]
    if not wrong:
        return None
    if not wrong[0].wrong:
        # Wrong numbers weigh more than a call that should have raised: many who make a mistake check no sizes either.
        seen = {probe: answer for probe, answer in seen.items() if not probe.wrong}
        wrong = [probe for probe in wrong if not probe.wrong]
    # Where it departs first, so that a mistake that is another one is known by its first answer.
    order = sorted(seen, key=lambda probe: probe not in wrong)
    found = _exact(kind, seen, order) or (_drawn(kind, seen, order) if is_drawn(kind, seen) else ())
    if found:
        return _named(*found)
    return Diagnosis((), *departure(kind, make, seen, wrong))


def _exact(kind: str, seen: Mapping[Probe, Answer], order: Sequence[Probe]) -> tuple[Mistake, ...]:
    """The mistake, else the two, whose answers are those that were seen."""
    for mistake in mistakes.ALL:
        if kind in mistake.networks and matches(known(kind, mistake), kind, seen, order):
            return (mistake,)
    for first, second, both in pairs(kind, seen):
        if matches(both, kind, seen, order):
            return first, second
    return ()


def _drawn(kind: str, seen: Mapping[Probe, Answer], order: Sequence[Probe]) -> tuple[Mistake, ...]:
    """Among what draws random numbers, that which leaves least to chance and has the rest as it was seen."""
    candidates: list[tuple[tuple[Mistake, ...], Known]] = [
        ((m,), known(kind, m)) for m in mistakes.ALL if m.name in drawn_names(kind)
    ]
    candidates += [((first, second), both) for first, second, both in drawn_pairs(kind)]
    counts = [moved_where_it_matches(candidate, seen, order) for _, candidate in candidates]
    fitting = [place for place, count in enumerate(counts) if count]
    return candidates[min(fitting, key=lambda place: counts[place] or 0)][0] if fitting else ()


def diagnose_one_hot(one_hot: Callable[..., Tensor]) -> Diagnosis | None:
    """The same for ``one_hot(tokens, mapping)``."""
    return _of_function("one_hot", one_hot, functions.departure_of_rows)


def diagnose_train(train: Callable[..., Any]) -> Diagnosis | None:
    """The same for ``train(net, x, y, epochs, lr)``."""
    return _of_function("train", train, functions.departure_of_training)


def _of_function(part: str, function: Callable[..., Any], departure_of: functions.Departure) -> Diagnosis | None:
    seen, right = functions.asked(part, function), functions.known(part)
    if not differ(seen, right):
        return None
    candidates = [mistake for mistake in mistakes.ALL if part in mistake.functions]
    for mistake in candidates:
        if not differ(seen, functions.known(part, mistake.name)):
            return _named(mistake)
    # Random numbers are no reason to match: what draws is known by that it draws.
    if differ(seen, functions.asked(part, function, functions.OTHER_SEED)):
        for mistake in candidates:
            drawn = (functions.known(part, mistake.name, seed) for seed in (0, functions.OTHER_SEED))
            if differ(*drawn):
                return _named(mistake)
    return Diagnosis((), *departure_of(seen, right))


def _named(*found: Mistake) -> Diagnosis:
    names = tuple(mistake.name for mistake in found)
    if len(found) == 1:
        return Diagnosis(names, found[0].en, found[0].ko)
    first, second = found
    return Diagnosis(
        names, f"Two mistakes: {first.en} Also: {second.en}", f"두 가지 실수가 겹쳤다. {first.ko} 또한 {second.ko}"
    )
