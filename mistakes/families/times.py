"""A network that reads the rows of its input in another order, begins from another state, or cuts its history."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

from mistakes.model import NETWORKS, RIGHT, Mistake, wrong
from mistakes.reference import Network
from mistakes.steps import State, Step, Weights

CLAIMS = ("lstm/printed-output", "cell/loop-is-lstm")
Rows = Callable[[Tensor], Tensor]


def of_kind(kind: str) -> Iterator[Mistake]:
    """The input's, for networks; then the first state's."""
    if kind in NETWORKS:
        for name, (rows, en, ko) in _READ.items():
            yield Mistake(f"{kind}-{name}", en, ko, CLAIMS, wrong(_reading(rows), kind))
        yield Mistake(f"{kind}-{_TWICE[0]}", *_TWICE[1:], CLAIMS, wrong(EachTwice, kind))
        yield from (cut_every(kind, steps) for steps in (2, 3, 5, 6))
        yield from _cut_each_step(kind)
    if kind.startswith("LSTM"):
        for place, letter in ((0, "h"), (1, "c")):
            fault = type("FirstOnes", (Step,), {"zero_state": _with_ones(RIGHT[kind], place)})
            en = f"The first {letter} consists of ones where the state is left out; it has to be zero."
            ko = f"상태를 생략하면 첫 {letter}가 1이다. 0이어야 한다."
            yield Mistake(f"{kind}-first-{letter}-ones", en, ko, CLAIMS, wrong(fault, kind))


_READ: dict[str, tuple[Rows, str, str]] = {
    "from-the-end": (
        lambda x: x.flip(0),
        "You read every sequence from its end, and return the rows in the order in which you read.",
        "시계열을 끝에서부터 읽고, 읽은 순서대로 행을 반환한다.",
    ),
    "one-late": (
        lambda x: torch.cat([torch.zeros_like(x[:1]), x[:-1]]),
        "You read x one step late: zeros at step 1, then x of the step before.",
        "x를 한 단계 늦게 읽는다. 첫 단계에서는 0을, 그 뒤로는 이전 단계의 x를 읽는다.",
    ),
    "rolled-late": (
        lambda x: x.roll(1, 0),
        "You read x one step late: the last row at step 1 (as x[-1] or roll gives), then x of the step before.",
        "x를 한 단계 늦게 읽는다. 첫 단계에서는 마지막 행(x[-1]이나 roll의 결과)을, 그 뒤로는 이전 단계의 x를 읽는다.",
    ),
    "rolled-early": (
        lambda x: x.roll(-1, 0),
        "You read x one step early: x of the next step, and the first row at the last step.",
        "x를 한 단계 일찍 읽는다. 다음 단계의 x를 읽고, 마지막 단계에서 첫 행을 읽는다.",
    ),
    "first-row-alone": (
        lambda x: x[:1].expand_as(x),
        "You read the first row of x in every step: x[t] is meant.",
        "모든 단계에서 x의 첫 행을 읽는다. x[t]여야 한다.",
    ),
    "last-row-alone": (
        lambda x: x[-1:].expand_as(x),
        "You read the last row of x in every step: x[t] is meant.",
        "모든 단계에서 x의 마지막 행을 읽는다. x[t]여야 한다.",
    ),
    "first-row-then-zeros": (
        lambda x: torch.cat([x[:1], torch.zeros_like(x[1:])]),
        "You read x in the first step alone, zeros after it.",
        "첫 단계에서만 x를 읽고 그 뒤로는 0을 읽는다.",
    ),
}
_TWICE = (
    "each-step-twice",
    "You make each step twice.",
    "각 단계를 두 번씩 계산한다.",
)


def _reading(rows: Rows) -> type:
    def all_steps(self: Any, x: Tensor, state: State, w: Weights) -> tuple[Tensor, State]:
        return Network.all_steps(self, rows(x), state, w)

    return type("Reading", (Network,), {"all_steps": all_steps})


class EachTwice(Network):
    def all_steps(self, x: Tensor, state: State, w: Weights) -> tuple[Tensor, State]:
        output, state = super().all_steps(x.repeat_interleave(2, 0), state, w)
        return output[1::2], state


def cut_every(kind: str, steps: int) -> Mistake:
    """The catalogue has four; what is cut less often shows in longer series alone."""

    def all_steps(self: Any, x: Tensor, state: State, w: Weights) -> tuple[Tensor, State]:
        outputs = []
        for piece in x.split(steps):
            output, state = Network.all_steps(self, piece, tuple(part.detach() for part in state), w)
            outputs.append(output)
        return torch.cat(outputs), state

    return Mistake(
        f"{kind}-history-cut-every-{steps}-steps",
        f"Your numbers are right, but gradients stop every {steps} steps: you truncate the history where nobody asked "
        "for it.",
        f"값은 맞지만 {steps}단계마다 기울기가 끊긴다. 요구하지 않은 truncation이다.",
        CLAIMS,
        wrong(type("HistoryCut", (Network,), {"all_steps": all_steps}), kind),
    )


_BEFORE, _BETWEEN, _BEHIND = "before", "between", "behind"
_CUT = {
    _BEFORE: ("as each step begins, the first one included", "단계를 시작할 때마다(첫 단계도)"),
    _BETWEEN: ("between the steps", "단계와 단계 사이에서"),
    _BEHIND: ("as each step ends, the last one included", "단계가 끝날 때마다(마지막 단계도)"),
}


def _cut_each_step(kind: str) -> Iterator[Mistake]:
    """Of an LSTM's state both parts or one; where all is cut as a step begins the catalogue has it."""
    whole = "hc" if kind == "LSTM" else "h"
    for letters in dict.fromkeys((whole, *whole)):
        for place, (where, where_ko) in _CUT.items():
            if (letters, place) == (whole, _BEFORE):
                continue
            own = {"all_steps": _cutting([part in letters for part in whole], place)}
            what, are, them = ("h and c", "are", "them") if len(letters) > 1 else (letters, "is", "it")
            yield Mistake(
                f"{kind}-{letters}-cut-{place}-every-step",
                f"Your numbers are right, but {what} {are} cut off {where} (.detach(), .data): no gradient flows back "
                f"in time through {them}.",
                f"값은 맞지만 {what.replace(' and ', '와 ')}를 {where_ko} 끊는다(.detach(), .data). 그쪽으로는 "
                "기울기가 과거로 흐르지 않는다.",
                CLAIMS,
                wrong(type("CutEachStep", (Network,), own), kind),
            )


def _cutting(parts: list[bool], place: str) -> Callable[..., tuple[Tensor, State]]:
    """parts: of the state, which are cut."""

    def cut(state: State) -> State:
        return tuple(one.detach() if is_cut else one for one, is_cut in zip(state, parts, strict=True))

    def all_steps(self: Any, x: Tensor, state: State, w: Weights) -> tuple[Tensor, State]:
        rows: list[Tensor] = []
        for gx in self.from_input(x, w):
            given = cut(state) if place == _BEFORE or (place == _BETWEEN and rows) else state
            state = self.next_state(gx, given, w)
            rows.append(self.shown(state))
            state = cut(state) if place == _BEHIND else state
        return torch.stack(rows), state

    return all_steps


def _with_ones(right: Any, place: int) -> Callable[..., State]:
    def zero_state(self: Any, x: Tensor) -> State:
        parts = list(right.zero_state(self, x))
        parts[place] = torch.ones_like(parts[place])
        return tuple(parts)

    return zero_state
