"""What a part of a submission is: plain data, and the right answer. Everything that lists parts follows from it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

Names = str | tuple[Any, ...]
"""Tensors by name, nested as they are handed over: ``("output", ("hT", "cT"))``; one name is one tensor."""

Kind = Literal["network", "cell", "function", "training"]
Compared = Literal["close", "equal", ""]
Diagnosed = Literal["recurrent", "rows", "training", "calls"]

NETWORK = "network"
"""What a claim says that it judges where it judges a submission's networks and cells, whichever it asks for."""


@dataclass(frozen=True)
class Call:
    """One call by which right and wrong are told apart.

    arguments: tensors, nested tuples of them, and plain values. options: plain values. sizes, made_with: what the
    constructor is given, of a network.
    """

    arguments: tuple[Any, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    sizes: tuple[int, ...] = ()
    made_with: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """What a submission may define under ``name``.

    kind: a network or a cell is a constructor whose call, parameter names and layout are those of ``right``; a function
    takes and gives tensors and plain values; a training is handed a network and changes it.
    right: the callable that is right, torch's own where torch has one. Names and shapes of parameters come from it.
    takes: the tensors of a network's call; returns: what a call gives, both by name. forbidden: operators of torch
    (``aten::`` is left out) that it may not reach, so that it has to be written from scratch.
    compare: how every answer is held against ``right``'s, besides what the claims check: "close", by the table of
    tolerances; "equal"; empty for not at all. diagnosed: the method of diagnosis/naming.py. probes: the calls that the
    method "calls" makes. template: the text that a student fills in, in English and in Korean.
    reset_before: of a GRU, as ``right`` with the reset gate before the product, as a course's contract may have it.
    """

    name: str
    kind: Kind
    right: Callable[..., Any]
    returns: Names
    takes: Names = ()
    forbidden: tuple[str, ...] = ()
    compare: Compared = "close"
    diagnosed: Diagnosed = "calls"
    probes: Callable[[], Sequence[Call]] = tuple
    template: tuple[str, str] = ("", "")
    reset_before: Callable[..., Any] | None = None

    def __post_init__(self) -> None:
        """Raises ValueError for a word that none of the three has."""
        for name, words in (("kind", Kind), ("compare", Compared), ("diagnosed", Diagnosed)):
            if getattr(self, name) not in get_args(words):
                said = ", ".join(map(repr, get_args(words)))
                raise ValueError(f"{self.name}: {name}={getattr(self, name)!r} is none of {said}")

    @property
    def is_network(self) -> bool:
        """Whether it is made before it is called."""
        return self.kind in ("network", "cell")

    @property
    def called_with(self) -> str:
        """The arguments of its call, in order; a network's options come to its constructor by name."""
        return "input_size, hidden_size" if self.is_network else ", ".join(inspect.signature(self.right).parameters)

    @property
    def returned(self) -> list[str]:
        """The names of ``returns`` without their nesting."""
        return list(flat(self.returns))

    @property
    def judged_as(self) -> str:
        """What a claim names in ``judges``."""
        return NETWORK if self.is_network else self.name


def flat(names: Names) -> Iterator[str]:
    """The names without their nesting."""
    for name in (names,) if isinstance(names, str) else names:
        if isinstance(name, str):
            yield name
        else:
            yield from flat(name)


def written(names: Names) -> str:
    """As Python would have it: ``output, (hT, cT)``."""
    if isinstance(names, str):
        return names
    return ", ".join(name if isinstance(name, str) else f"({written(name)})" for name in names)
