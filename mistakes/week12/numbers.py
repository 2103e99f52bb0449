"""Numbers that are not the answer: constants, rounding, another dtype, cut gradients, another structure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from mistakes.model import NETWORKS_AND_CELLS, Mistake, wrong
from mistakes.steps import State, Step, Weights


def _each(value: Any, change: Callable[[Tensor], Tensor]) -> Any:
    return tuple(_each(part, change) for part in value) if isinstance(value, tuple) else change(value)


def _changed(name: str, change: Callable[[Tensor], Tensor]) -> type:
    """A module whose every returned tensor goes through ``change``."""

    class Changed(nn.Module):
        def forward(self, input: Tensor, hx: Any = None) -> Any:
            return _each(super().forward(input, hx), change)

    Changed.__name__ = name
    return Changed


class InputDetached(nn.Module):
    def forward(self, input: Tensor, hx: Any = None) -> Any:
        return super().forward(input.detach(), hx)


class InputChanged(nn.Module):
    def forward(self, input: Tensor, hx: Any = None) -> Any:
        result = super().forward(input, hx)
        input.data.mul_(0.5)
        return result


class WeightsDetached(Step):
    def from_input(self, x: Tensor, w: Weights) -> Tensor:
        return super().from_input(x, _detached(w))

    def from_state(self, h: Tensor, w: Weights) -> Tensor:
        return super().from_state(h, _detached(w))


def _detached(w: Weights) -> Weights:
    return Weights(*(part if part is None else part.detach() for part in w))  # type: ignore[arg-type]


class RoundedToSingle(Step):
    def next_state(self, gx: Tensor, state: State, w: Weights) -> State:
        return tuple(part.float().to(part.dtype) for part in super().next_state(gx, state, w))


def _all(name: str, fault: type, en: str, ko: str, *claims: str) -> Mistake:
    return Mistake(name, en, ko, claims, wrong(fault, *NETWORKS_AND_CELLS))


PRINTED = ("lstm/printed-output", "cell/printed-step")
FORMULAS = "cell/step-formulas"

MISTAKES = (
    _all(
        "zeros",
        _changed("Zeros", torch.zeros_like),
        "Everything that you return is zero.",
        "반환한 값이 모두 0이다.",
        *PRINTED,
        FORMULAS,
    ),
    _all(
        "constant",
        _changed("Constant", lambda part: torch.full_like(part, 0.1)),
        "What you return does not depend on the input.",
        "반환한 값이 입력과 상관없이 일정하다.",
        *PRINTED,
        FORMULAS,
    ),
    _all(
        "nan",
        _changed("NotANumber", lambda part: part * float("nan")),
        "You return NaN.",
        "NaN을 반환했다.",
        *PRINTED,
        FORMULAS,
        "lstm/omit-water",
    ),
    _all(
        "a-thousandth-off",
        _changed("ThousandthOff", lambda part: part * 1.001),
        "Your numbers are off by a thousandth: nearly right is not the same.",
        "값이 천분의 일만큼 어긋난다. 비슷한 것은 같은 것이 아니다.",
        "lstm/printed-output",
        FORMULAS,
    ),
    _all(
        "rounded-to-four-decimals",
        _changed("Rounded", lambda part: part + (part.round(decimals=4) - part).detach()),
        "You round to the four decimals that are printed; return the numbers themselves.",
        "강의에 나온 대로 소수점 넷째 자리에서 반올림했다. 값을 그대로 반환해야 한다.",
        FORMULAS,
    ),
    _all(
        "noise",
        _changed("Noise", lambda part: part + 1e-3 * torch.randn_like(part)),
        "Two calls give two answers: something random is left in, dropout for example.",
        "같은 입력인데 호출할 때마다 값이 다르다. dropout처럼 무작위인 부분이 남아 있다.",
        FORMULAS,
        "lstm/omit-water",
        "cell/omit-water",
    ),
    _all(
        "double-computed-in-single",
        RoundedToSingle,
        "You compute float64 in float32: half of the digits are lost.",
        "float64를 float32로 계산해서 유효숫자의 절반을 잃었다.",
        FORMULAS,
    ),
    _all(
        "always-float32",
        _changed("AlwaysSingle", lambda part: part.float()),
        "You return float32 whatever comes in; the dtype of the input has to be kept.",
        "입력의 dtype과 상관없이 float32를 반환한다. dtype은 유지되어야 한다.",
        FORMULAS,
    ),
    _all(
        "no-gradient",
        _changed("NoGradient", torch.detach),
        "What you return is cut off from the graph: nothing can be learnt.",
        "반환한 값이 계산 그래프에서 끊겨 있어 학습할 수 없다.",
        FORMULAS,
    ),
    _all(
        "input-detached",
        InputDetached,
        "You detach the input: a layer below would never learn.",
        "입력을 detach했다. 아래층은 학습되지 않는다.",
        FORMULAS,
    ),
    _all(
        "weights-detached",
        WeightsDetached,
        "You use the weights without their gradients (.data or .detach()): they never learn.",
        "가중치를 .data나 .detach()로 써서 기울기가 흐르지 않는다.",
        FORMULAS,
    ),
    _all(
        "input-changed-in-place",
        InputChanged,
        "Your network changes the input that it was given.",
        "네트워크가 받은 입력을 in-place로 바꾸었다.",
        "lstm/input-unchanged",
    ),
)
