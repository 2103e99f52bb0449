"""Wrong axes: batch and time, batch_first, inputs without a batch axis."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from mistakes.cells import Cell
from mistakes.model import CELLS, NETWORKS, Mistake, wrong
from mistakes.reference import Network
from mistakes.steps import State


class BatchAndTimeSwapped(Network):
    def to_time_first(self, input: Tensor, batched: bool) -> Tensor:
        x = super().to_time_first(input, batched)
        return x.transpose(0, 1) if batched else x

    def from_time_first(self, output: Tensor, batched: bool) -> Tensor:
        return super().from_time_first(output.transpose(0, 1) if batched else output, batched)


class BatchFirstIgnored(Network):
    def to_time_first(self, input: Tensor, batched: bool) -> Tensor:
        return input if batched else input.unsqueeze(1)

    def from_time_first(self, output: Tensor, batched: bool) -> Tensor:
        return output if batched else output.squeeze(1)


class BatchFirstAlways(Network):
    def to_time_first(self, input: Tensor, batched: bool) -> Tensor:
        return input.transpose(0, 1) if batched else input.unsqueeze(1)

    def from_time_first(self, output: Tensor, batched: bool) -> Tensor:
        return output.transpose(0, 1) if batched else output.squeeze(1)


class BatchFirstIgnoredForOutput(Network):
    def from_time_first(self, output: Tensor, batched: bool) -> Tensor:
        return output if batched else output.squeeze(1)


class BatchFirstReshaped(Network):
    """Axes exchanged by reshape, which keeps the order of the numbers and so mixes steps and members."""

    def to_time_first(self, input: Tensor, batched: bool) -> Tensor:
        if batched and self.batch_first:
            return input.reshape(input.shape[1], input.shape[0], -1)
        return super().to_time_first(input, batched)


class BatchFirstStateReturned(Network):
    def drop_batch(self, last: State, batched: bool) -> State:
        turn = batched and self.batch_first
        return tuple(part.transpose(0, 1) for part in last) if turn else super().drop_batch(last, batched)


class BatchFirstStateExpected(Network):
    def first_state(self, x: Tensor, hx: Any, batched: bool) -> State:
        if hx is None or not (batched and self.batch_first):
            return super().first_state(x, hx, batched)
        turned = tuple(part.transpose(0, 1) for part in (hx if self.parts == 2 else (hx,)))
        return super().first_state(x, turned if self.parts == 2 else turned[0], batched)


class OutputKeepsBatchAxis(Network):
    def from_time_first(self, output: Tensor, batched: bool) -> Tensor:
        return super().from_time_first(output, batched) if batched else output


class StateKeepsBatchAxis(Network):
    def drop_batch(self, last: State, batched: bool) -> State:
        return last


class CellKeepsBatchAxis(Cell):
    def forward(self, input: Tensor, hx: Any = None) -> Any:
        result = super().forward(input, hx)
        if input.dim() == 2:
            return result
        return tuple(part.unsqueeze(0) for part in result) if self.parts == 2 else result.unsqueeze(0)


class CellDropsBatchAxis(Cell):
    def forward(self, input: Tensor, hx: Any = None) -> Any:
        result = super().forward(input, hx)
        if input.dim() == 1 or len(input) > 1:
            return result
        return tuple(part.squeeze(0) for part in result) if self.parts == 2 else result.squeeze(0)


def _networks(name: str, fault: type, en: str, ko: str, *claims: str) -> Mistake:
    return Mistake(name, en, ko, claims, wrong(fault, *NETWORKS))


BATCH_FIRST = "lstm/batch-first-wants-NLH"
MISTAKES = (
    _networks(
        "batch-first-by-default",
        BatchFirstAlways,
        "You read and answer batch first, (batch, time, letter), where batch_first is left out, too; torch's default "
        "is False: (time, batch, letter).",
        "batch_first를 주지 않았을 때도 배치를 앞에 두어 (배치, 시간, 글자)로 읽고 반환했다. torch의 기본값은 "
        "False이고, 그때는 (시간, 배치, 글자)이다.",
        "lstm/hT-is-the-last-row",
        "lstm/batch-first-misread",
    ),
    _networks(
        "batch-and-time-swapped",
        BatchAndTimeSwapped,
        "You read a 3-D input as (batch, time, letter); without batch_first it is (time, batch, letter).",
        "3차원 입력을 (배치, 시간, 글자)로 읽었다. batch_first가 없으면 (시간, 배치, 글자)이다.",
        "lstm/hT-is-the-last-row",
        "lstm/batch-first-misread",
        "practice/observation-axis",
        "practice/only-cutting-matters",
    ),
    _networks(
        "batch-first-ignored",
        BatchFirstIgnored,
        "batch_first=True has no effect.",
        "batch_first=True가 무시되었다.",
        "lstm/batch-first-misread",
        "practice/only-cutting-matters",
    ),
    _networks(
        "batch-first-ignored-for-output",
        BatchFirstIgnoredForOutput,
        "With batch_first=True you read the input batch first, but return the output time first.",
        "batch_first=True일 때 입력은 배치 우선으로 읽고 출력은 시간 우선으로 반환했다.",
        BATCH_FIRST,
        "lstm/batch-first-misread",
    ),
    _networks(
        "batch-first-reshaped",
        BatchFirstReshaped,
        "For batch_first you reshape where you must transpose; that mixes steps and members of the batch.",
        "batch_first에서 축을 바꿀 때 transpose가 아니라 reshape를 써서 시간과 배치가 섞였다.",
        BATCH_FIRST,
    ),
    _networks(
        "batch-first-on-the-returned-state",
        BatchFirstStateReturned,
        "batch_first turns the state that you return; it leaves states alone.",
        "batch_first를 반환하는 상태에도 적용했다. 상태의 축은 바뀌지 않는다.",
        BATCH_FIRST,
    ),
    _networks(
        "batch-first-on-the-given-state",
        BatchFirstStateExpected,
        "With batch_first=True you expect the first state batch first; it stays (rows, batch, H).",
        "batch_first=True일 때 초기 상태도 배치 우선이라고 여겼다. 상태는 그대로 (행, 배치, H)이다.",
        BATCH_FIRST,
    ),
    _networks(
        "output-keeps-the-batch-axis",
        OutputKeepsBatchAxis,
        "For an input without a batch axis your output has one.",
        "배치축이 없는 입력인데 output에 배치축이 남아 있다.",
        "lstm/printed-output",
        "lstm/reshape-L1H",
    ),
    _networks(
        "state-keeps-the-batch-axis",
        StateKeepsBatchAxis,
        "For an input without a batch axis your hT has one.",
        "배치축이 없는 입력인데 hT에 배치축이 남아 있다.",
        "lstm/reshape-L1H",
        "cell/loop-is-lstm",
    ),
    Mistake(
        "cell-keeps-the-batch-axis",
        "Given one letter (7,), your cell answers (1, 4); it should be (4,).",
        "글자 하나 (7,)을 받은 셀이 (1, 4)를 반환한다. (4,)여야 한다.",
        ("cell/printed-step", "cell/with-and-without-batch-axis"),
        wrong(CellKeepsBatchAxis, *CELLS),
    ),
    Mistake(
        "cell-drops-the-batch-axis",
        "Given a batch of one, (1, 7), your cell answers (4,); it should be (1, 4).",
        "크기 1인 배치 (1, 7)을 받은 셀이 (4,)를 반환한다. (1, 4)여야 한다.",
        ("cell/with-and-without-batch-axis",),
        wrong(CellDropsBatchAxis, *CELLS),
    ),
)
