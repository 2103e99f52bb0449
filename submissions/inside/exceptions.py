"""An exception of a submission, told to the judge: its type, its words, the submission's own lines. In the worker."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from submissions.inside.source import MissingName, module_missing
from submissions.texts import LONGEST, LONGEST_LINE, cut


def described(error: BaseException, files: Sequence[str]) -> dict[str, Any]:
    """Plain types. files: names of the submission's own; a notebook's cells begin with its name."""
    try:
        message = str(error)[:LONGEST]
    except BaseException:  # its words are the submission's code too
        message = "(its message can't be read)"
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if any(f.filename.startswith(name) for name in files)]
    module = cut(module_missing(error), LONGEST_LINE)
    there = {part for file in files if file.endswith(".py") for part in PurePosixPath(file).with_suffix("").parts}
    if module.rpartition(".")[2] in there:
        module = ""  # it was handed in: what is wrong is from where it is imported, which its words say
    lines = [[f.filename, f.lineno or 0, _quoted(f.line), f.name] for f in own[-3:]]
    if isinstance(error, SyntaxError) and error.filename:
        lines = [[error.filename, error.lineno or 0, _quoted(error.text), ""]]
    if isinstance(error, MissingName):
        # The line that failed, wherever the name is used: it is one fault.
        file, number, line = error.place
        lines = [[file, number, _quoted(line), ""]]
        message = message.removesuffix(f" ({file} line {number})")  # told beside it
        error = ImportError()  # as it is told of any import
    # Not by attribute: a metaclass may answer for it.
    kinds = [type.__dict__["__name__"].__get__(kind) for kind in type.__dict__["__mro__"].__get__(type(error))]
    kinds = [kind[:LONGEST_LINE] for kind in kinds]
    return {"type": kinds[0], "kinds": kinds, "message": message, "lines": lines, "module": module}


def _quoted(line: str | None) -> str:
    return cut((line or "").strip(), LONGEST_LINE)
