"""One step of a tiny network: the right values along the way, and those of a submission that are known.

Weights, input and state are the same for everybody and stand in the code that is shown: no claim is judged by them.
Formulas as in torch.nn's documentation.
"""

from __future__ import annotations

import contextlib
import itertools
from functools import cache
from typing import Any

import torch
from torch import Tensor

import parts
from diagnosis.shown import own_names, sentences
from results.worked import Value, WorkedStep
from submissions import proxies
from submissions.signals import Raised, Signal
from submissions.submission import Submission

INPUT, NODES = 3, 2
X, H, C = (0.5, -1.0, 0.8), (0.6, -0.4), (-0.7, 0.9)

NEAR = 2e-5
"""How far a right value of such a step may lie off: float32, sums of at most seven numbers below 1."""

KINDS = ("RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell")

Values = dict[str, Tensor]


def worked_step(submission: Submission, kind: str) -> WorkedStep | None:
    """The step of the network or cell ``kind``, asked once of a submission; None for what has no such step, for another
    formula than torch's, and where the submission's answer can't be held against it."""
    contract = submission.contract.of(kind)
    if kind not in KINDS or (contract is not None and contract.reset):
        return None
    key = f"{kind} worked out"
    if key not in submission.diagnoses:
        submission.diagnoses[key] = None
        # Whose class takes no single input, or nothing but one, is asked in the way that it takes.
        for batched in (False, True):
            with contextlib.suppress(Signal, Raised):
                submission.diagnoses[key] = _asked(submission, kind, batched)
                break
        submission.prints()  # they belong to no case
    found: WorkedStep | None = submission.diagnoses[key]
    return found


def _asked(submission: Submission, kind: str, batched: bool) -> WorkedStep:
    submission.begin(0)
    net = proxies.RemoteNetwork(submission, kind, INPUT, NODES)
    net.load_state_dict(weights(kind))
    stem, arguments = kind.removesuffix("Cell"), given(kind, batched)
    by_contract = submission.contract.of(kind) is not None
    if submission.watched:
        returned, seen = net.watched(*arguments)
    else:
        with torch.no_grad():
            returned, seen = net(*arguments), []
    right = right_values(kind)
    # The state is what comes last: of a network that returns output, too, behind it.
    state = dict(zip(STATE[stem], _flat(returned)[-len(STATE[stem]) :], strict=True))
    values = [
        Value(name, right[name].tolist(), *(_beside(state[name], right[name]) if name in state else ()))
        for name in SHOWN[stem]
    ]
    all_given = torch.cat([one.detach().double().flatten() for one in (*weights(kind).values(), *_flat(arguments))])
    own = own_names.matched(seen, right, all_given, NEAR)
    is_right = not any(value.differs for value in values)
    found = submission.diagnoses.get(kind)
    groups, gradients = (found.groups, found.gradients) if found is not None else ((), False)
    said = (
        sentences.of_right(kind, groups, gradients) if is_right else sentences.of_wrong(stem, values, own, GATES[stem])
    )
    output = _flat(returned)[: -len(STATE[stem])]
    if is_right and any(_beside(one, right["h'"])[1] for one in output):
        said = sentences.of_right_state(kind)
    if by_contract:  # weights of other names and layouts are set otherwise than the code shows
        return WorkedStep(kind, "", values, own, [one for one in said if one is not sentences.PRINT])
    return WorkedStep(kind, code(kind, batched), values, own, said)


def _beside(seen: Tensor, right: Tensor) -> tuple[list[float], bool]:
    """The submission's numbers, and whether they are others."""
    seen = seen.detach().double().flatten()
    same = len(seen) == len(right) and bool(((seen - right.double()).abs() <= NEAR).all())
    return seen[:16].tolist(), not same


def _flat(value: object) -> list[Tensor]:
    if isinstance(value, Tensor):
        return [value]
    return [tensor for part in value for tensor in _flat(part)] if isinstance(value, tuple) else []


@cache
def weights(kind: str) -> dict[str, Tensor]:
    """By torch.nn's names: the numbers that :func:`code` sets."""
    shapes = {name: weight.shape for name, weight in parts.named(kind).right(INPUT, NODES).named_parameters()}
    return {name: _numbers(k, shapes[name]) for k, name in enumerate(sorted(shapes))}


def _numbers(k: int, shape: torch.Size) -> Tensor:
    return torch.cos(torch.arange(shape.numel()) + 10.0 * k).round(decimals=1).view(shape)


def given(kind: str, batched: bool = False) -> tuple[Tensor | tuple[Tensor, ...], ...]:
    """x and the state: (V,) and (H,) for a cell, (1, V) and (1, H) for a network, whose series has one step; with a
    batch axis of 1 behind that."""
    x, h, c = (torch.tensor(_nested(numbers, kind, batched)) for numbers in (X, H, C))
    return x, ((h, c) if kind.startswith("LSTM") else h)


