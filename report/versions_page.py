"""Claims × versions of torch: what each came to, what drifted from the one they are compared with, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from report.page import render
from report.words import word
from results.comparison import Comparison, Row, worst_first
from results.evidence import ratios
from results.model import Both, Claim, Word, claim_word
from results.record import Record


@dataclass(frozen=True)
class Column:
    """The records of one version under its name, such as ``1.13.1``, one for each run seed. comparisons: of each with
    the baseline's; empty for the baseline itself."""

    name: str
    records: Sequence[Record]
    comparisons: Sequence[Comparison] = ()


@dataclass(frozen=True)
class Cell:
    """What a claim came to in one version. figure: of a speed its ratios, else the largest move in parts of its
    allowance, where there was any. rows: what moved beyond it, the worst first. dialog: id of what tells them."""

    word: Word
    figure: str
    rows: list[Row]
    dialog: str


@dataclass(frozen=True)
class Line:
    """One claim in all versions."""

    claim: Claim
    cells: list[Cell]


def versions_page(columns: Sequence[Column], baseline: str, lang: str = "en", alone: Sequence[Both] = ()) -> str:
    """The page as text. baseline: name of what is compared with. alone: what was compared with nothing, in sentences.
    Raises ValueError where there is no record."""
    records = [record for column in columns for record in column.records]
    if not records:
        raise ValueError("no record: a page of versions needs one at least")
    claims = {claim.id: claim for record in records for claim in record.claims}
    lectures = {lecture.key: lecture for record in records for lecture in record.lectures}
    headings = {
        (lecture.key, section.key): section.heading for lecture in lectures.values() for section in lecture.sections
    }
    parts = []
    for key, heading in headings.items():
        lines = [_line(claim, columns) for claim in claims.values() if (claim.lecture, claim.section) == key]
        if lines:
            parts.append((heading, lines))
    return render(
        "versions.html",
        lang,
        title=word("versions"),
        lecture=records[0].title,
        baseline=baseline,
        columns=columns,
        alone=alone,
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
        rows = worst_first(row for found in column.comparisons for row in found.rows_of(claim.id))
        cases = [case for record in column.records for case in record.cases_of(claim.id) if case.word != "not run"]
        figure = ratios(cases) if claim.kind == "speed" else _largest(claim, column)
        cells.append(Cell(claim_word([case.word for case in cases]), figure, rows, f"moved-{place}-{claim.id}"))
    return Line(claim, cells)


def _largest(claim: Claim, column: Column) -> str:
    largest = max((found.largest.get(claim.id, 0.0) for found in column.comparisons), default=0.0)
    return f"{largest:.2f}" if largest >= 0.005 else ""


def _moved(line: Line, columns: Sequence[Column]) -> list[tuple[Cell, Column]]:
    return [(cell, column) for cell, column in zip(line.cells, columns, strict=True) if cell.rows]


def _machine(column: Column) -> str:
    found = column.records[0].environment if column.records else {}
    parts = [str(found[name]) for name in ("cpu", "gpu") if found.get(name)]
    return ", ".join(
        [*parts, *(f"{name} {found[name.lower()]}" for name in ("Python", "fastai") if found.get(name.lower()))]
    )


def _figure(value: Any) -> str:
    """A number or text of a row."""
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)
