"""What submissions may define: one registry. Whatever lists parts asks here; a worker is told what it needs of it.

Those of week 12 are always there. A lecture of one's own has a ``parts.py`` beside its lecture.toml with ``PARTS``, and
``HEAD`` where its template begins otherwise; the judge loads it, never a worker.
"""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path

from parts import week12
from parts.model import NETWORK, Call, Names, Part, flat, written

__all__ = [
    "NETWORK",
    "Call",
    "Names",
    "Part",
    "UnknownPart",
    "UnusableParts",
    "flat",
    "judged",
    "load",
    "named",
    "names",
    "networks",
    "of_lecture",
    "registered",
    "written",
]

_LECTURES: dict[Path | None, tuple[tuple[str, str], tuple[Part, ...]]] = {None: (week12.HEAD, week12.PARTS)}
"""By the lecture's folder: how its template begins, and its parts. None is week 12, which has a room of ours."""


class UnknownPart(BaseException):
    """A part that nobody registered is asked for. No Exception on purpose: no submission is to blame for it, and a
    claim that awaits an exception must not take this for one."""


class UnusableParts(Exception):
    """A lecture's parts.py is no such thing; the message says why."""


def registered() -> tuple[Part, ...]:
    """All of them, week 12's first."""
    return tuple(part for _, found in _LECTURES.values() for part in found)


def names() -> tuple[str, ...]:
    """Theirs, in order."""
    return tuple(part.name for part in registered())


def networks() -> tuple[Part, ...]:
    """Networks and cells."""
    return tuple(part for part in registered() if part.is_network)


def judged() -> tuple[str, ...]:
    """What a claim may name in ``judges``."""
    return tuple(dict.fromkeys(part.judged_as for part in registered()))


def named(name: str) -> Part:
    """The part called ``name``. Raises UnknownPart."""
    for part in registered():
        if part.name == name:
            return part
    raise UnknownPart(f"no part is called {name!r}; there are {', '.join(names())} (a lecture's own stand in parts.py)")


def of_lecture(folder: Path | None) -> tuple[tuple[str, str], tuple[Part, ...]]:
    """How the template of the lecture in ``folder`` begins, and its parts; week 12's where it has none of its own."""
    return _LECTURES.get(None if folder is None else folder.resolve(), _LECTURES[None])


def load(folder: Path) -> Callable[[], None]:
    """Register the parts of the lecture in ``folder``, if it has any; what takes them out again.

    Raises UnusableParts for a file that can't be run, has no parts, or has one that is registered already or whose
    probes can't be made.
    """
    file, folder = folder / "parts.py", folder.resolve()
    if folder in _LECTURES or not file.is_file():
        return lambda: None
    try:
        found = runpy.run_path(str(file))
    except Exception as error:
        raise UnusableParts(f"{file} can't be run: {type(error).__name__}: {error}") from error
    own = found.get("PARTS", ())
    if not (isinstance(own, (tuple, list)) and own and all(isinstance(part, Part) for part in own)):
        raise UnusableParts(f"{file} has no PARTS, a tuple of parts.Part")
    taken = [part.name for place, part in enumerate(own) if part.name in (*names(), *(p.name for p in own[:place]))]
    if taken:
        raise UnusableParts(f"{file} registers {', '.join(taken)}, which is registered already")
    for part in own:
        _try_probes(part, file)
    _LECTURES[folder] = found.get("HEAD", week12.HEAD_OF_OTHERS), tuple(own)
    return lambda: _LECTURES.pop(folder, None) and None


def _try_probes(part: Part, file: Path) -> None:
    """While a submission is judged it would be too late to tell the teacher."""
    try:
        found = part.probes()
    except Exception as error:
        raise UnusableParts(f"{file}: the probes of {part.name} raise {type(error).__name__}: {error}") from error
    if not all(isinstance(call, Call) for call in found):
        raise UnusableParts(f"{file}: the probes of {part.name} are not all parts.Call")
