"""The lines of a submission's class that compute its step: where the gates are cut and opened, and what follows.

Read off the text, line by line: nothing of a submission is run or parsed in the judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from results.worked import OwnLine
from submissions.files import Source, UnusableFile
from submissions.inside import notebooks

MOST = 12
AFTER = 3
"""Lines behind the last gate that may still belong to the step: c, h, and what shows them."""

_STEP = re.compile(r"\b(?:sigmoid|tanh|relu|chunk|split)_?\(")
_QUOTES = re.compile(r'"""|\'\'\'')
_DEF = re.compile(r"\s*def\s+(\w+)")

Line = tuple[int, str]
"""Its number from 1, and its text with the blanks before it."""


def step_lines(source: Source, name: str) -> list[OwnLine]:
    """Of the class ``name``, at most MOST; none where it has no such line of its own, or stands there twice."""
    try:
        cells, _ = notebooks.read(source.main, source.text(source.main))
    except (UnusableFile, ValueError):
        return []
    found = [(title, _step(lines)) for title, text in cells for lines in _classes(text, name)]
    if len(found) != 1:
        return []
    [(title, lines)] = found
    return [OwnLine(title, number, text.strip()) for number, text in lines[:MOST]]


def _classes(text: str, name: str) -> Iterator[list[Line]]:
    """The code of each class of this name, without its constructor, comments, blank lines and texts."""
    lines = text.split("\n")
    for place, line in enumerate(lines):
        if found := re.match(rf"(\s*)class\s+{re.escape(name)}\b", line):
            yield list(_code(lines, place, len(found[1])))


def _code(lines: list[str], start: int, indent: int) -> Iterator[Line]:
    method, in_text = "", False
    for number, line in enumerate(lines[start + 1 :], start + 2):
        code = line.partition("#")[0].rstrip()
        if not in_text and code and _indent(code) <= indent:
            return
        was_in_text, in_text = in_text, in_text ^ bool(len(_QUOTES.findall(line)) % 2)
        if found := _DEF.match(line):
            method = found[1]
        if code and not was_in_text and not _QUOTES.search(line) and method != "__init__":
            yield number, code


def _step(lines: list[Line]) -> list[Line]:
    """From the first line that cuts or opens a gate to the last, and what follows it on the same level."""
    gates = [place for place, (_, text) in enumerate(lines) if _STEP.search(text)]
    if not gates:
        return []
    first, last = gates[0], gates[-1]
    if last - first >= MOST:  # more than one step: what lies between is something else
        return [lines[place] for place in gates]
    end = last + 1
    while end < min(last + 1 + AFTER, len(lines)) and _goes_on(lines[last][1], lines[end][1]):
        end += 1
    return lines[first:end]


def _goes_on(gate: str, line: str) -> bool:
    return _indent(line) == _indent(gate) and "=" in line and not line.lstrip().startswith("return")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
