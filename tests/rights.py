"""Files that can't be read, for tests that may run as root, who reads all."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from collections.abc import Iterator

from submissions.sandbox import protections

VERSION, BY_MODE = 0x20080522, 0b110
"""Of Linux' capget; the two rights (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH) by which root needs no other."""


@contextlib.contextmanager
def of_anybody() -> Iterator[None]:
    """Root is held to the modes of files in here, as everybody else is; by this thread alone."""
    if os.name != "posix" or os.geteuid() != 0:
        yield
        return
    assert sys.platform == "linux", "root elsewhere"
    libc, head, held = ctypes.CDLL(None), (ctypes.c_uint32 * 2)(VERSION, 0), (ctypes.c_uint32 * 6)()
    assert libc.capget(head, held) == 0
    fewer = (ctypes.c_uint32 * 6)(*held)
    fewer[0] &= ~BY_MODE
    assert libc.capset(head, fewer) == 0
    protections.cache_clear()  # root without them gives its workers no user of their own
    try:
        yield
    finally:
        assert libc.capset(head, held) == 0
        protections.cache_clear()
