"""What can come of a call to a submission besides an answer.

All but Raised are no Exception on purpose: a claim that awaits an exception must not take them for one. Each has a key
and values for a sentence in both languages (checks.language).
"""

from __future__ import annotations

import re
from typing import Any

from submissions.texts import cut

Line = tuple[str, int, str, str]
_COMPILED = re.compile(r'File "([^"]+)", line (\d+), in (\S+)\n(.*?)\n *[~^]+ <--- HERE', re.DOTALL)


def _of_torchscript(message: str) -> tuple[str, list[Line]]:
    """What TorchScript says last, without the type, and the line that it marks; once it has compiled anew, none."""
    marked = [
        (file, int(number), (text.splitlines() or [""])[-1].strip(), function)
        for file, number, function, text in _COMPILED.findall(message)
    ]
    return re.sub(r"^\w+(\.\w+)*: ", "", message.strip().splitlines()[-1]), marked[-1:]


class Signal(BaseException):
    """key: of the sentence; values: what is filled in, cut where it was put together of many."""

    def __init__(self, key: str, **values: Any) -> None:
        values = {name: cut(value) if isinstance(value, str) else value for name, value in values.items()}
        super().__init__(f"{key} {values}")
        self.key, self.values = key, values


class NotAttempted(Signal):
    """The submission has no such part or option."""


class LeftOut(NotAttempted):
    """The contract has no such option or call: nothing that the submission lacks."""


class WrongAnswer(Signal):
    """What came back can't be held against anything: another structure, no module, torch's own kernel."""


class Broken(Signal):
    """The worker ended, or was ended at a limit. part: what had been called."""


class Raised(Exception):
    """The submission raised an exception.

    name: its type. message: its own words; cause: the one line of them that says what is wrong. lines: its own lines on
    the way, (file, line number, text, function), the innermost last.
    """

    def __init__(self, name: str, message: str, lines: list[Line]) -> None:
        self.name, self.message, self.lines = name, message, lines
        self.cause = message.strip().splitlines()[0] if message.strip() else ""
        if "TorchScript interpreter" in self.cause:
            self.cause, marked = _of_torchscript(message)
            self.lines = lines or marked
        super().__init__(f"{name}: {self.cause}" if self.cause else name)

    @property
    def place(self) -> str:
        """The innermost line of the submission, or the empty word."""
        if not self.lines:
            return ""
        file, number, text, _ = self.lines[-1]
        return f"{file} line {number}" + (f": {text}" if text else "")
