"""The last state alone is wrong, or h or c of it: taken at another step, rows in another order, cut off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from torch import Tensor

from mistakes.model import NETWORKS, RIGHT, Mistake, seen_as
from mistakes.reference import Network
from mistakes.steps import State
from mistakes.week12.carrying import LastDetached, OfTheFirstStep, OneStepEarly
from mistakes.week12.depth import BackwardEndOfTheText, LayersUpsideDown

CLAIMS = ("lstm/hT-is-the-last-row", "lstm/state-rows")


def of_kind(kind: str) -> Iterator[Mistake]:
    """Of networks: of the whole last state where the catalogue has not that, and of h and of c."""
    if kind not in NETWORKS:
        return
    for part, told, fine in _parts(kind):
        for name, (fault, en, ko) in _FAULTS.items():
            if part is None and name in _OF_CATALOGUE:
                continue
            rest = (f" Right: {', '.join(fine)}.", f" 맞는 것: {', '.join(fine)}.")
            if fault is LastDetached:  # whose numbers are right, too
                rest = "", ""
            yield Mistake(
                f"{kind}-{name}-{told}",
                en.format(told) + rest[0],
                ko.format(told) + rest[1],
                CLAIMS,
                {kind: _with_last_of(kind, fault, part)},
            )


def _parts(kind: str) -> Iterator[tuple[int | None, str, list[str]]]:
    """Which part of the state is the faulty network's, its name, and what is right; all parts where it is None."""
    if kind == "LSTM":
        yield None, "last state", ["output"]
        yield 0, "hT", ["output", "cT"]
        yield 1, "cT", ["output", "hT"]
    else:
        yield None, "hT", ["output"]


def _with_last_of(kind: str, fault: type, part: int | None) -> type:
    faulty = type(kind, (fault, RIGHT[kind]), {})

    def forward(self: Any, input: Tensor, hx: Any = None) -> Any:
        (output, right), (_, wrong) = (seen_as(self, one).forward(input, hx) for one in (RIGHT[kind], faulty))
        if part is not None:
            wrong = tuple((wrong if place == part else right)[place] for place in (0, 1))
        return output, wrong

    return type(kind, (RIGHT[kind],), {"forward": forward})


def _rows(order: Callable[[int, int], list[int]]) -> type:
    """order: which row of the right one stands in each, by the number of layers and directions."""

    def collect_states(self: Any, ends: list[State]) -> State:
        places = order(self.num_layers, self.directions)
        return tuple(part[places] for part in Network.collect_states(self, ends))

    return type("Rows", (Network,), {"collect_states": collect_states})


_FAULTS: dict[str, tuple[type, str, str]] = {
    "backward-of-the-last-letter": (
        BackwardEndOfTheText,
        "Your backward row of {} belongs to the last letter, as output[-1] does: that direction reads it first. It "
        "ends at the first letter, as output[0] does.",
        "{}의 역방향 행을 output[-1]처럼 마지막 글자에서 가져왔다. 역방향은 그 글자를 맨 먼저 읽는다. 역방향이 끝나는 "
        "곳은 output[0]처럼 첫 글자이다.",
    ),
    "one-step-early": (
        OneStepEarly,
        "Your {} is the one before the last step; it has to be the one after it.",
        "{}가 마지막 단계 이전의 값이다. 마지막 단계 이후의 값이어야 한다.",
    ),
    "of-the-first-step": (
        OfTheFirstStep,
        "Your {} is the one after the first step; it has to be the one after the last.",
        "{}가 첫 단계 이후의 값이다. 마지막 단계 이후의 값이어야 한다.",
    ),
    "directions-before-layers": (
        _rows(lambda layers, both: [layer * both + one for one in range(both) for layer in range(layers)]),
        "The rows of your {} are all forward ones first, then all backward ones; they have to go layer by layer, "
        "forward then backward.",
        "{}의 행이 정방향 전부, 역방향 전부의 순서이다. 층마다 정방향, 역방향의 순서여야 한다.",
    ),
    "layers-upside-down": (
        LayersUpsideDown,
        "The rows of your {} begin with the last layer; they have to begin with the first.",
        "{}의 행이 마지막 층부터 시작한다. 첫 층부터여야 한다.",
    ),
    "backward-first": (
        _rows(lambda layers, both: [layer * both + one for layer in range(layers) for one in reversed(range(both))]),
        "In each layer your {} has the backward row first; the forward row has to come first.",
        "{}의 층마다 역방향 행이 먼저 온다. 정방향 행이 먼저여야 한다.",
    ),
    "detached": (
        LastDetached,
        "Your numbers are right, but no gradient comes back through {}: you return it detached.",
        "값은 맞지만 {}를 detach해서 반환하여 그쪽에서 기울기가 오지 않는다.",
    ),
}
_OF_CATALOGUE = (
    "backward-of-the-last-letter",
    "one-step-early",
    "of-the-first-step",
    "layers-upside-down",
    "detached",
)
