"""What a claim kept for its pictures."""

from __future__ import annotations

from typing import Any

from results.record import Record


def kept(record: Record, claim: str, *names: str) -> dict[str, Any] | None:
    """The arrays ``names`` of a claim, of the first device that has them all; None where there is none."""
    for device in dict.fromkeys(case.device for case in record.cases_of(claim)):
        arrays = record.arrays_of(claim, device)
        if all(name in arrays for name in names):
            return arrays
    return None
