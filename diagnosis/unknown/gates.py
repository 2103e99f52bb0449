"""Which gate an unknown mistake lies in: the one which, when the judge's weights hold it open or shut, leaves the rest
of the step right. Nothing else is said of a gate."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

import parts
from diagnosis.answers import Answer, values_differ
from diagnosis.probes import NODES, Make, Probe, called, given, made, probes, weights
from diagnosis.unknown.louder import is_right
from diagnosis.unknown.proofs import h_alone_is_wrong, h_is_wrong, right_net, right_without, single, single_of_batch
from diagnosis.wording import Wording
from mistakes.model import RIGHT

FAR = 30.0
"""A sigmoid of it is 1 and a tanh is 1, both but for rounding."""


class Held(NamedTuple):
    """One gate held where no number can move it. far: what stands before its nonlinearity. told: the sentence, which a
    gate held open or shut alone does not always prove; then ``proof`` says what else has to be right. weaker: what is
    true without that proof."""

    letter: str
    far: float
    told: Wording
    proof: str = ""
    weaker: Wording | None = None


def _lies_in(en: str, ko: str) -> Wording:
    return f"It lies in {en}.", f"원인은 {ko}에 있다."


def _lies_in_or_behind(en: str, ko: str) -> Wording:
    """Of what is held at 1: it may be right itself, and be multiplied once too often."""
    return _lies_in(f"{en}, or in what it is multiplied by", f"{ko} 또는 그것을 곱하는 곳")


def _shows_where(en: str, ko: str, look: str, look_ko: str = "") -> Wording:
    """Of a gate that is shut: what it shuts off is right then, but so is what needs a large c or h to show."""
    return f"It shows only where {en}: look at {look}.", f"{ko} 때에만 드러난다. 확인할 것: {look_ko or look}."


def _right_where(en: str, ko: str, look: str, look_ko: str = "") -> Wording:
    """What was measured, and no more: z wrong at h = 0, too, is right where z is held at 0."""
    return (
        f"Your numbers are right where {en}: look at {look}.",
        f"{ko} 맞는 값이 나온다. 확인할 것: {look_ko or look}.",
    )


# What takes least out of the step comes first.
def _done_to_c(product: str) -> Wording:
    return f"{product}, and at what is done to c after it", f"{product}와 그 뒤에 c에 하는 계산"


_HELD = {
    "LSTM": (
        Held("f", FAR, _lies_in_or_behind("the forget gate f", "망각 게이트 f")),
        Held("i", FAR, _lies_in_or_behind("the input gate i", "입력 게이트 i")),
        Held("g", FAR, _lies_in_or_behind("the candidate g, before its tanh", "후보값 g(tanh를 씌우기 전)")),
        Held("o", FAR, _lies_in_or_behind("the output gate o", "출력 게이트 o")),
        Held(
            "i",
            -FAR,
            _shows_where("something is added to c", "c에 무언가를 더할", *_done_to_c("g, i * g")),
            "g is 0",
            _right_where("i is 0", "i가 0이면", *_done_to_c("i, g, i * g")),
        ),
        Held(
            "f",
            -FAR,
            _shows_where("some of the old c is kept", "이전 c를 남길", *_done_to_c("f * c")),
            "c is 0",
            _right_where("f is 0", "f가 0이면", *_done_to_c("f, f * c")),
        ),
        Held("o", -FAR, _lies_in("h = o * tanh(c): c itself is right", "h = o * tanh(c)(c 자체는 맞다)"), "c"),
    ),
    "GRU": (
        # With r = 1 it is all one on which side of it a number stands.
        Held(
            "r",
            FAR,
            _shows_where("r is less than 1", "r이 1보다 작을", "r, and at what it multiplies", "r과 r을 곱하는 값"),
        ),
        Held("r", -FAR, _shows_where("the reset gate r is open", "리셋 게이트 r이 열렸을", "r * (W_hn h + b_hn)")),
        Held(
            "z",
            -FAR,
            _shows_where("some of the old h is kept", "이전 h를 남길", "z, z * h"),
            "h is 0",
            _right_where("z is 0", "z가 0이면", "z, z * h, 1 - z"),
        ),
        Held(
            "n",
            FAR,
            _lies_in_or_behind("the candidate n before its tanh, r included", "tanh를 씌우기 전의 후보값 n(r도 포함)"),
        ),
        Held("z", FAR, _lies_in("the candidate n, r included", "후보값 n(r도 포함)"), "z"),
    ),
}
ROWS = {"LSTM": "ifgo", "GRU": "rzn"}
"""torch's order of the blocks of rows."""


