"""The lecture's pictures, from the arrays of a record: what was judged, never run again."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from report.pictures import abcabc, coin, counting, cut, loops, lstm, series
from report.pictures.sheet import Picture, style
from results.record import Record

Draw = Callable[[Record], list[Picture]]

GROUPS: tuple[Draw, ...] = (abcabc.draw, coin.draw, series.draw, lstm.draw, cut.draw, loops.draw, counting.draw)


def draw_all(record: Record) -> list[Picture]:
    """Those whose claims kept their arrays in this run, in the lecture's order."""
    if not any(case.arrays for case in record.cases):
        return []
    pictures = []
    with style():
        for draw in GROUPS:
            # A submission may have answered in any shape: then there is no picture of it, and the page goes on.
            with contextlib.suppress(ValueError, IndexError, TypeError):
                pictures += draw(record)
    return pictures
