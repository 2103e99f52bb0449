"""A comparison as lines for a terminal: only what moved."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from checks.width import pad, width
from lecture import LECTURE_SEED
from results.comparison import Comparison, Row, worst_first
from results.record import Record
from versions.compare import VERSIONS
from versions.words import text

LONGEST, VALUE, WHY = 40, 48, 70
"""Letters of what was checked, of a value, of a reason."""
BEFORE = 16
"""Letters that two long texts have in common and that are shown before the first difference."""
COLUMNS = ("claim", "checked", "recorded", "now", "gap", "allowed", "why")
RIGHT = ("recorded", "now", "gap", "allowed")

OPTIONS = {"keyword": "-k", "markexpr": "-m"}
USUAL = {
    "device": "auto",
    "seed": LECTURE_SEED,
    "lecture_seed": LECTURE_SEED,
    "implementation": "torch",
    "slow": False,
    "submission": None,
    "lecture": None,
    "claim": None,
    "keyword": "",
    "markexpr": "",
}
"""Options of a record that its line must repeat, unless they have these values."""


def name_of(environment: dict[str, Any]) -> str:
    """``torch 2.13.0+cpu, AMD EPYC`` and the GPU where there is one."""
    return ", ".join(
        part for part in (f"torch {environment['torch']}", environment.get("cpu"), environment.get("gpu")) if part
    )


def lines(comparison: Comparison, lang: str, names: tuple[str, str] | None = None) -> list[str]:
    """The lane, the table *recorded | now | gap | allowed*, and what it comes to. Rows of one claim that moved for one
    reason are one line: the worst of them, and how many more. names: of the two records; the later one is this run
    otherwise, which needs none."""
    lane = text(f"lane {comparison.lane}", lang) + _packages(comparison)
    before, after = name_of(comparison.before), name_of(comparison.after)
    if names:
        before, after = f"{names[0]} ({before})", f"{names[1]} ({after})"
    key = "compared both" if names else "compared"
    head = [text(key, lang, n=comparison.cases, before=before, after=after, lane=lane)]
    if comparison.sources:
        sources = ", ".join(text(f"source {name}", lang) for name in comparison.sources if name != "untold")
        head.append(text("other sources" if sources else "sources untold", lang, names=sources))
    if comparison.stopped:
        head.append(text("stopped", lang))
    told = [text("known faults", lang, **_faults(comparison))] if any(comparison.faults) else []
    if not comparison.rows:
        return [*head, text("clean" if comparison.cases else "nothing in common", lang), *told]
    return [*head, *table(comparison.rows, lang), counted(comparison.rows, lang), *told]


def _packages(comparison: Comparison) -> str:
    """``: numba 0.68.0 → 0.68.1`` where that is all by which two versions differ: torch's is told beside it."""
    before, after = comparison.before, comparison.after
    if comparison.lane != "version" or before["torch"] != after["torch"]:
        return ""
    others = [
        f"{name} {before.get(name)} → {after.get(name)}" for name in VERSIONS if before.get(name) != after.get(name)
    ]
    return f": {', '.join(others)}"


def _faults(comparison: Comparison) -> dict[str, Any]:
    before, after = comparison.faults
    claims = ", ".join(dict.fromkeys([*before, *after]))
    return {"claims": claims, "before": len(before), "after": len(after)}


def table(rows: list[Row], lang: str, *, each: bool = False) -> list[str]:
    """Aligned columns, a line for each group of rows. each: for each row, and whole reasons; the cases of a group stand
    below their claim."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in worst_first(rows):
        groups.setdefault((row.claim, row.level, row.reason), []).append(row)
    cells = [[text(column, lang) for column in COLUMNS]]
    for group in groups.values():
        if each:
            cells.append([f"{group[0].claim} {text(group[0].level, lang)}", *[""] * (len(COLUMNS) - 1)])
            cells += [[f"  {_case(row)}", *_of_row(row, lang, whole=True)] for row in group]
        else:
            more = text("more", lang, n=len(group) - 1) if len(group) > 1 else ""
            cells.append([f"{group[0].claim} {text(group[0].level, lang)}{more}", *_of_row(group[0], lang)])
    return aligned(cells, [name in RIGHT for name in COLUMNS])


def aligned(cells: list[list[str]], rights: list[bool]) -> list[str]:
    """Rows as lines, the first of them a heading. rights: which columns end at one place."""
    columns = [max(width(row[i]) for row in cells) for i in range(len(rights))]
    laid = ["  ".join(pad(cell, columns[i], right=rights[i]) for i, cell in enumerate(row)).rstrip() for row in cells]
    return [laid[0], "-" * width(laid[0]), *laid[1:]]


def counted(rows: list[Row], lang: str) -> str:
    """How many claims and cases moved in which way."""
    counts = Counter(row.level for row in rows)
    return text("moved", lang, **{level: counts[level] for level in ("broken", "missing", "new", "drift", "mended")})


def accept(file: Path, recorded: Record, lang: str) -> list[str]:
    """The line to type so that what is now becomes what is recorded: of all that the record has, not of a part."""
    words = ["pytest", *_pointed_at(recorded), "--record", str(file)]
    for name, usual in USUAL.items():
        value = recorded.options.get(name)
        for one in value if isinstance(value, list) else [value]:
            if one not in (None, False, "", usual):
                words += [OPTIONS.get(name, f"--{name.replace('_', '-')}"), *([] if one is True else [str(one)])]
    return [text("accept", lang), f"  {' '.join(map(_quoted, words))}"]


def _pointed_at(recorded: Record) -> list[str]:
    """The whole folder where the record does not tell."""
    return [path if ".py" in path else f"{path}/" for path in recorded.options.get("paths", ["claims"])]


def _of_row(row: Row, lang: str, *, whole: bool = False) -> list[str]:
    """All columns but the first. whole: with all of the reason."""
    reason = f"{text(row.reason, lang)}: {row.detail}" if row.reason else row.detail
    what = row.what or _case(row)
    both = (row.recorded, row.now) if row.what else (row.before, row.after)
    numbers = [_number(value) for value in (row.gap, row.allowed)]
    return [_short(what), *_beside(*both), *numbers, reason if whole else _short(reason, WHY)]


def _case(row: Row) -> str:
    return row.case.rpartition("::")[2]


def _beside(recorded: float | str | None, now: float | str | None) -> list[str]:
    """Two values; of long texts what stands around the first letter in which they differ."""
    if not isinstance(recorded, str) or not isinstance(now, str):
        return [_number(recorded), _number(now)]
    same = next(
        (i for i, (a, b) in enumerate(zip(recorded, now, strict=False)) if a != b), min(len(recorded), len(now))
    )
    start = max(0, same - BEFORE) if max(len(recorded), len(now)) > VALUE else 0
    return [_short(f"…{one[start:]}" if start else one, VALUE) for one in (recorded, now)]


def _number(value: float | str | None) -> str:
    if value is None:
        return "–"
    return _short(value, VALUE) if isinstance(value, str) else f"{value:.4g}"


def _short(value: str, longest: int = LONGEST) -> str:
    return value if len(value) <= longest else f"{value[: longest - 1]}…"


def _quoted(word: str) -> str:
    return f'"{word}"' if any(letter in word for letter in " []()'*;&|<>") else word
