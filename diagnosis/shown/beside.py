"""What stands beside a diagnosis: the class that it is about, lines of the submission, one step worked out."""

from __future__ import annotations

import parts
from diagnosis.shown.worked_step import worked_step
from results.model import Case
from results.worked import OwnLine
from submissions.signals import Raised, Signal
from submissions.submission import Submission


def about(part: str, submission: Submission, error: BaseException | None, departed_of: str) -> str:
    """The class or function that a case came to an end with. departed_of: whose answer was the first that was wrong.

    Where an exception ended the case it is the one that was called last.
    """
    if part != parts.NETWORK:
        return part
    if isinstance(error, Signal) and "name" in error.values:
        return str(error.values["name"]).partition(".")[0]
    if isinstance(error, (Raised, Signal)) or not departed_of:
        return submission.last if submission.asked else ""
    return departed_of


def lines_of(error: BaseException | None) -> list[OwnLine]:
    """The submission's own lines that an exception went through, the innermost last."""
    if not isinstance(error, Raised):
        return []
    return [OwnLine(file, number, text) for file, number, text, _ in error.lines if text]


def show(case: Case, submission: Submission, error: BaseException | None) -> None:
    """Fill in lines and worked of a case that :func:`diagnosis.explain.explain` has explained."""
    case.lines = lines_of(error)
    # Where numbers depart, and once for each cause.
    if case.row is not None and not case.as_before:
        case.worked = worked_step(submission, case.about)
