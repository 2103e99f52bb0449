"""Why a claim moved: from the digests of two records, and, for a number, from running it again under other settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from results.comparison import Row
from results.record import Record
from versions.compare import compare
from versions.settings import ONE_THREAD, ONEDNN_OFF, TF32_OFF, Setting, run

SETTINGS = (ONEDNN_OFF, TF32_OFF, ONE_THREAD)
COMPUTES = ("seed", "lecture_seed", "implementation")


@dataclass(frozen=True)
class Why:
    """What is known of one claim: its rows, and by setting whether the drift was gone when it ran again.

    compared: whether a case of it was run in both. tried: empty where no number moved from the same start, or where the
    torch of the later record is not this one.
    """

    compared: bool
    rows: list[Row]
    tried: list[tuple[Setting, bool]]


def why(claim: str, before: Record, after: Record | None = None, *, lang: str = "en") -> Why:
    """From two records, or, without ``after``, from one and a run of the claim here and now.

    Runs the claim again under each setting where a number moved from the same start and this is the torch in which it
    did. Not for a kernel alone: one that computes something else altogether looks like another meaning until then.
    """
    options = [word for name in COMPUTES for word in _given(name, before.options)]
    live = after is None
    if after is None:
        after = run("--claim", claim, *options)
    found = compare(_only(before, claim), _only(after, claim), lang=lang)
    compared, rows = bool(found.cases), found.rows
    moved = [row for row in rows if row.reason == "kernel" or (row.reason == "meaning" and row.gap is not None)]
    if not moved or not (live or _here(after)):
        return Why(compared, rows, [])
    return Why(compared, rows, [(setting, _gone(claim, before, options, setting, moved)) for setting in SETTINGS])


def _gone(claim: str, before: Record, options: list[str], setting: Setting, rows: list[Row]) -> bool:
    again = compare(before, run("--claim", claim, *options, setting=setting), part=True)
    return not {row.case for row in again.rows_of(claim)} & {row.case for row in rows}


def _given(name: str, options: dict[str, Any]) -> list[str]:
    return [f"--{name.replace('_', '-')}", str(options[name])] if options.get(name) is not None else []


def _only(record: Record, claim: str) -> Record:
    return Record(**{**vars(record), "cases": record.cases_of(claim)})


def _here(record: Record) -> bool:
    import torch

    return bool(record.environment["torch"] == str(torch.__version__))
