"""The judge's handle on a worker: starts it, asks it, holds it to its limits, and leaves nothing of it behind."""

from __future__ import annotations

import contextlib
import io
import os
import queue
import select
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import psutil
from torch import Tensor

from submissions import ahead, channel, forked, replies, sandbox, texts
from submissions.forked import Forked
from submissions.process import START_SECONDS, Executed, Process
from submissions.sandbox import Limits

KEPT_PRINTS = 20_000
"""Bytes of what a case prints that are shown."""

OUT_OF_MEMORY = b"terminate called after throwing an instance of 'std::bad_alloc'"
"""What a process says last that a limit on memory has ended."""

LOOK = 0.25
"""Seconds from one look at the limits to the next; one takes 7 ms, and most calls have answered before the first."""

LONGEST_LOOK = 4 * LOOK
"""Seconds that one look counts for at most: for longer it is the judge that stood still, not the worker."""

COMPUTES = 0.1
"""Of the time that a call takes: who computes for so much of it waits for nothing but the CPU, which others use, too.
Its own limit ends it, within ten times that of wall time."""

Reply = tuple[dict[str, Any], dict[str, Tensor]]


class WorkerLost(BaseException):
    """The worker is gone. key: exit, time, wall, memory, output, processes, garbage, gpu. No Exception on purpose: a
    claim that awaits an exception from a submission must not take this for one."""

    def __init__(self, key: str, amount: str = "") -> None:
        super().__init__(f"{key} {amount}".strip())
        self.key, self.amount = key, amount


class MachineFault(BaseException):
    """A worker could not be started, or its GPU failed: nothing that a submission is to blame for. key, values: of a
    sentence, as a signal has them."""

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(f"{key} {values}")
        self.key, self.values = key, values


