"""A step with a term or a factor too many or too few, from the form of another network or by a slip."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from mistakes.model import Mistake, wrong
from mistakes.steps import GRUStep, LSTMStep, RNNStep, State, Step, Weights
from mistakes.week12.gru import GRU_CLAIMS, GRUS
from mistakes.week12.lstm import LSTM_CLAIMS, LSTMS
from mistakes.week12.products import RNNS

NextState = Callable[[Any, Tensor, State, Weights], State]


def of_kind(kind: str) -> Iterator[Mistake]:
    """Those of one kind's step, then those of any step."""
    stem = kind.removesuffix("Cell")
    yield from {"LSTM": _lstm, "GRU": _gru, "RNN": _rnn}[stem]()
    yield from _any(kind, {"LSTM": LSTMStep, "GRU": GRUStep, "RNN": RNNStep}[stem])


def _lstm() -> Iterator[Mistake]:
    for name, (seen, en, ko) in _PEEPHOLES.items():
        yield _of_lstm(
            f"peephole-{name}",
            {"next_state": _peephole(seen)},
            f"{en}, as peepholes do; torch's gates see x and h alone.",
            f"peephole 연결처럼 {ko}. torch의 게이트는 x와 h만 본다.",
        )
    for name, (own, formula, right) in _FORMULAS.items():
        yield _of_lstm(
            name,
            own,
            f"Your numbers fit {formula}; torch's step has {right}.",
            f"나온 값은 {formula}인 경우와 같다. torch의 식: {right}.",
        )
    yield _of_lstm("layer-norm", {"order": _normed}, *_NORMED)
    for number in (0.5, 2.0, 3.0, 5.0, -1.0):
        yield _of_lstm(
            f"forget-bias-{number:g}",
            {"order": _forget_bias(number)},
            f"You add {number:g} to the forget gate before its sigmoid; torch has no such constant.",
            f"망각 게이트에 시그모이드 전에 {number:g}을(를) 더했다. torch에는 그런 상수가 없다.",
        )


_PEEPHOLES = {
    "o": ("o", "You add the new c to the output gate", "새 c를 출력 게이트에 더했다"),
    "if": ("if", "You add the old c to the gates i and f", "이전 c를 게이트 i와 f에 더했다"),
    "ifo": (
        "ifo",
        "You add c to the gates, the old one to i and f, the new one to o",
        "c를 게이트에 더했다(i와 f에는 이전 c, o에는 새 c)",
    ),
    "old-ifo": ("ifO", "You add the old c to all three gates", "이전 c를 세 게이트 모두에 더했다"),
    "f": ("f", "You add the old c to the forget gate", "이전 c를 망각 게이트에 더했다"),
    "i": ("i", "You add the old c to the input gate", "이전 c를 입력 게이트에 더했다"),
    "old-o": ("O", "You add the old c to the output gate", "이전 c를 출력 게이트에 더했다"),
}


def _peephole(seen: str) -> NextState:
    def next_state(self: Any, gx: Tensor, state: State, w: Weights) -> State:
        h, old = state
        i, f, g, o = self.order(gx + self.from_state(h, w))
        i, f = (gate + old if letter in seen else gate for gate, letter in ((i, "i"), (f, "f")))
        c = self.cell(self.open(i), self.open(f), self.candidate(g), old)
        o = o + c if "o" in seen else o + old if "O" in seen else o
        return self.project(self.hidden(self.open(o), c), w), c

    return next_state


def _forget_bias(number: float) -> Callable[..., tuple[Tensor, ...]]:
    def order(self: Any, a: Tensor) -> tuple[Tensor, ...]:
        i, f, g, o = LSTMStep.order(self, a)
        return i, f + number, g, o

    return order


def _normed(self: Any, a: Tensor) -> tuple[Tensor, ...]:
    return LSTMStep.order(self, F.layer_norm(a, a.shape[-1:]))


