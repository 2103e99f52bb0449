"""A call in a process of its own: where it ends the process, that is evidence, and the run goes on."""

from __future__ import annotations

import faulthandler
import os
import pickle
import selectors
import signal
import time
from collections.abc import Callable
from typing import Any

SECONDS = 60.0
"""A call of these takes milliseconds; one that hangs is ended."""


class Ended(Exception):
    """The process ended in the call. The message is by what, the same in both languages: ``signal 11``."""

    is_sentence = True


def possible() -> bool:
    """Whether this system can fork: the call needs what this process has, and nothing of it is to be lost."""
    return hasattr(os, "fork")


def apart(call: Callable[[], Any]) -> Any:
    """What ``call()`` returns, computed by a copy of this process. What it raises is raised here.

    Tensors come back detached. Raises Ended where the copy ended otherwise or took longer than SECONDS.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _answer(call, writing)
    os.close(writing)
    answer = _read(reading)
    os.close(reading)
    if answer is None:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if answer is None:
        raise Ended(f"no answer within {SECONDS:g} s")
    if os.WIFSIGNALED(status):
        raise Ended(f"signal {os.WTERMSIG(status)}")
    if not answer:
        raise Ended(f"exit status {os.WEXITSTATUS(status)}")
    error, value = pickle.loads(answer)  # our own process wrote it
    if error is not None:
        raise error
    return value


def _answer(call: Callable[[], Any], writing: int) -> None:
    """In the copy. It ends here: nothing of what this process does at its end may be done twice."""
    status = 1
    try:
        faulthandler.disable()  # the death is evidence and no stack on the screen
        _no_core_dump()
        try:
            found = pickle.dumps((None, _detached(call())))
        except Exception as error:
            found = _raised(error)
        with os.fdopen(writing, "wb") as stream:
            stream.write(found)
        status = 0
    finally:
        os._exit(status)


def _raised(error: Exception) -> bytes:
    try:
        found = pickle.dumps((error, None))
        pickle.loads(found)
    except Exception:  # one that does not come back from its own pickle
        return pickle.dumps((RuntimeError(f"{type(error).__name__}: {error}"), None))
    return found


def _detached(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return type(value)(map(_detached, value))
    return value.detach() if hasattr(value, "detach") else value


def _read(reading: int) -> bytes | None:
    """All that the copy writes until it ends; None where that takes too long."""
    found: list[bytes] = []
    until = time.monotonic() + SECONDS
    with selectors.DefaultSelector() as selector:
        selector.register(reading, selectors.EVENT_READ)
        while selector.select(max(until - time.monotonic(), 0)):
            part = os.read(reading, 1 << 16)
            if not part:
                return b"".join(found)
            found.append(part)
    return None


def _no_core_dump() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
