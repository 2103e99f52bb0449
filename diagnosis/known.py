"""The answers of the right networks and of the known mistakes, each asked for once in a process and then remembered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, cached_property

import torch

import mistakes
from diagnosis.answers import RAISED, Answer, as_shaped, differ, same_numbers, values_differ
from diagnosis.probes import Asked, Make, Probe, probes
from mistakes.model import RIGHT, Mistake

OTHER_SEED = 1000
FAR = 8
"""How many times the gap of two draws a third may lie off: far enough for normal numbers, too near for a mistake."""


class Known:
    """What one wrong network answers, and once more from another seed: what is random shows in the difference."""

    def __init__(self, make: Make, kind: str) -> None:
        self.first = Asked(make, kind)
        self.other = Asked(make, kind, OTHER_SEED)
        self.plain = next(probes(kind))

    @cached_property
    def is_drawn(self) -> bool:
        return differ(self.first[self.plain], self.other[self.plain])


@cache
def right(kind: str) -> Asked:
    return Asked(RIGHT[kind], kind)


def known(kind: str, mistake: Mistake) -> Known:
    return _known(kind, mistake.name)


@mistakes.emptied_by_load
@cache
def _known(kind: str, name: str) -> Known:
    return Known(mistakes.find(name).networks[kind], kind)


@mistakes.emptied_by_load
@cache
def drawn_names(kind: str) -> frozenset[str]:
    """The mistakes of ``kind`` that draw random numbers."""
    return frozenset(m.name for m in mistakes.ALL if kind in m.networks and known(kind, m).is_drawn)


def is_drawn(kind: str, seen: Mapping[Probe, Answer]) -> bool:
    """Whether two calls with the same input gave two answers, both wrong. A call that raised gave none."""
    first, again = list(probes(kind))[:2]
    if RAISED in (seen.get(first, RAISED), seen.get(again, RAISED)):
        return False
    return values_differ(seen[first], right(kind)[first]) and values_differ(seen[first], seen[again])


def matches(candidate: Known, kind: str, seen: Mapping[Probe, Answer], order: Sequence[Probe]) -> bool:
    """Whether the answers of ``candidate`` are those that were seen, and are wrong: one at least that is no exception,
    for a call may raise for any reason."""
    return all(not differ(seen[probe], candidate.first.get(probe)) for probe in order) and any(
        seen[probe] is not RAISED and differ(candidate.first.get(probe), right(kind)[probe]) for probe in order
    )


def matches_but_for_ones(candidate: Known, kind: str, seen: Mapping[Probe, Answer], order: Sequence[Probe]) -> bool:
    """The same, where answers may lack axes of 1, or have some more."""
    shaped = {}
    for probe in order:
        wanted = candidate.first.get(probe)
        if wanted is None:
            return False
        shaped[probe] = as_shaped(seen[probe], wanted)
        if differ(shaped[probe], wanted):
            return False
    return any(differ(shaped[probe], as_shaped(right(kind)[probe], shaped[probe])) for probe in order)


def moved_where_it_matches(candidate: Known, seen: Mapping[Probe, Answer], order: Sequence[Probe]) -> int | None:
    """How many numbers the draws of ``candidate`` move; None where what they leave alone is not what was seen."""
    total = 0
    for probe in order:
        one, two = candidate.first.get(probe), candidate.other.get(probe)
        if one is None or two is None or one.shapes != two.shapes:
            return None
        answer = seen[probe]
        if answer.shapes != one.shapes or len(answer.numbers) != len(one.numbers):
            return None
        gaps = (one.numbers - two.numbers).abs().nan_to_num(nan=0.0)
        # What is drawn is so as a whole: a number of it that hardly moved did so by chance.
        moved = torch.cat([(part > one.allowed.max()).any().expand(len(part)) for part in one.split(gaps)])
        total += int(moved.sum())
        allowed = torch.where(moved, FAR * gaps.max(), one.allowed)
        if not bool(same_numbers(answer.numbers, one.numbers, allowed).all()):
            return None
    return total