_NORMED = (
    "Your numbers are those of a layer norm over what stands before the gates; torch has none.",
    "게이트 앞의 값에 layer norm을 적용한 것과 같다. torch에는 없다.",
)


def _plus_old_h(self: Any, gx: Tensor, state: State, w: Weights) -> State:
    h, c = LSTMStep.next_state(self, gx, state, w)
    return (h + state[0] if h.shape == state[0].shape else h), c


_CELL, _HIDDEN = "c' = f * c + i * g", "h' = o * tanh(c')"
_FORMULAS: dict[str, tuple[dict[str, Any], str, str]] = {
    "coupled-f": ({"cell": lambda self, i, f, g, c: (1 - i) * c + i * g}, "c' = (1 - i) * c + i * g", _CELL),
    "cell-in-tanh": ({"cell": lambda self, i, f, g, c: torch.tanh(f * c + i * g)}, "c' = tanh(f * c + i * g)", _CELL),
    "forget-all": ({"cell": lambda self, i, f, g, c: f * (c + i * g)}, "c' = f * (c + i * g)", _CELL),
    "input-all": ({"cell": lambda self, i, f, g, c: i * (f * c + g)}, "c' = i * (f * c + g)", _CELL),
    "product-of-all": ({"cell": lambda self, i, f, g, c: f * c * i * g}, "c' = f * c * i * g", _CELL),
    "minus": ({"cell": lambda self, i, f, g, c: f * c - i * g}, "c' = f * c - i * g", _CELL),
    "i-twice": ({"cell": lambda self, i, f, g, c: f * c + i * i * g}, "c' = f * c + i * i * g", _CELL),
    "plus-i": ({"cell": lambda self, i, f, g, c: f * c + i + g}, "c' = f * c + i + g", _CELL),
    "mean-of-both": ({"cell": lambda self, i, f, g, c: (f * c + i * g) / 2}, "c' = (f * c + i * g) / 2", _CELL),
    "one-minus-f": ({"cell": lambda self, i, f, g, c: (1 - f) * c + i * g}, "c' = (1 - f) * c + i * g", _CELL),
    "o-twice": ({"hidden": lambda self, o, c: o * o * torch.tanh(c)}, "h' = o * o * tanh(c')", _HIDDEN),
    "plus-o": ({"hidden": lambda self, o, c: o + torch.tanh(c)}, "h' = o + tanh(c')", _HIDDEN),
    "twice-tanh": ({"hidden": lambda self, o, c: o * torch.tanh(torch.tanh(c))}, "h' = o * tanh(tanh(c'))", _HIDDEN),
    "plus-old-h": ({"next_state": _plus_old_h}, "h' = h + o * tanh(c')", _HIDDEN),
}


def _gru() -> Iterator[Mistake]:
    for name, (own, formula, right) in _GRU_FORMULAS.items():
        en = f"Your numbers fit {formula}; torch's step has {right}."
        ko = f"나온 값은 {formula}인 경우와 같다. torch의 식: {right}."
        yield Mistake(f"gru-{name}", en, ko, GRU_CLAIMS, wrong(type(name, (GRUStep,), own), *GRUS))


def _gates_of(r_sees: str, z_sees: str) -> NextState:
    """What r and z are made of: x, h or both."""

    def next_state(self: Any, gx: Tensor, state: State, w: Weights) -> State:
        (h,) = state
        rx, zx, nx = self.order(gx)
        rh, zh, nh = self.order(self.from_state(h, w))
        of = {"x": lambda x, h: x, "h": lambda x, h: h, "xh": lambda x, h: x + h}
        r, z = torch.sigmoid(of[r_sees](rx, rh)), torch.sigmoid(of[z_sees](zx, zh))
        return (self.update(z, self.candidate(nx, r, nh, h, w), h),)

    return next_state