def code(kind: str, batched: bool = False) -> str:
    """Python that makes the network with these weights and calls it."""
    x, h, c = (_nested(numbers, kind, batched) for numbers in (X, H, C))
    state = f"(torch.tensor({h}), torch.tensor({c}))" if kind.startswith("LSTM") else f"torch.tensor({h})"
    return (
        f"net = {kind}({INPUT}, {NODES})\n"
        "for k, (_, p) in enumerate(sorted(net.named_parameters())):\n"
        "    p.data = torch.cos(torch.arange(p.numel()) + 10.0 * k).round(decimals=1).view(p.shape)\n"
        f"print(net(torch.tensor({x}), {state}))"
    )


def _nested(numbers: tuple[float, ...], kind: str, batched: bool) -> list[Any]:
    found: list[Any] = list(numbers)
    for _ in range(batched + (not kind.endswith("Cell"))):
        found = [found]
    return found


SHOWN = {
    "RNN": ("W_ih x + b_ih", "W_hh h + b_hh", "h'"),
    "LSTM": ("W_ih x + b_ih", "W_hh h + b_hh", "i", "f", "g", "o", "c'", "h'"),
    "GRU": ("W_ih x + b_ih", "W_hh h + b_hh", "r", "z", "n", "h'"),
}
STATE = {"RNN": ("h'",), "LSTM": ("h'", "c'"), "GRU": ("h'",)}
ALL = "W_ih x + b_ih + W_hh h + b_hh"
GATES = {"RNN": "", "LSTM": "ifgo", "GRU": "rzn"}


@cache
def right_values(kind: str) -> Values:
    """All values of the step by name: those that are SHOWN, and others that somebody's code may hold on the way: every
    sum of some of the four terms, whole and gate by gate."""
    stem, suffix = kind.removesuffix("Cell"), "" if kind.endswith("Cell") else "_l0"
    w = {name.removesuffix(suffix): weight for name, weight in weights(kind).items()}
    x, h, c = (torch.tensor(numbers) for numbers in (X, H, C))
    found = {"x": x, "h": h} | ({"c": c} if stem == "LSTM" else {})
    terms = {"W_ih x": w["weight_ih"] @ x, "b_ih": w["bias_ih"], "W_hh h": w["weight_hh"] @ h, "b_hh": w["bias_hh"]}
    for count in range(1, len(terms) + 1):
        for some in itertools.combinations(terms, count):
            name, value = " + ".join(some), sum((terms[term] for term in some), torch.zeros(()))
            found[name] = value
            blocks = zip(GATES[stem], value.chunk(max(len(GATES[stem]), 1)), strict=False)
            found |= {_before(gate, name): block for gate, block in blocks}
    ax, ah = found["W_ih x + b_ih"], found["W_hh h + b_hh"]
    if stem == "LSTM":  # some open all gates at once, and mend g after that
        found[f"sigmoid of {ALL}"] = (ax + ah).sigmoid()
    return found | STEPS[stem](ax, ah, h, c)


def _before(gate: str, name: str) -> str:
    """What a gate's rows of the value ``name`` are called."""
    if name != ALL or gate == "n":
        return f"{gate} of {name}"
    return f"{gate} before {'tanh' if gate == 'g' else 'sigmoid'}"


def _rnn(ax: Tensor, ah: Tensor, h: Tensor, c: Tensor) -> Values:
    return {"h'": torch.tanh(ax + ah)}


def _lstm(ax: Tensor, ah: Tensor, h: Tensor, c: Tensor) -> Values:
    i, f, g, o = (ax + ah).chunk(4)
    i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()
    new = f * c + i * g
    along = {"i": i, "f": f, "g": g, "o": o, "f * c": f * c, "i * g": i * g, "c'": new, "tanh(c')": new.tanh()}
    return along | {"h'": o * new.tanh()}


def _gru(ax: Tensor, ah: Tensor, h: Tensor, c: Tensor) -> Values:
    (rx, zx, nx), (rh, zh, nh) = ax.chunk(3), ah.chunk(3)
    r, z = (rx + rh).sigmoid(), (zx + zh).sigmoid()
    n = (nx + r * nh).tanh()
    along = {"r": r, "z": z, "r * (W_hn h + b_hn)": r * nh, "n before tanh": nx + r * nh, "n": n}
    return along | {"1 - z": 1 - z, "(1 - z) * n": (1 - z) * n, "z * h": z * h, "h'": (1 - z) * n + z * h}


STEPS = {"RNN": _rnn, "LSTM": _lstm, "GRU": _gru}
