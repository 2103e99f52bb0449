"""Two mistakes at once: a glance at all pairs of a kind, remembered, leaves few that must be asked everything."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

import torch
from torch import Tensor

import mistakes
from diagnosis.answers import RAISED, Answer
from diagnosis.known import Known, drawn_names
from diagnosis.probes import Make, Probe, called, made, probes
from mistakes.model import Mistake

Glance = tuple[Any, float]
"""Shapes and one number for all values that a first call returned."""


def pairs(kind: str, seen: Mapping[Probe, Answer]) -> Iterator[tuple[Mistake, Mistake, Known]]:
    """The pairs of known mistakes, in their order, whose answers to each group's first call are those that were seen.

    Without those that draw random numbers, and those that give NaN, behind which nothing shows.
    """
    single = _single(kind)
    steady = [place for place, mistake in enumerate(single) if mistake.name not in drawn_names(kind)]
    # Of two that raise in the plain call none does alone: they do it for how they were put together here.
    left = [] if seen.get(next(probes(kind))) is RAISED else list(itertools.combinations(steady, 2))
    for probe in _first_calls(kind):
        if probe in seen:
            wanted, allowed = _glance(seen[probe]), 2 * float(seen[probe].allowed[: seen[probe].head].sum())
            left = [pair for pair in left if _alike(_glanced(kind, pair, probe), wanted, allowed)]
    yield from _made(kind, left)


def drawn_pairs(kind: str) -> Iterator[tuple[Mistake, Mistake, Known]]:
    """Those of which at least one draws random numbers."""
    single = _single(kind)
    every = itertools.combinations(range(len(single)), 2)
    yield from _made(kind, [pair for pair in every if any(single[m].name in drawn_names(kind) for m in pair)])


def _made(kind: str, found: list[tuple[int, int]]) -> Iterator[tuple[Mistake, Mistake, Known]]:
    single = _single(kind)
    for pair in found:
        both = _known(kind, pair)
        if both is not None:
            yield single[pair[0]], single[pair[1]], both


@mistakes.emptied_by_load
@cache
def _single(kind: str) -> tuple[Mistake, ...]:
    return tuple(mistake for mistake in mistakes.ALL if kind in mistake.networks)


def _both(kind: str, pair: tuple[int, int]) -> Make | None:
    """A network with the methods of the first before those of the second; None where no order serves both."""
    try:
        return type("Pair", tuple(_single(kind)[place].networks[kind] for place in pair), {})
    except TypeError:
        return None


@mistakes.emptied_by_load
@lru_cache(maxsize=500)
def _known(kind: str, pair: tuple[int, int]) -> Known | None:
    both = _both(kind, pair)
    return None if both is None else Known(both, kind)


def _first_calls(kind: str) -> list[Probe]:
    """One probe of each group, which nothing that was called before can have changed."""
    groups: dict[str, Probe] = {}
    for probe in probes(kind):
        groups.setdefault(probe.group, probe)
    return list(groups.values())


def _alike(glance: Glance | None, wanted: Glance, allowed: float) -> bool:
    if glance is None or glance[0] != wanted[0]:
        return False
    one, two = glance[1], wanted[1]
    return abs(one - two) <= allowed or one == two


@mistakes.emptied_by_load
@cache
def _glances(kind: str, probe: Probe) -> dict[tuple[int, int], Glance | None]:
    return {}


def _glanced(kind: str, pair: tuple[int, int], probe: Probe) -> Glance | None:
    """None where there is no such network."""
    found = _glances(kind, probe)
    if pair not in found:
        both = _both(kind, pair)
        net = made(both, kind, probe.group) if both is not None else None
        # Without gradients: a fraction of a millisecond, for there are thousands of pairs.
        found[pair] = None if net is None else _glance(called(net, kind, probe._replace(gradients=False)))
    return found[pair]


def _glance(answer: Answer) -> Glance:
    return answer.shapes, float(answer.numbers[: answer.head] @ _mix(answer.head))


@cache
def _mix(size: int) -> Tensor:
    stream = torch.Generator().manual_seed(0)
    return torch.rand(size, generator=stream, dtype=torch.float64) + 0.5
