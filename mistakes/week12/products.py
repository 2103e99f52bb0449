"""Wrong products, biases and nonlinearities, the same fault in every kind of network and cell."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import linear

from mistakes.model import NETWORKS_AND_CELLS, Mistake, wrong
from mistakes.steps import RNNStep, Step, Weights

RNNS = ("RNN", "RNNCell")
ALL_CLAIMS = ("lstm/printed-output", "cell/printed-step", "cell/step-formulas")


class InputBiasForgotten(Step):
    def from_input(self, x: Tensor, w: Weights) -> Tensor:
        return linear(x, w.ih)


class StateBiasForgotten(Step):
    def from_state(self, h: Tensor, w: Weights) -> Tensor:
        return linear(h, w.hh)


class InputBiasTwice(Step):
    def from_state(self, h: Tensor, w: Weights) -> Tensor:
        return linear(h, w.hh, w.b_ih)


class NoBias(InputBiasForgotten, StateBiasForgotten):
    pass


class ReadRowByRow(Step):
    """Flat weights filled into the transposed shape, which is not the transposed matrix."""

    def from_input(self, x: Tensor, w: Weights) -> Tensor:
        return super().from_input(x, w._replace(ih=_reshaped(w.ih)))

    def from_state(self, h: Tensor, w: Weights) -> Tensor:
        return super().from_state(h, w._replace(hh=_reshaped(w.hh)))


def _reshaped(weight: Tensor) -> Tensor:
    return weight.reshape(weight.shape[1], weight.shape[0]).T


class StateWeightTransposed(RNNStep):
    def from_state(self, h: Tensor, w: Weights) -> Tensor:
        return super().from_state(h, w._replace(hh=w.hh.T))


class NoStateProduct(Step):
    def from_state(self, h: Tensor, w: Weights) -> Tensor:
        return super().from_state(torch.zeros_like(h), w)


class AlwaysRelu(RNNStep):
    def activation(self, a: Tensor) -> Tensor:
        return torch.relu(a)


class AlwaysTanh(RNNStep):
    def activation(self, a: Tensor) -> Tensor:
        return torch.tanh(a)


class Sigmoid(RNNStep):
    def activation(self, a: Tensor) -> Tensor:
        return torch.sigmoid(a)


class NoActivation(RNNStep):
    def activation(self, a: Tensor) -> Tensor:
        return a


class TwoActivations(RNNStep):
    """tanh of each product in place of tanh of their sum."""

    def from_input(self, x: Tensor, w: Weights) -> Tensor:
        return self.activation(super().from_input(x, w))

    def from_state(self, h: Tensor, w: Weights) -> Tensor:
        return self.activation(super().from_state(h, w))


def _everywhere(name: str, fault: type, en: str, ko: str, claims: tuple[str, ...] = ALL_CLAIMS) -> Mistake:
    return Mistake(name, en, ko, claims, wrong(fault, *NETWORKS_AND_CELLS))


def _rnn(name: str, fault: type, en: str, ko: str) -> Mistake:
    return Mistake(f"rnn-{name}", en, ko, ("cell/step-formulas",), wrong(fault, *RNNS))


MISTAKES = (
    _everywhere(
        "bias-ih-forgotten",
        InputBiasForgotten,
        "The bias bias_ih is missing.",
        "편향 bias_ih가 빠졌다.",
    ),
    _everywhere(
        "bias-hh-forgotten",
        StateBiasForgotten,
        "The bias bias_hh is missing: there are two biases, and both are added.",
        "편향 bias_hh가 빠졌다. 편향은 두 개이고 둘 다 더한다.",
    ),
    _everywhere(
        "bias-ih-twice",
        InputBiasTwice,
        "You add bias_ih twice; the second one is bias_hh.",
        "bias_ih를 두 번 더했다. 두 번째는 bias_hh여야 한다.",
    ),
    _everywhere(
        "no-bias",
        NoBias,
        "Neither bias is added, although bias=True.",
        "bias=True인데 두 편향을 모두 더하지 않았다.",
    ),
    _everywhere(
        "weights-reshaped",
        ReadRowByRow,
        "You reshape the weight matrices where they must be transposed; that mixes up their entries.",
        "가중치 행렬을 전치해야 할 곳에서 reshape했다. 원소가 뒤섞인다.",
    ),
    _everywhere(
        "state-product-missing",
        NoStateProduct,
        "The state never meets weight_hh: the product W_hh h is missing, or its h is zero in every step.",
        "상태에 weight_hh를 곱하지 않았다. W_hh h 항이 빠졌거나 단계마다 그 h가 0이다.",
        ("lstm/printed-output", "cell/step-formulas"),
    ),
    _rnn(
        "weight-hh-transposed",
        StateWeightTransposed,
        "You multiply by weight_hh the wrong way round: h @ weight_hh.T is meant.",
        "weight_hh를 전치하지 않고 곱했다. h @ weight_hh.T여야 한다.",
    ),
    _rnn(
        "relu-for-tanh",
        AlwaysRelu,
        "Your RNN uses relu; without a word about it, tanh is meant.",
        "RNN에 relu를 썼다. 따로 정하지 않으면 tanh이다.",
    ),
    _rnn(
        "nonlinearity-ignored",
        AlwaysTanh,
        'nonlinearity="relu" has no effect: your RNN always uses tanh.',
        'nonlinearity="relu"가 무시되었다. 언제나 tanh를 쓴다.',
    ),
    _rnn(
        "sigmoid-for-tanh",
        Sigmoid,
        "Your RNN uses the sigmoid in place of tanh.",
        "RNN에 tanh 대신 sigmoid를 썼다.",
    ),
    _rnn(
        "no-nonlinearity",
        NoActivation,
        "Your RNN is linear: the tanh is missing.",
        "RNN이 선형이다. tanh가 빠졌다.",
    ),
    _rnn(
        "nonlinearity-before-the-sum",
        TwoActivations,
        "You apply the nonlinearity to the two products before adding them; add first.",
        "두 항을 더하기 전에 각각 비선형 함수를 적용했다. 먼저 더해야 한다.",
    ),
)
