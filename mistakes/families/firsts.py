"""A first state from the wrong place: c from h's tensor, every row or member the same one, another layer's or
direction's last state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

from mistakes.cells import Cell
from mistakes.model import NETWORKS, Mistake, wrong
from mistakes.reference import Network
from mistakes.steps import State
from mistakes.week12 import axes

CLAIMS = ("practice/only-cutting-matters", "cell/loop-is-lstm")
Pair = Callable[[Tensor, Tensor], State]


def of_kind(kind: str) -> Iterator[Mistake]:
    """Without those that the catalogue has."""
    if kind.startswith("LSTM"):
        for name, (pair, en, ko) in _PAIRS.items():
            yield _mistake(kind, name, _of_network(pair) if kind in NETWORKS else _of_cell(pair), en, ko)
    if kind == "LSTMCell":
        yield _mistake(kind, *_C_ZEROS)
    if kind == "LSTM":
        yield from (_of_one_part(letter, row) for letter in "hc" for row in (0, -1))
    if kind in NETWORKS:
        yield _mistake(kind, *_MEMBER)
        checked = next(mistake for mistake in axes.MISTAKES if mistake.name == "batch-first-on-the-given-state")
        yield _mistake(kind, "batch-first-and-unchecked", BatchFirst, checked.en, checked.ko)
        for name, (row, en, ko) in _ROWS.items():
            yield _mistake(kind, name, type("OtherRow", (Network,), {"row_of_state": row}), en, ko)
        yield from _whatever_is_given(kind)


def _mistake(kind: str, name: str, fault: type, en: str, ko: str) -> Mistake:
    return Mistake(f"{kind}-{name}", en, ko, CLAIMS, wrong(fault, kind))


_PAIRS: dict[str, tuple[Pair, str, str]] = {
    "c-from-h0": (
        lambda h, c: (h, h),
        "Where a state (h, c) is given, c starts from h, too: take state[1] for c, not state[0].",
        "상태 (h, c)를 주면 c도 h에서 시작한다. c는 state[0]이 아니라 state[1]이다.",
    ),
    "h-from-c0": (
        lambda h, c: (c, c),
        "Where a state (h, c) is given, h starts from c, too: take state[0] for h, not state[1].",
        "상태 (h, c)를 주면 h도 c에서 시작한다. h는 state[1]이 아니라 state[0]이다.",
    ),
}


def _of_network(pair: Pair) -> type:
    def first_state(self: Any, x: Tensor, hx: Any, batched: bool) -> State:
        return pair(*Network.first_state(self, x, hx, batched))

    return type("OtherPair", (Network,), {"first_state": first_state})


def _of_cell(pair: Pair) -> type:
    def given_state(self: Any, x: Tensor, hx: Any) -> State:
        return pair(*Cell.given_state(self, x, hx))

    return type("OtherPair", (Cell,), {"given_state": given_state})


_C_ZEROS = (
    "given-c-zeros",
    _of_cell(lambda h, c: (h, torch.zeros_like(c))),
    "Of the state (h, c) that is given you use h alone.",
    "넘겨준 상태 (h, c)에서 h만 썼다. c도 써야 한다.",
)


class FirstMembers(Network):
    def first_state(self, x: Tensor, hx: Any, batched: bool) -> State:
        return tuple(part[:, :1].expand_as(part) for part in super().first_state(x, hx, batched))


_MEMBER = (
    "one-member-for-all",
    FirstMembers,
    "Every member of a batch starts from the first member's state; each has to start from its own.",
    "배치의 모든 원소가 첫 번째 원소의 상태에서 시작한다. 원소마다 자기 상태가 있다.",
)


class BatchFirst(Network):
    """Read as (N, rows, H) and not checked: with one row of it all members start from the first one's."""

    def first_state(self, x: Tensor, hx: Any, batched: bool) -> State:
        state = super().first_state(x, hx, batched)
        if hx is None or not (batched and self.batch_first):
            return state
        return tuple(
            torch.stack([part.transpose(0, 1)[row].expand_as(part[row]) for row in range(len(part))]) for part in state
        )


