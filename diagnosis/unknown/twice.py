"""What is kept from call to call where the calls of a diagnosis, each of another form, do not show it."""

from __future__ import annotations

import mistakes
import parts
from diagnosis.answers import values_differ
from diagnosis.probes import Make, Probe, called, called_with, given, made, probes
from diagnosis.wording import Wording
from mistakes.model import NETWORKS_AND_CELLS, RIGHT

KEPT = (
    "The first of two calls with the same input is right, and the second gives other numbers: something is kept from "
    "call to call.",
    "같은 입력으로 두 번 호출하면 첫 번째는 맞고 두 번째는 값이 다르다. 호출 사이에 남는 것이 있다.",
)


def asked_twice(kind: str, make: Make) -> Wording | None:
    """Of a call without a state, with a batch and without: whether the second is wrong where the first is right, and
    goes on from its state. Signals of a submission go through."""
    if kind not in NETWORKS_AND_CELLS:
        return None
    calls = [probe for probe in probes(kind) if probe.group == "plain" and probe.name in ("first", "batch")]
    found = (_of_one(kind, make, probe._replace(state=None, gradients=False)) for probe in calls)
    return next(filter(None, found), None)


def _of_one(kind: str, make: Make, probe: Probe) -> Wording | None:
    net, right = made(make, kind, probe.group), made(RIGHT[kind], kind, probe.group)
    if net is None or right is None:
        return None
    due = called(right, kind, probe)
    first, second = called(net, kind, probe), called(net, kind, probe)
    if values_differ(first, due) or not values_differ(second, due):
        return None
    names = parts.named(kind).returned
    state = due.as_returned()[len(names) - (2 if kind.startswith("LSTM") else 1) : len(names)]
    goes_on = called_with(right, given(kind, probe)[0], tuple(state))
    # Behind what is returned stands what was given, of which there is more in that call.
    same = second.shapes[: len(names)] == goes_on.shapes[: len(names)] and all(
        bool((one - other).abs().max() <= 1e-4)
        for one, other in zip(second.tensors()[: len(names)], goes_on.tensors(), strict=False)
    )
    kept = mistakes.find("state-kept-between-calls")
    return (kept.en, kept.ko) if same else KEPT
