"""Wrong rows and structure: what is put into the output, and what is returned beside it."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from mistakes.model import NETWORKS, Mistake, wrong
from mistakes.reference import Network
from mistakes.steps import State, Weights


class AlwaysTheLastRow(Network):
    """One tensor appended over and over, and changed afterwards."""

    def all_steps(self, x: Tensor, state: State, w: Weights) -> tuple[Tensor, State]:
        output, last = super().all_steps(x, state, w)
        return output[-1:].expand_as(output), last


class OutputOneStepLate(Network):
    def all_steps(self, x: Tensor, state: State, w: Weights) -> tuple[Tensor, State]:
        output, last = super().all_steps(x, state, w)
        return torch.cat([self.shown(state).unsqueeze(0), output[:-1]]), last


class LastStepSkipped(Network):
    def all_steps(self, x: Tensor, state: State, w: Weights) -> tuple[Tensor, State]:
        return super().all_steps(x[:-1] if len(x) > 1 else x, state, w)


class FirstStepSkipped(Network):
    def all_steps(self, x: Tensor, state: State, w: Weights) -> tuple[Tensor, State]:
        return super().all_steps(x[1:] if len(x) > 1 else x, state, w)


class CellShown(Network):
    def shown(self, state: State) -> Tensor:
        return state[1][..., : state[0].shape[-1]]


class OutputAlone(Network):
    def returned(self, output: Tensor, last: State) -> Any:
        return output


class FlatTuple(Network):
    def returned(self, output: Tensor, last: State) -> Any:
        return (output, *last)


class HiddenAlone(Network):
    def returned(self, output: Tensor, last: State) -> Any:
        return output, last[0]


class LastRowAlone(Network):
    def returned(self, output: Tensor, last: State) -> Any:
        return super().returned(output[-1:], last)


def _networks(name: str, fault: type, en: str, ko: str, *claims: str) -> Mistake:
    return Mistake(name, en, ko, claims, wrong(fault, *NETWORKS))


MISTAKES = (
    _networks(
        "every-row-the-last",
        AlwaysTheLastRow,
        "Every row of your output is the last one: you stored one tensor many times.",
        "output의 모든 행이 마지막 행과 같다. 같은 텐서를 여러 번 담았다.",
        "lstm/printed-output",
        "cell/loop-is-lstm",
    ),
    _networks(
        "output-one-step-late",
        OutputOneStepLate,
        "Your output begins with the state before the first step: every row is one step late.",
        "output이 초기 상태로 시작해 한 단계씩 밀렸다.",
        "lstm/printed-output",
        "lstm/hT-is-the-last-row",
    ),
    _networks(
        "last-step-skipped",
        LastStepSkipped,
        "Your loop leaves out the last step.",
        "반복문이 마지막 단계를 건너뛴다.",
        "lstm/printed-output",
        "cell/loop-is-lstm",
    ),
    _networks(
        "first-step-skipped",
        FirstStepSkipped,
        "Your loop begins at the second step.",
        "반복문이 둘째 단계부터 시작한다.",
        "lstm/printed-output",
        "cell/loop-is-lstm",
    ),
    _networks(
        "last-row-alone",
        LastRowAlone,
        "You return the last row of the output alone; all steps are wanted.",
        "output의 마지막 행만 반환했다. 모든 단계가 필요하다.",
        "lstm/printed-output",
        "cell/loop-is-lstm",
    ),
    Mistake(
        "output-is-c",
        "Your output shows c; it has to show h.",
        "output에 c를 담았다. h여야 한다.",
        ("lstm/printed-output", "lstm/hT-is-the-last-row"),
        wrong(CellShown, "LSTM"),
    ),
    _networks(
        "state-not-returned",
        OutputAlone,
        "You return the output alone; output and last state are wanted.",
        "output만 반환했다. output과 마지막 상태가 필요하다.",
        "cell/loop-is-lstm",
    ),
    Mistake(
        "three-in-a-row",
        "You return output, hT, cT in one row; it is output and the pair (hT, cT).",
        "output, hT, cT를 나란히 반환했다. output과 (hT, cT)의 쌍이어야 한다.",
        ("lstm/printed-output",),
        wrong(FlatTuple, "LSTM"),
    ),
    Mistake(
        "c-not-returned",
        "You return hT alone as the LSTM's state; it is the pair (hT, cT).",
        "LSTM의 상태로 hT만 반환했다. (hT, cT)의 쌍이어야 한다.",
        ("lstm/hT-is-the-last-row", "lstm/state-rows", "cell/loop-is-lstm"),
        wrong(HiddenAlone, "LSTM"),
    ),
)
