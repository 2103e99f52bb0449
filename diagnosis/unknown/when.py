"""With which calls alone an unknown mistake shows: what all that are wrong have in common, and is proved to matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch

from diagnosis.answers import NOISE, Answer, differ
from diagnosis.groups import in_order, time_axis, where_told
from diagnosis.matching.known import right
from diagnosis.probes import NODES, Make, Probe, called, made
from diagnosis.unknown.gates import gate_probe
from diagnosis.unknown.louder import is_right_louder, members_are_right
from diagnosis.unknown.places import Place
from diagnosis.wording import Wording
from mistakes.model import RIGHT

LEFT_OUT = ("where the state is left out", "상태를 생략한 호출")
GIVEN = ("where a state is given", "상태를 준 호출")


def shows_in(kind: str, make: Make, seen: Mapping[Probe, Answer], bad: Sequence[Probe], place: Place) -> Wording | None:
    """What all of the ``bad`` calls have in common, and some call that was right and as long has not; with larger
    numbers, either."""
    later = [probe for probe in bad if probe.name != "first"]
    if later == list(bad) and any(probe.name == "again" for probe in bad):
        return "in the second call, while the first was right", "첫 호출은 맞고 두 번째 호출"
    long_enough = [probe for probe in seen if not probe.wrong and _length(kind, probe) >= place.step]
    good = [probe for probe in long_enough if probe not in bad]
    found = []
    groups = groups_in_which(kind, make, seen, bad)
    if "plain" not in groups and any(probe.group == "plain" for probe in good):
        found.append(_options(kind, groups))
    first = _one_of_each(bad)
    if all(_batched(kind, probe) for probe in bad) and all(members_are_right(kind, make, probe) for probe in first):
        found.append(("with a batch", "배치가 있는 호출"))
    # Where it is left out there is no state to change.
    state = len({_states(probe) for probe in bad}) == 1 and not place.of_state
    if state and all(_right_with_other_state(kind, make, probe) for probe in first):
        found.append(GIVEN if _states(bad[0]) else LEFT_OUT)
    return (" and ".join(en for en, _ in found), ", ".join(ko for _, ko in found)) if found else None


def groups_in_which(kind: str, make: Make, seen: Mapping[Probe, Answer], bad: Sequence[Probe]) -> set[str]:
    """Those of the ``bad`` calls, and the plain one where its calls are right by their numbers alone: larger ones are
    wrong, or those in float64 depart by what float32 rounds off."""
    groups = {probe.group for probe in bad}
    if not groups or "plain" in groups:
        return groups
    hidden = groups == {"double"} and all(_is_hidden(seen[probe], right(kind)[probe]) for probe in bad)
    return {*groups, "plain"} if hidden or not is_right_louder(kind, make, gate_probe(kind)) else groups


def _is_hidden(seen: Answer, wanted: Answer) -> bool:
    """Whether float64 departs by less than two right answers in float32, and by more than float32 has digits."""
    if len(seen.numbers) != len(wanted.numbers):
        return False
    gap = float((seen.numbers - wanted.numbers).abs().max())
    return torch.finfo(torch.float32).eps / 2 < gap <= NOISE[torch.float32]


def _options(kind: str, groups: set[str]) -> Wording:
    if groups in ({"directions", "layers"}, {"stacked", "layers"}):
        option = "bidirectional=True" if "directions" in groups else "num_layers > 1"
        return f"with {option}", option
    if {"directions", "stacked"} <= groups <= {"directions", "stacked", "layers"}:
        return "with bidirectional=True or num_layers > 1", "bidirectional=True 또는 num_layers > 1"
    told = where_told(kind, in_order(groups))
    return " or ".join(en for en, _ in told), " 또는 ".join(ko for _, ko in told)


def _one_of_each(bad: Sequence[Probe]) -> list[Probe]:
    """The first of each group."""
    return list({probe.group: probe for probe in reversed(bad)}.values())


def _right_with_other_state(kind: str, make: Make, probe: Probe) -> bool:
    """Whether the same call with a state is right, gradients too, where it has any; without one where it had one."""
    # The state that is given has the shape of the one that comes back.
    h = right(kind)[probe].as_returned()[0 if kind.endswith("Cell") else 1]
    twin = probe._replace(state=(*h.shape[:-1], NODES) if probe.state is None else None)
    nets = [made(one, kind, probe.group) for one in (make, RIGHT[kind])]
    own, due = (called(net, kind, twin) if net is not None else None for net in nets)
    return own is not None and not differ(own, due) and is_right_louder(kind, make, twin)


def _states(probe: Probe) -> bool:
    return probe.state is not None


def _batched(kind: str, probe: Probe) -> bool:
    return len(probe.x) == (2 if kind.endswith("Cell") else 3)


def _length(kind: str, probe: Probe) -> int:
    if kind.endswith("Cell"):
        return 1
    return probe.x[time_axis(probe.group) if _batched(kind, probe) else 0]
