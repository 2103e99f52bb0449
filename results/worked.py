"""One step of a tiny network, worked out: the right values along the way, and what is known of a submission's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from results.texts import Both


@dataclass(frozen=True)
class OwnLine:
    """A line of a submission that a message speaks of. number: from 1, in the file, or in the cell that file names."""

    file: str
    number: int
    text: str = ""

    @property
    def place(self) -> Both:
        """``own.py line 31``."""
        of = "" if self.where.ko == self.file else "의"
        return Both(f"{self.file} line {self.number}", f"{self.where.ko}{of} {self.number}행")

    @property
    def where(self) -> Both:
        """The file, or ``own.ipynb cell 4``."""
        return Both(self.file, re.sub(r" cell (\d+)$", r" 셀 \1", self.file))


@dataclass(frozen=True)
class Value:
    """One value along the way, in order: ``i`` or ``W_ih x + b_ih``. right: its numbers; seen: the submission's, of
    what it returns, else None; differs: whether these are others but for rounding."""

    name: str
    right: list[float]
    seen: list[float] | None = None
    differs: bool = False


@dataclass(frozen=True)
class Own:
    """A value that the submission's own code holds. name, line: what it is called where it is computed. numbers: its
    numbers. means: the one right value that these are, else empty; where more than one could be meant, it is not
    kept."""

    name: str
    line: OwnLine
    numbers: list[float]
    means: str = ""


@dataclass(frozen=True)
class WorkedStep:
    """kind: the network or cell. code: Python that makes it, sets its weights and calls it, to be run with one's own;
    empty where a contract has other names.

    values: in the order in which they are computed, the state last. own: what of the submission's code is known. said:
    what can be told of it, a sentence each without a full stop.
    """

    kind: str
    code: str
    values: list[Value]
    own: list[Own]
    said: list[Both]

    @property
    def is_right(self) -> bool:
        """Whether the step returns what it should: then the mistake lies elsewhere."""
        seen = [value for value in self.values if value.seen is not None]
        return bool(seen) and not any(value.differs for value in seen)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> WorkedStep:
        """The inverse of dataclasses.asdict."""
        own = [Own(**{**one, "line": OwnLine(**one["line"])}) for one in data.get("own", ())]
        said = [Both(**text) for text in data.get("said", ())]
        return cls(data["kind"], data.get("code", ""), [Value(**value) for value in data["values"]], own, said)