class Worker:
    """One process. ``ask`` is the only way to talk to it; after WorkerLost it is dead and cleared away. It ends
    with the thread that made it, too (Linux: PR_SET_PDEATHSIG).

    forbidden: torch's operators that raise in it.
    """

    def __init__(self, limits: Limits, *, forbidden: Sequence[str] = (), device: str = "cpu") -> None:
        self.limits, self._device = limits, device
        self.knows_the_case = False
        """Whether it was told of the case that runs."""
        self.dropped: list[int] = []
        """Numbers of its calls that it may forget, to be told with the next request."""
        self._prints = bytearray()
        self._printed = 0
        self._reading = threading.Lock()
        self.closed = False
        """Whether it has been ended."""
        # Few on purpose: one that sends without being asked fills its pipe, not the judge's memory.
        self._replies: queue.Queue[Reply | Exception] = queue.Queue(2)
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._asked = 0
        try:
            options = {"forbidden": forbidden, "device": device, **vars(limits)}
            self._process = _started(options, device)
        except OSError as error:
            raise MachineFault("machine can't start", why=str(error)) from None
        for work in (self._write_requests, self._read_replies, self._read_prints):
            threading.Thread(target=work, daemon=True).start()
        try:
            self._await(START_SECONDS, START_SECONDS)
        except WorkerLost as lost:
            said = bytes(self._prints[-500:]).decode("utf-8", "replace").strip()
            inside = (device == "cuda" or lost.key == "exit") and sandbox.protections().bubblewrap
            key = "machine did not start in bubblewrap" if inside else "machine did not start"
            raise MachineFault(key, lost=str(lost), why=texts.readable(said)) from None

    def ask(
        self,
        header: Mapping[str, Any],
        tensors: Mapping[str, Tensor] | None = None,
        meanwhile: Callable[[], None] | None = None,
    ) -> Reply:
        """Send a request and return the reply. Raises WorkerLost where it ends, breaks a limit, sends garbage, or has
        stopped its GPU; MachineFault where others have filled that.

        meanwhile: what to do here while it is busy; shorter than the limits.
        """
        self._asked += 1
        request = io.BytesIO()
        channel.send(request, {**header, "id": self._asked}, tensors)
        # By another thread: a worker that reads nothing would hold the judge past every limit.
        self._outbox.put(request.getvalue())
        if meanwhile is not None:
            meanwhile()
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
        if self._device != "cpu" and (befell := replies.of_the_gpu(reply, self.limits.memory)):
            key, said = befell
            if key == "machine":
                self.close()  # what it holds of the GPU is free for others
                raise MachineFault("machine gpu", why=said)
            self._lose(key, said)
        return reply, found

    def prints(self) -> str:
        """What was printed since the last time, cut at a limit."""
        self._take_prints()
        with self._reading:  # what the thread has taken from the pipe stands in _prints when it lets go
            text, self._prints, count = bytes(self._prints), bytearray(), self._printed
            self._printed = 0
        more = f"\n… ({count - len(text)} more bytes)" if count > len(text) else ""
        return texts.readable(text.decode("utf-8", "replace")) + more

    def _take_prints(self) -> None:
        """What is there by now. The worker has flushed before it replied; the reading thread may be a moment behind, or
        a busy machine's many."""
        if os.name == "posix":
            with contextlib.suppress(OSError, ValueError):
                while self._printed <= self.limits.output and self._take_print(0.0):
                    pass
        else:
            time.sleep(0.002)

    def close(self) -> None:
        """End it, with everything that it started. Its streams are closed by the threads that use them: closed here, a
        stream under a thread that waits in it would hold the judge (what escaped may have the other end), or its number
        would be another worker's by the time that the thread reads."""
        self.closed = True
        self._process.end()
        self._outbox.put(None)
        with contextlib.suppress(queue.Empty):
            while True:
                self._replies.get_nowait()

    def _await(self, cpu: float, wall: float) -> Reply:
        waited, looked, used = 0.0, time.monotonic(), None
        while True:
            try:
                reply = self._replies.get(timeout=LOOK)
            except queue.Empty:
                before, looked = looked, time.monotonic()
                waited += min(looked - before, LONGEST_LOOK)
                now = self._usage()
                used = now["cpu"] if used is None else used
                self._check_limits(now, now["cpu"] - used + LOOK, cpu, waited, wall)
                continue
            if isinstance(reply, channel.Unreadable):
                self._lose("garbage", str(reply))
            if isinstance(reply, Exception):
                status = self._process.exit_status()
                self._take_prints()
                if OUT_OF_MEMORY in self._prints:
                    self._lose("memory", f"{self.limits.memory}")
                self._lose("exit", status)
            return reply  # type: ignore[return-value]

    def _check_limits(
        self, now: dict[str, float], cpu: float, cpu_limit: float, wall: float, wall_limit: float
    ) -> None:
        if now["processes"] > self.limits.processes:
            self._lose("processes", f"{self.limits.processes}")
        if now["memory"] > self.limits.memory and self._own_memory() > self.limits.memory:
            self._lose("memory", f"{self.limits.memory}")
        if self._printed > self.limits.output:
            self._lose("output", f"{self.limits.output // 2**20}")
        # Last: what takes memory takes time too.
        if cpu > cpu_limit:
            self._lose("time", f"{cpu_limit:g}")
        if wall > wall_limit and cpu - LOOK < COMPUTES * wall:
            self._lose("wall", f"{wall_limit:g}")

    def _lose(self, key: str, amount: str) -> None:
        self.close()
        raise WorkerLost(key, amount)

    def _usage(self) -> dict[str, float]:
        """CPU seconds, MiB and number of processes of the worker and what it started."""
        usage = {"cpu": 0.0, "memory": 0.0, "processes": 0.0}
        for process in self._process.tree():
            with contextlib.suppress(psutil.Error):
                times = process.cpu_times()
                usage["cpu"] += times.user + times.system + getattr(times, "children_user", 0)
                usage["memory"] += process.memory_info().rss / 2**20
                usage["processes"] += 1
        return usage

    def _own_memory(self) -> float:
        """MiB with each page counted once, where the system tells: forks share what they have not written to. Slow."""
        found = 0.0
        for process in self._process.tree():
            with contextlib.suppress(psutil.Error):
                memory = process.memory_full_info()
                found += getattr(memory, "pss", memory.rss) / 2**20
        return found

    def _write_requests(self) -> None:
        with contextlib.suppress(OSError), self._process.requests as stream:  # it is gone, as the other threads see too
            while (request := self._outbox.get()) is not None:
                stream.write(request)
                stream.flush()

    def _read_replies(self) -> None:
        with self._process.replies as stream:
            while not self.closed:
                try:
                    self._replies.put(channel.receive(stream, channel.LARGEST_ANSWER))
                except (EOFError, OSError, channel.Unreadable) as error:
                    self._replies.put(error)
                    return

    def _read_prints(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while self._take_print(None):
                # Stop draining what is beyond the limit: the pipe fills, and the limit is seen.
                while self._printed > self.limits.output and self._process.alive():
                    time.sleep(0.1)
        with self._reading:
            self._process.prints.close()

    def _take_print(self, wait: float | None) -> bool:
        """One chunk of what was printed, if there is one within ``wait`` seconds; None waits on. False at the end."""
        stream = self._process.prints
        if os.name != "posix":  # the reading thread alone; nobody may wait for a lock while it waits for a chunk
            chunk = os.read(stream.fileno(), 65536)
            with self._reading:
                self._keep(chunk)
            return bool(chunk)
        if not select.select([stream], [], [], wait)[0]:
            return False
        with self._reading:
            # Another thread may have taken it; the end of the stream counts as there.
            if not select.select([stream], [], [], 0.0)[0]:
                return True
            chunk = os.read(stream.fileno(), 65536)
            self._keep(chunk)
        return bool(chunk)

    def _keep(self, chunk: bytes) -> None:
        self._printed += len(chunk)
        self._prints += chunk[: max(0, KEPT_PRINTS - len(self._prints))]


def _started(options: Mapping[str, Any], device: str) -> Process:
    if forked.possible(device):
        # A system that lets bubblewrap make a sandbox may still let nobody join it: then as where there is no server.
        with contextlib.suppress(OSError):
            return Forked(options)
    found = ahead.taken(device) or Executed(device)
    try:
        found.settle(options)
    except OSError:
        found.end()
        raise
    return found
