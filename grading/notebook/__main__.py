"""``python -m grading.notebook PARENT``: the judge's own process. JSON lines in and out, on pipes of the kernel's.

In: ``{"notebook": text, "files": {...}, "parts": [...], "claims": [...], "lang": ...}``, ``{"stop": true}``.
Out: ``{"done": n, "of": n, "html": ..., "text": ...}`` on the way, then ``{"end": word, "html": ..., "text": ...}``.
It ends where its input does, or where the kernel is gone.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import time
from collections.abc import Sequence
from typing import IO, Any

from checks.language import phrase
from grading.judge import Judge, Round, Settings
from grading.notebook import cards
from grading.notebook.asked import Asked, UnknownName
from results.judgement import Judgement
from results.model import Case, Claim
from submissions.contract.file import ContractError
from submissions.files import UnusableFile

EVERY_SECONDS = 0.25


class Process:
    """Reads in one thread, judges in another, so that a stop is heard while it judges."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._stop = threading.Event()
        self._asked: queue.Queue[Asked] = queue.Queue()
        self._judge = Judge(Settings())
        threading.Thread(target=self._work, daemon=True).start()

    def hear(self, line: bytes) -> None:
        """One line of the kernel's."""
        message = json.loads(line)
        if "stop" in message:
            self._stop.set()
        else:
            self._stop.clear()
            self._asked.put(Asked(**message))

    def _say(self, **message: Any) -> None:
        self._out.write(json.dumps(message).encode("ascii") + b"\n")
        self._out.flush()

    def _work(self) -> None:
        while True:
            asked = self._asked.get()
            try:
                said = self._answer(asked)
            except (UnknownName, ContractError) as error:
                said = {"end": "usage", **cards.sentence(str(error))}
            except UnusableFile as error:
                said = {"end": "usage", **cards.sentence(phrase(error.key, asked.lang, **error.values))}
            except Exception as error:  # the judge's own fault, whatever it is
                said = {"end": "trouble", **cards.sentence(f"{type(error).__name__}: {error}")}
            self._say(**said)

    def _answer(self, asked: Asked) -> dict[str, Any]:
        last = 0.0

        def seen(done: int, total: int, claims: Sequence[Claim], cases: Sequence[Case]) -> bool:
            nonlocal last
            if not done:
                self._say(done=0, of=total, html="", text="")
            elif time.monotonic() - last > EVERY_SECONDS:
                last = time.monotonic()
                so_far = Judgement("", "", claims=list(claims), cases=list(cases))
                self._say(done=done, of=total, **cards.on_the_way(so_far, asked, done, total))
            return not self._stop.is_set()

        source = asked.source()
        round = Round(
            source, asked.chosen_parts(), asked.chosen_claims(), asked.lang, seen, watched=True, contract=asked.terms
        )
        judgement = self._judge.round(round)
        return {"end": "judged", **cards.at_the_end(judgement, asked, stopped=self._stop.is_set())}


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
    process = Process(out)
    for line in sys.stdin.buffer:
        process.hear(line)
    # Its workers end with it.
    os._exit(0)


if __name__ == "__main__":
    main()
