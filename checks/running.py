"""The case that runs: what checks leave in it, how it is judged, and how a check ends it."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from results.model import Evidence, Matrix, Row


@dataclass
class Running:
    """The case that runs: what it has measured so far, and how it is judged.

    kind: of the claim. device: cpu or cuda, on which the case computes; both empty outside of pytest. bits: whether
    ``equal`` asks for the same bits. submission: what is judged, where it is someone's own.
    departed: the first answer that was not torch's, with a sentence on it; see :func:`right`; departed_of: the class
    or function that gave it; matrix, row: a part of it, and its first wrong row; departed_from: its name, the answer
    and torch's, where the shape is torch's; departed_in: of a network's call, torch's own network, x and the state
    that were given.
    held: of each answer that was to be torch's, whether torch has one.
    compared: the two tensors that were compared last, and how far apart they may lie. digests, figures and kept: what
    checks.digests and :func:`keep` gather for a record; None where the run is not recorded.
    """

    lang: str = "en"
    kind: str = ""
    device: str = ""
    bits: bool = True
    submission: Any = None
    evidence: list[Evidence] = field(default_factory=list)
    departed: tuple[Evidence, str] | None = None
    departed_from: tuple[str, Tensor, Tensor] | None = None
    departed_in: tuple[Any, Tensor, tuple[Any, ...]] | None = None
    held: list[bool] = field(default_factory=list)
    departed_of: str = ""
    matrix: Matrix | None = None
    row: Row | None = None
    compared: tuple[str, Tensor, Tensor, float] | None = None
    digests: dict[str, Any] | None = None
    figures: dict[str, Any] | None = None
    kept: dict[str, Any] | None = None


RUNNING: ContextVar[Running] = ContextVar("RUNNING")


def running() -> Running:
    """The case that runs; a fresh one outside of pytest, so that checks work in a notebook too."""
    try:
        return RUNNING.get()
    except LookupError:
        RUNNING.set(Running())
        return RUNNING.get()


class ClaimFails(AssertionError):
    """What was claimed is not so."""


class ClaimUndecided(Exception):
    """The evidence decides neither way."""


class NoTolerance(Exception):
    """A claim asks for a comparison that nobody has measured. The message is one whole sentence."""

    is_sentence = True


class NoTensor(Exception):
    """A claim compares what is no tensor. The message is one whole sentence."""

    is_sentence = True
