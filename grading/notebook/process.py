"""What the judge's own process does beside a kernel: reads what is asked, judges it, and says how far it is."""

from __future__ import annotations

import contextlib
import json
import queue
import threading
import time
from collections.abc import Sequence
from typing import IO, Any

from checks.language import phrase
from checks.troubles import told
from grading.judge import Judge, Round, Settings
from grading.notebook import cards
from grading.notebook.asked import Asked, UnknownName
from results.judgement import Judgement
from results.model import Case, Claim
from submissions import ahead
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
            self._asked.put(Asked(**message, known=self._judge.claims))

    def _say(self, **message: Any) -> None:
        self._out.write(json.dumps(message).encode("ascii") + b"\n")
        self._out.flush()

    def _work(self) -> None:
        while True:
            asked = self._asked.get()
            try:
                said = self._answer(asked)
            except (UnknownName, ContractError) as error:
                said = {"end": "usage", **cards.sentence(told(error, asked.lang))}
            except UnusableFile as error:
                said = {"end": "usage", **cards.sentence(phrase(error.key, asked.lang, **error.values))}
            except Exception as error:  # the judge's own fault, whatever it is
                said = {"end": "trouble", **cards.sentence(f"{type(error).__name__}: {error}")}
            self._say(**said)
            # Every submission has a worker of its own. While its card is read the next one imports torch.
            with contextlib.suppress(OSError):  # then the one who asks is told
                ahead.begin()

    def _answer(self, asked: Asked) -> dict[str, Any]:
        last = 0.0

        def seen(done: int, total: int, claims: Sequence[Claim], cases: Sequence[Case]) -> bool:
            nonlocal last
            if not done:
                self._say(done=0, of=total, html="", text="")
                # Reading the templates takes a tenth of a second, in which the worker has the first case.
                empty = Judgement("", "")
                threading.Thread(target=cards.on_the_way, args=(empty, asked, 0, total), daemon=True).start()
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
