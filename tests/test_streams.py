"""A worker's streams when it has ended: closed by the threads that use them, whatever else waits or comes next."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import threading

import pytest

from submissions.client import Worker, WorkerLost
from submissions.sandbox import Limits
from tests.test_forkserver import ONE_HOT

pytestmark = pytest.mark.skipif(os.name != "posix", reason="numbers of files are POSIX's")


@pytest.fixture
def started():
    """``started()``: a worker and the threads that use its streams; ended after the test."""
    made = []

    def start():
        before = set(threading.enumerate())
        made.append(Worker(Limits()))
        return made[-1], set(threading.enumerate()) - before

    yield start
    for worker in made:
        worker.close()


def ended(threads, seconds=30.0):
    """Those of the threads that still run after a while: none."""
    for thread in threads:
        thread.join(seconds)
    return [thread.name for thread in threads if thread.is_alive()]


def test_what_comes_next_is_not_read_by_a_thread_of_the_last_worker(started, monkeypatch):
    """A thread that is about to read when its worker ends, as on a busy machine: a pipe made meanwhile keeps what is in
    it. (It lost a byte that the start of the next worker waits for, and the judge waited for ever.)"""
    worker, threads = started()
    about_to_read, may_read = threading.Event(), threading.Event()
    read, end = os.read, worker._process.end

    def late(number, size):
        if threading.current_thread() in threads:
            about_to_read.set()
            may_read.wait(30)
        return read(number, size)

    def ended_and_seen():
        end()
        assert about_to_read.wait(30)

    monkeypatch.setattr(os, "read", late)
    monkeypatch.setattr(worker._process, "end", ended_and_seen)
    worker.close()
    pipes = [os.pipe() for _ in range(20)]
    for _, writer in pipes:
        os.write(writer, b"!")
    may_read.set()
    assert ended(threads) == []
    found = []
    for reader, writer in pipes:
        os.close(writer)
        found.append(os.read(reader, 2))
        os.close(reader)
    assert found == [b"!"] * len(pipes)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_who_holds_a_workers_pipes_does_not_hold_the_judge(started):
    """As a process does that has escaped: it has the other ends of all streams, and lives on."""
    worker, threads = started()
    held = []
    for process in worker._process.tree():
        for file in os.scandir(f"/proc/{process.pid}/fd"):
            with contextlib.suppress(OSError):
                if stat.S_ISFIFO(os.stat(file.path).st_mode):
                    held.append(os.open(file.path, os.O_RDWR))
    assert held
    closing = threading.Thread(target=worker.close, daemon=True)
    closing.start()
    still = ended([closing])
    for number in held:
        os.close(number)
    assert still == []
    assert ended(threads) == []


FLOODS = """
import os

def one_hot(tokens, mapping):
    for number in range(3, 32):
        try:
            os.write(number, b"\\0\\0\\0\\2\\0\\0\\0\\0{}" * 100)
        except OSError:
            pass
"""


def test_a_flood_of_replies_keeps_no_thread(started):
    """More of them in the pipe than the judge takes: when the worker has ended, so has who reads them."""
    worker, threads = started()
    worker.ask({"do": "load", "main": "own.py", "text": FLOODS, "files": {}, "networks": [], "functions": ["one_hot"]})
    with pytest.raises(WorkerLost, match="garbage order"):
        worker.ask(ONE_HOT)
    assert ended(threads) == []