def faulty_gate(kind: str, make: Make, probe: Probe, in_all: bool) -> Wording | None:
    """A sentence on the part of the step without which every number of the ``probe`` is right; None where there is
    none. in_all: whether all calls are wrong, so that the step is, and not what is made of some calls."""
    held = _HELD.get(kind.removesuffix("Cell"), ())
    net, right = made(make, kind, probe.group), right_net(kind)
    if net is None:
        return None
    for one in held:
        net.load_state_dict(_rows_of(kind, one))
        right.load_state_dict(_rows_of(kind, one))
        if not is_right(kind, net, right, probe):
            continue
        if not one.proof or _PROOFS[one.proof](kind, net):
            return one.told
        if one.weaker:
            return one.weaker
    if (product := _product(kind, net, probe)) or not in_all:
        return product
    return _without_products(kind, net, probe)


def _done_to(product: str) -> Wording:
    return f"{product}, and at what is done with it", f"{product}와 그 값으로 하는 계산"


class Product(NamedTuple):
    """Sentences on a sum that is right where its weights are zero; weaker without ``proof``, as of a gate."""

    told: Wording
    proof: str = ""
    weaker: Wording | None = None


_PRODUCTS = {
    "bias": Product(_shows_where("biases are not zero", "편향이 0이 아닐", "b_ih and b_hh", "b_ih, b_hh")),
    "_hh": Product(
        _shows_where("h enters the step", "h가 단계에 들어올", *_done_to("W_hh h + b_hh")),
        "h is 0",
        _right_where("W_hh and b_hh are zero", "W_hh와 b_hh가 0이면", *_done_to("W_hh h + b_hh")),
    ),
    "_ih": Product(
        _shows_where("x enters the step", "x가 단계에 들어올", *_done_to("W_ih x + b_ih")),
        "x is 0",
        _right_where("W_ih and b_ih are zero", "W_ih와 b_ih가 0이면", *_done_to("W_ih x + b_ih")),
    ),
    "weight": Product(
        _shows_where("x or h enters the step", "x나 h가 단계에 들어올", *_done_to("W_ih x + W_hh h")),
        "x and h are 0",
        _right_where("W_ih and W_hh are zero", "W_ih와 W_hh가 0이면", *_done_to("W_ih x + W_hh h")),
    ),
}
_NO_PRODUCT = (
    "It is wrong even where W_ih and W_hh are zero, so that biases alone stand before the {functions}: look at b_ih "
    "and b_hh, at {named}, and at what is made of them.",
    "W_ih와 W_hh가 0이어서 함수 앞에 편향만 있어도 틀린다. 확인할 것: b_ih와 b_hh, {named}, 그리고 그 값으로 "
    "계산하는 식.",
)
_NO_NUMBER = (
    "It is wrong even where all weights and biases are zero: look at {named}, and at what is made of them.",
    "가중치와 편향이 모두 0이어도 틀린다. 확인할 것: {named}, 그리고 그 값으로 계산하는 식.",
)
_ROWS_ALONE = _right_where(
    "W_ih and W_hh are zero and the rows of each bias are all alike",
    "W_ih와 W_hh가 0이고 각 편향의 행이 모두 같으면",
    "which rows of the weights and biases each gate and each node takes, and which gate stands where",
    "게이트와 노드마다 가중치와 편향의 어느 행을 쓰는지, 식의 자리마다 어느 게이트가 있는지",
)


def _product(kind: str, net: nn.Module, probe: Probe) -> Wording | None:
    """Which of the step's sums is wrong: the weights without which every number is right."""
    right = right_net(kind)
    for part, one in _PRODUCTS.items():
        zeroed = {n: torch.zeros_like(w) if part in n else w for n, w in weights(kind, "plain").items()}
        for loaded in (net, right):
            loaded.load_state_dict(zeroed)
        if is_right(kind, net, right, probe):
            return one.told if not one.proof or _PROOFS[one.proof](kind, net) else one.weaker
    return None


