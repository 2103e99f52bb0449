"""What stands beside a diagnosis: the class that it is about, lines of the submission, one step worked out."""

from __future__ import annotations

import parts
from diagnosis.shown import sentences
from diagnosis.shown.step_lines import step_lines
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


def lines(error: BaseException | None) -> list[OwnLine]:
    """The submission's own lines that an exception went through, the innermost last."""
    if not isinstance(error, Raised):
        return []
    return [OwnLine(file, number, text) for file, number, text, _ in error.lines if text]


def show_step(case: Case, submission: Submission) -> None:
    """Where numbers depart: one step worked out, and the lines that compute it where it is wrong; on one card of each
    class."""
    if case.row is None or case.as_before:
        return
    node, _ = submission.said.setdefault(f"one step of {case.about}", (case.node, case.claim))
    if node == case.node:
        case.worked = worked_step(submission, case.about)
        if case.worked and case.mistake:
            case.worked = sentences.beside_a_name(case.worked)
        if not case.lines and case.worked and not case.worked.is_right:
            case.lines = step_lines(submission.source, submission.contract.own(case.about))
