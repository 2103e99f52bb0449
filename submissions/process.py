"""A worker's process as the judge sees it: three streams, what it uses, its end; here, one with a command line."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import psutil

from submissions import sandbox

MARK = "SUBMISSIONS_WORKER"
"""The variable that names a worker's folder to all processes of that worker."""


START_SECONDS = 120.0
"""Wall time that importing torch may take on a busy machine."""

PREFIX = "submission-of-"
"""What a worker's folder begins with; the judge's process id follows."""


class Process(Protocol):
    """requests, replies, prints: the worker's standard input, output and error."""

    requests: BinaryIO
    replies: BinaryIO
    prints: BinaryIO

    def alive(self) -> bool:
        """Whether it still runs."""

    def exit_status(self) -> str:
        """Its exit status once it has ended, as subprocess counts it; waits a moment for it."""

    def tree(self) -> list[psutil.Process]:
        """Itself, what stands around it, and everything that they have started."""

    def end(self) -> None:
        """End it with everything that it started, and leave nothing behind."""


class Executed:
    """Started by a command line: behind bubblewrap, under a keeper, or bare, as :mod:`submissions.sandbox` says."""

    def __init__(self, device: str) -> None:
        _clear_away_old_folders()
        self._folder = tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-")
        self._user = sandbox.unprivileged_user()
        if self._user and not sandbox.protections().bubblewrap:
            os.chown(self._folder, self._user, self._user)
        try:
            self._process = subprocess.Popen(
                sandbox.command(device=device),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                # torch's compiler has a folder of its own in /tmp as soon as it is imported, unless it is told of one.
                env={**sandbox.environment(device), MARK: self._folder, "TORCHINDUCTOR_CACHE_DIR": self._folder},
                cwd=self._folder,
                start_new_session=True,
            )
        except OSError:
            _remove(self._folder)
            raise
        assert self._process.stdin
        assert self._process.stdout
        assert self._process.stderr
        self.requests: BinaryIO = self._process.stdin  # type: ignore[assignment]
        self.replies: BinaryIO = self._process.stdout  # type: ignore[assignment]
        self.prints: BinaryIO = self._process.stderr  # type: ignore[assignment]
        self._watched = psutil.Process(self._process.pid)

    def settle(self, options: Mapping[str, Any]) -> None:
        """Tell it what it is for, once; then it is ready for requests. Raises OSError where it has ended."""
        self.requests.write(json.dumps({**options, "user": self._user}).encode() + b"\n")
        self.requests.flush()

    def alive(self) -> bool:
        return self._process.poll() is None

    def exit_status(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(2)
        return str(self._process.poll())

    def tree(self) -> list[psutil.Process]:
        return descent(self._watched)

    def end(self) -> None:
        if self.alive():
            if sandbox.protections().bubblewrap:
                self._process.kill()  # the namespace dies with it
            else:
                self._end_tree()
        self._process.wait()
        if not sandbox.protections().bubblewrap:
            self._end_orphans()
        _remove(self._folder)

    def _end_tree(self) -> None:
        tree = self.tree()[1:]
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


@functools.lru_cache(maxsize=1)
def _clear_away_old_folders() -> None:
    """Of judges that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        judge = folder.name.removeprefix(PREFIX).partition("-")[0]
        if judge.isdigit() and not psutil.pid_exists(int(judge)):
            _remove(str(folder))


def _remove(folder: str) -> None:
    """A worker's folder, whatever it has made there: thousands of folders deep, or closed to everybody."""
    # Older Pythons go down by recursion.
    with contextlib.suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
    if os.name == "posix" and os.path.exists(folder):
        for words in (["chmod", "-R", "u+rwx"], ["rm", "-rf"]):
            subprocess.run([*words, "--", folder], stderr=subprocess.DEVNULL, check=False)


def descent(*roots: psutil.Process) -> list[psutil.Process]:
    """Processes and all that come from them, by one look at all: a worker that computes is looked at often."""
    children = defaultdict(list)
    for process in psutil.process_iter(["ppid"]):
        children[process.info["ppid"]].append(process)
    found = list(roots)
    for process in found:  # it grows as it is gone through
        found += children[process.pid]
    return found
