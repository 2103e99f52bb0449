"""``python -m grading.notebook PARENT``: the judge's own process. JSON lines in and out, on pipes of the kernel's.

Where it has been split from a fork server, two more arguments say how to reach that (see :mod:`submissions.forked`).

In: what :class:`grading.notebook.asked.Asked` is made of, ``{"notebook": text, "what": [...]}``, or ``{"stop": true}``.
Out: ``{"done": n, "of": n, "html": ..., "text": ...}`` on the way, then ``{"end": word, "html": ..., "text": ...}``.
It ends where its input does, or where the kernel is gone.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
import time

from submissions import ahead, forked


def _watch(parent: int) -> None:
    """A kernel that was killed may leave its end of the pipe with a process that it forked."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(0)


def main() -> None:
    """Until the kernel ends."""
    # Whatever prints here must not stand among the messages.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    if sys.platform != "win32":
        threading.Thread(target=_watch, args=(int(sys.argv[1]),), daemon=True).start()
    if split := sys.argv[2:]:
        forked.take(*split)
    else:
        ahead.begin()  # both have torch to import, and somebody waits
    gc.disable()  # until the judge has collected the claims: see fixtures/garbage.py
    from grading.notebook.process import Process

    process = Process(out)
    for line in sys.stdin.buffer:
        process.hear(line)
    # Its workers end with it.
    os._exit(0)


if __name__ == "__main__":
    main()
