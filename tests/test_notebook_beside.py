"""The judge beside the kernel: deaf and dumb, in an endless loop or not yet awake; and what it shares with nobody. No
Jupyter is needed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from grading.notebook import beside
from grading.notebook.cells import as_notebook
from submissions import ahead, forked
from tests.a_class import RIGHT

ENDED = {"end": None}


@pytest.fixture
def deaf(monkeypatch):
    """A judge that neither reads nor says anything, and would be waited for for a minute."""
    sleeps = [sys.executable, "-c", "import time; time.sleep(600)"]
    start = SimpleNamespace(PIPE=subprocess.PIPE, Popen=lambda words, **more: subprocess.Popen(sleeps, **more))
    monkeypatch.setattr(beside, "subprocess", start)
    monkeypatch.setattr(beside, "PATIENCE", 60.0)
    judge = beside.Beside()
    yield judge
    judge.close()


def interrupt_soon() -> None:
    """As the stop button does, half a second from now."""
    threading.Timer(0.5, signal.pthread_kill, (threading.main_thread().ident, signal.SIGINT)).start()


@pytest.mark.skipif(sys.platform == "win32", reason="no signals to threads here")
@pytest.mark.parametrize("size", [1, 1_000_000], ids=["while it judges", "while it gets the notebook"])
def test_the_stop_button_pressed_again_and_again(deaf, size):
    """The second time it is waited for no longer; half a notebook in the pipe is no trouble; the next one warms up."""
    started, first = time.monotonic(), deaf.pid
    interrupt_soon()
    with pytest.raises(KeyboardInterrupt):
        list(deaf.ask({"notebook": " " * size}, 600))
    if size == 1:
        interrupt_soon()
    assert deaf.stop() == ENDED
    assert time.monotonic() - started < beside.PATIENCE / 2
    assert not psutil.pid_exists(first)
    assert deaf.pid not in (None, first)
    assert [one.name for one in threading.enumerate() if one.name == "the judge's words"] == []


@pytest.mark.skipif(not forked.possible("cpu"), reason="no root, or no bubblewrap")
def test_workers_are_forked_from_what_never_knew_the_judge(monkeypatch):
    """The server that is split from the judge has none of its pipes, and nowhere in its memory what the kernel's
    environment has; it ends with the judge."""
    secret = f"kept-{uuid.uuid4()}"
    monkeypatch.setenv("OF_THE_KERNEL", secret)
    judge = beside.Beside()
    try:
        told = list(judge.ask({"notebook": "", "what": ["lstm/omit-watr"], "lang": "en"}, 120))
        assert "did you mean lstm/omit-water" in told[-1]["text"]
        assert secret.encode() in memory(judge.pid)
        [server] = psutil.Process(judge.pid).children()
        assert secret.encode() not in memory(server.pid)
        assert b"torch" in memory(server.pid)
        assert [place for place in open_files(judge.pid) if place.startswith("pipe:")]
        assert not [place for place in open_files(server.pid) if place.startswith("pipe:")]
    finally:
        judge.close()
    server.wait(10)


def test_the_next_checks_worker_waits_for_it(monkeypatch):
    """Where workers are started by a command line: after a check the next one imports torch, and is the one that the
    next check takes."""
    monkeypatch.setenv("SUBMISSIONS_NO_FORKSERVER", "1")
    judge = beside.Beside()
    ask = {"notebook": as_notebook([RIGHT]).decode(), "what": ["lstm/printed-output"], "lang": "en"}
    try:
        list(judge.ask(ask, 120))
        while not (waiting := psutil.Process(judge.pid).children(recursive=True)):
            time.sleep(0.05)
        assert "1 hold, 0 do not" in list(judge.ask(ask, 120))[-1]["text"]
        ends = time.monotonic() + 10
        while any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in waiting):
            assert time.monotonic() < ends, "it was not taken, or is still there"
    finally:
        judge.close()


def test_a_waiting_worker_that_the_machine_has_ended_is_not_taken(monkeypatch):
    """Its folder is put away; whoever asks starts another."""
    monkeypatch.setattr(forked, "possible", lambda device: False)
    monkeypatch.setattr(ahead, "_WAITING", {})
    ahead.begin("cpu")
    [waiting] = ahead._WAITING.values()
    waiting._process.kill()
    waiting._process.wait()
    assert ahead.taken("cpu") is None
    assert not Path(waiting._folder).exists()


def open_files(pid: int) -> list[str]:
    return [os.readlink(one) for one in Path(f"/proc/{pid}/fd").iterdir()]


def memory(pid: int) -> bytes:
    """What a process has written of its own: nothing that is read from a file."""
    found = []
    with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/mem").open("rb", buffering=0) as whole:
        for line in maps:
            addresses, rights, _, _, inode, *name = line.split()
            if rights.startswith("rw") and inode == "0" and name[:1] not in (["[vvar]"], ["[vsyscall]"]):
                start, end = (int(one, 16) for one in addresses.split("-"))
                whole.seek(start)
                found.append(whole.read(end - start))
    return b"".join(found)
