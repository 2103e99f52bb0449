"""Where numbers or gradients depart from the right ones first: step, layer, direction, member of the batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

import parts
from diagnosis.answers import NOTHING, Answer, same_numbers
from diagnosis.groups import directions, layers, time_axis
from diagnosis.probes import Probe, given, made, weights
from diagnosis.unknown.beyond import cells_of_all_steps, layer_one, restarted
from diagnosis.unknown.relations import CELLS, LAYER_1, cut, over_the_steps, relation
from diagnosis.wording import Wording
from mistakes.model import RIGHT


@dataclass(frozen=True)
class Place:
    """en, ko: what is wrong and where, without a full stop. rest: a sentence on what is right.

    step: the first one that departs, as far as it is known. in_step: the first tensor returned is wrong, h, and with it
    the last state. fit: what the numbers are instead, a clause. short: en and ko without the place.
    named: it is said already what is done wrong. of_state: it is a state that was given, and changed.
    """

    en: str
    ko: str
    rest: Wording = ("", "")
    step: int = 1
    in_step: bool = False
    fit: Wording | None = None
    short: Wording = ("", "")
    named: bool = False
    of_state: bool = False

    def plain(self) -> Place:
        """With its numbers alone: without steps and members, and what is right."""
        return replace(self, en=self.short[0], ko=self.short[1], rest=("", ""))

    def sentence(self, when: Wording | None, gate: Wording | None) -> Wording:
        """With the calls that it shows in alone, and the sentence on a gate."""
        en, ko = f"{self.en}{', only ' + when[0] if when else ''}.", f"{self.ko}."
        if when:
            ko += f" {when[1]}에서만 그렇다."
        if self.fit:
            en, ko = f"{en} {self.fit[0][0].upper()}{self.fit[0][1:]}.", f"{ko} {self.fit[1]}."
        if gate:
            en, ko = f"{en} {gate[0]}", f"{ko} {gate[1]}"
        return en + self.rest[0], ko + self.rest[1]


Called = tuple[Probe, Answer, Answer]
"""A call, what it gave, and what it should have given."""


def place_of_values(kind: str, calls: Sequence[Called], louder: tuple[Answer, Answer] | None = None) -> Place:
    """Of the first tensor that departs in the first of ``calls``: what is returned, then what was given and changed.

    calls: all of which the numbers departed; the shapes are right. louder: what the first of them gave and should have
    given with other numbers: a place that is another then is none of the call's.
    """
    probe, seen, right = calls[0]
    names = parts.named(kind).returned
    inputs = _given(kind, len(right.shapes) - len(names) - 1)
    bad = _bad(seen, right)
    wrong = [name for name, where in zip([*names, *inputs], bad, strict=False) if bool(where.any())]
    first = [*names, *inputs].index(wrong[0])
    if wrong[0] in inputs:
        en, ko = f"You change {wrong[0]}, which was given, in place", f"입력으로 받은 {wrong[0]}: in-place로 바꾸었다"
        return Place(en, ko, named=True, of_state=wrong[0] != inputs[0])
    where, step = _where(kind, probe, names, first, bad)
    if louder is not None and bool((others := _bad(*louder))[first].any()):
        elsewhere, other_step = _where(kind, probe, names, first, others)
        where, step = [words for words in where if words in elsewhere], min(step, other_step)
    fine = [name for name in names if name not in wrong]
    rest = (f" Right: {', '.join(fine)}.", f" 맞는 것: {', '.join(fine)}.") if fine else ("", "")
    if changed := ", ".join(name for name in wrong if name in inputs):
        given = "were" if "," in changed else "was"
        rest = (
            f"{rest[0]} You change {changed}, which {given} given, in place: mend that first, what is computed after "
            "it reads other numbers.",
            f"{rest[1]} 입력으로 받은 {changed}: in-place로 바꾸었다. 그 뒤의 계산이 바뀐 값을 읽으니 "
            "그것부터 고칠 것.",
        )
    there = " ".join(["is wrong", ", ".join(words for words, _ in where)]).rstrip()
    # Its numbers are those of the diagnosis' call; a card shows the row of its own case.
    en, places = f"Your {wrong[0]} {there}", ", ".join(words for _, words in where)
    ko = f"{wrong[0]}의 값이 틀렸다{f'({places})' if places else ''}"
    fit = _instead(kind, names, first, calls) or (_restarted(kind, probe, seen, step) if first == 0 else None)
    fit = fit or _cut(names, wrong, seen, right)
    short = f"Your {wrong[0]} is off by a little", f"{wrong[0]}의 값이 조금 다르다"
    return Place(
        en,
        ko,
        rest,
        step,
        short=short,
        in_step=first == 0 and (kind.endswith("Cell") or names[1] in wrong),
        fit=fit,
        named=bool(changed),
    )


def _instead(kind: str, names: list[str], first: int, calls: Sequence[Called]) -> Wording | None:
    """What the tensor names[first] is in place of the right one, in all calls in which it departs."""
    found = []
    for probe, seen, right in calls:
        if seen.shapes == right.shapes and bool(_bad(seen, right)[first].any()):
            own, due = seen.as_returned(), dict(zip(names, right.as_returned(), strict=False))
            if layers(probe.group) > 1 and names[first] == "output":
                due[LAYER_1] = layer_one(kind, probe)
            elif probe.group in ("plain", "double") and (kind, names[first]) == ("LSTM", "output"):
                due[CELLS] = cells_of_all_steps(kind, probe)
            elif layers(probe.group) == directions(probe.group) == 1 and names[first] != "output" and "output" in due:
                steps_first = due["output"].movedim(time_axis(probe.group), 0)
                due |= {name: one[None] for name, one in over_the_steps(steps_first).items()}
            axis = None if own[first].dim() < (2 if kind.endswith("Cell") else 3) else own[first].dim() - 2
            if names[first] == "output" and axis is not None:
                axis = 1 - time_axis(probe.group)
            found.append((own[first], due, axis))
    return relation(names[first], found)


def _cut(names: Sequence[str], wrong: Sequence[str], seen: Answer, right: Answer) -> Wording | None:
    """Whether a tensor behind the first that is wrong is cut at a bound."""
    for name, one, other in zip(names, seen.as_returned(), right.as_returned(), strict=False):
        if name in wrong[1:]:
            for _, (en, ko) in cut(one, other):
                return f"of {name}: {en}", f"{name}: {ko}"
    return None


def _restarted(kind: str, probe: Probe, seen: Answer, step: int) -> Wording | None:
    """Whether from the first step that departs on, a plain network's numbers are those of a new beginning."""
    if probe.group != "plain" or kind.endswith("Cell") or step == 1:
        return None
    net, (x, _) = made(RIGHT[kind], kind, probe.group), given(kind, probe)
    assert net is not None
    return restarted(net, x, seen.as_returned()[0], step)


