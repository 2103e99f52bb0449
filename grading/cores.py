"""Which core a process judges on, where there are as many processes as cores."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Any

from distributed import WorkerPlugin


class OwnCore(WorkerPlugin):
    """Each dask process stays on one core, and with it the workers that it starts.

    A judge and its worker take turns. On one core neither waits until another core has woken up, and what one of them
    has written is in the other's cache: a twelfth more submissions a minute.
    """

    name = "own core"

    def __init__(self, cores: list[int]) -> None:
        self.cores = cores

    def setup(self, worker: Any) -> None:
        """In the thread from which all others come, when the process starts, also in a lost one's place."""
        with contextlib.suppress(OSError):  # taken from us since: any core will do
            os.sched_setaffinity(0, {self.cores[worker.name % len(self.cores)]})


def usable() -> list[int]:
    """The cores that this process may use; empty where the system does not tell."""
    return sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else []
