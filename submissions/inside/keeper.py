"""Runs a worker and sees to it that nothing which it started outlives it. Linux, where bubblewrap is not at hand.

As a subreaper it inherits every orphan among its descendants, one that called setsid too; when the worker ends, or the
judge asks (SIGTERM) or dies, all of them are killed.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


def main() -> int:
    """The worker's exit status."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        worker = subprocess.Popen(sys.argv[1:])
        return worker.wait()
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        kill_descendants()


def kill_descendants(patience: float = 5.0) -> None:
    """Kill children until none is left: what they leave behind becomes ours, and is killed in the next round."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        children = _children(os.getpid())
        for child in children:
            try:
                os.kill(child, signal.SIGKILL)
            except ProcessLookupError:
                continue
        try:
            while os.waitpid(-1, os.WNOHANG) != (0, 0):
                continue
            time.sleep(0.01)
        except ChildProcessError:
            return


def _children(parent: int) -> list[int]:
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                    # The command stands in brackets and may hold anything: fields count from the last bracket.
                    fields = file.read().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == parent:
                found.append(int(name))
    return found


if __name__ == "__main__":
    sys.exit(main())