def _given(kind: str, count: int) -> list[str]:
    """x, and the parts of the state where one was given."""
    return list(parts.flat(parts.named(kind).takes))[:count]


def _bad(seen: Answer, right: Answer) -> list[Tensor]:
    """For each tensor before the gradients, which of its numbers depart."""
    head = right.head
    fine = same_numbers(seen.numbers[:head], right.numbers[:head], right.allowed[:head])
    return [part.bool() for part in Answer(right.shapes, (~fine).double(), NOTHING, head).tensors()]


def _where(kind: str, probe: Probe, names: list[str], first: int, bad: list[Tensor]) -> tuple[list[Wording], int]:
    """The places of the tensor names[first], and its first step."""
    flags, where, step, backward = bad[first], [], 1, False
    if layers(probe.group) > 1 and (layer := _layer(bad[1] if first == 0 else flags, directions(probe.group))):
        where.append(layer)
    if directions(probe.group) > 1:
        direction = _direction_of_rows(flags) if first else _direction_of_halves(flags)
        backward = direction == 1 and not first
        where += [] if direction is None else [_DIRECTIONS[direction]]
    batch_axis = None if flags.dim() < (2 if kind.endswith("Cell") else 3) else -2
    if names[first] == "output":
        axis = time_axis(probe.group) if flags.dim() == 3 else 0
        step, words = _steps(flags.movedim(axis, 0), backward)
        where.append(words)
        keep = torch.zeros_like(flags)
        keep.select(axis, step - 1).fill_(True)
        flags = flags & keep
        batch_axis = None if batch_axis is None else 1 - axis
    if batch_axis is not None and (member := _member(flags.movedim(batch_axis, 0))):
        where.append(member)
    return where, step


