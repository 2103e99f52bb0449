"""What moved between two records: rows, each with what was recorded, what is now, and why. Plain data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from results.model import Word

Level = Literal["broken", "missing", "new", "drift", "known", "mended"]
"""broken: held and no longer does. missing, new: a case that only one of the two has. drift: evidence beyond its
allowance under the same word. known: it fails now by a known fault of torch. mended: it did not hold and does now; the
only one that is good news."""

Reason = Literal["stream", "kernel", "meaning", "speed", "unknown", ""]
"""stream: other first weights or draws. kernel: those are equal and what was computed is not. meaning: shapes, errors,
options, or numbers further apart than any rounding. speed: a ratio of times. unknown: nothing that was recorded
tells."""

Lane = Literal["same", "version", "machine", "device"]
"""What two records have in common, which says how far they may lie apart: everything; the machine; neither the CPU or
GPU nor the threads; not even the device."""


@dataclass(frozen=True)
class Row:
    """One thing that moved in one case.

    case: node of the case, with its device. kind: of the claim. before, after: words ("not run" where it is missing).
    what: the thing that was checked, or the outputs themselves. recorded, now: numbers, or text. gap: distance of the
    numbers, in the unit of ``allowed``. allowed: how far they may lie apart in this lane, None where that is not asked
    (a verdict changed, words of an error). reason, detail: why it moved, and by what that was told.
    """

    claim: str
    case: str
    device: str
    kind: str
    level: Level
    before: Word
    after: Word
    what: str = ""
    recorded: float | str | None = None
    now: float | str | None = None
    gap: float | None = None
    allowed: float | None = None
    reason: Reason = ""
    detail: str = ""

    @property
    def alarming(self) -> bool:
        """Whether the comparison fails with it."""
        return self.level not in ("known", "mended")

    @property
    def times(self) -> float:
        """How many times the allowance it moved; infinite where none is given."""
        return self.gap / self.allowed if self.gap is not None and self.allowed else float("inf")


@dataclass
class Comparison:
    """Two records, compared.

    before, after: their environments. lane: see Lane. rows: in the order of the lecture, what broke before what
    drifted. cases: how many were compared. largest: by claim the largest gap seen, in parts of its allowance (1 is
    all of it), drifted or not; verdicts and texts are not in it. sources: which of the sources that made the two
    records are other ones: "claims", "suite", or "untold" where a record does not say. faults: of each of the two the
    claims that a known fault of torch fails, among the cases that were compared. stopped: whether one of the two runs
    stopped before its end, or went on without a file that could not be collected: what it lacks is not told.
    """

    before: dict[str, Any]
    after: dict[str, Any]
    lane: Lane
    rows: list[Row] = field(default_factory=list)
    cases: int = 0
    largest: dict[str, float] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)
    faults: list[list[str]] = field(default_factory=lambda: [[], []])
    stopped: bool = False

    @property
    def clean(self) -> bool:
        """Whether something was compared, and nothing moved that may not move."""
        return bool(self.cases) and not any(row.alarming for row in self.rows)

    def rows_of(self, claim_id: str) -> list[Row]:
        """Those of one claim."""
        return [row for row in self.rows if row.claim == claim_id]

    def as_dict(self) -> dict[str, Any]:
        """Plain types only."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Comparison:
        """The inverse of :meth:`as_dict`."""
        return cls(**{**data, "rows": [Row(**row) for row in data["rows"]]})


def turned(was: Word, now: Word) -> Level | None:
    """What the words of one case say where they say all of it; None where its numbers are to be compared."""
    if was == now:
        return None
    if now == "holds":
        return "mended"
    if now == "known fault":
        return "known"
    return "broken" if was in ("holds", "known fault") else None


def worst_first(rows: Iterable[Row]) -> list[Row]:
    """Broken, missing, new, drift, known, mended; inside of each the largest multiple of its allowance first."""
    order = ("broken", "missing", "new", "drift", "known", "mended")
    return sorted(rows, key=lambda row: (order.index(row.level), -row.times))
