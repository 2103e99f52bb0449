"""Rows of the weights taken for other gates than torch's: another order, gates that alternate row by row, rows that
are used for two gates, blocks that are transposed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from torch import Tensor
from torch.nn.functional import linear

from mistakes.model import Mistake, wrong
from mistakes.steps import GRUStep, LSTMStep, Weights
from mistakes.week12 import MISTAKES
from mistakes.week12.gru import GRU_CLAIMS, GRUS, gru_order
from mistakes.week12.lstm import LSTM_CLAIMS, LSTMS, lstm_order

_STEPS = {"LSTM": (LSTMStep, "ifgo", LSTMS, LSTM_CLAIMS), "GRU": (GRUStep, "rzn", GRUS, GRU_CLAIMS)}
_IN_THE_CATALOGUE = {mistake.name for mistake in MISTAKES}


def of_kind(kind: str) -> Iterator[Mistake]:
    """Those of an LSTM, a GRU or their cells, without those that the catalogue has."""
    yield from gates(kind)
    name = kind.removesuffix("Cell")
    if name in _STEPS:
        right = _STEPS[name][1]
        yield from (_alternating(name, "".join(letters)) for letters in itertools.permutations(right))
        yield from (_used_twice(name, gate, other) for gate, other in itertools.permutations(right, 2))
        yield _turned(name)


def gates(kind: str) -> Iterator[Mistake]:
    """Blocks of rows in another order."""
    yield from (order for _, order in every(kind) if order.name not in _IN_THE_CATALOGUE)


def every(kind: str) -> Iterator[tuple[str, Mistake]]:
    """All orders but the right one, by their letters; the catalogue's, too."""
    name = kind.removesuffix("Cell")
    if name in _STEPS:
        right = _STEPS[name][1]
        for letters in itertools.permutations(right):
            if "".join(letters) != right:
                yield "".join(letters), {"LSTM": lstm_order, "GRU": gru_order}[name]("".join(letters))


def _alternating(name: str, letters: str) -> Mistake:
    base, right, kinds, claims = _STEPS[name]
    places = [letters.index(gate) for gate in right]

    def order(self: object, a: Tensor) -> tuple[Tensor, ...]:
        rows = a.unflatten(-1, (-1, len(right))).unbind(-1)
        return tuple(rows[place] for place in places)

    fault = type(f"Alternating{letters.upper()}", (base,), {"order": order})
    own, due = ", ".join(letters), ", ".join(right)
    return Mistake(
        f"{name.lower()}-rows-alternate-{letters}",
        f"Your gates alternate from row to row of the weights ({own}, {own}, …); torch stacks whole blocks of H rows, "
        f"one for each gate, in the order {due}.",
        f"가중치의 행을 한 줄씩 번갈아 {own}, {own}, … 로 읽었다. torch는 게이트마다 H행씩 {due} 순서로 쌓는다.",
        claims,
        wrong(fault, *kinds),
    )


def _used_twice(name: str, gate: str, other: str) -> Mistake:
    base, right, kinds, claims = _STEPS[name]

    def order(self: object, a: Tensor) -> tuple[Tensor, ...]:
        rows = a.chunk(len(right), dim=-1)
        return tuple(rows[right.index(other if letter == gate else letter)] for letter in right)

    return Mistake(
        f"{name.lower()}-{gate}-from-the-rows-of-{other}",
        f"Where {gate} is meant your numbers have {other}: it is taken in place of {gate}, or {gate} is computed from "
        f"its rows of the weights, block {right.index(other) + 1} of {len(right)} in place of block "
        f"{right.index(gate) + 1}.",
        f"{gate} 자리에 {other}의 값이 있다. {gate} 대신 {other}을(를) 썼거나, {gate}을(를) {other}의 행(블록 "
        f"{len(right)}개 중 {right.index(gate) + 1}번째가 아니라 {right.index(other) + 1}번째)으로 계산했다.",
        claims,
        wrong(type(f"{gate.upper()}From{other.upper()}", (base,), {"order": order}), *kinds),
    )


def _turned(name: str) -> Mistake:
    """The block of each gate is square in weight_hh alone."""
    base, right, kinds, claims = _STEPS[name]

    def from_state(self: object, h: Tensor, w: Weights) -> Tensor:
        if w.hh.shape[0] != len(right) * w.hh.shape[1]:
            return linear(h, w.hh, w.b_hh)
        return linear(h, w.hh.unflatten(0, (len(right), -1)).mT.flatten(0, 1), w.b_hh)

    return Mistake(
        f"{name.lower()}-blocks-of-weight-hh-transposed",
        "You multiply by each gate's block of weight_hh the wrong way round: h @ block.T is meant.",
        "weight_hh의 게이트별 블록을 전치하지 않고 곱했다. h @ block.T여야 한다.",
        claims,
        wrong(type("Turned", (base,), {"from_state": from_state}), *kinds),
    )
