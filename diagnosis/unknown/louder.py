"""The same calls with other numbers, larger ones: a mistake that depends on numbers is not told as one of the call."""

from __future__ import annotations

from torch import Tensor, nn

from diagnosis.answers import Answer, differ, values_differ
from diagnosis.groups import time_axis
from diagnosis.probes import Make, Probe, called, called_with, given, made
from diagnosis.wording import Wording
from mistakes.model import RIGHT

LARGE, SMALL = 4.0, 0.1
"""Times the probes' numbers, which are drawn with a deviation of 1: most gates have left the middle; none has."""
CUT = (
    "Your numbers are right where x and the state are small, and wrong where they are large: look for what cuts "
    "numbers, such as a clamp.",
    "x와 상태의 값이 작으면 맞고 크면 틀린다. clamp처럼 값을 자르는 것이 있는지 볼 것.",
)


def scaled(kind: str, probe: Probe, times: float = LARGE) -> tuple[Tensor, tuple[Tensor, ...] | None]:
    """x and the state of a call, larger or smaller, and the members of a batch in the reverse order."""
    x, state = given(kind, probe)
    if (axis := batch_axis(kind, probe)) is not None:
        x, state = x.flip(axis), None if state is None else tuple(part.flip(-2) for part in state)
    return times * x, None if state is None else tuple(times * part for part in state)


def batch_axis(kind: str, probe: Probe) -> int | None:
    """Of x; None where it has none."""
    if kind.endswith("Cell"):
        return 0 if len(probe.x) == 2 else None
    return 1 - time_axis(probe.group) if len(probe.x) == 3 else None


def is_right(kind: str, net: nn.Module, right: nn.Module, probe: Probe) -> bool:
    """Whether what a call returns is right, with the probe's numbers and with larger ones."""
    if values_differ(called(net, kind, probe), called(right, kind, probe)):
        return False
    x, state = scaled(kind, probe)
    return not values_differ(called_with(net, x, state), called_with(right, x, state))


def by_size(kind: str, make: Make, probe: Probe) -> Wording | None:
    """Whether small numbers alone are right: but for a bound a mistake shows in them, too, if by less."""
    small, large = (answers_scaled(kind, make, probe, times) for times in (SMALL, LARGE))
    if small is None or large is None or values_differ(*small) or not values_differ(*large):
        return None
    return CUT


def answers_scaled(kind: str, make: Make, probe: Probe, times: float = LARGE) -> tuple[Answer, Answer] | None:
    """What it gives and what is right, with larger or smaller numbers; None where it gives nothing."""
    found = _both(kind, make, probe, *scaled(kind, probe, times))
    return found if found is not None and found[0].shapes == found[1].shapes else None


def _both(
    kind: str, make: Make, probe: Probe, x: Tensor, state: tuple[Tensor, ...] | None, gradients: bool = False
) -> tuple[Answer, Answer] | None:
    """Of networks made anew, with other numbers than the call's."""
    nets = [made(one, kind, probe.group) for one in (make, RIGHT[kind])]
    own, due = (called_with(net, x, state, gradients=gradients) if net is not None else None for net in nets)
    return None if own is None or due is None else (own, due)


def is_right_louder(kind: str, make: Make, probe: Probe) -> bool:
    """Of a network made anew."""
    found = answers_scaled(kind, make, probe)
    return found is not None and not values_differ(*found)


def members_are_right(kind: str, make: Make, probe: Probe) -> bool:
    """Whether each member of a batch has its right numbers where it is the only one and has no batch axis; gradients
    too, where the call has any."""
    axis = batch_axis(kind, probe)
    assert axis is not None
    x, state = given(kind, probe)
    for member in range(x.shape[axis]):
        own = None if state is None else tuple(part.select(-2, member) for part in state)
        found = _both(kind, make, probe, x.select(axis, member), own, probe.gradients)
        if found is None or differ(*found):
            return False
    return True
