"""An unknown mistake in a sentence: what is wrong, where it shows first, with which calls, in which gate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from diagnosis.answers import RAISED, Answer, values_differ
from diagnosis.gates import faulty_gate, gate_probe
from diagnosis.known import is_drawn, right
from diagnosis.places import Place, place_of_gradients, place_of_values
from diagnosis.probes import Make, Probe
from diagnosis.wording import Wording

_GROUPS = {
    "batch first": ("with batch_first=True", "batch_first=True"),
    "directions": ("with bidirectional=True and one layer", "한 층, bidirectional=True"),
    "layers": ("with num_layers=2 and bidirectional=True", "num_layers=2, bidirectional=True"),
    "double": ("for float64", "float64"),
}
_SPECIAL = {"LSTM": "proj_size=2", "RNN": 'nonlinearity="relu"', "RNNCell": 'nonlinearity="relu"'}


def departure(kind: str, make: Make, seen: Mapping[Probe, Answer], wrong: Sequence[Probe]) -> Wording:
    """The sentence for what was ``seen``; ``wrong`` are the probes that departed, in order."""
    if wrong[0].wrong:
        return _silent(wrong)
    valued = [probe for probe in wrong if values_differ(seen[probe], right(kind)[probe])]
    if is_drawn(kind, seen):
        en, ko = "Two calls with the same input give two answers", "같은 입력인데 호출할 때마다 값이 다르다"
        return (
            f"{en}: something is random, or is kept from call to call.",
            f"{ko}. 무작위인 부분이나 이전 호출의 값이 남아 있다.",
        )
    if not valued:
        # The longest of them, which shows how far back.
        probe = max(wrong, key=lambda probe: (probe.group == "plain", probe.x))
        place = place_of_gradients(kind, probe, seen[probe], right(kind)[probe])
        when = _when(kind, [p for p in seen if p.gradients], wrong, place)
        return place.sentence(when, None)
    if seen[valued[0]] is RAISED:
        x, state = valued[0].x, valued[0].state
        given = f"x {x}" + (f", state {state}" if state else "")
        place = Place(f"Your call raises an exception for {given}", f"{given} 호출에서 예외가 난다")
        return place.sentence(_when(kind, list(seen), valued, place), None)
    place = place_of_values(kind, valued[0], seen[valued[0]], right(kind)[valued[0]])
    asked = gate_probe(kind)
    plain = any(probe.group == "plain" and probe.state == asked.state for probe in valued)
    gate = faulty_gate(kind, make, asked) if plain and place.in_step else None
    return place.sentence(_when(kind, list(seen), valued, place), gate)


def _silent(wrong: Sequence[Probe]) -> Wording:
    given = [f"x {probe.x}" + (f", state {probe.state}" if probe.state else "") for probe in wrong]
    en = f"No exception is raised for {given[0]}, which does not fit"
    ko = f"크기가 맞지 않는 {given[0]}에서 예외가 나지 않는다"
    if len(given) > 1:
        return f"{en}, nor for {len(given) - 1} more such calls.", f"{ko}. 그런 호출이 {len(given) - 1}개 더 있다."
    return f"{en}.", f"{ko}."


def _when(kind: str, asked: Sequence[Probe], bad: Sequence[Probe], place: Place) -> Wording | None:
    """What all calls that departed have in common, and some call that was right and as long has not."""
    later = [probe for probe in bad if probe.name != "first"]
    if later == list(bad) and any(probe.name == "again" for probe in bad):
        return "in the second call, while the first was right", "첫 호출은 맞고 두 번째 호출"
    long_enough = [probe for probe in asked if not probe.wrong and _length(kind, probe) >= place.step]
    good = [probe for probe in long_enough if probe not in bad]
    found = []
    groups = {probe.group for probe in bad}
    if groups == {"directions", "layers"}:
        found.append(("with bidirectional=True", "bidirectional=True"))
    elif len(groups) == 1 and groups != {"plain"} and any(probe.group == "plain" for probe in good):
        [group] = groups
        found.append(_GROUPS.get(group) or (f"with {_SPECIAL[kind]}", _SPECIAL[kind]))
        good = [probe for probe in good if probe.group == group]
    elif all(_batched(kind, probe) for probe in bad) and any(not _batched(kind, probe) for probe in good):
        found.append(("with a batch", "배치가 있는 호출"))
        good = [probe for probe in good if _batched(kind, probe)]
    for is_given, words in ((True, ("where a state is given", "상태를 준 호출")), (False, _LEFT_OUT)):
        if all((p.state is not None) == is_given for p in bad) and any((p.state is not None) != is_given for p in good):
            found.append(words)
    return (" and ".join(en for en, _ in found), ", ".join(ko for _, ko in found)) if found else None


_LEFT_OUT = ("where the state is left out", "상태를 생략한 호출")


def _batched(kind: str, probe: Probe) -> bool:
    return len(probe.x) == (2 if kind.endswith("Cell") else 3)


def _length(kind: str, probe: Probe) -> int:
    return 1 if kind.endswith("Cell") else probe.x[1] if probe.group == "batch first" else probe.x[0]
