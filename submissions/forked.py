"""A worker's process that is forked by a server with torch in it; see :mod:`submissions.inside.forkserver`."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

from submissions import sandbox
from submissions.process import START_SECONDS, descent

_LOCK = threading.Lock()
_LINE = [sys.executable, "-I", str(Path(__file__).parent / "inside" / "forkserver.py")]
_SERVER: list[tuple[socket.socket, subprocess.Popen[bytes] | psutil.Process]] = []
"""This process's server and the way to it, once there is one. It ends when this end of the socket is gone."""


def possible(device: str) -> bool:
    """Whether workers can be forked here. Not for CUDA: nobody has seen yet what its driver makes of it."""
    if os.environ.get("SUBMISSIONS_NO_FORKSERVER") or device != "cpu":
        return False
    return sandbox.protections().bubblewrap and os.geteuid() == 0


class Forked:
    """In a sandbox of its own, which bubblewrap holds open around a process that only waits. Raises OSError where the
    worker can't be started."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._sandbox, inside = _sandbox()
        self._around = psutil.Process(self._sandbox.pid)
        near, far = zip(*(_pipe(reading) for reading in (False, True, True)), strict=True)
        self.requests, self.replies, self.prints = near
        told, teller = os.pipe()
        self._told = os.fdopen(told, "rb", buffering=0)  # what is read ahead would be hidden from select
        self._worker: psutil.Process | None = None
        try:
            own = {**options, "user": sandbox.unprivileged_user()}
            _ask(json.dumps({"sandbox": inside, "options": own}).encode(), [*far, teller])
            pid = int(self._next_line(START_SECONDS) or 0)
            if not pid:
                raise OSError(f"a worker can't be forked: {self._next_line(1.0)}")
            self._worker = psutil.Process(pid)
        except (OSError, psutil.Error) as error:
            self.end()
            for stream in (self.requests, self.replies, self.prints):
                stream.close()
            raise OSError(str(error)) from None

    def alive(self) -> bool:
        return not select.select([self._told], [], [], 0)[0]

    def exit_status(self) -> str:
        return self._next_line(2.0)

    def tree(self) -> list[psutil.Process]:
        # Around the worker are bubblewrap's own, to whose first process orphans go.
        roots = [] if self._worker is None else [self._worker]
        return descent(*roots, self._around)

    def end(self) -> None:
        self._sandbox.kill()  # the namespace dies with it, and the worker in it
        self._sandbox.wait()
        for stream in (self._sandbox.stdin, self._sandbox.stdout):
            with contextlib.suppress(OSError):
                stream.close()  # type: ignore[union-attr]
        while self._next_line(6.0):
            continue
        self._told.close()

    def _next_line(self, seconds: float) -> str:
        """What the process between server and worker tells next; empty at its end and where nothing comes."""
        if self._told.closed or not select.select([self._told], [], [], seconds)[0]:
            return ""
        return self._told.readline().decode("utf-8", "replace").strip()


@atexit.register
def stop() -> None:
    """End the server, if there is one. Where the judge is killed, it goes with its end of the socket."""
    while _SERVER:
        way, server = _SERVER.pop()
        way.close()
        server.kill()
        server.wait()


def _sandbox() -> tuple[subprocess.Popen[bytes], int]:
    """A sandbox with a process that waits: bubblewrap, and the id of the first process in it."""
    reader, writer = os.pipe()
    line = sandbox.bubblewrap("cpu")
    found = subprocess.Popen(
        [line[0], "--info-fd", str(writer), *line[1:], "cat"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=sandbox.environment("cpu"),
        pass_fds=[writer],
        start_new_session=True,
    )
    os.close(writer)
    assert found.stdin
    assert found.stdout
    with os.fdopen(reader, "rb") as told:
        about = told.read()
    # It comes back when everything is mounted and the waiting has begun.
    with contextlib.suppress(OSError):
        found.stdin.write(b"!")
        found.stdin.flush()
    if found.stdout.read(1) != b"!":
        found.kill()
        raise OSError(f"bubblewrap ended with {found.wait()}")
    return found, int(json.loads(about)["child-pid"])


def _pipe(reading: bool) -> tuple[Any, int]:
    """This side's end as a stream, and the worker's as a file descriptor."""
    reader, writer = os.pipe()
    if reading:
        return os.fdopen(reader, "rb"), writer
    return os.fdopen(writer, "wb"), reader


def _ask(request: bytes, far: list[int]) -> None:
    with _LOCK:
        try:
            for fresh in (False, True):
                try:
                    socket.send_fds(_server(), [request], far)
                    return
                except OSError:
                    # It is gone: another one, once.
                    stop()
                    if fresh:
                        raise
        finally:
            for fd in far:
                os.close(fd)


def with_a_judge(module: str, *arguments: str) -> list[str]:
    """The command line of a process that imports torch once for a server and for the judge ``module``, which calls
    :func:`take` with its last two arguments. It is started in a worker's environment (:mod:`submissions.sandbox`): the
    judge's own comes on the first line of standard input (:mod:`submissions.inside.forkserver`)."""
    return [*_LINE, "0", str(sandbox.ROOT), module, *arguments]


def take(way: str, server: str) -> None:
    """The server that this process has been split from."""
    near = socket.socket(fileno=int(way))
    near.settimeout(START_SECONDS)
    _SERVER.append((near, psutil.Process(int(server))))


def begin() -> None:
    """Start the server, if there is none, and do not wait: it has torch to import."""
    if not _SERVER:
        near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        server = subprocess.Popen(
            # The judge's number is there to be seen by who lists processes.
            [*_LINE, str(far.fileno()), str(sandbox.ROOT), f"judge-{os.getpid()}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env=sandbox.environment("cpu"),
            pass_fds=[far.fileno()],
            start_new_session=True,
        )
        far.close()
        near.settimeout(START_SECONDS)  # until it has said that it is ready
        _SERVER.append((near, server))


def _server() -> socket.socket:
    begin()
    way, server = _SERVER[0]
    if way.gettimeout() is not None:
        if way.recv(16) != b"ready":
            raise OSError(f"the fork server ended with {server.wait()}")
        way.settimeout(None)
    return way
