"""What is wrong only where the state is left out: a first step without the state's part, a start that goes on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from torch import Tensor

from mistakes.families import firsts
from mistakes.families.biases import added_in_some_steps
from mistakes.model import NETWORKS, RIGHT, Mistake, seen_as, wrong
from mistakes.reference import Network
from mistakes.steps import State, Step, Weights
from mistakes.week12 import states
from mistakes.week12.carrying import ThroughTheBatch

CLAIMS = ("lstm/omit-water", "cell/omit-water")


def of_kind(kind: str) -> Iterator[Mistake]:
    """Of networks and cells; right wherever a state is given."""
    of_network = (*_going_on(kind), _THROUGH, *_row_for_each_step()) if kind in NETWORKS else ()
    for name, fault, en, ko in _skipped(kind), *of_network:
        yield Mistake(f"{kind}-left-out-{name}", en, ko, CLAIMS, {kind: _where_left_out(kind, fault)})
    if kind in NETWORKS:
        fits = next(mistake for mistake in states.MISTAKES if mistake.name == "state-kept-between-calls")
        yield Mistake(f"{kind}-kept-whatever-its-size", fits.en, fits.ko, CLAIMS, wrong(KeptWhateverItsSize, kind))


class KeptWhateverItsSize(Network):
    """The last state of a call is the first of the next, stretched over a batch; the catalogue's is where it fits."""

    kept: State = ()

    def zero_state(self, x: Tensor) -> State:
        zeros = super().zero_state(x)
        if not self.kept:
            return zeros
        members = max(x.shape[1], self.kept[0].shape[1])
        return tuple(part.expand(part.shape[0], members, part.shape[2]) for part in self.kept)

    def all_layers(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        output, last = super().all_layers(x, state)
        self.kept = tuple(part.detach() for part in last)
        return output, last


class ARowForEachStep(Network):
    """Zeros with as many rows as there are steps fit as many members, and a lone one, which then stands for all."""

    with_batch_first: tuple[bool, ...] = ()
    """The values of the option for which it is so."""

    def to_time_first(self, input: Tensor, batched: bool) -> Tensor:
        x = super().to_time_first(input, batched)
        steps, members = x.shape[0], x.shape[1]
        if not batched or self.batch_first not in self.with_batch_first:
            return x
        if members not in (1, steps):
            raise RuntimeError(f"{steps} rows of zeros beside {members} members")
        return x.expand(steps, steps, x.shape[2])


class OfTheFirstAxis(ARowForEachStep):
    with_batch_first = (False,)


class OfTheSecondAxis(ARowForEachStep):
    with_batch_first = (True,)


class OfTheSteps(ARowForEachStep):
    with_batch_first = (False, True)


_THROUGH = (
    "state-through-the-batch",
    ThroughTheBatch,
    "Where the state is left out, each member of a batch starts from the last state of the member before it; each has "
    "to start from zeros.",
    "상태를 생략하면 배치의 각 시계열이 앞 시계열의 마지막 상태에서 시작한다. 저마다 0에서 시작해야 한다.",
)


def _where_left_out(kind: str, fault: type) -> type:
    def forward(self: Any, input: Tensor, hx: Any = None) -> Any:
        if hx is None:
            return RIGHT[kind].forward(self, input)
        return seen_as(self, RIGHT[kind]).forward(input, hx)

    return type(kind, (fault, RIGHT[kind]), {"forward": forward})


def _skipped(kind: str) -> tuple[str, type, str, str]:
    of_cell = type("Skipped", (Step,), {"from_state": _nothing})
    return (
        "first-step-skipped",
        added_in_some_steps("hh", in_first=False) if kind in NETWORKS else of_cell,
        "Where the state is left out, your first step leaves out W_hh h + b_hh as a whole: h is zero then, but b_hh "
        "has to be added all the same.",
        "상태를 생략하면 첫 단계에서 W_hh h + b_hh를 통째로 뺐다. h는 0이어도 b_hh는 더해야 한다.",
    )


def _nothing(self: Any, h: Tensor, w: Weights) -> Tensor:
    return Step.from_state(self, h, w._replace(b_hh=None))


def _going_on(kind: str) -> Iterator[tuple[str, type, str, str]]:
    for name, _, fault, en, ko in firsts.going_on(kind):
        yield (
            name,
            fault,
            f"Where the state is left out, {en[0].lower()}{en[1:]}; each layer and direction has to start from zeros.",
            f"상태를 생략하면 {ko}. 층과 방향마다 0에서 시작해야 한다.",
        )


def _row_for_each_step() -> Iterator[tuple[str, type, str, str]]:
    where, where_ko = "Where the state is left out, your zeros", "상태를 생략하면 0으로 된 상태의"
    rows = "they have as many rows as there are steps. A batch wants a row for each of its members, "
    rows_ko = "그래서 행이 시점 수만큼 생긴다. 배치의 시계열마다 한 행씩, "
    yield (
        "first-axis",
        OfTheFirstAxis,
        f"{where} are sized by the first axis of x also without batch_first=True: {rows}x.size(1).",
        f"{where_ko} 크기를 batch_first=True가 아닐 때도 x의 첫 축에서 가져왔다. {rows_ko}x.size(1)만큼 필요하다.",
    )
    yield (
        "second-axis",
        OfTheSecondAxis,
        f"{where} are sized by the second axis of x also with batch_first=True: {rows}x.size(0).",
        f"{where_ko} 크기를 batch_first=True일 때도 x의 둘째 축에서 가져왔다. {rows_ko}x.size(0)만큼 필요하다.",
    )
    yield (
        "steps",
        OfTheSteps,
        f"{where} are sized by the axis of time: {rows}x.size(1), or x.size(0) with batch_first=True.",
        f"{where_ko} 크기를 시간축에서 가져왔다. {rows_ko}x.size(1)만큼, batch_first=True이면 x.size(0)만큼 필요하다.",
    )