_UPDATE, _NEW = "h' = (1 - z) * n + z * h", "n = tanh(W_in x + b_in + r * (W_hn h + b_hn))"
_R, _Z = ("{} = sigmoid(W_i{} x + b_i{} + W_h{} h + b_h{})".replace("{}", gate) for gate in "rz")
_GRU_FORMULAS: dict[str, tuple[dict[str, Any], str, str]] = {
    "n-whole": ({"update": lambda self, z, n, h: n + z * h}, "h' = n + z * h", _UPDATE),
    "h-whole": ({"update": lambda self, z, n, h: (1 - z) * n + h}, "h' = (1 - z) * n + h", _UPDATE),
    "z-for-both": ({"update": lambda self, z, n, h: z * n + z * h}, "h' = z * n + z * h", _UPDATE),
    "one-minus-z-for-both": ({"update": lambda self, z, n, h: (1 - z) * (n + h)}, "h' = (1 - z) * (n + h)", _UPDATE),
    "n-alone": ({"update": lambda self, z, n, h: (1 - z) * n}, "h' = (1 - z) * n", _UPDATE),
    "no-update": ({"update": lambda self, z, n, h: n}, "h' = n, without z", _UPDATE),
    "tanh-of-h": (
        {"update": lambda self, z, n, h: torch.tanh((1 - z) * n + z * h)},
        "h' = tanh((1 - z) * n + z * h)",
        _UPDATE,
    ),
    "minus": ({"update": lambda self, z, n, h: (1 - z) * n - z * h}, "h' = (1 - z) * n - z * h", _UPDATE),
    "r-of-x": ({"next_state": _gates_of("x", "xh")}, "an r made of x alone, without W_hr h + b_hr", _R),
    "r-of-h": ({"next_state": _gates_of("h", "xh")}, "an r made of h alone, without W_ir x + b_ir", _R),
    "z-of-x": ({"next_state": _gates_of("xh", "x")}, "a z made of x alone, without W_hz h + b_hz", _Z),
    "z-of-h": ({"next_state": _gates_of("xh", "h")}, "a z made of h alone, without W_iz x + b_iz", _Z),
    "r-upside-down": (
        {"candidate": lambda self, nx, r, nh, h, w: torch.tanh(nx + (1 - r) * nh)},
        "an n with 1 - r in r's place",
        _NEW,
    ),
    "r-on-x": ({"candidate": lambda self, nx, r, nh, h, w: torch.tanh(r * nx + nh)}, "an n with r on x's part", _NEW),
    "r-on-h-alone": (
        {"candidate": lambda self, nx, r, nh, h, w: torch.tanh(nx + r * h)},
        "n = tanh(W_in x + b_in + r * h)",
        _NEW,
    ),
    "r-added": ({"candidate": lambda self, nx, r, nh, h, w: torch.tanh(nx + r + nh)}, "an n with r added", _NEW),
}


def _rnn() -> Iterator[Mistake]:
    right = "h' = tanh(W_ih x + b_ih + W_hh h + b_hh)"
    for name, formula, mixed in (
        ("plus-old-h", "h' = h + tanh(…)", lambda new, old: old + new),
        ("times-old-h", "h' = h * tanh(…)", lambda new, old: old * new),
        *(
            (f"leaky-{keep:g}", f"h' = {keep:g} * h + {1 - keep:g} * tanh(…)", _leaky(keep))
            for keep in (0.1, 0.2, 0.5, 0.8, 0.9)
        ),
    ):
        own = {"next_state": _mixed(mixed)}
        en, ko = (
            f"Your numbers fit {formula}; torch has {right}.",
            f"나온 값은 {formula}인 경우와 같다. torch의 식: {right}.",
        )
        yield Mistake(f"rnn-{name}", en, ko, LSTM_CLAIMS, wrong(type(name, (RNNStep,), own), *RNNS))


def _leaky(keep: float) -> Callable[[Tensor, Tensor], Tensor]:
    return lambda new, old: keep * old + (1 - keep) * new


