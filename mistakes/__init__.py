"""Wrong networks, loops and texts, each named after its fault, with the sentence that tells a student."""

from __future__ import annotations

import difflib

from mistakes import (
    axes,
    carrying,
    counting,
    depth,
    gru,
    learners,
    loops,
    losses,
    lstm,
    numbers,
    one_hot,
    optimizers,
    products,
    rows,
    silent,
    starts,
    states,
    texts,
)
from mistakes.model import RIGHT, Mistake

__all__ = ["ALL", "RIGHT", "Mistake", "find"]

ALL: tuple[Mistake, ...] = (
    *lstm.MISTAKES,
    *gru.MISTAKES,
    *products.MISTAKES,
    *states.MISTAKES,
    *carrying.MISTAKES,
    *axes.MISTAKES,
    *depth.MISTAKES,
    *silent.MISTAKES,
    *numbers.MISTAKES,
    *rows.MISTAKES,
    *loops.MISTAKES,
    *losses.MISTAKES,
    *one_hot.MISTAKES,
    *texts.MISTAKES,
    *learners.MISTAKES,
    *optimizers.MISTAKES,
    *counting.MISTAKES,
    *starts.MISTAKES,
)


def find(name: str) -> Mistake:
    """The mistake called ``name``; raises KeyError with the names that look like it."""
    for mistake in ALL:
        if mistake.name == name:
            return mistake
    near = difflib.get_close_matches(name, [mistake.name for mistake in ALL], n=3, cutoff=0.4)
    hint = f"; near it: {', '.join(near)}" if near else ""
    raise KeyError(f"there is no mistake called {name!r}{hint}")
