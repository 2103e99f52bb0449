"""The answers of the right networks and of the known mistakes, each asked for once in a process and then remembered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, cached_property

import torch
from torch import Tensor, nn

import mistakes
from diagnosis.answers import RAISED, Answer, as_shaped, differ, same_numbers, values_differ
from diagnosis.probes import Asked, Make, Probe, called, made, probes
from mistakes.model import RIGHT, Mistake

OTHER_SEED = 1000
FAR = 8
"""How many times the gap of two draws a third may lie off: far enough for normal numbers, too near for a mistake."""
NEAR = 0.3
"""How far draws may move a number that still says something of the rest. Numbers here lie between -1 and 1."""


class Known:
    """What one wrong network answers, and once more from another seed: what is random shows in the difference."""

    def __init__(self, make: Make, kind: str) -> None:
        self.first = Asked(make, kind)
        self.other = Asked(make, kind, OTHER_SEED)
        self.plain, self.kind = next(probes(kind)), kind

    @cached_property
    def is_drawn(self) -> bool:
        """By what it returns; gradients need not be asked for that."""
        plain = self.plain._replace(gradients=False)
        one, other = (
            called(net, self.kind, plain, seed) for net, seed in ((self._new(), 0), (self._new(), OTHER_SEED))
        )
        return differ(one, other)

    def _new(self) -> nn.Module:
        net = made(self.first.make, self.kind, self.plain.group)
        assert net is not None
        return net


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


def draws_the_same(candidate: Known, kind: str, seen: Mapping[Probe, Answer]) -> bool:
    """Whether the tensors that two calls with one input return otherwise are those that ``candidate`` draws."""
    first, again = list(probes(kind))[:2]
    one, two = candidate.first.get(first), candidate.other.get(first)
    if one is None or two is None or not seen[first].shapes == seen[again].shapes == one.shapes == two.shapes:
        return False
    return that_differ(seen[first], seen[again]) == that_differ(one, two)


def that_differ(one: Answer, other: Answer) -> list[int]:
    """Which tensors but the gradients differ in two answers of the same shapes."""
    fine = same_numbers(one.numbers[: one.head], other.numbers[: other.head], one.allowed[: one.head])
    sizes = [torch.Size(shape).numel() for shape, _ in one.shapes]
    return [place for place, part in enumerate(fine.split(sizes)) if not bool(part.all())]


def moved_where_it_matches(candidate: Known, seen: Mapping[Probe, Answer], order: Sequence[Probe]) -> int | None:
    """How many numbers the draws of ``candidate`` move; None where what they leave alone is not what was seen."""
    total = 0
    for probe in order:
        found = _moved(candidate, probe)
        answer, one = seen[probe], candidate.first.get(probe)
        if found is None or one is None or answer.shapes != one.shapes or len(answer.numbers) != len(one.numbers):
            return None
        moved, allowed = found
        total += int(moved.sum())
        if not bool(same_numbers(answer.numbers, one.numbers, allowed).all()):
            return None
    return total


def _moved(candidate: Known, probe: Probe) -> tuple[Tensor, Tensor] | None:
    """Which numbers of an answer the draws move, and how far each may lie off for that."""
    one, two = candidate.first.get(probe), candidate.other.get(probe)
    if one is None or two is None or one.shapes != two.shapes or not len(one.numbers):
        return None
    gaps = (one.numbers - two.numbers).abs().nan_to_num(nan=0.0)
    # What is drawn is so as a whole: a number of it that hardly moved did so by chance.
    moved = torch.cat([(part > one.allowed.max()).any().expand(len(part)) for part in one.split(gaps)])
    return moved, torch.where(moved, FAR * gaps.max(), one.allowed)


def is_more_than_chance(candidate: Known, kind: str, seen: Mapping[Probe, Answer], order: Sequence[Probe]) -> bool:
    """Whether the ``candidate`` explains a wrong number that its draws alone do not: where they move all of them far,
    whatever is random is explained by anything."""
    for probe in order:
        found, wanted = _moved(candidate, probe), right(kind)[probe]
        if found is not None and len(found[1]) == len(wanted.numbers) == len(seen[probe].numbers):
            allowed = found[1]
            off = (seen[probe].numbers - wanted.numbers).abs()
            if bool(((allowed < NEAR) & (off > allowed) & (off > wanted.allowed)).any()):
                return True
    return False
