"""Rows of the weights taken for other gates than torch's: another order, or gates that alternate row by row."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from torch import Tensor

from mistakes.model import Mistake, wrong
from mistakes.steps import GRUStep, LSTMStep
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
        yield from (_alternating(name, "".join(letters)) for letters in itertools.permutations(_STEPS[name][1]))


def gates(kind: str) -> Iterator[Mistake]:
    """Blocks of rows in another order."""
    name = kind.removesuffix("Cell")
    if name in _STEPS:
        right = _STEPS[name][1]
        for letters in itertools.permutations(right):
            made = {"LSTM": lstm_order, "GRU": gru_order}[name]("".join(letters))
            if "".join(letters) != right and made.name not in _IN_THE_CATALOGUE:
                yield made


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
