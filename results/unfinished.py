"""What a run had come to when it was cut short: a line for each case, beside the record that was to be written."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any, TextIO

from results.lecture import Lecture
from results.model import Case, Claim
from results.record import Record

SUFFIX = ".unfinished"
FORM = "claims-record, unfinished"

ENDED = "the process ended in this case, by itself or from outside"
STOPPED = "the run was stopped in this case"
"""Why a case came to nothing: with its process, or because somebody stopped the run."""


def unfinished_file(file: Path) -> Path:
    """Where it lies: ``run.json`` -> ``run.json.unfinished``."""
    return file.with_name(file.name + SUFFIX)


class Unfinished:
    """The cases of a run that ``file`` is to record, each written down before it begins and when it has ended, so that
    a process that dies takes nothing of them along. Their arrays are not in it.

    A backup does not end what it is a backup of: where it can't be written it is given up, and ``fault`` says why.
    """

    def __init__(self, file: Path, head: dict[str, Any]) -> None:
        """head: of the record, its environment, options, started and command."""
        self.file, self.cases, self.fault = unfinished_file(file), 0, ""
        self._stream: TextIO | None = None
        self._running: dict[str, dict[str, Any]] = {}
        try:
            # A lone surrogate, as in a file name that is no UTF-8, becomes its JSON.
            self._stream = self.file.open("w", encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            self.fault = error.strerror or str(error)
        self._write({"form": FORM, **head})

    def begins(self, found: dict[str, Any]) -> None:
        """found: claim, lecture and case, as plain types; of the case what is known before it runs."""
        case = found["case"]
        self._running[case["node"]] = found
        self._write({"begins": case["node"], "device": case["device"], **_shared(found)})

    def ended(self, found: dict[str, Any]) -> None:
        """found: as in :meth:`begins`, of the case what it came to."""
        self._running.pop(found["case"]["node"], None)
        self.cases += 1
        self._write({**_shared(found), "case": found["case"]})

    def close(self, *, keep: bool) -> None:
        """Delete the file unless it is all that there is of the run. This process lives: no case has ended it."""
        for found in self._running.values():
            self._write({**_shared(found), "case": {**found["case"], "word": "not run", "why": STOPPED}})
        self._shut(keep=keep and self.cases > 0)

    def _write(self, line: dict[str, Any]) -> None:
        if self._stream is None:
            return
        try:
            self._stream.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._stream.flush()  # what the system has outlives this process
        except OSError as error:
            self.fault = error.strerror or str(error)
            # A case whose end is not in it would be taken for one that ended the process, and the record needs room.
            self._shut(keep=False)

    def _shut(self, *, keep: bool) -> None:
        if self._stream is None:
            return
        with contextlib.suppress(OSError):  # what could not be written can't be now
            self._stream.close()
        self._stream = None
        if not keep:
            with contextlib.suppress(OSError):
                self.file.unlink(missing_ok=True)


def _shared(found: dict[str, Any]) -> dict[str, Any]:
    return {name: found[name] for name in ("claim", "lecture")}


def is_unfinished(text: str) -> bool:
    """Whether a file's text is one of these."""
    return text.startswith(f'{{"form": "{FORM}"')


def record_of(text: str) -> Record:
    """The record of what had ended. A case that had begun is an error; a last line that was cut is left out.

    Raises KeyError, TypeError and ValueError for what is damaged.
    """
    head, *lines = map(json.loads, text.split("\n")[:-1])
    claims: dict[str, Claim] = {}
    lectures: dict[str, Lecture] = {}
    cases: dict[str, Case] = {}
    for line in lines:
        lecture, claim = Lecture.from_dict(line["lecture"]), Claim.from_dict(line["claim"])
        lectures.setdefault(lecture.key, lecture)
        claims.setdefault(claim.id, claim)
        if "case" in line:
            case = Case.from_dict(line["case"])
        else:
            case = Case(claim.id, line["begins"], line.get("device", ""), "error", why=ENDED)
        cases[case.node] = case
    return Record(
        environment=head["environment"],
        options={**head["options"], "unfinished": True},
        lectures=list(lectures.values()),
        claims=list(claims.values()),
        cases=list(cases.values()),
        started=head["started"],
        command=head["command"],
    )
