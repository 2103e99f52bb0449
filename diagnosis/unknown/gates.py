"""Which gate an unknown mistake lies in: the one which, when the judge's weights hold it open or shut, leaves the rest
of the step right. Nothing else is said of a gate."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor

from diagnosis.answers import Answer, values_differ
from diagnosis.probes import NODES, Make, Probe, called, made, probes, weights
from diagnosis.wording import Wording
from mistakes.model import RIGHT

FAR = 30.0
"""A sigmoid of it is 1 and a tanh is 1, both but for rounding."""


class Held(NamedTuple):
    """One gate held where no number can move it. far: what stands before its nonlinearity. whole_step: it takes so much
    out of the step that c has to be right in a single one as well, and h wrong."""

    letter: str
    far: float
    lies_in: Wording
    whole_step: bool = False


# What takes least out of the step comes first.
_HELD = {
    "LSTM": (
        Held("f", FAR, ("the forget gate f", "망각 게이트 f")),
        Held("i", FAR, ("the input gate i", "입력 게이트 i")),
        Held("g", FAR, ("the candidate g, before its tanh", "후보값 g(tanh를 씌우기 전)")),
        Held("o", FAR, ("the output gate o", "출력 게이트 o")),
        Held("i", -FAR, ("the product i * g that is added to c", "c에 더하는 i * g")),
        Held("f", -FAR, ("the product f * c, what is kept of the old c", "이전 c를 남기는 f * c")),
        Held("o", -FAR, ("h = o * tanh(c): c itself is right", "h = o * tanh(c)(c 자체는 맞다)"), whole_step=True),
    ),
    "GRU": (
        Held("r", FAR, ("the reset gate r", "리셋 게이트 r")),
        Held("r", -FAR, ("W_hn h + b_hn, which r multiplies", "r을 곱하는 W_hn h + b_hn")),
        Held("z", -FAR, ("the update gate z, or z h", "업데이트 게이트 z 또는 z h")),
        Held("n", FAR, ("the candidate n, before its tanh", "후보값 n(tanh를 씌우기 전)")),
        Held("z", FAR, ("the candidate n", "후보값 n")),
    ),
}
_ROWS = {"LSTM": "ifgo", "GRU": "rzn"}


def faulty_gate(kind: str, make: Make, probe: Probe) -> Wording | None:
    """The part of the step without which every number of the ``probe`` is right; None where there is none."""
    held = _HELD.get(kind.removesuffix("Cell"), ())
    net = made(make, kind, probe.group) if held else None
    if net is None:
        return None
    for one in held:
        net.load_state_dict(_rows_of(kind, one))
        if not values_differ(called(net, kind, probe), _right(kind, one, probe)):
            if not one.whole_step:
                return one.lies_in
            net.load_state_dict(weights(kind, probe.group))
            return one.lies_in if _h_alone_is_wrong(kind, called(net, kind, _single(kind))) else None
    return None


def _h_alone_is_wrong(kind: str, seen: Answer) -> bool:
    """In one step from a given state: c is right, h is not, and the output shows that h."""
    net = made(RIGHT[kind], kind, "plain")
    assert net is not None
    wanted = called(net, kind, _single(kind))
    if seen.shapes != wanted.shapes:
        return False
    *output, h, c = seen.tensors()[: len(wanted.shapes) - 4]
    *_, right_h, right_c = wanted.tensors()[: len(wanted.shapes) - 4]
    shown = all(torch.allclose(one.flatten(), h.flatten(), atol=1e-5) for one in output)
    return shown and torch.allclose(c, right_c, atol=1e-5) and not torch.allclose(h, right_h, atol=1e-5)


def _single(kind: str) -> Probe:
    """One step from a state, of a network or a cell."""
    cell = kind.endswith("Cell")
    return Probe("plain", "single", (5,) if cell else (1, 5), (NODES,) if cell else (1, NODES))


@cache
def _right(kind: str, held: Held, probe: Probe) -> Answer:
    net = made(RIGHT[kind], kind, probe.group)
    assert net is not None
    net.load_state_dict(_rows_of(kind, held))
    return called(net, kind, probe)


@cache
def _rows_of(kind: str, held: Held) -> dict[str, Tensor]:
    """The probes' weights, but for one gate: its rows are zero, and half of what holds it stands in each bias."""
    letters = _ROWS[kind.removesuffix("Cell")]
    its = torch.tensor([letter == held.letter for letter in letters]).repeat_interleave(NODES)
    found = {}
    for name, weight in weights(kind, "plain").items():
        held_at = held.far / 2 if "bias" in name else 0.0
        found[name] = torch.where(its.view(-1, *[1] * (weight.dim() - 1)), held_at, weight)
    return found


def gate_probe(kind: str) -> Probe:
    """The longest call, with a state, without which a forget gate does not show; gradients are not asked for."""
    name = "batch" if kind.endswith("Cell") else "long"
    found = next(probe for probe in probes(kind) if (probe.group, probe.name) == ("plain", name))
    return found._replace(gradients=False)
