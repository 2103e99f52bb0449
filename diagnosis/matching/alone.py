"""One known mistake whose answers are those that were seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import mistakes
from diagnosis.answers import Answer, differ
from diagnosis.matching.glances import may_be
from diagnosis.matching.known import Known, drawn_names, known, matches
from diagnosis.probes import Probe, probes
from mistakes import families
from mistakes.model import Mistake

Fits = Callable[[Known, str, Mapping[Probe, Answer], Sequence[Probe]], bool]


def alone(kind: str, seen: Mapping[Probe, Answer], order: Sequence[Probe], fits: Fits = matches) -> tuple[Mistake, ...]:
    """The mistakes whose answers are those that were seen; the catalogue's, else those with a parameter."""
    steady = may_be(kind, seen, order[0]) if fits is matches and order else None
    for every in (mistakes.ALL, families.of_kind(kind)):
        likely = [
            m for m in every if kind in m.networks and (steady is None or steady(m) or m.name in drawn_names(kind))
        ]
        found = [m for m in likely if fits(known(kind, m), kind, seen, order)]
        if found:
            return tuple(found)
    return ()


def the_only(kind: str, found: Sequence[Mistake]) -> Mistake | None:
    """The first of those that were found, where every other answers all calls as it does."""
    return found[0] if found and all(_are_one(kind, found[0], other) for other in found[1:]) else None


def _are_one(kind: str, one: Mistake, other: Mistake) -> bool:
    """Whether two mistakes answer every call alike."""
    first, second = known(kind, one).first, known(kind, other).first
    return not any(differ(first.get(probe), second.get(probe)) for probe in probes(kind) if not probe.wrong)


def in_order_of(seen: Mapping[Probe, Answer], wrong: Sequence[Probe]) -> list[Probe]:
    """The group first that departs first, so that a mistake that is another one is known by few calls."""
    return sorted(seen, key=lambda probe: probe.group != wrong[0].group)
