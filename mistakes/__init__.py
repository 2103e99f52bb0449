"""Wrong networks, loops and texts, each named after its fault, with the sentence that tells a student.

The mistakes stand in a folder for each lecture; here, the right networks and loop that they are put on.
"""

from __future__ import annotations

import difflib
import functools
import itertools
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from mistakes import families, week12
from mistakes.model import NETWORKS_AND_CELLS, RIGHT, Mistake

__all__ = ["ALL", "RIGHT", "Mistake", "UnusableMistakes", "emptied_by_load", "find", "load"]

ALL: list[Mistake] = [*week12.MISTAKES]
"""Of week 12, and behind them of the lectures that were loaded."""

Cached = TypeVar("Cached")
_CACHES: list[Any] = []


class UnusableMistakes(Exception):
    """A file of a lecture's mistakes/ is no such thing; the message says why."""


def load(folder: Path) -> Callable[[], None]:
    """Add the mistakes of the lecture in ``folder``: ``MISTAKES`` of each file in its mistakes/, by the files' names.

    Returns what takes them out again. Raises UnusableMistakes for a file that can't be run, that has none, or one with
    a name that another mistake has.
    """
    own: list[Mistake] = []
    for file in sorted((folder / "mistakes").glob("*.py")):
        own += _read(file)
    names = [mistake.name for mistake in (*ALL, *own)]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise UnusableMistakes(f"{folder / 'mistakes'}: there are two mistakes called {', '.join(twice)}")
    ALL.extend(own)
    _forget()
    return functools.partial(_take_out, own)


def _read(file: Path) -> list[Mistake]:
    try:
        found = runpy.run_path(str(file)).get("MISTAKES")
    except Exception as error:
        raise UnusableMistakes(f"{file} can't be run: {type(error).__name__}: {error}") from error
    if not (isinstance(found, (tuple, list)) and all(isinstance(mistake, Mistake) for mistake in found)):
        raise UnusableMistakes(f"{file} has no MISTAKES, a tuple of mistakes.Mistake")
    return list(found)


def _take_out(own: list[Mistake]) -> None:
    ALL[:] = [mistake for mistake in ALL if not any(mistake is one for one in own)]
    _forget()


def emptied_by_load(cached: Cached) -> Cached:
    """For a cache of what known mistakes answer: it begins anew when others are known."""
    _CACHES.append(cached)
    return cached


def _forget() -> None:
    for cached in _CACHES:
        cached.cache_clear()


def find(name: str) -> Mistake:
    """The mistake called ``name``; raises KeyError with the names that look like it."""
    every = itertools.chain(ALL, *map(families.of_kind, NETWORKS_AND_CELLS), families.of_function("train"))
    for mistake in every:
        if mistake.name == name:
            return mistake
    near = difflib.get_close_matches(name, [mistake.name for mistake in ALL], n=3, cutoff=0.4)
    hint = f"; near it: {', '.join(near)}" if near else ""
    raise KeyError(f"there is no mistake called {name!r}{hint}")