def _layer(state: Tensor, directions: int) -> Wording | None:
    """The first layer with a row of the state that departs; each has a row for each direction."""
    rows = _that_depart(state)
    return (f"in layer {rows[0] // directions + 1}", f"{rows[0] // directions + 1}번째 층") if rows else None


def _direction_of_rows(state: Tensor) -> int | None:
    """0 or 1 where one row alone of the first layer that departs does so."""
    rows = _that_depart(state)
    of_layer = [row % 2 for row in rows if row // 2 == rows[0] // 2]
    return of_layer[0] if len(of_layer) == 1 else None


def _direction_of_halves(output: Tensor) -> int | None:
    """The same of an output, where the directions lie side by side."""
    halves = [bool(half.any()) for half in output.chunk(2, dim=-1)]
    return halves.index(True) if sum(halves) == 1 else None


def _steps(output: Tensor, backward: bool) -> tuple[int, Wording]:
    """The first step that departs, in the order in which they are computed; all of them in words."""
    steps, length = _that_depart(output), len(output)
    step = 1 + (steps[-1] if backward else steps[0])
    if len(steps) == 1:
        return step, (f"at step {step} of {length}", f"{length}단계 중 {step}번째 단계")
    if backward:
        return step, (f"back from step {step} of {length}", f"{length}단계 중 {step}번째 단계부터 거꾸로")
    return step, (f"from step {step} of {length} on", f"{length}단계 중 {step}번째 단계부터")


def _member(by_member: Tensor) -> Wording | None:
    """The only member of a batch that departs, if it is one of several."""
    members = _that_depart(by_member)
    if len(by_member) < 2 or len(members) != 1:
        return None
    return f"in member {members[0] + 1} of the batch alone", f"배치의 {members[0] + 1}번째에서만"


def _that_depart(flags: Tensor) -> list[int]:
    """Along the first axis."""
    found: list[int] = flags.flatten(1).any(dim=1).nonzero().flatten().tolist()
    return found


_DIRECTIONS = (("in the forward direction", "정방향"), ("in the backward direction", "역방향"))


def place_of_gradients(kind: str, probe: Probe, seen: Answer, right: Answer) -> Place:
    """Which gradients depart; for that of x how far back, where it is lost on the way back in time."""
    sizes = {name: weight.shape for name, weight in sorted(weights(kind, probe.group).items())}
    given = right.shapes[len(parts.named(kind).returned) : -1]
    sizes |= {n: torch.Size(size) for n, (size, _) in zip(_given(kind, len(given)), given, strict=True)}
    head = right.head
    fine = same_numbers(seen.numbers[head:], right.numbers[head:], right.allowed[head:])
    numbers = [size.numel() for size in sizes.values()]
    pieces, found = (~fine).split(numbers), dict(zip(sizes, seen.numbers[head:].split(numbers), strict=True))
    bad = {name: part.view(size) for (name, size), part in zip(sizes.items(), pieces, strict=True) if bool(part.any())}
    if "x" in bad and not kind.endswith("Cell") and directions(probe.group) == 1:
        axis = time_axis(probe.group) if bad["x"].dim() == 3 else 0
        steps = bad["x"].movedim(axis, 0).flatten(1).any(dim=1).nonzero().flatten().tolist()
        last, length = steps[-1] + 1, bad["x"].shape[axis]
        if last < length:
            en = f"the gradient that flows back from step {last + 1} of {length} to step {last} is wrong"
            ko = f"값은 맞지만 {length}단계 중 {last + 1}번째 단계에서 {last}번째 단계로 거슬러 가는 기울기가 틀렸다"
            return Place(f"Your numbers are right, but {en}", ko, step=last + 1)
    lost = [name for name in bad if not bool(found[name].any())]
    if lost == list(bad):
        told, rest = ", ".join(lost), [name for name in sizes if name not in lost]
        en = f"Your numbers are right, but no gradient reaches {told} (it does reach {', '.join(rest)})"
        ko = f"값은 맞지만 {told}에 기울기가 오지 않는다({', '.join(rest)}에는 온다)"
        look = ".data, .detach(), torch.no_grad(), numpy()"
        return Place(en, ko, (f" Look for {look} on the way.", f" 계산 도중에 {look} 등이 있는지 볼 것."))
    told = ", ".join(list(bad)[:3]) + (" …" if len(bad) > 3 else "")
    return Place(f"Your numbers are right, but gradients are wrong: of {told}", f"값은 맞지만 기울기가 틀렸다: {told}")
