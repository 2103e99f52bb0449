"""The worker process: runs one submission and answers the judge's calls. Never sees a test or an expected number.

Started as ``worker.py ROOT``. The first line of standard input brings options (JSON, from :mod:`submissions.client`),
which may be long after: a worker can be started ahead. Then it brings requests, and standard output takes replies; what
the submission prints goes to standard error, whatever it prints to.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from typing import Any, BinaryIO


def main() -> None:
    """A process of its own: settle in, then serve."""
    root = sys.argv[1]
    sys.path.insert(0, root)
    streams = _streams()
    load()
    sys.path.remove(root)  # else the submission could import what lies beside submissions/
    if line := streams[0].readline():  # none where the judge needs no worker after all
        serve(json.loads(line), streams)


def load() -> None:
    """Import what takes long, and all of ours that a worker needs."""
    import numpy  # noqa: F401
    import torch  # noqa: F401

    from submissions import channel, replies  # noqa: F401
    from submissions.contract import adapter, notation, plain, training  # noqa: F401
    from submissions.inside import (  # noqa: F401
        bench,
        confine,
        exceptions,
        guard,
        signatures,
        source,
        state,
        watching,
    )
    from submissions.inside.arithmetic import repeatable_arithmetic

    repeatable_arithmetic(strict=False, cudnn=False)


def _streams() -> tuple[BinaryIO, BinaryIO]:
    """Requests and replies; prints go to standard error from here on."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    os.dup2(2, 1)
    return requests, replies


def serve(options: dict[str, Any], streams: tuple[BinaryIO, BinaryIO] | None = None) -> None:
    """Give up rights, then answer until the judge closes the stream. :func:`load` has run."""
    from submissions import channel
    from submissions.inside.arithmetic import compute_on, hold_to
    from submissions.inside.bench import Bench
    from submissions.inside.confine import confine, forbid_programs
    from submissions.inside.exceptions import described
    from submissions.inside.guard import Guard
    from submissions.replies import cleaned

    requests, replies = streams or _streams()
    guard = Guard()
    if options["forbidden"]:
        guard.set(options["forbidden"])
    # Once torch is there, and before a line of the submission runs.
    confine(options)
    if options["forbidden"]:
        forbid_programs()
    compute_on(options["device"])  # where that raises the worker does not start, and nobody's file is to blame
    hold_to(options["device"], options["memory"])
    own = os.getpid()
    bench = Bench(guard, options["device"])
    channel.send(replies, {"ready": True})
    while True:
        try:
            header, tensors = channel.receive(requests)
        except EOFError:
            return
        answer, found = bench.answer(header, tensors)
        for stream in (sys.stdout, sys.stderr):
            # A submission may have closed or replaced them, by anything.
            with contextlib.suppress(BaseException):
                stream.flush()
        if os.getpid() != own:  # a fork of the submission's that came back from the call
            os._exit(0)
        try:
            # Cut here, too: a name of megabytes is told like any other, and not refused for its length.
            channel.send(replies, cleaned({**answer, "id": header.get("id")}), found, channel.LARGEST_ANSWER)
        except (ValueError, TypeError, RuntimeError, NotImplementedError, MemoryError) as error:
            # Nothing is written yet: it has returned what can't cross, a sparse tensor or far too much.
            told = described(ValueError(f"what was returned can't be sent: {error}"), bench.files)
            channel.send(replies, {"raised": told, "id": header.get("id")})


if __name__ == "__main__":
    main()
