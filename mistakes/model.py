"""What a mistake is, and how it is put on top of the right networks."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor, nn

from mistakes.cells import GRUCell, LSTMCell, RNNCell
from mistakes.reference import GRU, LSTM, RNN

RIGHT: dict[str, type[nn.Module]] = {
    "RNN": RNN,
    "LSTM": LSTM,
    "GRU": GRU,
    "RNNCell": RNNCell,
    "LSTMCell": LSTMCell,
    "GRUCell": GRUCell,
}
"""The reference, as an implementation: constructors by torch.nn's names."""

NETWORKS = ("RNN", "LSTM", "GRU")
CELLS = ("RNNCell", "LSTMCell", "GRUCell")
NETWORKS_AND_CELLS = (*NETWORKS, *CELLS)


@dataclass(frozen=True)
class Mistake:
    """One fault.

    name: a slug. en, ko: the sentence that tells a student. networks: constructors by torch.nn's names; kinds that
    are not in it are right. functions: ``one_hot`` and ``train``. patches: dotted names in ``lecture`` and what
    stands there instead. caught_by: ids of claims that do not hold for it (they fail, err or stay undecided).
    """

    name: str
    en: str
    ko: str
    caught_by: tuple[str, ...]
    networks: Mapping[str, type[nn.Module]] = field(default_factory=dict)
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    patches: Mapping[str, Any] = field(default_factory=dict)


def seen_as(net: nn.Module, kind: type[nn.Module]) -> nn.Module:
    """``net`` with its own weights, called as a network of the class ``kind`` calls them. Nothing is drawn."""
    twin = copy.copy(net)
    twin.__class__ = kind
    return twin


def wrong(fault: type, *kinds: str) -> dict[str, type[nn.Module]]:
    """The right networks of these ``kinds`` with the methods of ``fault`` put before their own."""
    return {kind: type(kind, (fault, RIGHT[kind]), {"__doc__": fault.__doc__}) for kind in kinds}


def in_order(letters: str, base: type, right: str) -> type:
    """A step that takes the stacked rows for gates in the order of ``letters``; ``right`` is torch's."""
    places = [letters.index(gate) for gate in right]

    def order(self: object, a: Tensor) -> tuple[Tensor, ...]:
        rows = a.chunk(len(right), dim=-1)
        return tuple(rows[place] for place in places)

    return type(f"Order{letters.upper()}", (base,), {"order": order})
