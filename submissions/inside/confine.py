"""What a worker takes from itself before it runs a submission: rights, resources, and other programs."""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from typing import Any

PR_SET_NO_NEW_PRIVS, SET_MODE_FILTER, ALL_THREADS = 38, 1, 1
LOAD, IF_EQUAL, IF_AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050001  # with EPERM
FOREIGN_NUMBERS = 0x40000000
"""Numbers from here on are those of x32, a second way to every call."""

# Of each machine: its mark, execve, execveat, seccomp.
MACHINES = {"x86_64": (0xC000003E, 59, 322, 317), "aarch64": (0xC00000B7, 221, 281, 277)}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_void_p))


def forbid_programs() -> bool:
    """No new program in this process and its children (Linux, seccomp), so that no second torch computes: a fork alone
    keeps the overrides of :mod:`submissions.inside.guard`. Whether it could be done; it can't be undone."""
    if sys.platform != "linux" or platform.machine() not in MACHINES or sys.maxsize < 2**32:
        return False
    mark, execve, execveat, seccomp = MACHINES[platform.machine()]
    steps = [
        (LOAD, 0, 0, 4),  # the machine that the call is made for
        (IF_EQUAL, 0, 5, mark),
        (LOAD, 0, 0, 0),  # the number of the call
        (IF_AT_LEAST, 3, 0, FOREIGN_NUMBERS),
        (IF_EQUAL, 2, 0, execve),
        (IF_EQUAL, 1, 0, execveat),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, REFUSE),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = _Program(len(steps), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    return libc.syscall(seccomp, SET_MODE_FILTER, ALL_THREADS, ctypes.byref(program)) == 0


def _held() -> int:
    """Bytes of its own that this process has mapped, used or not, where the system tells (Linux): of torch's libraries
    220 MB without CUDA and 770 MB with it, which would be taken from what a submission may use."""
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as file:
            return next(1024 * int(line.split()[1]) for line in file if line.startswith("VmData:"))
    except (OSError, StopIteration):
        return 0


def confine(options: dict[str, Any]) -> dict[str, Any]:
    """Limits of this process, and another user where that is possible; says what was done."""
    done: dict[str, Any] = {"user": "", "limits": []}
    try:
        import resource
    except ImportError:  # Windows
        return done
    wanted = {
        "DATA": _held() + options["memory"] * 2**20,
        "FSIZE": options["file_size"] * 2**20,
        "CORE": 0,
        "NOFILE": 256,
    }
    for name, value in {**wanted, "NPROC": options["processes"]}.items():
        try:
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))
            done["limits"].append(name)
        except (AttributeError, ValueError, OSError):
            continue
    user = options["user"]
    if user and hasattr(os, "geteuid") and os.geteuid() == 0:
        try:
            os.setgroups([])
            os.setgid(user)
            os.seteuid(user)
            readable = os.access(os.__file__, os.R_OK, effective_ids=True)
            os.seteuid(0)
            if readable:
                os.setuid(user)
                done["user"] = str(user)
        except OSError:
            pass
    return done
