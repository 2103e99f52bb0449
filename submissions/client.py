"""The judge's handle on a worker: starts it, asks it, holds it to its limits, and leaves nothing of it behind."""

from __future__ import annotations

import contextlib
import io
import json
import os
import queue
import select
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from typing import Any, BinaryIO

import psutil
from torch import Tensor

from submissions import channel, replies, sandbox
from submissions.sandbox import Limits

KEPT_PRINTS = 20_000
"""Bytes of what a case prints that are shown."""

START_SECONDS = 120.0
"""Wall time that a worker may take to import torch on a busy machine."""

MARK = "SUBMISSIONS_WORKER"
"""The variable that names a worker's folder to all processes of that worker."""

Reply = tuple[dict[str, Any], dict[str, Tensor]]


class WorkerLost(BaseException):
    """The worker is gone. key: exit, time, wall, memory, output, processes, garbage. No Exception on purpose: a claim
    that awaits an exception from a submission must not take this for one."""

    def __init__(self, key: str, amount: str = "") -> None:
        super().__init__(f"{key} {amount}".strip())
        self.key, self.amount = key, amount


class MachineFault(BaseException):
    """A worker could not be started: nothing that a submission is to blame for."""


class Worker:
    """One process. ``ask`` is the only way to talk to it; after WorkerLost it is dead and cleared away."""

    def __init__(self, limits: Limits, *, guard: bool = True, device: str = "cpu") -> None:
        self.limits = limits
        self._folder = tempfile.mkdtemp(prefix="submission-")
        self._prints = bytearray()
        self._printed = 0
        self._reading = threading.Lock()
        # Few on purpose: one that sends without being asked fills its pipe, not the judge's memory.
        self._replies: queue.Queue[Reply | Exception] = queue.Queue(2)
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._asked = 0
        user = sandbox.unprivileged_user()
        if user and not sandbox.protections().bubblewrap:
            os.chown(self._folder, user, user)
        options = {"guard": guard, "user": user, "root": sandbox.root(), **vars(limits)}
        try:
            self._process = subprocess.Popen(
                sandbox.command(json.dumps(options), device=device),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**sandbox.environment(), MARK: self._folder},
                cwd=self._folder,
                start_new_session=True,
            )
        except OSError as error:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise MachineFault(f"a worker can't be started: {error}") from None
        assert self._process.stdin
        assert self._process.stdout
        assert self._process.stderr
        self._watched = psutil.Process(self._process.pid)
        for target, stream in (
            (self._write_requests, self._process.stdin),
            (self._read_replies, self._process.stdout),
            (self._read_prints, self._process.stderr),
        ):
            threading.Thread(target=target, args=(stream,), daemon=True).start()
        try:
            self.about = self._await(START_SECONDS, START_SECONDS)[0]
        except WorkerLost as lost:
            said = bytes(self._prints[-500:]).decode("utf-8", "replace").strip()
            raise MachineFault(f"a worker did not start ({lost}): {said}") from None

    def ask(self, header: Mapping[str, Any], tensors: Mapping[str, Tensor] | None = None) -> Reply:
        """Send a request and return the reply. Raises WorkerLost where it ends, breaks a limit, or sends garbage."""
        self._asked += 1
        request = io.BytesIO()
        channel.send(request, {**header, "id": self._asked}, tensors)
        # By another thread: a worker that reads nothing would hold the judge past every limit.
        self._outbox.put(request.getvalue())
        reply, found = self._await(self.limits.cpu, self.limits.wall)
        try:
            reply = replies.cleaned(reply)
            trouble = replies.unsound(reply, found, header, tensors or {})
        except RecursionError:
            trouble = "depth"
        if reply.pop("id", None) != self._asked:
            trouble = "order"
        if trouble:
            self._lose("garbage", trouble)
        return reply, found

    def prints(self) -> str:
        """What was printed since the last time, cut at a limit."""
        # The worker has flushed before it replied; the reading thread may be a moment behind, or a busy machine's many.
        if os.name == "posix":
            with contextlib.suppress(OSError, ValueError):
                while self._printed <= self.limits.output and self._take_print(0.0):
                    pass
        else:
            time.sleep(0.002)
        text, self._prints, count = bytes(self._prints), bytearray(), self._printed
        self._printed = 0
        more = f"\n… ({count - len(text)} more bytes)" if count > len(text) else ""
        return replies.readable(text.decode("utf-8", "replace")) + more

    def close(self) -> None:
        """End it, with everything that it started, and remove its folder."""
        if self._process.poll() is None:
            if sandbox.protections().bubblewrap:
                self._process.kill()  # the namespace dies with it
            else:
                self._end_tree()
        self._process.wait()
        if not sandbox.protections().bubblewrap:
            self._end_orphans()
        self._outbox.put(None)
        with contextlib.suppress(queue.Empty):
            while True:
                self._replies.get_nowait()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            with contextlib.suppress(OSError):
                stream.close()  # type: ignore[union-attr]
        shutil.rmtree(self._folder, ignore_errors=True)

    def _end_tree(self) -> None:
        tree = self._tree()
        self._process.terminate()  # the keeper kills all; elsewhere just the worker
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(6)
        for process in tree:
            with contextlib.suppress(psutil.Error):
                process.kill()
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def _end_orphans(self) -> None:
        """What is left where the keeper itself was killed: known by a variable that every fork inherits."""
        if self._process.returncode >= 0:
            return
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.environ().get(MARK) == self._folder:
                    process.kill()

    def _await(self, cpu: float, wall: float) -> Reply:
        start, used = time.monotonic(), None
        while True:
            try:
                # The first look comes soon, for most calls take a millisecond; then the limits are asked.
                reply = self._replies.get(timeout=0.1)
            except queue.Empty:
                now = self._usage()
                used = now["cpu"] if used is None else used
                self._check_limits(now, now["cpu"] - used + 0.1, cpu, time.monotonic() - start, wall)
                continue
            if isinstance(reply, channel.Unreadable):
                self._lose("garbage", str(reply))
            if isinstance(reply, Exception):
                self._lose("exit", self._exit_status())
            return reply  # type: ignore[return-value]

    def _check_limits(
        self, now: dict[str, float], cpu: float, cpu_limit: float, wall: float, wall_limit: float
    ) -> None:
        if now["memory"] > self.limits.memory:
            self._lose("memory", f"{self.limits.memory}")
        if now["processes"] > self.limits.processes:
            self._lose("processes", f"{self.limits.processes}")
        if self._printed > self.limits.output:
            self._lose("output", f"{self.limits.output // 2**20}")
        # Last: what takes memory takes time too.
        if cpu > cpu_limit:
            self._lose("time", f"{cpu_limit:g}")
        if wall > wall_limit:
            self._lose("wall", f"{wall_limit:g}")

    def _lose(self, key: str, amount: str) -> None:
        self.close()
        raise WorkerLost(key, amount)

    def _exit_status(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(2)
        return str(self._process.poll())

    def _tree(self) -> list[psutil.Process]:
        with contextlib.suppress(psutil.Error):
            return self._watched.children(recursive=True)
        return []

    def _usage(self) -> dict[str, float]:
        """CPU seconds, MiB and number of processes of the worker and what it started."""
        usage = {"cpu": 0.0, "memory": 0.0, "processes": 0.0}
        for process in [self._watched, *self._tree()]:
            with contextlib.suppress(psutil.Error):
                times = process.cpu_times()
                usage["cpu"] += times.user + times.system + getattr(times, "children_user", 0)
                usage["memory"] += process.memory_info().rss / 2**20
                usage["processes"] += 1
        return usage

    def _write_requests(self, stream: BinaryIO) -> None:
        with contextlib.suppress(OSError, ValueError):  # the worker is gone, as the other threads see too
            while (request := self._outbox.get()) is not None:
                stream.write(request)
                stream.flush()

    def _read_replies(self, stream: BinaryIO) -> None:
        while True:
            try:
                self._replies.put(channel.receive(stream))
            except (EOFError, OSError, ValueError) as error:  # ValueError: the stream was closed by us
                self._replies.put(error)
                return
            except channel.Unreadable as error:
                self._replies.put(error)
                return

    def _read_prints(self, stream: BinaryIO) -> None:
        with contextlib.suppress(OSError, ValueError):
            while self._take_print(None):
                # Stop draining what is beyond the limit: the pipe fills, and the limit is seen.
                while self._printed > self.limits.output and self._process.poll() is None:
                    time.sleep(0.1)

    def _take_print(self, wait: float | None) -> bool:
        """One chunk of what was printed, if there is one within ``wait`` seconds; None waits on. False at the end."""
        stream = self._process.stderr
        assert stream
        if os.name == "posix" and not select.select([stream], [], [], wait)[0]:
            return False
        with self._reading:
            # Another thread may have taken it; the end of the stream counts as there.
            if os.name == "posix" and not select.select([stream], [], [], 0.0)[0]:
                return True
            chunk = os.read(stream.fileno(), 65536)
            self._printed += len(chunk)
            self._prints += chunk[: max(0, KEPT_PRINTS - len(self._prints))]
        return bool(chunk)
