"""What a run had come to when it was cut short: a line for each case, beside the record that was to be written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TextIO

from results.lecture import Lecture
from results.model import Case, Claim
from results.record import Record

SUFFIX = ".unfinished"
FORM = "claims-record, unfinished"


def unfinished_file(file: Path) -> Path:
    """Where it lies: ``run.json`` -> ``run.json.unfinished``."""
    return file.with_name(file.name + SUFFIX)


class Unfinished:
    """The cases of a run that ``file`` is to record, each written down before it begins and when it has ended, so that
    a process that dies takes nothing of them along. Their arrays are not in it."""

    def __init__(self, file: Path, head: dict[str, Any]) -> None:
        """head: of the record, its environment, options, started and command."""
        self.file, self.cases = unfinished_file(file), 0
        self._stream: TextIO = self.file.open("w", encoding="utf-8")
        self._write({"form": FORM, **head})

    def begins(self, node: str, claim: dict[str, Any], lecture: dict[str, Any]) -> None:
        """A case of ``claim``, both as plain types."""
        self._write({"begins": node, "claim": claim, "lecture": lecture})

    def ended(self, found: dict[str, Any]) -> None:
        """found: claim, lecture and case, as plain types."""
        self.cases += 1
        self._write({name: found[name] for name in ("claim", "lecture", "case")})

    def close(self, *, keep: bool) -> None:
        """Delete the file unless it is all that there is of the run."""
        self._stream.close()
        if not keep or not self.cases:
            self.file.unlink(missing_ok=True)

    def _write(self, line: dict[str, Any]) -> None:
        self._stream.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._stream.flush()  # what the system has outlives this process


def is_unfinished(text: str) -> bool:
    """Whether a file's text is one of these."""
    return text.startswith(f'{{"form": "{FORM}"')


def record_of(text: str) -> Record:
    """The record of what had ended. A case that had begun is an error, as is the run's last line where it is cut.

    Raises KeyError, TypeError and ValueError for what is damaged.
    """
    head, *lines = [json.loads(line) for line in text.splitlines() if line.endswith("}")]
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
            case = Case(claim.id, line["begins"], word="error", why="the process ended in this case")
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
