"""A known mistake that explains some of the calls: those with an option, or all but those where more is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import mistakes
from diagnosis.answers import RAISED, Answer, differ, values_differ
from diagnosis.groups import directions, fewest, layers, where_told
from diagnosis.matching import glances
from diagnosis.matching.alone import alone, in_order_of, the_only
from diagnosis.matching.known import Known, drawn_names, known, matches, right
from diagnosis.probes import Make, Probe
from diagnosis.wording import Wording
from mistakes import families
from mistakes.model import Mistake

Which = Callable[[Probe], bool]
WITHOUT: tuple[tuple[Which, Wording], ...] = (
    (lambda probe: probe.state is None, ("where a state is given", "상태를 준 호출에서는")),
    (lambda probe: directions(probe.group) == 1, ("with bidirectional=True", "bidirectional=True일 때는")),
    (lambda probe: layers(probe.group) == 1, ("with num_layers > 1", "num_layers가 2 이상일 때는")),
)
"""Which calls one mistake may explain, and the others in words."""


def only_with_options(
    kind: str, seen: Mapping[Probe, Answer], wrong: Sequence[Probe], *, rare: bool = False
) -> tuple[Mistake, Wording] | None:
    """The mistake whose answers those of the networks are that answer wrongly, and when it is made; all other calls
    are right. The only one that is it, but where the calls are ``rare``: those tell few apart."""
    groups = {probe.group for probe in wrong}
    if "plain" in groups:
        return None
    of_groups = {probe: answer for probe, answer in seen.items() if probe.group in groups}
    found = alone(kind, of_groups, in_order_of(of_groups, wrong))
    mistake = next(iter(found), None) if rare else the_only(kind, found)
    if mistake is None:
        return None
    told = where_told(kind, fewest(kind, groups))
    en, ko = " or ".join(en for en, _ in told), " 또는 ".join(ko for _, ko in told)
    return mistake, (f"Only {en}: {mistake.en}", f"{ko}일 때만: {mistake.ko}")


def beneath_another(
    kind: str, seen: Mapping[Probe, Answer], wrong: Sequence[Probe]
) -> tuple[tuple[Mistake, ...], Wording | None] | None:
    """The mistake that explains all calls but some, of one kind, with that other one where it is known, or with the
    words for where it does not; None where it explains all that is wrong. All in the right shapes."""
    # A cell's one step from zeros shows nothing of what a state goes through.
    for is_of_part, words in WITHOUT[kind.endswith("Cell") :]:
        part = {probe: answer for probe, answer in seen.items() if is_of_part(probe) and answer is not RAISED}
        wrong_there = [probe for probe in wrong if probe in part]
        if not wrong_there or not any(probe not in part for probe in wrong):
            continue
        if found := the_only(kind, alone(kind, part, in_order_of(part, wrong_there))):
            if not any(differ(seen[probe], known(kind, found).first.get(probe)) for probe in wrong):
                return (found,), None  # what else it makes wrong is right here, with some option
            return (found, *_beside(kind, found, seen, [probe for probe in wrong if probe not in part])), words
    return None


def _beside(
    kind: str, mistake: Mistake, seen: Mapping[Probe, Answer], wrong: Sequence[Probe]
) -> tuple[()] | tuple[Mistake]:
    """Another mistake, with which this one explains everything."""
    first = wrong[0]
    wanted, allowed = glances.glance_of_answer(seen[first])
    for other, both in _pairs_with(kind, mistake):
        net = glances.put_on(both, kind, first.group)
        if net is not None and glances.alike(glances.quick(net, kind, first), wanted, allowed):
            answers = Known(both, kind)
            alone_is_wrong = any(values_differ(known(kind, other).first[probe], right(kind)[probe]) for probe in seen)
            if alone_is_wrong and matches(answers, kind, seen, [first, *seen]):
                return (other,)
    return ()


def _pairs_with(kind: str, mistake: Mistake) -> Iterator[tuple[Mistake, Make]]:
    for other in (*mistakes.ALL, *families.of_kind(kind)):
        if kind in other.networks and other.name != mistake.name and other.name not in drawn_names(kind):
            for pair in ((other, mistake), (mistake, other)):
                try:
                    yield other, type("Pair", tuple(one.networks[kind] for one in pair), {})
                except TypeError:
                    continue
