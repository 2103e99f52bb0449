"""A submission's file on its page, with the lines marked that a message names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from results.causes import Cause
from results.worked import OwnLine


@dataclass(frozen=True)
class CodeLine:
    """number: from 1. causes: numbers of those that name it."""

    number: int
    text: str
    causes: list[int]


@dataclass(frozen=True)
class Code:
    """A file, or a notebook's cell, as messages call it."""

    title: str
    lines: list[CodeLine]


def marked(code: Sequence[tuple[str, str]], causes: Iterable[Cause]) -> list[Code]:
    """Titles and texts, line by line; of cells those alone in which a line is named. Empty where none is."""
    by_line: dict[tuple[str, int], list[int]] = {}
    for number, cause in enumerate(causes, 1):
        for line in named(cause):
            by_line.setdefault((line.file, line.number), []).append(number)
    told = {file for file, _ in by_line}
    return [
        Code(title, [CodeLine(n, line, by_line.get((title, n), [])) for n, line in enumerate(text.split("\n"), 1)])
        for title, text in code
        if title in told
    ]


def named(cause: Cause) -> list[OwnLine]:
    """The lines that a cause's card speaks of."""
    case = cause.case
    own = case.worked.own if case.worked else []
    return list(dict.fromkeys([*case.lines, *(one.line for one in own if one.line.text)]))
