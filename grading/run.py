"""A class, judged: submissions over dask.distributed, each grade written as soon as it is known.

A task carries the submission's bytes; nothing has to be shared between machines. Every dask process keeps one warm
judge. A submission whose process is lost is judged by another one.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing import resource_tracker
from typing import Any

from grading.hand_ins.handed_in import HandedIn
from grading.judge import Judge, Settings
from results.judgement import Judgement
from submissions.files import Source
from submissions.sandbox import allocator

Done = Callable[[HandedIn, Judgement], None]

_JUDGES: list[Judge] = []
"""The one that is warm, if any. No dict: what a contract says of constants may be a list, which has no hash."""
_ONE = threading.Lock()
"""Somebody's cluster may run several tasks in one process, and a judge judges one at a time."""

PATIENCE = 120.0
"""Seconds without a single process to judge in, after which the rest is given up and said to be not judged."""
POLL = 5.0

NO_LEAKS = "ignore:resource_tracker:UserWarning"
"""Python's own process that clears away after one that was killed warns of having had to."""


def judge_here(source: Source, settings: Settings) -> dict[str, Any]:
    """Judge in this process, with its warm judge; the judgement as plain types. A judge that has ended is replaced."""
    with _ONE:
        while _JUDGES and _JUDGES[0].settings != settings:
            _JUDGES.pop().close()
        if not _JUDGES:
            _JUDGES.append(Judge(settings))
        try:
            return _JUDGES[0].judge(source).as_dict()
        except RuntimeError:
            _JUDGES.clear()
            raise


@contextmanager
def client(jobs: int, scheduler: str | None) -> Iterator[Any]:
    """A dask client: of the scheduler at this address, else of a cluster of ``jobs`` processes on this machine."""
    from dask import config
    from distributed import Client, LocalCluster

    from grading.cores import OwnCore, usable

    if scheduler is not None:
        with Client(scheduler, timeout="30s") as found:
            yield found
        return
    # Port 0: any that is free, for another class may be judged here, too.
    # One thread each, for a judge is one pytest session; a lost process is started again.
    options = {"n_workers": jobs, "threads_per_worker": 1, "dashboard_address": "127.0.0.1:0", "memory_limit": 0}
    options["silence_logs"] = logging.CRITICAL
    # dask gives up a process that is not back within 15 s; on a busy machine importing torch alone takes longer. And it
    # looks at each process's stack every 10 ms, which slows a judge by a tenth.
    ours = {"distributed.deploy.lost-worker-timeout": "1h", "distributed.worker.profile.enabled": False}
    # A judge, too, makes and lets go of small tensors: a twentieth less time.
    mine = {name: value for name, value in allocator().items() if name not in os.environ}
    ours |= {f"distributed.nanny.pre-spawn-environ.{name}": value for name, value in mine.items()}
    if NO_LEAKS not in sys.warnoptions:  # they are handed on to it
        sys.warnoptions.append(NO_LEAKS)
    with ExitStack() as stack:
        stack.enter_context(_same_environment())
        stack.enter_context(config.set(ours))
        with _interrupts_wait():
            cluster = stack.enter_context(LocalCluster(**options))
            found = stack.enter_context(Client(cluster))
        cores = usable()
        if len(cores) == jobs:
            found.register_plugin(OwnCore(cores))
        yield found


@contextmanager
def _interrupts_wait() -> Iterator[None]:
    """Ctrl-C goes to all processes of a terminal. Those that start here inherit that it is kept from them, and end with
    us; else each would print a stack of its own."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # its start lets signals through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _same_environment() -> Iterator[None]:
    """dask sets its processes' variables in this process, too, and leaves them there."""
    before = dict(os.environ)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def judge_all(found: Sequence[HandedIn], settings: Settings, dask: Any, done: Done) -> None:
    """Judge all; ``done`` is called for each one as soon as it is known, in this process.

    Where every process is lost and none is back within PATIENCE, the rest is not judged: the machine's fault.
    """
    waiting = {
        dask.submit(
            judge_here, one.source, settings, key=f"{place} {one.key}", pure=False, retries=1, priority=-place
        ): one
        for place, one in enumerate(found)
    }
    seen = time.monotonic()
    while waiting:
        for future in _finished(list(waiting)):
            one = waiting.pop(future)
            done(one, _judgement(future, one))
            future.release()
        now = time.monotonic()
        seen = now if dask.scheduler_info()["workers"] else seen
        if now - seen > PATIENCE:
            break
    for one in waiting.values():
        trouble = f"no process to judge in for {PATIENCE:.0f} s"
        done(one, Judgement(one.source.name, one.source.sha256, trouble=trouble))


def _finished(futures: list[Any]) -> list[Any]:
    """Those that are known by now, after POLL at the latest."""
    from distributed import TimeoutError as NoneYet  # before Python 3.11 not the built-in one
    from distributed import wait

    try:
        wait(futures, timeout=POLL, return_when="FIRST_COMPLETED")
    except NoneYet:
        return []
    return [future for future in futures if future.done()]


def _judgement(future: Any, one: HandedIn) -> Judgement:
    try:
        return Judgement.from_dict(future.result())
    except Exception as error:  # dask's own, or the judge's: the machine's fault, whatever it is
        return Judgement(one.source.name, one.source.sha256, trouble=f"{type(error).__name__}: {error}")


class Progress:
    """A bar with rate and remaining time while a person watches, else one line a submission."""

    def __init__(self, total: int) -> None:
        self._bar = None
        self._done, self._total = 0, total
        if sys.stderr.isatty() and total:
            from tqdm import tqdm

            self._bar = tqdm(total=total, unit="submission")

    def show(self, line: str) -> None:
        """One more is done."""
        self._done += 1
        if self._bar is None:
            print(f"[{self._done}/{self._total}] {line}", flush=True)
        else:
            self._bar.write(line)
            self._bar.update()
            if self._done == self._total:
                self._bar.close()
