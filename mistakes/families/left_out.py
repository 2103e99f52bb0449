"""What is wrong only where the state is left out: a first step without the state's part, a start that goes on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from torch import Tensor

from mistakes.families import firsts
from mistakes.families.biases import added_in_some_steps
from mistakes.model import NETWORKS, RIGHT, Mistake, seen_as
from mistakes.steps import Step, Weights
from mistakes.week12.carrying import ThroughTheBatch

CLAIMS = ("lstm/omit-water", "cell/omit-water")


def of_kind(kind: str) -> Iterator[Mistake]:
    """Of networks and cells; right wherever a state is given."""
    for name, fault, en, ko in _skipped(kind), *((*_going_on(kind), _THROUGH) if kind in NETWORKS else ()):
        yield Mistake(f"{kind}-left-out-{name}", en, ko, CLAIMS, {kind: _where_left_out(kind, fault)})


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
