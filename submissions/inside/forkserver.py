"""The fork server: a process that has imported torch and nothing else, and forks workers into sandboxes.

Importing torch takes a second; a fork takes milliseconds. :mod:`submissions.forked` starts it, bubblewrap makes each
sandbox, empty but for a process that waits, and a fork joins the sandbox's namespaces before it runs a line of a
submission. Linux, where the judge is root. Knows nothing of the judge but the socket that it is asked through.

Started as ``forkserver.py SOCKET ROOT NAME``, or as ``forkserver.py 0 ROOT MODULE ARGUMENT...`` where a judge begins at
the same time and has torch to import, too: one process imports it for both, and splits.

A request is JSON with ``sandbox`` (a process in it) and ``options`` (the worker's), and four file descriptors: the
worker's standard input, output and error, and a pipe that takes its process id and, when it has ended, its status.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import runpy
import signal
import socket
import sys
import tempfile
import traceback
from typing import Any

SPACES = ("ipc", "uts", "net", "cgroup", "pid", "mnt")
PR_SET_NO_NEW_PRIVS, PR_CAPBSET_DROP = 38, 24
CAPABILITY_VERSION_3, CAP_SETGID, CAP_SETUID = 0x20080522, 6, 7


def main() -> None:
    """Import torch, then fork a worker for each request until the judge closes the socket."""
    gc.disable()  # imports leave hardly any garbage, and half a million objects to look through
    way, root, *judge = sys.argv[1:]
    sys.path.insert(0, root)
    from submissions.inside import worker

    worker.load()
    sys.path.remove(root)
    if way == "0":
        near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        if server := os.fork():
            far.close()
            _become_judge(root, judge, near.detach(), server)
            return
        near.close()
        _leave_to_the_judge()
    else:
        far = socket.socket(fileno=int(way))
    _serve(far, worker)


def _become_judge(root: str, judge: list[str], way: int, server: int) -> None:
    """Run the module with its arguments, the way to the server and the server's process id. The first line of standard
    input brings what no worker may see, and was not here before the split: the environment; and folders to import from.
    """
    told = json.loads(sys.stdin.buffer.readline())
    os.environ.clear()
    os.environ.update(told["environment"])
    tempfile.tempdir = None  # as the environment has it
    sys.path[:0] = [root, *told["path"]]
    sys.argv[:] = [*judge, str(way), str(server)]
    runpy.run_module(judge[0], run_name="__main__", alter_sys=True)


def _leave_to_the_judge() -> None:
    """Standard input and output are the judge's own."""
    os.setsid()
    for place, how in ((0, os.O_RDONLY), (1, os.O_WRONLY)):
        empty = os.open(os.devnull, how)
        os.dup2(empty, place)
        os.close(empty)


def _serve(asked: socket.socket, worker: Any) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those in between
    asked.send(b"ready")
    while True:
        request, fds, _, _ = socket.recv_fds(asked, 65536, 4)
        if not request:
            os._exit(0)  # at once: there is nothing to put away
        wanted = json.loads(request)
        gc.freeze()  # else the first collection in each fork would copy all of torch's objects
        if os.fork() == 0:
            asked.close()
            del asked
            _between(wanted, fds, worker.serve)
        for fd in fds:
            os.close(fd)


def _between(request: dict[str, Any], fds: list[int], serve: Any) -> None:
    """The process between server and worker: enters the sandbox, forks the worker, waits for it. Does not return."""
    *streams, told = fds
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        _enter(request["sandbox"])
        worker = os.fork()  # a process enters a process namespace by its children alone
        if worker == 0:
            _become_worker(request["options"], streams, serve)
        for fd in streams:
            os.close(fd)
        os.write(told, b"%d\n" % worker)
        os.write(told, b"%d\n" % os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]))
    except BaseException as error:
        os.write(told, f"0\n{error!r}\n".encode())
    finally:
        os._exit(0)


def _enter(process: int) -> None:
    """Join the namespaces of ``process``, and its root folder with them."""
    spaces = [os.open(f"/proc/{process}/ns/{name}", os.O_RDONLY | os.O_CLOEXEC) for name in SPACES]
    libc = ctypes.CDLL(None, use_errno=True)
    for space in spaces:
        if libc.setns(space, 0):
            raise OSError(ctypes.get_errno(), "setns")
        os.close(space)
    os.chdir("/submission")


def _become_worker(options: dict[str, Any], streams: list[int], serve: Any) -> None:
    """What bubblewrap does for a program that it starts: a session, few rights, three streams and no other file."""
    status = 1
    try:
        os.setsid()
        for place, fd in enumerate(streams):
            os.dup2(fd, place)
        os.closerange(3, 65536)
        _give_up_rights()
        gc.enable()
        sys.argv[:] = ["worker"]
        # torch was imported outside, and may be of a folder that is not in here (links to packages): what it imports
        # later would be missing in a call.
        os.stat(sys.modules["torch"].__file__ or "")
        serve(options)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def _give_up_rights() -> None:
    """All of root's but becoming another user, which confine() does next; none comes back with a new program."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    for capability in range(64):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    kept = 1 << CAP_SETGID | 1 << CAP_SETUID
    # Effective, permitted, inheritable: the low half of each, then the high half.
    header, rights = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0), (ctypes.c_uint32 * 6)(kept, kept, 0, 0, 0, 0)
    if libc.capset(header, rights):
        raise OSError(ctypes.get_errno(), "capset")


if __name__ == "__main__":
    main()
