"""The judge beside the kernel: a process of its own that stays warm from one %check to the next, and ends with it."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import site
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from submissions import forked, sandbox

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 3.0
"""Seconds in which a judge that is told to stop has stopped; one that is in a student's endless loop is ended."""
NOT_FOR_THE_JUDGE = ("MPLBACKEND", "PYTEST_ADDOPTS", "PYTHONSTARTUP", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE")
"""Variables of a kernel that ``python -m grading`` does not find in a terminal."""

Message = dict[str, Any]


_BEGUN: list[Beside] = []
"""One that nobody has taken yet."""


def begin() -> None:
    """Have a judge warm up for the first who takes one."""
    if not _BEGUN:
        _BEGUN.append(Beside())


def taken() -> Beside:
    """A judge: the one that has begun to warm up, else a new one."""
    return _BEGUN.pop() if _BEGUN else Beside()


def _more_folders() -> list[str]:
    """Where this Python imports from because of who uses it; one that is started without an environment does not."""
    found = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return [*filter(None, found), *([site.getusersitepackages()] if site.ENABLE_USER_SITE else [])]


class Lost(Exception):
    """The judge has ended by itself; what it said last."""


class Beside:
    """``ask(request)`` yields the judge's messages, the last of which has ``"end"``. It starts at once."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None
        self._ear: threading.Thread | None = None
        self.start()

    def start(self) -> None:
        """Begin to warm up, where it does not run."""
        if self._process is not None and self._process.poll() is None:
            return
        self.close()
        environment = {name: value for name, value in os.environ.items() if name not in NOT_FOR_THE_JUDGE}
        environment = {**sandbox.allocator(), **environment}
        command = [sys.executable, "-m", "grading.notebook", str(os.getpid())]
        if split := forked.possible("cpu"):
            command = forked.with_a_judge(*command[2:])
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115, closed with the process
        # A session of its own: an interrupt goes to all of the kernel's, and would end the judge.
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=sandbox.environment("cpu") if split else environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,
        )
        if split:
            self._send({"environment": environment, "path": _more_folders()})

    @property
    def pid(self) -> int | None:
        """Of the judge, where it runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def ask(self, request: Message, seconds: float) -> Iterator[Message]:
        """All that the judge says to it; after ``seconds`` it is told to stop. Raises Lost.

        Whoever breaks it off (an interrupt) gets the judge's last word by :meth:`stop`.
        """
        self._ear = None
        self.start()
        self._send(request)
        # Read by a thread that lives as long as the check: a pipe can't be waited for everywhere with a limit.
        self._heard: queue.Queue[Message | None] = queue.Queue()
        self._ear = threading.Thread(target=self._listen, name="the judge's words", daemon=True)
        self._ear.start()
        ends = time.monotonic() + seconds
        while True:
            try:
                message = self._heard.get(timeout=max(0.0, min(0.5, ends - time.monotonic())))
            except queue.Empty:
                if time.monotonic() >= ends:
                    yield self.stop()
                    return
                continue
            if message is None:
                raise Lost(self._last_words())
            yield message
            if "end" in message:
                self._ear.join()
                return

    def stop(self) -> Message:
        """Have it stop what it does; its last word on that, ``{"end": None}`` where it had to be ended: then another
        one begins to warm up. Whoever interrupts this, too, waits no longer."""
        message: Message | None = None
        # Where nobody listens yet it may have half a message: it is of no more use.
        if self._ear is not None:
            with contextlib.suppress(KeyboardInterrupt):
                message = self._last_message()
        if message is None:
            self.close()
            self.start()
            message = {"end": None}
        if self._ear is not None:
            self._ear.join()
        return message

    def _last_message(self) -> Message | None:
        """Of a judge that is told to stop; None where it does not say it in time."""
        with contextlib.suppress(OSError):
            self._send({"stop": True})
        ends = time.monotonic() + PATIENCE
        message: Message | None = {}
        while message is not None and "end" not in message:
            try:
                message = self._heard.get(timeout=max(0.0, ends - time.monotonic()))
            except queue.Empty:
                return None
        return message

    def close(self) -> None:
        """End it, and its workers with it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout, self._errors):
                with contextlib.suppress(OSError):
                    stream.close()  # type: ignore[union-attr]
        self._process = self._errors = None

    def _send(self, message: Message) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message).encode("ascii") + b"\n")
        self._process.stdin.flush()

    def _listen(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        heard = self._heard
        with contextlib.suppress(OSError, ValueError):
            for line in self._process.stdout:
                message = json.loads(line)
                heard.put(message)
                if "end" in message:
                    return
        heard.put(None)

    def _last_words(self) -> str:
        assert self._process is not None
        assert self._errors is not None
        status = self._process.wait()
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        return f"{lines[-1] if lines else ''} (exit status {status})".strip()
