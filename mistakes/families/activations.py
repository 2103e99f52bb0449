"""Another function in place of a tanh or of a sigmoid, in each place of a step that has one, or in all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from mistakes.model import Mistake, seen_as, wrong
from mistakes.reference import Network
from mistakes.steps import GRUStep, LSTMStep, RNNStep, State, Weights
from mistakes.week12.gru import GRU_CLAIMS, GRUS
from mistakes.week12.lstm import LSTM_CLAIMS, LSTMS
from mistakes.week12.products import RNNS

Function = Callable[[Tensor], Tensor]


def _keras_hard_sigmoid(a: Tensor) -> Tensor:
    return (0.2 * a + 0.5).clamp(0, 1)


def _identity(a: Tensor) -> Tensor:
    return a


_FOR_TANH: dict[str, tuple[Function, str]] = {
    "softsign": (F.softsign, "{a} / (1 + |{a}|)"),
    "relu": (torch.relu, "max({a}, 0)"),
    "identity": (_identity, "{a}"),
    "sigmoid": (torch.sigmoid, "sigmoid({a})"),
    "hardtanh": (F.hardtanh, "clamp({a}, -1, 1)"),
    "atan": (torch.atan, "atan({a})"),
    "sin": (torch.sin, "sin({a})"),
    "elu": (F.elu, "elu({a})"),
    "gelu": (F.gelu, "gelu({a})"),
    "silu": (F.silu, "{a} · sigmoid({a})"),
    "softplus": (F.softplus, "log(1 + exp({a}))"),
    "leaky-relu": (F.leaky_relu, "leaky_relu({a})"),
}
_FOR_SIGMOID: dict[str, tuple[Function, str]] = {
    "hardsigmoid": (F.hardsigmoid, "clamp({a} / 6 + 1/2, 0, 1)"),
    "hard-sigmoid-of-keras": (_keras_hard_sigmoid, "clamp(0.2 · {a} + 0.5, 0, 1)"),
    "tanh": (torch.tanh, "tanh({a})"),
    "identity": (_identity, "{a}"),
    "relu": (torch.relu, "max({a}, 0)"),
    "exp": (torch.exp, "exp({a})"),
    "softmax": (lambda a: a.softmax(-1), "softmax({a})"),
    "softplus": (F.softplus, "log(1 + exp({a}))"),
    "softsign": (F.softsign, "{a} / (1 + |{a}|)"),
}

# With the Korean subject particle that the letter's name takes.
_SUBJECT = {"r": "r이", "z": "z가"}


def of_kind(kind: str) -> Iterator[Mistake]:
    """Those of a kind; what the catalogue has stands before them, and is found first."""
    yield from {"LSTM": _lstm, "GRU": _gru, "RNN": _rnn}[kind.removesuffix("Cell")]()


def _lstm() -> Iterator[Mistake]:
    for name, (function, formula) in _FOR_TANH.items():
        hidden = {"hidden": lambda self, o, c, f=function: o * f(c)}
        candidate = {"candidate": lambda self, g, f=function: f(g)}
        of_c, of_g = formula.format(a="c"), formula.format(a="g")
        en, ko = f"h / o = {of_c}, not tanh(c)", f"h / o = {of_c}이다. tanh(c)여야 한다"
        yield _one(f"lstm-{name}-for-tanh-of-c", LSTMStep, hidden, f"Your numbers fit {en}.", f"나온 값은 {ko}.", LSTMS)
        en, ko = f"the candidate is {of_g}, not tanh(g)", f"후보값이 {of_g}인 경우와 같다. tanh(g)여야 한다"
        yield _one(f"lstm-{name}-for-g", LSTMStep, candidate, f"Your numbers fit: {en}.", f"나온 값은 {ko}.", LSTMS)
        en = f"Both tanh of the step are another function in your numbers: {formula.format(a='a')} in place of tanh(a)."
        ko = f"나온 값은 두 tanh(a)를 모두 {formula.format(a='a')}로 바꾼 것과 같다."
        yield _one(f"lstm-{name}-for-both-tanh", LSTMStep, {**hidden, **candidate}, en, ko, LSTMS)
    for name, (function, formula) in _FOR_SIGMOID.items():
        yield _gates(f"lstm-{name}-for-sigmoid", LSTMStep, {"open": lambda self, a, f=function: f(a)}, formula, LSTMS)
        for place, letter in ((0, "i"), (1, "f"), (3, "o")):
            own = {"next_state": _one_gate(place, function)}
            en = f"Your numbers fit: the gate {letter} is {formula.format(a='a')}, not sigmoid(a)."
            ko = f"나온 값은 게이트 {letter}가 {formula.format(a='a')}인 경우와 같다. sigmoid(a)여야 한다."
            yield _one(f"lstm-{name}-for-{letter}", LSTMStep, own, en, ko, LSTMS)


def _one_gate(place: int, function: Function) -> Callable[..., State]:
    def next_state(self: Any, gx: Tensor, state: State, w: Weights) -> State:
        h, c = state
        rows = self.order(gx + self.from_state(h, w))
        i, f, g, o = (
            function(a) if n == place else torch.tanh(a) if n == 2 else torch.sigmoid(a) for n, a in enumerate(rows)
        )
        c = self.cell(i, f, g, c)
        return self.project(self.hidden(o, c), w), c

    return next_state


def _gru() -> Iterator[Mistake]:
    for name, (function, formula) in _FOR_TANH.items():
        own = {"candidate": lambda self, nx, r, nh, h, w, f=function: f(nx + r * nh)}
        en = f"Your numbers fit: the candidate n is {formula.format(a='a')}, not tanh(a)."
        ko = f"나온 값은 후보값 n이 {formula.format(a='a')}인 경우와 같다. tanh(a)여야 한다."
        yield _one(f"gru-{name}-for-n", GRUStep, own, en, ko, GRUS)
    for name, (function, formula) in _FOR_SIGMOID.items():
        for letters in ("rz", "r", "z"):
            open_r, open_z = (function if letter in letters else torch.sigmoid for letter in "rz")
            own = {"next_state": _gru_gates(open_r, open_z)}
            if letters == "rz":
                yield _gates(f"gru-{name}-for-sigmoid", GRUStep, own, formula, GRUS)
                continue
            en = f"Your numbers fit: the gate {letters} is {formula.format(a='a')}, not sigmoid(a)."
            ko = f"나온 값은 게이트 {_SUBJECT[letters]} {formula.format(a='a')}인 경우와 같다. sigmoid(a)여야 한다."
            yield _one(f"gru-{name}-for-{letters}", GRUStep, own, en, ko, GRUS)


def _gru_gates(open_r: Function, open_z: Function) -> Callable[..., State]:
    def next_state(self: Any, gx: Tensor, state: State, w: Weights) -> State:
        (h,) = state
        rx, zx, nx = self.order(gx)
        rh, zh, nh = self.order(self.from_state(h, w))
        r, z = open_r(rx + rh), open_z(zx + zh)
        return (self.update(z, self.candidate(nx, r, nh, h, w), h),)

    return next_state


def _rnn() -> Iterator[Mistake]:
    for name, (function, formula) in _FOR_TANH.items():
        own = {"activation": lambda self, a, f=function: f(a)}
        en = f"Your numbers fit h = {formula.format(a='a')}, not tanh(a)."
        ko = f"나온 값은 h = {formula.format(a='a')}인 경우와 같다. tanh(a)여야 한다."
        yield _one(f"rnn-{name}-for-tanh", RNNStep, own, en, ko, RNNS)
        own = {"activation": lambda self, a, f=function: torch.relu(a) if self.nonlinearity == "relu" else f(a)}
        yield _one(f"rnn-{name}-for-tanh-beside-relu", RNNStep, own, en, ko, RNNS)
    for name, only in {"activation": "", "relu": "relu"}.items():
        of_input = {"next_state": _of_input_alone(only)}
        en = "Your activation is taken of W_ih x + b_ih alone, W_hh h + b_hh is added to that; it has to be of both."
        ko = "활성화 함수를 W_ih x + b_ih에만 쓰고 W_hh h + b_hh는 그 뒤에 더했다. 둘의 합에 써야 한다."
        yield _one(f"rnn-{name}-of-the-input-alone", RNNStep, of_input, en, ko, RNNS)
    for name in ("leaky-relu", "elu", "gelu", "silu", "softplus", "identity"):
        function, formula = _FOR_TANH[name]
        own = {"activation": lambda self, a, f=function: f(a) if self.nonlinearity == "relu" else torch.tanh(a)}
        en = f'Your numbers with nonlinearity="relu" fit h = {formula.format(a="a")}, not max(a, 0).'
        ko = f'nonlinearity="relu"일 때 나온 값은 h = {formula.format(a="a")}인 경우와 같다. max(a, 0)이어야 한다.'
        yield _one(f"rnn-{name}-for-relu", RNNStep, own, en, ko, RNNS)
    en = 'The layers above the first compute tanh also with nonlinearity="relu"; all of them have to take relu.'
    ko = 'nonlinearity="relu"일 때도 둘째 층부터 tanh를 쓴다. 모든 층이 relu를 써야 한다.'
    yield Mistake("rnn-relu-in-the-first-layer-alone", en, ko, GRU_CLAIMS, wrong(ReluInTheFirstLayer, "RNN"))


def _of_input_alone(only: str) -> Callable[..., State]:
    """only: the nonlinearity with which it is so; empty for any."""

    def next_state(self: Any, gx: Tensor, state: State, w: Weights) -> State:
        (h,) = state
        if only and self.nonlinearity != only:
            return RNNStep.next_state(self, gx, state, w)
        return (self.activation(gx) + self.from_state(h, w),)

    return next_state


class ReluInTheFirstLayer(Network):
    def one_layer(self, x: Tensor, state: State, layer: int) -> tuple[Tensor, list[State]]:
        net: Any = seen_as(self, type(self))
        if layer:
            net.nonlinearity = "tanh"
        return Network.one_layer(net, x, state, layer)


def _gates(name: str, step: type, own: Mapping[str, Any], formula: str, kinds: tuple[str, ...]) -> Mistake:
    en = f"Your numbers fit gates of {formula.format(a='a')}, not of sigmoid(a)."
    ko = f"나온 값은 게이트가 모두 {formula.format(a='a')}인 경우와 같다. sigmoid(a)여야 한다."
    return _one(name, step, own, en, ko, kinds)


def _one(name: str, step: type, own: Mapping[str, Any], en: str, ko: str, kinds: tuple[str, ...]) -> Mistake:
    claims = LSTM_CLAIMS if kinds == LSTMS else GRU_CLAIMS
    return Mistake(name, en, ko, claims, wrong(type(name, (step,), dict(own)), *kinds))
