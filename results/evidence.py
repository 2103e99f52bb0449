"""Evidence of many cases, made short."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from results.model import Case, Evidence


def closest(cases: Iterable[Case]) -> list[tuple[Evidence, int]]:
    """Of each thing checked the evidence with the smallest margin, and in how many cases it was checked."""
    found: dict[str, Evidence] = {}
    counts: Counter[str] = Counter()
    for case in cases:
        for item in case.evidence:
            counts[item.what] += 1
            if item.what not in found or margin_of(item) < margin_of(found[item.what]):
                found[item.what] = item
    return [(item, counts[what]) for what, item in found.items()]


def ratios(cases: Iterable[Case]) -> str:
    """Of a claim about speed ``60×, 62×``; of many ratios the least and the largest."""
    items = [item for case in cases for item in case.evidence if item.check in ("above", "below")]
    found = [item.value for item in items if item.value is not None]
    return ", ".join(f"{ratio:.3g}×" for ratio in found) if len(found) < 4 else f"{min(found):.3g}–{max(found):.3g}×"


def margin_of(item: Evidence) -> float:
    """Its margin; infinite for a note, which is not judged."""
    return float("inf") if item.margin is None else item.margin
