"""Two mistakes at once: a glance at all pairs of a kind, remembered, leaves few that must be asked everything."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

import mistakes
from diagnosis.answers import RAISED, Answer, differ, values_differ
from diagnosis.matching import glances
from diagnosis.matching.known import Known, drawn_names, known, right
from diagnosis.probes import Make, Probe, probes
from mistakes.families import orders
from mistakes.model import RIGHT, Mistake


def pairs(kind: str, seen: Mapping[Probe, Answer], wrong: Probe) -> Iterator[tuple[Mistake, Mistake, Known]]:
    """The pairs of known mistakes, in their order, whose answers to each group's first call are those that were seen.

    wrong: the first probe that departed. Without those that draw random numbers, and those that give NaN, behind which
    nothing shows.
    """
    single = _single(kind)
    steady = [place for place, mistake in enumerate(single) if mistake.name not in drawn_names(kind)]
    departs = {place for place in steady if _departs(kind, place, seen[wrong], wrong)}
    # Of two that raise in the plain call none does alone: they do it for how they were put together here.
    every = [] if seen.get(next(probes(kind))) is RAISED else itertools.combinations(steady, 2)
    left = [pair for pair in every if departs & {*pair} or _share_a_method(kind, pair)]
    for probe in _first_calls(kind):
        if probe in seen:
            answer = seen[probe]
            if not values_differ(answer, right(kind)[probe]):
                # Two that change a call do not undo each other; where they did, one name would say it.
                left = [p for p in left if _share_a_method(kind, p) or all(_changes_nothing(kind, n, probe) for n in p)]
            wanted, allowed = glances.glance_of_answer(answer)
            left = [pair for pair in left if glances.alike(_glanced(kind, pair, probe), wanted, allowed)]
    yield from _made(kind, left)


def _departs(kind: str, place: int, seen: Answer, probe: Probe) -> bool:
    """Whether the mistake alone changes the answer to a probe at which what was ``seen`` departs."""
    if values_differ(seen, right(kind)[probe]) and probe.name != "again":
        return not _changes_nothing(kind, place, probe)
    return differ(known(kind, _single(kind)[place]).first.get(probe), right(kind)[probe])


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
    """The catalogue's, and every order of the gates. Of the rest of mistakes.families one is asked for alone."""
    return tuple(mistake for mistake in (*mistakes.ALL, *orders.gates(kind)) if kind in mistake.networks)


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
    """One probe of each group, which nothing that was called before can have changed; a cell's has a state, without
    which half of its step does not show."""
    groups: dict[str, Probe] = {}
    for probe in probes(kind):
        if probe.state is not None or not kind.endswith("Cell"):
            groups.setdefault(probe.group, probe)
    return list(groups.values())


@mistakes.emptied_by_load
@cache
def _glances(kind: str, probe: Probe) -> dict[tuple[int, int], glances.Glance | None]:
    return {}


def _glanced(kind: str, pair: tuple[int, int], probe: Probe) -> glances.Glance | None:
    """None where there is no such network."""
    found = _glances(kind, probe)
    if pair not in found:
        one, other = pair
        if _changes_nothing(kind, one, probe) and not _share_a_method(kind, pair):
            found[pair] = glances.of_mistake(kind, _single(kind)[other], probe)
        elif _changes_nothing(kind, other, probe) and not _share_a_method(kind, pair):
            found[pair] = glances.of_mistake(kind, _single(kind)[one], probe)
        else:
            both = _both(kind, pair)
            net = None if both is None else glances.put_on(both, kind, probe.group)
            found[pair] = None if net is None else glances.quick(net, kind, probe)
    return found[pair]


@mistakes.emptied_by_load
@cache
def _changes_nothing(kind: str, place: int, probe: Probe) -> bool:
    """Whether a mistake leaves alone what a call returns: then another's numbers are as if it stood there by itself,
    unless both replace one method."""
    own, allowed = glances.of_mistake(kind, _single(kind)[place], probe), 1e-10 if probe.group == "double" else 1e-5
    return glances.alike(own, glances.of_right(kind, probe), allowed)


def _share_a_method(kind: str, pair: tuple[int, int]) -> bool:
    one, other = (_methods(kind, place) for place in pair)
    return bool(one & other)


@mistakes.emptied_by_load
@cache
def _methods(kind: str, place: int) -> frozenset[str]:
    """What a mistake puts before the right methods."""
    network = _single(kind)[place].networks[kind]
    below = next(kind for kind in network.__mro__ if kind in RIGHT.values()).__mro__
    names = {name for kind in network.__mro__ if kind not in below for name in vars(kind)}
    return frozenset(name for name in names if not name.startswith("__"))
