"""Claims × versions of torch: what each came to, what drifted from the one they are compared with, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from report.page import render
from report.words import word
from results.comparison import Comparison, Row, worst_first
from results.model import Both, Claim, Word, claim_word
from results.record import Record


@dataclass(frozen=True)
class Column:
    """One record under its name, such as ``1.13.1``; comparison: with the first column, None for that one itself."""

    name: str
    record: Record
    comparison: Comparison | None = None


@dataclass(frozen=True)
class Cell:
    """What a claim came to in one version. rows: what moved, the worst first. dialog: id of what tells them."""

    word: Word
    rows: list[Row]
    dialog: str

    @property
    def mark(self) -> str:
        """How many times the allowance it moved at most, where that is a number."""
        times = max((row.times for row in self.rows if row.times != float("inf")), default=None)
        return f"{times:.3g}×" if times is not None else ""


@dataclass(frozen=True)
class Line:
    """One claim in all versions."""

    claim: Claim
    cells: list[Cell]


def versions_page(columns: Sequence[Column], lang: str = "en") -> str:
    """The page as text; the first column is what the others are compared with. Raises ValueError without one."""
    if not columns:
        raise ValueError("no record: a page of versions needs one at least")
    first = columns[0].record
    claims = {claim.id: claim for column in columns for claim in column.record.claims}
    headings = {section.key: section.heading for column in reversed(columns) for section in column.record.sections}
    parts = []
    for key, heading in headings.items():
        lines = [_line(claim, columns) for claim in claims.values() if claim.section == key]
        if lines:
            parts.append((heading, lines))
    return render(
        "versions.html",
        lang,
        title=word("versions"),
        lecture=first.title,
        columns=columns,
        parts=parts,
        moved=[(line, cell, column) for _, lines in parts for line in lines for cell, column in _moved(line, columns)],
        machine=_machine,
        figure=_figure,
        level=lambda row: word(f"level {row.level}"),
        reason=lambda row: word(f"reason {row.reason}") if row.reason else Both("", ""),
    )


def _line(claim: Claim, columns: Sequence[Column]) -> Line:
    cells = []
    for place, column in enumerate(columns):
        rows = worst_first(column.comparison.rows_of(claim.id)) if column.comparison else []
        found = claim_word([case.word for case in column.record.cases_of(claim.id)])
        cells.append(Cell(found, rows, f"moved-{place}-{claim.id}"))
    return Line(claim, cells)


def _moved(line: Line, columns: Sequence[Column]) -> list[tuple[Cell, Column]]:
    return [(cell, column) for cell, column in zip(line.cells, columns, strict=True) if cell.rows]


def _machine(record: Record) -> str:
    found = record.environment
    return ", ".join(str(found[name]) for name in ("cpu", "gpu", "python") if found.get(name))


def _figure(value: Any) -> str:
    """A number or text of a row."""
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)