def _mixed(mix: Callable[[Tensor, Tensor], Tensor]) -> NextState:
    def next_state(self: Any, gx: Tensor, state: State, w: Weights) -> State:
        return (mix(RNNStep.next_state(self, gx, state, w)[0], state[0]),)

    return next_state


def _any(kind: str, step: type[Step]) -> Iterator[Mistake]:
    """A bias once too often; an input or an h that is changed before it is multiplied."""
    for bias in ("ih", "hh"):
        en = f"You add bias_{bias} twice; once is meant, beside the other bias."
        ko = f"bias_{bias}를 두 번 더했다. 다른 편향과 함께 한 번씩만 더해야 한다."
        # Of a GRU it is not all one, for r multiplies what stands in the state's product.
        for place in ("from_input", "from_state") if kind.startswith("GRU") else ("from_input",):
            name = f"bias-{bias}-once-more-{place.replace('_', '-')}"
            yield _of_any(kind, name, step, {place: _more_bias(getattr(step, place), bias)}, en, ko)
    for name, (function, what) in _CHANGED.items():
        en, ko = (
            f"Your numbers are those of {what.format(a='x')} in place of x.",
            f"x 대신 {what.format(a='x')}을(를) 쓴 값과 같다.",
        )
        yield _of_any(kind, f"{name}-of-x", step, {"from_input": _of_x(step, function)}, en, ko)
        en, ko = (
            f"Your numbers are those of W_hh times {what.format(a='h')} in place of h.",
            f"W_hh에 h 대신 {what.format(a='h')}을(를) 곱한 값과 같다.",
        )
        yield _of_any(kind, f"{name}-of-h", step, {"from_state": _of_h(step, function)}, en, ko)


def _times(factor: float) -> tuple[Callable[[Tensor], Tensor], str]:
    return lambda a: factor * a, f"{factor:g} * {{a}}"


_CHANGED: dict[str, tuple[Callable[[Tensor], Tensor], str]] = {
    **{f"times-{factor:g}": _times(factor) for factor in (0.5, 2.0, 0.1, 0.9, 10.0, -1.0)},
    "tanh": (torch.tanh, "tanh({a})"),
    "sigmoid": (torch.sigmoid, "sigmoid({a})"),
    "relu": (torch.relu, "relu({a})"),
    "softmax": (lambda a: a.softmax(-1), "softmax({a})"),
    "normalize": (lambda a: F.normalize(a, dim=-1), "{a} / |{a}|"),
    "layer-norm": (lambda a: F.layer_norm(a, a.shape[-1:]), "layer_norm({a})"),
    "flip": (lambda a: a.flip(-1), "{a}.flip(-1)"),
}


def _more_bias(product: Callable[..., Tensor], bias: str) -> Callable[..., Tensor]:
    def with_more(self: Any, given: Tensor, w: Weights) -> Tensor:
        more = w.b_ih if bias == "ih" else w.b_hh
        found = product(self, given, w)
        return found if more is None else found + more

    return with_more


def _of_x(step: type[Step], function: Callable[[Tensor], Tensor]) -> Callable[..., Tensor]:
    return lambda self, x, w: step.from_input(self, function(x), w)


def _of_h(step: type[Step], function: Callable[[Tensor], Tensor]) -> Callable[..., Tensor]:
    return lambda self, h, w: step.from_state(self, function(h), w)


def _of_lstm(name: str, own: dict[str, Any], en: str, ko: str) -> Mistake:
    return Mistake(f"lstm-{name}", en, ko, LSTM_CLAIMS, wrong(type(name, (LSTMStep,), own), *LSTMS))


def _of_any(kind: str, name: str, step: type[Step], own: dict[str, Any], en: str, ko: str) -> Mistake:
    return Mistake(f"{kind}-{name}", en, ko, ("cell/step-formulas",), wrong(type(name, (step,), own), kind))
