"""Which gate an unknown mistake lies in, asked with weights that let one gate work alone."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor

from diagnosis.answers import Answer, values_differ
from diagnosis.probes import NODES, Make, Probe, called, made, probes, weights
from diagnosis.wording import Wording
from mistakes.model import RIGHT


class Gate(NamedTuple):
    """with_rows: the gates whose rows of the weights are not zero while this one is asked; all others are one half,
    and a candidate is zero."""

    letter: str
    with_rows: str
    name: Wording


# An input or a reset gate shows only beside a candidate that is not zero.
_GATES = {
    "LSTM": (
        Gate("i", "ig", ("the input gate i", "입력 게이트 i")),
        Gate("f", "f", ("the forget gate f", "망각 게이트 f")),
        Gate("g", "g", ("the candidate g", "후보값 g")),
        Gate("o", "o", ("the output gate o", "출력 게이트 o")),
    ),
    "GRU": (
        Gate("r", "rn", ("the reset gate r", "리셋 게이트 r")),
        Gate("z", "z", ("the update gate z", "업데이트 게이트 z")),
        Gate("n", "n", ("the candidate n", "후보값 n")),
    ),
}
_TOGETHER = {
    "ig": ("the product i * g that is written into c", "c에 더하는 i * g"),
    "rn": ("the candidate n with its reset gate r", "후보값 n과 그 안의 리셋 게이트 r"),
}


def faulty_gate(kind: str, make: Make, probe: Probe) -> Wording | None:
    """The gate, or the part of the step, whose probe alone departs; None where that does not tell."""
    gates = _GATES.get(kind.removesuffix("Cell"), ())
    net = made(make, kind, probe.group) if gates else None
    if net is None:
        return None
    answers = {}
    for gate in gates:
        net.load_state_dict(_rows_of(kind, gate))
        answers[gate.letter] = called(net, kind, probe)
    departs = "".join(g.letter for g in gates if values_differ(answers[g.letter], _right(kind, g, probe)))
    names = {gate.letter: gate.name for gate in gates} | _TOGETHER
    if departs in names:
        return names[departs]
    if "o" in departs and _c_is_right(answers["o"], _right(kind, gates[-1], probe)):
        return "h = o * tanh(c), where the output gate acts", "출력 게이트를 곱하는 h = o * tanh(c)"
    return None


def _c_is_right(seen: Answer, wanted: Answer) -> bool:
    """c is the last tensor that is returned: before x and the two parts of the state, and the nesting."""
    if seen.shapes != wanted.shapes:
        return False
    place = len(wanted.shapes) - 5
    return torch.allclose(seen.tensors()[place], wanted.tensors()[place], atol=1e-5)


@cache
def _right(kind: str, gate: Gate, probe: Probe) -> Answer:
    net = made(RIGHT[kind], kind, probe.group)
    assert net is not None
    net.load_state_dict(_rows_of(kind, gate))
    return called(net, kind, probe)


@cache
def _rows_of(kind: str, gate: Gate) -> dict[str, Tensor]:
    letters = [other.letter for other in _GATES[kind.removesuffix("Cell")]]
    open_rows = torch.tensor([letter in gate.with_rows for letter in letters]).repeat_interleave(NODES)
    found = {}
    for name, weight in weights(kind, "plain").items():
        found[name] = torch.where(open_rows.view(-1, *[1] * (weight.dim() - 1)), weight, 0.0)
    return found


def gate_probe(kind: str) -> Probe:
    """The longest call, with a state, without which a forget gate does not show; gradients are not asked for."""
    name = "batch" if kind.endswith("Cell") else "long"
    found = next(probe for probe in probes(kind) if (probe.group, probe.name) == ("plain", name))
    return found._replace(gradients=False)