def _without_products(kind: str, net: nn.Module, probe: Probe) -> Wording | None:
    """By the h that one step shows: without weights, without products alone; else whether it makes a difference which
    rows are taken. None where that h is right and more steps, or what is returned beside it, are not."""
    one = next((step for step in (single(kind), single_of_batch(kind)) if _fits(kind, net, step)), None)
    if one is None:
        return None
    if h_is_wrong(*_with_biases(kind, net, one, 0.0, 0.0)):
        return _of_functions(kind, _NO_NUMBER)
    if h_is_wrong(*_with_biases(kind, net, one, 0.7, -0.3)):
        return _of_functions(kind, _NO_PRODUCT)
    return None if values_differ(*_with_biases(kind, net, probe, 0.7, -0.3)) else _ROWS_ALONE


def _of_functions(kind: str, words: Wording) -> Wording:
    """An RNN has one, and no gate."""
    of_rnn = kind.startswith("RNN")
    en, ko = ("tanh", "tanh") if of_rnn else ("sigmoid and tanh", "sigmoid와 tanh")
    return words[0].format(functions="function" if of_rnn else "functions", named=en), words[1].format(named=ko)


def _fits(kind: str, net: nn.Module, probe: Probe) -> bool:
    return called(net, kind, probe).shapes == called(right_net(kind), kind, probe).shapes


def _with_biases(kind: str, net: nn.Module, probe: Probe, b_ih: float, b_hh: float) -> tuple[Answer, Answer]:
    """What it answers and what is right where every row of a bias is this number, and W_ih and W_hh are zero."""
    alike = {
        name: torch.full_like(weight, b_ih if "bias_ih" in name else b_hh if "bias" in name else 0.0)
        for name, weight in weights(kind, "plain").items()
    }
    right = right_net(kind)
    for loaded in (net, right):
        loaded.load_state_dict(alike)
    return called(net, kind, probe), called(right, kind, probe)


def _update_is_right(kind: str, net: nn.Module) -> bool:
    """In one step that is wrong: whether one number for each node, which an n that is held may come to, explains h' in
    every member of a batch by torch's own z: h' = (1 - z) n + z h."""
    probe, held = single_of_batch(kind), _rows_of(kind, Held("n", FAR, ("", "")))
    x, state = given(kind, probe)
    assert state is not None
    # Where one step is right the fault is in none of its gates, and z is as right as n.
    net.load_state_dict(weights(kind, "plain"))
    if not values_differ(called(net, kind, probe), called(right_net(kind), kind, probe)):
        return False
    net.load_state_dict(held)
    seen = called(net, kind, probe)
    if seen.shapes != _right(kind, Held("n", FAR, ("", "")), probe).shapes:
        return False
    w_ih, w_hh, b_ih, b_hh = (weight.chunk(3)[1] for weight in held.values())
    z = torch.sigmoid(linear(x, w_ih, b_ih) + linear(state[0], w_hh, b_hh)).view(-1, NODES)
    last = seen.as_returned()[len(parts.named(kind).returned) - 1].view(-1, NODES)
    n = (last - z * state[0].view(-1, NODES)) / (1 - z)
    return bool(((n - n[0]).abs() <= 1e-4).all())


def _right_without_g(kind: str, net: nn.Module) -> bool:
    """Nothing is added to c where the candidate is 0, either."""
    held, probe = Held("g", 0.0, ("", "")), gate_probe(kind)
    net.load_state_dict(_rows_of(kind, held))
    return not values_differ(called(net, kind, probe), _right(kind, held, probe))


_PROOFS: dict[str, Callable[[str, nn.Module], bool]] = {
    "c": h_alone_is_wrong,
    "z": _update_is_right,
    "g is 0": _right_without_g,
    "c is 0": right_without("c"),
    "h is 0": right_without("h"),
    "x is 0": right_without("x"),
    "x and h are 0": right_without("x", "h"),
}


@cache
def _right(kind: str, held: Held, probe: Probe) -> Answer:
    net = made(RIGHT[kind], kind, probe.group)
    assert net is not None
    net.load_state_dict(_rows_of(kind, held))
    return called(net, kind, probe)


@cache
def _rows_of(kind: str, held: Held) -> dict[str, Tensor]:
    """The probes' weights, but for one gate: its rows are zero, and half of what holds it stands in each bias."""
    letters = ROWS[kind.removesuffix("Cell")]
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
