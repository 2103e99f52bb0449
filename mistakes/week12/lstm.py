"""Wrong LSTM steps: gates in another order, a gate or a nonlinearity missing. Network and cell alike."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import hardsigmoid

from mistakes.model import Mistake, in_order, wrong
from mistakes.steps import LSTMStep, State, Weights

LSTMS = ("LSTM", "LSTMCell")
LSTM_CLAIMS = ("lstm/printed-output", "cell/printed-step", "cell/step-formulas")


def lstm_order(letters: str) -> Mistake:
    """Gates in the order of ``letters``. The usual ones stand below, the rest in mistakes.families.orders."""
    listed = ", ".join(letters)
    return Mistake(
        f"lstm-gates-{letters}",
        f"Your gates are in the order {listed}; torch stacks them as i, f, g, o.",
        f"게이트를 {listed} 순서로 읽었다. torch는 i, f, g, o 순서로 쌓는다.",
        LSTM_CLAIMS,
        wrong(in_order(letters, LSTMStep, "ifgo"), *LSTMS),
    )


class TanhOfProduct(LSTMStep):
    def hidden(self, o: Tensor, c: Tensor) -> Tensor:
        return torch.tanh(o * c)


class HiddenWithoutTanh(LSTMStep):
    def hidden(self, o: Tensor, c: Tensor) -> Tensor:
        return o * c


class NoOutputGate(LSTMStep):
    def hidden(self, o: Tensor, c: Tensor) -> Tensor:
        return torch.tanh(c)


class NoForgetGate(LSTMStep):
    def cell(self, i: Tensor, f: Tensor, g: Tensor, c: Tensor) -> Tensor:
        return c + i * g


class NoInputGate(LSTMStep):
    def cell(self, i: Tensor, f: Tensor, g: Tensor, c: Tensor) -> Tensor:
        return f * c + g


class CoupledGates(LSTMStep):
    def cell(self, i: Tensor, f: Tensor, g: Tensor, c: Tensor) -> Tensor:
        return f * c + (1 - f) * g


class InputAndForgetExchanged(LSTMStep):
    def cell(self, i: Tensor, f: Tensor, g: Tensor, c: Tensor) -> Tensor:
        return i * c + f * g


class CandidateWithoutTanh(LSTMStep):
    def candidate(self, g: Tensor) -> Tensor:
        return g


class CandidateThroughSigmoid(LSTMStep):
    def candidate(self, g: Tensor) -> Tensor:
        return torch.sigmoid(g)


class HardSigmoid(LSTMStep):
    def open(self, gate: Tensor) -> Tensor:
        return hardsigmoid(gate)


class GatesThroughTanh(LSTMStep):
    def open(self, gate: Tensor) -> Tensor:
        return torch.tanh(gate)


class ForgetBiasOne(LSTMStep):
    def order(self, a: Tensor) -> tuple[Tensor, ...]:
        i, f, g, o = super().order(a)
        return i, f + 1, g, o


class OneGateForAll(LSTMStep):
    def order(self, a: Tensor) -> tuple[Tensor, ...]:
        i, _, g, _ = super().order(a)
        return i, i, g, i


class OutputFromOldCell(LSTMStep):
    def next_state(self, gx: Tensor, state: State, w: Weights) -> State:
        o = self.order(gx + self.from_state(state[0], w))[3]
        _, c = super().next_state(gx, state, w)
        return self.project(self.hidden(self.open(o), state[1]), w), c


class CellThroughTanh(LSTMStep):
    def cell(self, i: Tensor, f: Tensor, g: Tensor, c: Tensor) -> Tensor:
        return torch.tanh(super().cell(i, f, g, c))

    def hidden(self, o: Tensor, c: Tensor) -> Tensor:
        return o * c


class ProjectionIgnored(LSTMStep):
    def project(self, h: Tensor, w: Weights) -> Tensor:
        return h if w.hr is None else h[..., : len(w.hr)]


def _lstm(name: str, fault: type, en: str, ko: str, claims: tuple[str, ...] = LSTM_CLAIMS) -> Mistake:
    return Mistake(f"lstm-{name}", en, ko, claims, wrong(fault, *LSTMS))


MISTAKES = (
    *(lstm_order(letters) for letters in ("igfo", "figo", "ifog", "fiog")),
    _lstm(
        "tanh-of-the-product",
        TanhOfProduct,
        "You compute tanh(o * c); the tanh belongs to c alone: o * tanh(c).",
        "tanh(o * c)를 계산했다. tanh는 c에만 걸어야 한다: o * tanh(c).",
    ),
    _lstm(
        "hidden-without-tanh",
        HiddenWithoutTanh,
        "Your h is o * c; c has to go through tanh first.",
        "h를 o * c로 계산했다. c를 먼저 tanh에 통과시켜야 한다.",
    ),
    _lstm(
        "no-output-gate",
        NoOutputGate,
        "Your h is tanh(c): the output gate o is missing.",
        "h를 tanh(c)로 계산했다. 출력 게이트 o가 빠졌다.",
    ),
    _lstm(
        "no-forget-gate",
        NoForgetGate,
        "Your c keeps all of the old c: the forget gate f is missing.",
        "이전 c를 그대로 더했다. 망각 게이트 f가 빠졌다.",
        ("lstm/printed-output", "cell/step-formulas"),
    ),
    _lstm(
        "no-input-gate",
        NoInputGate,
        "The candidate g goes into c at full strength: the input gate i is missing.",
        "후보값 g를 그대로 c에 더했다. 입력 게이트 i가 빠졌다.",
    ),
    _lstm(
        "coupled-gates",
        CoupledGates,
        "You use 1 - f as input gate; i is a gate with weights of its own.",
        "입력 게이트로 1 - f를 썼다. i는 자기 가중치를 가진 별도의 게이트이다.",
    ),
    _lstm(
        "input-and-forget-exchanged",
        InputAndForgetExchanged,
        "You let i keep the old c and f admit the candidate; it has to be the other way round.",
        "i를 이전 c에, f를 후보값에 곱했다. 서로 바꾸어야 한다.",
    ),
    _lstm(
        "candidate-without-tanh",
        CandidateWithoutTanh,
        "The candidate g has no nonlinearity; it has to go through tanh.",
        "후보값 g에 비선형 함수가 없다. tanh를 통과시켜야 한다.",
    ),
    _lstm(
        "candidate-through-sigmoid",
        CandidateThroughSigmoid,
        "The candidate g goes through a sigmoid as if it were a gate; it has to go through tanh.",
        "후보값 g를 게이트처럼 sigmoid에 통과시켰다. g는 tanh를 쓴다.",
    ),
    _lstm(
        "hard-sigmoid",
        HardSigmoid,
        "Your gates use the piecewise linear hard sigmoid in place of the sigmoid.",
        "게이트에 sigmoid가 아니라 꺾은선 모양의 hard sigmoid를 썼다.",
    ),
    _lstm(
        "gates-through-tanh",
        GatesThroughTanh,
        "Your gates i, f, o go through tanh and can become negative; they have to go through a sigmoid.",
        "게이트 i, f, o에 tanh를 써서 음수가 될 수 있다. sigmoid를 써야 한다.",
    ),
    _lstm(
        "forget-bias-one",
        ForgetBiasOne,
        "You add 1 to the forget gate's bias; torch has no such constant.",
        "망각 게이트의 편향에 1을 더했다. torch에는 그런 상수가 없다.",
        ("lstm/printed-output", "cell/step-formulas"),
    ),
    _lstm(
        "one-gate-for-all",
        OneGateForAll,
        "One gate serves as i, f and o; each has rows of its own in the weights.",
        "i, f, o에 같은 게이트를 썼다. 가중치에는 게이트마다 자기 행이 있다.",
    ),
    _lstm(
        "output-from-the-old-c",
        OutputFromOldCell,
        "Your h comes from the c before this step; update c first, then compute h.",
        "h를 갱신하기 전의 c로 계산했다. c를 먼저 갱신하고 h를 계산해야 한다.",
    ),
    _lstm(
        "c-through-tanh",
        CellThroughTanh,
        "You keep tanh(c) as the new c; the tanh is for h only.",
        "tanh(c)를 새 c로 저장했다. tanh는 h를 계산할 때만 쓴다.",
    ),
    Mistake(
        "lstm-projection-ignored",
        "With proj_size you cut h to size; h must be multiplied by weight_hr.",
        "proj_size가 있을 때 h를 잘라 내기만 했다. weight_hr을 곱해야 한다.",
        ("cell/projected-steps",),
        wrong(ProjectionIgnored, "LSTM"),
    ),
)
