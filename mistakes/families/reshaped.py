"""Axes at the wrong place: exchanged by reshape on the way back alone, or both ways; steps taken for a batch. And an
output of another dtype."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from torch import Tensor

from mistakes.model import NETWORKS, Mistake, wrong
from mistakes.reference import Network
from mistakes.steps import State
from mistakes.week12.axes import BatchFirstReshaped

CLAIMS = ("lstm/batch-first-wants-NLH",)


class ReshapedBack(Network):
    def from_time_first(self, output: Tensor, batched: bool) -> Tensor:
        if batched and self.batch_first:
            return output.reshape(output.shape[1], output.shape[0], -1)
        return super().from_time_first(output, batched)


class ReshapedBothWays(ReshapedBack, BatchFirstReshaped):
    pass


class StepsForMembers(Network):
    """Without a batch axis the steps are read as members of a batch whose series have one step."""

    def to_time_first(self, input: Tensor, batched: bool) -> Tensor:
        return super().to_time_first(input, batched) if batched else input.unsqueeze(0)

    def first_state(self, x: Tensor, hx: Any, batched: bool) -> State:
        given = super().first_state(x, hx, batched)
        return given if batched else tuple(part.expand(-1, x.shape[1], -1) for part in given)

    def from_time_first(self, output: Tensor, batched: bool) -> Tensor:
        return super().from_time_first(output, batched) if batched else output.squeeze(0)

    def drop_batch(self, last: State, batched: bool) -> State:
        return last if batched else tuple(part[:, -1] for part in last)


class StatesOfAllSteps(StepsForMembers):
    """The batch axis of the last state is dropped where it would have one member."""

    def drop_batch(self, last: State, batched: bool) -> State:
        return last if batched else tuple(part.squeeze(1) for part in last)


class OutputInSingle(Network):
    def returned(self, output: Tensor, last: State) -> Any:
        return super().returned(output.float(), last)


_AT_THE_WRONG_PLACE = (
    "An x without a batch axis gets it at the wrong place: each step is read as a series of its own, from the "
    "first state on. Time is axis 0, the batch axis has to come behind it: x.unsqueeze(1).",
    "배치축이 없는 x에 배치축을 잘못된 자리에 넣어, 단계마다 초기 상태에서 새로 시작하는 시계열로 읽는다. 축 0이 "
    "시간이므로 배치축은 그다음이어야 한다: x.unsqueeze(1).",
)
_FAULTS: dict[str, tuple[type[Any], str, str]] = {
    "batch-first-reshaped-back": (
        ReshapedBack,
        "With batch_first=True you reshape the output where you must transpose it: steps and members of the batch are "
        "mixed. What you read is right.",
        "batch_first=True일 때 output의 축을 transpose가 아니라 reshape로 바꾸어 시간과 배치가 섞였다. 입력을 읽는 "
        "것은 맞다.",
    ),
    "batch-first-reshaped-both-ways": (
        ReshapedBothWays,
        "With batch_first=True you reshape both the input and the output where you must transpose: steps and members "
        "of the batch are mixed.",
        "batch_first=True일 때 입력과 output의 축을 모두 transpose가 아니라 reshape로 바꾸어 시간과 배치가 섞였다.",
    ),
    "steps-for-members": (StepsForMembers, *_AT_THE_WRONG_PLACE),
    "steps-for-members-with-all-states": (StatesOfAllSteps, *_AT_THE_WRONG_PLACE),
    "output-in-single": (
        OutputInSingle,
        "Your output is float32 whatever comes in, as a tensor is that is made without dtype=x.dtype; the dtype of the "
        "input has to be kept.",
        "dtype=x.dtype 없이 만든 텐서처럼 output이 입력의 dtype과 상관없이 float32이다. dtype은 유지되어야 한다.",
    ),
}


def of_kind(kind: str) -> Iterator[Mistake]:
    """Of networks."""
    if kind in NETWORKS:
        for name, (fault, en, ko) in _FAULTS.items():
            yield Mistake(f"{kind}-{name}", en, ko, CLAIMS, wrong(fault, kind))
