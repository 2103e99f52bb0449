"""What one call of a network returns, at a glance: shapes and one number. Quick, so that most of the mistakes that are
known need not be asked with gradients."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, cast

import torch
from torch import Tensor, nn

import mistakes
from diagnosis.answers import NOTHING, RAISED, Answer, flat, nesting
from diagnosis.probes import Make, Probe, given, made, probes, rare
from mistakes.model import RIGHT, Mistake, seen_as

Glance = tuple[Any, float]
"""Shapes and one number for all values that a first call returned."""


def may_be(kind: str, seen: Mapping[Probe, Answer], probe: Probe) -> Callable[[Mistake], bool]:
    """Whether a mistake that draws no random numbers may answer the ``probe`` as it was seen; True where a glance does
    not tell: after an earlier call, of an exception, which gradients may have raised, and of NaN."""
    answer = seen[probe]
    first = next(p for p in (*probes(kind), *rare(kind)) if p.group == probe.group)
    if probe != first or answer is RAISED or not answer.head:
        return lambda mistake: True
    wanted, allowed = glance_of_answer(answer)
    if math.isnan(wanted[1]):
        return lambda mistake: True
    return lambda mistake: alike(of_mistake(kind, mistake, probe), wanted, allowed)


def glance_of_answer(answer: Answer) -> tuple[Glance, float]:
    """And how far another's may lie off that is the same answer."""
    return glance(answer.shapes, [answer.numbers[: answer.head]]), 2 * float(answer.allowed[: answer.head].sum())


def of_mistake(kind: str, mistake: Mistake, probe: Probe) -> Glance | None:
    """That of a known mistake; None where it refuses the options."""
    return _of_mistake(kind, mistake.name, probe)


@mistakes.emptied_by_load
@cache
def _of_mistake(kind: str, name: str, probe: Probe) -> Glance | None:
    net = put_on(mistakes.find(name).networks[kind], kind, probe.group)
    return None if net is None else quick(net, kind, probe)


@cache
def of_right(kind: str, probe: Probe) -> Glance:
    net = _template(kind, probe.group)
    assert net is not None
    return quick(net, kind, probe)


def alike(glance: Glance | None, wanted: Glance, allowed: float) -> bool:
    if glance is None or glance[0] != wanted[0]:
        return False
    one, two = glance[1], wanted[1]
    return abs(one - two) <= allowed or one == two


def put_on(both: Make, kind: str, group: str) -> nn.Module | None:
    """A network of the class ``both`` with the right one's weights, which are not drawn again: there are thousands."""
    template = _template(kind, group)
    if template is None or getattr(both, "__init__", None) is not type(template).__init__:
        return made(both, kind, group)
    return seen_as(template, cast("type[nn.Module]", both))


@cache
def _template(kind: str, group: str) -> nn.Module | None:
    return made(RIGHT[kind], kind, group)


def quick(net: nn.Module, kind: str, probe: Probe) -> Glance:
    """The glance at one call. No pair here draws random numbers: torch's stream stays where it was."""
    x, state = given(kind, probe)
    inputs = [part.clone() for part in (x, *(state or ()))]
    hx = () if state is None else (tuple(inputs[1:]) if len(inputs) > 2 else inputs[1],)
    try:
        with torch.no_grad():
            raw = net.forward(inputs[0], *hx)
    except Exception:
        return glance(RAISED.shapes, [])
    tensors = [*flat(raw), *inputs, nesting(raw)]
    return glance(tuple((tuple(part.shape), part.dtype) for part in tensors), tensors)


def glance(shapes: tuple[Any, ...], tensors: list[Tensor]) -> Glance:
    numbers = torch.cat([part.double().flatten() for part in tensors]) if tensors else NOTHING
    return shapes, float(numbers @ _mix(len(numbers)))


@cache
def _mix(size: int) -> Tensor:
    stream = torch.Generator().manual_seed(0)
    return torch.rand(size, generator=stream, dtype=torch.float64) + 0.5
