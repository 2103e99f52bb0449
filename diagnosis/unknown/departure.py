"""An unknown mistake in a sentence: what is wrong, where it shows first, with which calls, in which gate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import parts
from diagnosis.answers import Answer, values_differ
from diagnosis.matching.known import is_drawn, right, that_differ
from diagnosis.probes import Make, Probe, probes
from diagnosis.unknown.gates import faulty_gate, gate_probe
from diagnosis.unknown.louder import answers_scaled, by_size
from diagnosis.unknown.places import place_of_gradients, place_of_values
from diagnosis.unknown.relations import digits_alike
from diagnosis.unknown.when import shows_in
from diagnosis.wording import Wording

NOT_KNOWN = (
    "None of the mistakes that are known here gives these numbers.",
    "알려진 실수 가운데 이런 값이 나오는 것은 없다.",
)


def departure(kind: str, make: Make, seen: Mapping[Probe, Answer], wrong: Sequence[Probe]) -> Wording:
    """The sentence for what was ``seen``, in the right shapes; ``wrong`` are the probes that departed, in order."""
    if wrong[0].wrong:
        return _silent(wrong)
    valued = [probe for probe in wrong if values_differ(seen[probe], right(kind)[probe])]
    if is_drawn(kind, seen):
        return _drawn(kind, seen)
    if not valued:
        # The longest of them, which shows how far back.
        probe = max(wrong, key=lambda probe: (probe.group == "plain", probe.x))
        place = place_of_gradients(kind, probe, seen[probe], right(kind)[probe])
        when = shows_in(kind, make, {p: answer for p, answer in seen.items() if p.gradients}, wrong, place)
        return place.sentence(when, None)
    louder = answers_scaled(kind, make, valued[0])
    place = place_of_values(kind, [(probe, seen[probe], right(kind)[probe]) for probe in valued], louder)
    few = None if place.fit else _few_digits(kind, seen, valued)
    if few:
        # Which of them lie within the allowance is chance: the first that does not is told, and no pattern; no gate.
        en, ko = place.plain().sentence(None, None)
        return f"{en} {few[0]}", f"{ko} {few[1]}"
    asked = gate_probe(kind)
    plain = any(probe.group == "plain" and probe.state == asked.state for probe in valued)
    when = shows_in(kind, make, seen, valued, place)
    told = place.fit or place.named
    gate = None if told else by_size(kind, make, asked)
    if plain and place.in_step and not told and gate is None:
        gate = faulty_gate(kind, make, asked, in_all=when is None)
    en, ko = place.sentence(when, gate)
    return (en, ko) if gate or place.fit or place.named else (f"{en} {NOT_KNOWN[0]}", f"{ko} {NOT_KNOWN[1]}")


def _drawn(kind: str, seen: Mapping[Probe, Answer]) -> Wording:
    first, again = list(probes(kind))[:2]
    names = parts.named(kind).returned
    differing = [names[place] for place in that_differ(seen[first], seen[again]) if place < len(names)]
    fine = [name for name in names if name not in differing]
    en, ko = "Two calls with the same input give two answers", "같은 입력인데 호출할 때마다 값이 다르다"
    told = f" ({', '.join(differing)})" if fine else ""
    return (
        f"{en}{told}: something is random, or is kept from call to call.",
        f"{ko}{told}. 무작위인 부분이나 이전 호출의 값이 남아 있다.",
    )


def _few_digits(kind: str, seen: Mapping[Probe, Answer], valued: Sequence[Probe]) -> Wording | None:
    """Where nothing that is returned is far off, but all of it is off by more than float32 rounds."""
    pairs = []
    for probe in valued:
        returned = zip(seen[probe].as_returned(), right(kind)[probe].as_returned(), strict=True)
        pairs += [(one, two) for one, two in returned if not bool((one == two).all())]
    digits = digits_alike(pairs)
    if digits is None or not 2 <= digits <= 4:
        return None
    return (
        f"Your numbers agree with torch's to {digits} digits and no more: look for what changes numbers a little, "
        "half precision (.half(), float16, bfloat16, autocast), round(), or a small constant such as an eps.",
        f"나온 값은 torch의 값과 {digits}자리까지만 같다. 값을 조금 바꾸는 것이 있는지 볼 것: "
        "반정밀도(.half(), float16, bfloat16, autocast), round(), eps 같은 작은 상수.",
    )


def _silent(wrong: Sequence[Probe]) -> Wording:
    given = [f"x {probe.x}" + (f", state {probe.state}" if probe.state else "") for probe in wrong]
    en = f"No exception is raised for {given[0]}, which does not fit"
    ko = f"크기가 맞지 않는 {given[0]}에서 예외가 나지 않는다"
    if len(given) > 1:
        return f"{en}, nor for {len(given) - 1} more such calls.", f"{ko}. 그런 호출이 {len(given) - 1}개 더 있다."
    return f"{en}.", f"{ko}."
