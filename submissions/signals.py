"""What can come of a call to a submission besides an answer.

All but Raised are no Exception on purpose: a claim that awaits an exception must not take them for one. Each has a key
and values for a sentence in both languages (checks.language).
"""

from __future__ import annotations

import re
from typing import Any

from submissions.texts import cut, in_a_sentence

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


NO_CUDA = ("Torch not compiled with CUDA", "Found no NVIDIA driver", "No CUDA GPUs", "CUDA_VISIBLE_DEVICES")
"""What torch says where a GPU is asked for and there is none."""

TORCHS_OWN = {"RuntimeError", "AssertionError", "TypeError"}
"""What torch raises, or a class of its own below it, where it finds a device that it can't take."""

NO_SUCH_GPU = ("invalid device ordinal",)
"""What CUDA says where a GPU is asked for by a number that none has."""

MIXED_DEVICES = ("same device", "different devices", "device type cuda but got", "device type cpu but got")
"""In what torch says where two tensors lie on two devices, in many words. All that the judge hands in lies on one."""


def of_exception(found: Any, name: str, device: str, may_be_unwritten: bool = True) -> BaseException:
    """The signal for an exception that the worker described. It may be forged: everything is made a string.

    name: the part that was called; device: where.
    """
    message, lines = str(found["message"]), [(str(f), int(n), str(t), str(w)) for f, n, t, w in found["lines"]]
    # torch raises it, too, from a line that computes; a module without forward raises it in no line of its own.
    if "NotImplementedError" in found["kinds"] and may_be_unwritten and (not lines or "NotImplemented" in lines[-1][2]):
        return NotAttempted("not implemented", name=name)
    raised = Raised(str(found["type"]), message, lines)
    if found.get("module"):
        return WrongAnswer("no module", name=name, module=in_a_sentence(str(found["module"])), place=raised.place)
    on_the_cpu = ("hard-coded cuda", NO_CUDA if device == "cpu" else ())
    for key, words in (on_the_cpu, ("no such GPU", NO_SUCH_GPU), ("mixed devices", MIXED_DEVICES)):
        if TORCHS_OWN & set(found["kinds"]) and any(part in message for part in words):
            return WrongAnswer(key, name=name, place=raised.place, device=device)
    return raised
