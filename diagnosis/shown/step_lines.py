"""The lines of a submission's class that compute its step: where the gates are cut and opened, and what follows.

Read off the text, line by line: nothing of a submission is run or parsed in the judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from results.worked import OwnLine
from submissions.files import Source, UnusableFile
from submissions.inside import notebooks

MOST = 12
AFTER = 3
"""Lines behind the last gate that may still belong to the step: c, h, and what shows them."""

_STEP = re.compile(r"\b(?:sigmoid|tanh|relu|chunk|split|act|activation|nonlinearity)_?\(")
_QUOTES = re.compile(r'"""|\'\'\'')
_DEF = re.compile(r"\s*def\s+(\w+)")


class Line(NamedTuple):
    """number: from 1. text: with the blanks before it. method: the function that it stands in."""

    number: int
    text: str
    method: str


def step_lines(source: Source, name: str) -> list[OwnLine]:
    """Of the class ``name``, at most MOST, or of what stands beside it and is named in it, a function or a cell, where
    the class has no such line. None where there are two of either."""
    try:
        cells, _ = notebooks.read(source.main, source.text(source.main))
    except (UnusableFile, ValueError):
        return []
    blocks = [(title, called, lines) for title, text in cells for called, lines in _blocks(text)]
    own = [(title, lines) for title, called, lines in blocks if called == name]
    if len(own) != 1:
        return []
    words = {word for line in own[0][1] for word in re.findall(r"\w+", line.text)} - {name}
    beside = [(title, lines) for title, called, lines in blocks if called in words]
    found = [(title, step) for title, lines in (own if _step(own[0][1]) else beside) if (step := _step(lines))]
    if len(found) != 1:
        return []
    [(title, step)] = found
    step = step[:MOST]
    least = min(_indent(line.text) for line in step)
    return [OwnLine(title, line.number, line.text[least:]) for line in step]


def _blocks(text: str) -> Iterator[tuple[str, list[Line]]]:
    """Each class, and each function that stands beside them: its name, and its code without comments, blank lines and
    texts."""
    lines = text.split("\n")
    for place, line in enumerate(lines):
        if found := re.match(r"(\s*)class\s+(\w+)|def\s+(\w+)", line):
            yield found[2] or found[3], list(_code(lines, place, len(found[1] or "")))


def _code(lines: list[str], start: int, indent: int) -> Iterator[Line]:
    method, in_text = "", False
    for number, line in enumerate(lines[start + 1 :], start + 2):
        code = line.partition("#")[0].rstrip()
        if not in_text and code and _indent(code) <= indent:
            return
        was_in_text, in_text = in_text, in_text ^ bool(len(_QUOTES.findall(line)) % 2)
        if found := _DEF.match(line):
            method = found[1]
        if code and not was_in_text and not _QUOTES.search(line):
            yield Line(number, code, method)


def _step(lines: list[Line]) -> list[Line]:
    """From the first line that cuts or opens a gate to the last, and what follows it on the same level; of no
    constructor."""
    lines = [line for line in lines if line.method != "__init__"]
    gates = [place for place, line in enumerate(lines) if _STEP.search(line.text)]
    if not gates:
        return []
    first, last = gates[0], gates[-1]
    if last - first >= MOST:  # more than one step: what lies between is something else
        return [lines[place] for place in gates]
    end = last + 1
    while end < min(last + 1 + AFTER, len(lines)) and _goes_on(lines[last].text, lines[end].text):
        end += 1
    return lines[first:end]


def _goes_on(gate: str, line: str) -> bool:
    """Not where what is computed is only handed over."""
    returned = line.lstrip().startswith("return")
    return _indent(line) == _indent(gate) and ("*" in line if returned else "=" in line)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
