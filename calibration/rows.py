"""What one claim came to under one seed, and the file that keeps all of them."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Row:
    """One claim under one seed.

    seed: of the starts for a tendency, of the network for a trained claim. margin: the smallest of its evidence,
    1 far inside, 0 on the boundary. torch: version that it ran on.
    """

    claim: str
    kind: str
    seed: int
    word: str
    margin: float
    seconds: float
    torch: str


def read(file: Path) -> list[Row]:
    """All rows of ``file``; none where it isn't there yet."""
    if not file.exists():
        return []
    with file.open(encoding="utf-8", newline="") as lines:
        return [
            Row(r["claim"], r["kind"], int(r["seed"]), r["word"], float(r["margin"]), float(r["seconds"]), r["torch"])
            for r in csv.DictReader(lines)
        ]


def drop_cut_line(file: Path) -> None:
    """Take off a last line that was only half written when a run was killed; its runs are done again."""
    if file.exists():
        whole = file.read_bytes()
        kept = whole[: whole.rfind(b"\n") + 1]
        if kept != whole:
            file.write_bytes(kept)


def append(file: Path, rows: Iterable[Row]) -> None:
    """Add ``rows`` at the end, so that a run that is stopped loses nothing."""
    fresh = not file.exists() or file.stat().st_size == 0
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        if fresh:
            writer.writerow([field.name for field in fields(Row)])
        writer.writerows(astuple(row) for row in rows)


def table(rows: list[Row], command: str) -> str:
    """Markdown: for each claim how many seeds, shares of words, smallest and median margin."""
    versions = ", ".join(sorted({row.torch for row in rows}))
    lines = [
        "# Calibration",
        "",
        "How often each claim about training holds under other seeds. A tendency gets other run seeds (all its starts "
        "are other ones), and is expected to hold under every one. A trained claim is about the lecture's seed; its "
        "share says what another seed would have given. Margin: 1 is far inside, 0 the boundary, below 0 beyond it.",
        "",
        f"Made by `{command}` with torch {versions}; the rows are in rows.csv.",
        "",
        "| claim | kind | seeds | held | undecided | failed | smallest margin | median margin |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    for claim in sorted({row.claim for row in rows}, key=lambda id: (_kind(rows, id), id)):
        own = [row for row in rows if row.claim == claim]
        shares = [sum(row.word == word for row in own) / len(own) for word in ("holds", "undecided", "fails")]
        margins = [row.margin for row in own]
        cells = [claim, own[0].kind, str(len(own)), *(f"{share:.3f}" for share in shares)]
        lines.append(f"| {' | '.join([*cells, f'{min(margins):.3f}', f'{median(margins):.3f}'])} |")
    return "\n".join([*lines, ""])


def _kind(rows: list[Row], claim: str) -> str:
    return next(row.kind for row in rows if row.claim == claim)
