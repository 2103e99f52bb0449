"""A worker's start before it is asked for: importing torch takes it seconds, and the judge has as much to import.

Nothing here imports torch, nor what imports it.
"""

from __future__ import annotations

import atexit

from submissions import forked
from submissions.process import Executed

_WAITING: dict[str, Executed] = {}
"""By the device that it sees: a worker that nobody has asked for yet."""


def begin(device: str = "cpu") -> None:
    """Start what the first worker on ``device`` needs, and do not wait for it."""
    if forked.possible(device):
        forked.begin()
    elif device not in _WAITING:
        _WAITING[device] = Executed(device)


def taken(device: str) -> Executed | None:
    """The worker that was started ahead, once; None where the machine has ended it since."""
    found = _WAITING.pop(device, None)
    if found is None or found.alive():
        return found
    found.end()
    return None


@atexit.register
def _end() -> None:
    for device in list(_WAITING):
        _WAITING.pop(device).end()
