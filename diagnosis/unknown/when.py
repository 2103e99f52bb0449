"""With which calls alone an unknown mistake shows: what all that are wrong have in common, and is proved to matter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from diagnosis.answers import differ
from diagnosis.groups import in_order, options_told, time_axis
from diagnosis.matching.known import right
from diagnosis.probes import Make, Probe, called, made
from diagnosis.unknown.places import Place
from diagnosis.wording import Wording
from mistakes.model import RIGHT

LEFT_OUT = ("where the state is left out", "상태를 생략한 호출")
GIVEN = ("where a state is given", "상태를 준 호출")


def shows_in(kind: str, make: Make, asked: Sequence[Probe], bad: Sequence[Probe], place: Place) -> Wording | None:
    """What all of the ``bad`` calls have in common, and some call that was right and as long has not."""
    later = [probe for probe in bad if probe.name != "first"]
    if later == list(bad) and any(probe.name == "again" for probe in bad):
        return "in the second call, while the first was right", "첫 호출은 맞고 두 번째 호출"
    long_enough = [probe for probe in asked if not probe.wrong and _length(kind, probe) >= place.step]
    good = [probe for probe in long_enough if probe not in bad]
    found = []
    groups = {probe.group for probe in bad}
    if "plain" not in groups and any(probe.group == "plain" for probe in good):
        found.append(_options(kind, groups))
    first = _one_of_each(bad)
    batch = all(_batched(kind, probe) for probe in bad)
    if batch and all(_right_without_batch(kind, make, probe, good) for probe in first):
        found.append(("with a batch", "배치가 있는 호출"))
    # Where it is left out there is no state to change.
    state = len({_states(probe) for probe in bad}) == 1 and not place.of_state
    if state and all(_right_with_other_state(kind, make, probe, good) for probe in first):
        found.append(GIVEN if _states(bad[0]) else LEFT_OUT)
    return (" and ".join(en for en, _ in found), ", ".join(ko for _, ko in found)) if found else None


def _options(kind: str, groups: set[str]) -> Wording:
    if groups in ({"directions", "layers"}, {"stacked", "layers"}):
        option = "bidirectional=True" if "directions" in groups else "num_layers=2"
        return f"with {option}", option
    if {"directions", "stacked"} <= groups <= {"directions", "stacked", "layers"}:
        return "with bidirectional=True or num_layers=2", "bidirectional=True 또는 num_layers=2"
    told = [options_told(kind, group) for group in in_order(groups)]
    return " or ".join(en for en, _ in told), " 또는 ".join(ko for _, ko in told)


def _one_of_each(bad: Sequence[Probe]) -> list[Probe]:
    """The first of each group."""
    return list({probe.group: probe for probe in reversed(bad)}.values())


def _right_without_batch(kind: str, make: Make, probe: Probe, good: Sequence[Probe]) -> bool:
    """Whether the same call for one member was right, or is."""
    if any(p.group == probe.group and _states(p) == _states(probe) and not _batched(kind, p) for p in good):
        return True
    axis = 0 if kind.endswith("Cell") else 1 - time_axis(probe.group)
    state = None if probe.state is None else (*probe.state[:-2], probe.state[-1])
    return _is_right(kind, make, probe, x=probe.x[:axis] + probe.x[axis + 1 :], state=state)


def _right_with_other_state(kind: str, make: Make, probe: Probe, good: Sequence[Probe]) -> bool:
    """Whether the same call with a state was right, or is; without one where it had one."""
    if any(
        p.group == probe.group and _states(p) != _states(probe) and _batched(kind, p) == _batched(kind, probe)
        for p in good
    ):
        return True
    if probe.state is not None:
        return _is_right(kind, make, probe, state=None)
    # The state that is given has the shape of the one that comes back.
    h = right(kind)[probe].as_returned()[0 if kind.endswith("Cell") else 1]
    return _is_right(kind, make, probe, state=tuple(h.shape))


def _is_right(kind: str, make: Make, probe: Probe, **changed: Any) -> bool:
    """Of a call like ``probe``, but for what is ``changed``; gradients too, where it has any."""
    twin, nets = probe._replace(**changed), [made(one, kind, probe.group) for one in (make, RIGHT[kind])]
    own, due = (called(net, kind, twin) if net is not None else None for net in nets)
    return own is not None and due is not None and not differ(own, due)


def _states(probe: Probe) -> bool:
    return probe.state is not None


def _batched(kind: str, probe: Probe) -> bool:
    return len(probe.x) == (2 if kind.endswith("Cell") else 3)


def _length(kind: str, probe: Probe) -> int:
    if kind.endswith("Cell"):
        return 1
    return probe.x[time_axis(probe.group) if _batched(kind, probe) else 0]
