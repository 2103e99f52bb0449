"""Wrong networks, loops and texts, each named after its fault, with the sentence that tells a student.

The mistakes stand in a folder for each lecture; here, the right networks and loop that they are put on.
"""

from __future__ import annotations

import difflib

from mistakes import week12
from mistakes.model import RIGHT, Mistake

__all__ = ["ALL", "RIGHT", "Mistake", "find"]

ALL: tuple[Mistake, ...] = week12.MISTAKES


def find(name: str) -> Mistake:
    """The mistake called ``name``; raises KeyError with the names that look like it."""
    for mistake in ALL:
        if mistake.name == name:
            return mistake
    near = difflib.get_close_matches(name, [mistake.name for mistake in ALL], n=3, cutoff=0.4)
    hint = f"; near it: {', '.join(near)}" if near else ""
    raise KeyError(f"there is no mistake called {name!r}{hint}")
