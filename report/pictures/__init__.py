"""The lecture's pictures, from the arrays of a record: what was judged, never run again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from report.pictures import abcabc, coin, counting, cut, loops, lstm, series
from report.pictures.sheet import Picture, style
from results.record import Record

Arrays = dict[str, Any]
Draw = Callable[[Record], list[Picture]]

GROUPS: tuple[Draw, ...] = (abcabc.draw, coin.draw, series.draw, lstm.draw, cut.draw, loops.draw, counting.draw)


def draw_all(record: Record) -> list[Picture]:
    """Those whose claims kept their arrays in this run, in the lecture's order."""
    if not any(case.arrays for case in record.cases):
        return []
    with style():
        return [picture for draw in GROUPS for picture in draw(record)]
