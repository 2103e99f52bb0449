"""Calls whose answer has other shapes than the right one, or that raise: told beside the numbers that are wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch

import parts
from diagnosis.answers import RAISED, Answer, with_gradients
from diagnosis.exceptions import is_of_writing
from diagnosis.groups import options_told
from diagnosis.matching.known import right
from diagnosis.probes import Make, Probe, given, made
from diagnosis.unknown.slices import slice_of
from diagnosis.wording import Wording
from submissions.signals import Raised


def unfit(seen: Answer, wanted: Answer) -> bool:
    """Whether no number can be held against another: it raised, or shapes or nesting differ."""
    if seen.shapes != wanted.shapes:
        return True
    return wanted.head > 0 and not torch.equal(seen.tensors()[-1], wanted.tensors()[-1])


def misshapen(kind: str, make: Make, seen: Mapping[Probe, Answer], unfitting: Sequence[Probe]) -> Wording:
    """A sentence on the first call that raises, and one on the first that answers in another shape."""
    raising = [probe for probe in unfitting if seen[probe] is RAISED]
    others = [probe for probe in unfitting if seen[probe] is not RAISED]
    told = [_of_shape(kind, others[0], seen[others[0]])] if others else []
    if raising:
        told.append(_of_exception(kind, make, raising[0]))
    return " ".join(en for en, _ in told), " ".join(ko for _, ko in told)


def _of_exception(kind: str, make: Make, probe: Probe) -> Wording:
    """The call, in its own words with its line, where a network made anew raises it, too."""
    en, ko = call_in_words(kind, probe)
    error = _raised(kind, make, probe)
    if probe.gradients and error is not None and _raised(kind, make, probe._replace(gradients=False)) is None:
        en, ko = f"{en}, where gradients are asked for", f"{ko}, 기울기를 구하는"
    said = "" if error is None else f": {error}" if isinstance(error, Raised) else f": {type(error).__name__}: {error}"
    said += f" ({error.place})" if isinstance(error, Raised) and error.place else ""
    said = said.rstrip(".")
    return f"Your call raises an exception for {en}{said}.", f"{ko} 호출에서 예외가 난다{said}."


def raises_of_writing(kind: str, make: Make, probe: Probe) -> bool:
    """Whether what a call raises is that a tensor was written into which a gradient needs."""
    error = _raised(kind, make, probe)
    return error is not None and is_of_writing(error)


def _raised(kind: str, make: Make, probe: Probe) -> Exception | None:
    """What the call of a network made anew raises."""
    net = made(make, kind, probe.group)
    if net is None:
        return None
    try:
        with_gradients(net, *given(kind, probe), gradients=probe.gradients)
    except Exception as error:
        return error
    return None


def call_in_words(kind: str, probe: Probe) -> Wording:
    """The sizes of what was given, and the network's options."""
    en = f"x {probe.x}, " + ("state left out" if probe.state is None else f"state {probe.state}")
    ko = f"x {probe.x}, " + ("상태 생략" if probe.state is None else f"상태 {probe.state}")
    if probe.group == "plain":
        return en, ko
    with_en, with_ko = options_told(kind, probe.group)
    return f"{en}, {with_en}", f"{ko}, {with_ko}"


def _of_shape(kind: str, probe: Probe, seen: Answer) -> Wording:
    wanted, names = right(kind)[probe], parts.named(kind).returned
    en, ko = call_in_words(kind, probe)
    inputs = len(wanted.shapes) - len(names) - 1
    if (count := len(seen.shapes) - inputs - 1) != len(names):
        return (
            f"The number of tensors that you return is {count} for {en}; it should be {len(names)}.",
            f"{ko} 호출에서 반환한 텐서가 {count}개이다. {len(names)}개여야 한다.",
        )
    for place, (name, shape, due) in enumerate(zip(names, seen.shapes, wanted.shapes, strict=False)):
        if shape != due:
            told, should = (_told(one, one[1] != other[1]) for one, other in ((shape, due), (due, shape)))
            by_name = dict(zip(names, wanted.as_returned(), strict=False))
            instead = slice_of(name, seen.as_returned()[place], by_name) if shape[0] != due[0] else None
            more, more_ko = instead or ("", "")
            return (
                f"Your {name} is {told} for {en}; it should be {should}.{more}",
                f"{ko} 호출에서 {name}의 모양이 {told}이다. {should}이어야 한다.{more_ko}",
            )
    form = parts.written(parts.named(kind).returns)
    form = f"({form})" if len(names) > 1 else form
    return (
        f"What you return is nested otherwise than {form} for {en}.",
        f"{ko} 호출에서 반환한 값의 구조가 {form}와 다르다.",
    )


def _told(shape: tuple[tuple[int, ...], torch.dtype], with_dtype: bool) -> str:
    size, dtype = shape
    return f"{size} {str(dtype).removeprefix('torch.')}" if with_dtype else str(size)