Row = Callable[[Any, State, int, int], State]
_ROWS: dict[str, tuple[Row, str, str]] = {
    "last-row-for-all": (
        lambda self, state, layer, direction: tuple(part[-1] for part in state),
        "All layers and directions start from the last row of the state that is given; each has to start from "
        "its own row.",
        "모든 층과 방향이 넘겨준 상태의 마지막 행에서 시작한다. 층과 방향마다 자기 행이 있다.",
    ),
    "rows-upside-down": (
        lambda self, state, layer, direction: Network.row_of_state(self, state, self.num_layers - 1 - layer, direction),
        "You take the rows of the state that is given from the last layer on; you have to begin with the first.",
        "넘겨준 상태의 행을 마지막 층부터 읽는다. 첫 층부터여야 한다.",
    ),
    "row-of-the-layer": (
        lambda self, state, layer, direction: tuple(part[layer] for part in state),
        "Both directions of a layer start from one row of the state, state[layer]; it has to be state[2 * layer] "
        "forward, state[2 * layer + 1] backward.",
        "한 층의 두 방향이 상태의 같은 행 state[layer]에서 시작한다. 정방향은 state[2 * layer], 역방향은 "
        "state[2 * layer + 1]이어야 한다.",
    ),
    "layer-plus-direction": (
        lambda self, state, layer, direction: tuple(part[layer + direction] for part in state),
        "Layers and directions start from the rows state[layer + direction]; it has to be state[2 * layer] forward, "
        "state[2 * layer + 1] backward.",
        "층과 방향이 상태의 행 state[layer + direction]에서 시작한다. 정방향은 state[2 * layer], 역방향은 "
        "state[2 * layer + 1]이어야 한다.",
    ),
    "forward-row-for-both": (
        lambda self, state, layer, direction: tuple(part[layer * self.directions] for part in state),
        "Both directions of a layer start from the forward direction's row of the state; the backward one has its own, "
        "state[2 * layer + 1].",
        "한 층의 두 방향이 모두 상태의 정방향 행에서 시작한다. 역방향에는 자기 행 state[2 * layer + 1]이 있다.",
    ),
    "rows-of-the-other-direction": (
        lambda self, state, layer, direction: tuple(
            part[(layer + 1) * self.directions - 1 - direction] for part in state
        ),
        "Each direction starts from the other one's row of the state; state[2 * layer] is for the forward direction, "
        "state[2 * layer + 1] for the backward one.",
        "두 방향이 서로 상대의 상태 행에서 시작한다. 정방향은 state[2 * layer], 역방향은 state[2 * layer + 1]이다.",
    ),
    "directions-before-layers": (
        lambda self, state, layer, direction: tuple(part[direction * self.num_layers + layer] for part in state),
        "You take the rows of the state that is given as all forward rows, then all backward ones; they go layer by "
        "layer, forward then backward.",
        "넘겨준 상태의 행을 정방향 전부, 역방향 전부의 순서로 읽는다. 층마다 정방향, 역방향의 순서여야 한다.",
    ),
}


def _of_one_part(letter: str, row: int) -> Mistake:
    """h or c alone starts from one row of it everywhere."""
    which, which_ko = ("last", "마지막") if row else ("first", "첫")

    def row_of_state(self: Any, state: State, layer: int, direction: int) -> State:
        own = Network.row_of_state(self, state, layer, direction)
        return tuple(part[row] if name == letter else one for name, part, one in zip("hc", state, own, strict=True))

    return _mistake(
        "LSTM",
        f"{which}-row-for-all-{letter}",
        type("OtherRow", (Network,), {"row_of_state": row_of_state}),
        f"{letter} of all layers and directions starts from the {which} row of {letter}0; each has to start from its "
        "own row.",
        f"모든 층과 방향의 {letter}가 {letter}0의 {which_ko} 행에서 시작한다. 층과 방향마다 자기 행이 있다.",
    )


Before = Callable[[int, int, int], int | None]
"""By layer, direction and the number of directions: whose last state is gone on from, counted as the rows of the state
are; None where it is one's own row that is begun with."""
_GOES_ON: dict[str, tuple[Before, str, str]] = {
    "layers-go-on": (
        lambda layer, direction, directions: (layer - 1) * directions + direction if layer else None,
        "Each upper layer's {} starts from the last {} of the layer below",
        "위층의 {}가 아래층의 마지막 {}에서 시작한다",
    ),
    "backward-goes-on": (
        lambda layer, direction, directions: layer * directions if direction else None,
        "Your backward direction's {} starts from the last {} of the forward direction",
        "역방향의 {}가 정방향의 마지막 {}에서 시작한다",
    ),
    "layers-and-directions-go-on": (
        lambda layer, direction, directions: layer * directions + direction - 1 if layer or direction else None,
        "Every layer and direction but the first starts from the last {} of the one before it",
        "첫 번째를 뺀 모든 층과 방향이 바로 앞 것의 마지막 {}에서 시작한다",
    ),
}


def going_on(kind: str) -> Iterator[tuple[str, str, type, str, str]]:
    """All of the state, or h or c of it: name, h or c or empty, fault, and what is done, without a full stop."""
    places = {"": (0, 1), "h": (0,), "c": (1,)} if kind == "LSTM" else {"": (0,)}
    for letter, own in places.items():
        what, what_ko = letter or "state", letter or "상태"
        for name, (before, en, ko) in _GOES_ON.items():
            fault = type("GoesOn", (Network,), {"all_layers": _all_layers(before, own)})
            yield f"{name}-{letter}".rstrip("-"), letter, fault, en.format(what, what), ko.format(what_ko, what_ko)


def _whatever_is_given(kind: str) -> Iterator[Mistake]:
    for name, letter, fault, en, ko in going_on(kind):
        what, what_ko = letter or "state", letter or "상태"
        en = f"{en}; each has to start from a first {what} of its own: its row of the {what} that is given, or zeros."
        ko = f"{ko}. 층과 방향마다 받은 {what_ko}의 자기 행이나 0에서 시작해야 한다."
        if name != "backward-goes-on":  # the catalogue has it
            yield _mistake(kind, name, fault, en, ko)


def _all_layers(before: Before, own: tuple[int, ...]) -> Callable[..., tuple[Tensor, State]]:
    def all_layers(self: Any, x: Tensor, state: State) -> tuple[Tensor, State]:
        ends: list[State] = []
        for layer in range(self.num_layers):
            outputs = []
            for direction in range(self.directions):
                first, row = self.row_of_state(state, layer, direction), before(layer, direction, self.directions)
                if row is not None:
                    first = tuple(ends[row][place] if place in own else part for place, part in enumerate(first))
                w = self.weights(self.suffix(layer, direction))
                output, end = self.all_steps(self.order_of_time(x, direction), first, w)
                outputs.append(self.order_back(output, direction))
                ends.append(end)
            x = self.beside(outputs)
        return x, self.collect_states(ends)

    return all_layers
