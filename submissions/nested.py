"""Tensors and plain values, nested as they are handed over: as a request carries them, and put together again."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from torch import Tensor

from parts import Names


def numbered(names: Names, first: int = 0) -> Any:
    """The structure of an answer of these names: ``["t0", ["t1", "t2"]]`` for ``("output", ("hT", "cT"))``."""
    count = itertools.count(first)

    def inside(part: Names) -> Any:
        if part == "":  # a contract does not ask for it
            return {"type": "NoneType"}
        return f"t{next(count)}" if isinstance(part, str) else [inside(one) for one in part]

    return inside(names)


def taken_apart(argument: Any, tensors: list[Tensor]) -> Any:
    """As a request carries it: the place of a tensor, which is put into ``tensors``; a list; or a plain value."""
    if isinstance(argument, Tensor):
        tensors.append(argument)
        return str(len(tensors) - 1)
    if isinstance(argument, (tuple, list)) and _holds_tensors(argument):
        return [taken_apart(part, tensors) for part in argument]
    return {"plain": argument}


def _holds_tensors(argument: Any) -> bool:
    if isinstance(argument, (tuple, list)):
        return any(map(_holds_tensors, argument))
    return isinstance(argument, Tensor)


def renamed(arguments: Any, names: Sequence[str]) -> Any:
    if isinstance(arguments, list):
        return [renamed(argument, names) for argument in arguments]
    return names[int(arguments)] if isinstance(arguments, str) else arguments


def as_types(structure: Any) -> str:
    """As a student reads it: ``(Tensor, (Tensor, int))``."""
    if isinstance(structure, list):
        return f"({', '.join(map(as_types, structure))})"
    return "Tensor" if isinstance(structure, str) else str(structure.get("type", "?"))


def put_together(structure: Any, flat: tuple[Tensor, ...]) -> Any:
    if isinstance(structure, list):
        return tuple(put_together(part, flat) for part in structure)
    if isinstance(structure, dict):
        return None
    return flat[int(structure[1:])]
