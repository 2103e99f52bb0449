"""Which right values a submission's own variables hold, and whether they are named after others.

Nothing is said of a variable whose numbers could be two right values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from results.worked import Own, OwnLine
from submissions.proxies import Watched

WORDS = {"forget": "f", "candidate": "g", "reset": "r", "update": "z"}
GATES = {"input": "i", "output": "o", "cell": "g", "new": "n"}
"""What a word of a variable's name says; of these where "gate" stands beside it, for an ``output`` may be h."""


def matched(seen: Sequence[Watched], right: Mapping[str, Tensor], given: Tensor, near: float) -> list[Own]:
    """What the code computed, in that order, that has as many numbers as one gate's value, or as those of all gates.

    What could be two of the ``right`` values is left out, what has no number but those that were ``given`` (part of a
    weight), and room that is made for values to come: zeros, or whatever lay there. near: how far a right number may
    lie off.
    """
    sizes = {len(right["h'"]), len(right["W_ih x"])}
    found = []
    for name, line, value in seen:
        numbers = value.detach().double().flatten()
        fitting = [what for what, one in right.items() if _same(numbers, one, near)]
        is_given = bool(torch.isin(numbers, given).all())
        if len(numbers) in sizes and len(fitting) < 2 and not is_given and not _is_room(numbers, line):
            means = fitting[0] if fitting else ""
            found.append(Own(name, OwnLine(*line), numbers.tolist(), means))
    return found


def _is_room(numbers: Tensor, line: tuple[Any, ...]) -> bool:
    return bool((numbers == numbers[0]).all()) or "empty" in line[-1]


def _same(seen: Tensor, right: Tensor, near: float) -> bool:
    return len(seen) == len(right) and bool(((seen - right.double()).abs() <= near).all())


def is_another(own: Own, gates: str) -> bool:
    """Whether it is named after one of the ``gates`` and is another's value, or that gate's complement."""
    named, of = _named(own.name, gates), own.means.split()[0] if own.means else ""
    return bool(named) and of != named and of in ("1", *gates)


def _named(name: str, gates: str) -> str:
    """The gate that a variable is named after: i_t, it, i_gate, input_gate; empty where its name says none, or two."""
    words = {word for word in re.split(r"[^a-z]+", name.lower()) if word}
    words = {word[0] if len(word) == 2 and word[1] == "t" else word for word in words}
    said = {WORDS.get(word, word) for word in words}
    if words & {"gate", "gates"}:
        said |= {GATES[word] for word in words if word in GATES}
    said &= set(gates)
    return said.pop() if len(said) == 1 else ""
