"""The judge beside the kernel where it is deaf and dumb: in an endless loop, or not yet awake. No Jupyter is needed."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import psutil
import pytest

from grading.notebook import beside

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
