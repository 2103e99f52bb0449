"""A class, judged: submissions over dask.distributed, each grade written as soon as it is known.

A task carries the submission's bytes; nothing has to be shared between machines. Every dask process keeps one warm
judge. A submission whose process is lost is judged by another one.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from grading.handed_in import HandedIn
from grading.judge import Judge, Settings
from results.judgement import Judgement
from submissions.submission import Source

Done = Callable[[HandedIn, Judgement], None]

_JUDGES: dict[Settings, Judge] = {}
_ONE = threading.Lock()
"""Somebody's cluster may run several tasks in one process, and a judge judges one at a time."""


def judge_here(source: Source, settings: Settings) -> dict[str, Any]:
    """Judge in this process, with its warm judge; the judgement as plain types. A judge that has ended is replaced."""
    with _ONE:
        if settings not in _JUDGES:
            while _JUDGES:
                _JUDGES.popitem()[1].close()
            _JUDGES[settings] = Judge(settings)
        try:
            return _JUDGES[settings].judge(source).as_dict()
        except RuntimeError:
            del _JUDGES[settings]
            raise


@contextmanager
def client(jobs: int, scheduler: str | None) -> Iterator[Any]:
    """A dask client: of the scheduler at this address, else of a cluster of ``jobs`` processes on this machine."""
    from distributed import Client, LocalCluster

    if scheduler is not None:
        with Client(scheduler, timeout="30s") as found:
            yield found
        return
    # Port 0: any that is free, for another class may be judged here, too.
    # One thread each, for a judge is one pytest session; a lost process is started again.
    options = {"n_workers": jobs, "threads_per_worker": 1, "dashboard_address": "127.0.0.1:0", "memory_limit": 0}
    with LocalCluster(**options, silence_logs=logging.CRITICAL) as cluster, Client(cluster) as found:
        yield found


def judge_all(found: Sequence[HandedIn], settings: Settings, dask: Any, done: Done) -> None:
    """Judge all; ``done`` is called for each one as soon as it is known, in this process."""
    from distributed import as_completed

    futures = {
        dask.submit(judge_here, one.source, settings, key=f"{place} {one.key}", pure=False, retries=1): one
        for place, one in enumerate(found)
    }
    for future in as_completed(futures):
        one = futures[future]
        done(one, _judgement(future, one))
        future.release()


def _judgement(future: Any, one: HandedIn) -> Judgement:
    try:
        return Judgement.from_dict(future.result())
    except Exception as error:  # dask's own, or the judge's: the machine's fault, whatever it is
        return Judgement(one.source.name, one.source.sha256, trouble=f"{type(error).__name__}: {error}")
