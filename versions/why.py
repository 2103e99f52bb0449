"""Why a claim moved: from the digests of two records, and, for a number, from running it again under other settings."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from fixtures.devices import why_no_cuda
from results.comparison import Row
from results.record import Record
from versions.compare import compare
from versions.reasons import is_trained
from versions.settings import ONE_THREAD, ONEDNN_OFF, TF32_OFF, NotRun, Setting, run

SETTINGS = (ONEDNN_OFF, TF32_OFF, ONE_THREAD)
COMPUTES = ("seed", "lecture_seed", "implementation")
NUMBERS = ("meaning", "unknown")
"""Reasons that a number alone may have been given, though a kernel made it."""
MUCH = 5.0
"""How many times nearer to the one than to the other a run must lie to be told from it: how far two ways lie apart is a
number that rounding changes by a factor of two."""
MOST = 0.5
"""What moved shows again where it moves by this part at least."""


@dataclass(frozen=True)
class Why:
    """What is known of one claim: its rows, and by setting whether the drift was gone when it ran again.

    compared: whether a case of it was run in both. seen: whether what moved shows in an unchanged run here, None where
    none was made: no number moved from the same start, or the later record was made by another torch or on a device
    that is not here. tried: None for a setting that moves the numbers as far by itself, so that it can't be told.
    """

    compared: bool
    rows: list[Row]
    seen: bool | None = None
    tried: list[tuple[Setting, bool | None]] = field(default_factory=list)


def why(claim: str, before: Record, after: Record | None = None, *, lang: str = "en") -> Why:
    """From two records, or, without ``after``, from one and a run of the claim here and now.

    Runs the claim again, unchanged and then under each setting, where a number moved from the same start and this is
    the torch in which it did. Not for a kernel alone: one that computes something else altogether looks like another
    meaning until then. Raises NotRun.
    """
    again = _runs(claim, before, after, lang)
    control = again(None) if after is None else None
    after = after or control
    assert after is not None
    found = compare(_only(before, claim), _only(after, claim), lang=lang)
    compared, rows = bool(found.cases), found.rows
    moved = [row for row in rows if row.reason == "kernel" or (row.reason in NUMBERS and row.gap is not None)]
    if not moved or (control is None and not (_here(after) and _device(claim, after))):
        return Why(compared, rows)
    # Another build of this version, or the same one on another machine, may do what this one doesn't.
    control = control or again(None)
    apart = _distances(claim, before, control, lang)
    shown = [row for row in moved if _of(apart, row) >= MOST * _size(row)]
    if not shown:
        return Why(compared, rows, False)
    trained = {case.node for case in control.cases if is_trained(control.claims[0].kind, case, case)}
    tried: list[tuple[Setting, bool | None]] = []
    for setting in SETTINGS:
        under = again(setting)
        apart, by_itself = (_distances(claim, one, under, lang) for one in (before, control))
        tried.append((setting, _gone(shown, trained, apart, by_itself)))
    return Why(compared, rows, True, tried)


Distances = dict[tuple[str, str], float]
"""By case and by what was checked; infinite where there are no numbers, and under no name where the words turned."""


def _gone(rows: list[Row], trained: set[str], recorded: Distances, control: Distances) -> bool | None:
    """Whether a run lies near what was recorded, and not near the unchanged run: a setting moves bits by itself. In
    trained cases these grow to whatever size, so that only a run that is the same to the bit tells."""
    found = set()
    for row in rows:
        one, two = _of(recorded, row), _of(control, row)
        much = math.inf if row.case in trained else MUCH
        found.add(True if _nearer(one, two, much) else False if _nearer(two, one, much) else None)
    return False if False in found else None if None in found else True


def _nearer(one: float, other: float, much: float) -> bool:
    return one == 0.0 < other or one * much < other


def _distances(claim: str, one: Record, other: Record, lang: str) -> Distances:
    """How far two runs lie apart, all that moved by a bit."""
    alike = Record(**{**vars(one), "environment": other.environment})
    found: Distances = {}
    for row in compare(_only(alike, claim), _only(other, claim), part=True, lang=lang).rows:
        key = row.case, row.what if row.level == "drift" else ""
        found[key] = max(found.get(key, 0.0), _size(row))
    return found


def _of(distances: Distances, row: Row) -> float:
    """How far the row's number moved; NaN where it stayed by chance, for something else of its case moved."""
    here = [(row.case, what) for what in ("", row.what) if (row.case, what) in distances]
    others = any(case == row.case for case, _ in distances)
    return max((distances[key] for key in here), default=math.nan if others else 0.0)


def _size(row: Row) -> float:
    number = row.level == "drift" and row.gap is not None and not math.isnan(row.gap)
    return row.gap or 0.0 if number else math.inf


def _runs(claim: str, before: Record, after: Record | None, lang: str) -> Callable[[Setting | None], Record]:
    """Runs of the claim here, on the device that it ran on."""
    options = ["--claim", claim, "--lang", lang, *(word for name in COMPUTES for word in _given(name, before.options))]
    options += ["--slow"] if before.options.get("slow") else []
    device = _device(claim, after or before)
    if after is None and not device:
        raise NotRun("needs a GPU", claim=claim, why=why_no_cuda(lang))

    def again(setting: Setting | None) -> Record:
        found = run(*options, setting=setting, device=device or "cpu")
        if not any(case.word != "not run" for case in found.cases):
            raise NotRun("nothing ran", claim=claim, why=found.cases[0].why)
        return found

    return again


def _device(claim: str, record: Record) -> str:
    """Where the claim's cases of a record can run again; empty where they want a GPU and there is none."""
    devices = {case.device for case in record.cases_of(claim) if case.word != "not run"}
    if "cuda" not in devices:
        return "cpu"
    return "cuda" if not why_no_cuda() else "cpu" if devices - {"cuda"} else ""


def _given(name: str, options: dict[str, Any]) -> Sequence[str]:
    return [f"--{name.replace('_', '-')}", str(options[name])] if options.get(name) is not None else []


def _only(record: Record, claim: str) -> Record:
    return Record(**{**vars(record), "cases": record.cases_of(claim)})


def _here(record: Record) -> bool:
    import torch

    return bool(record.environment["torch"] == str(torch.__version__))
