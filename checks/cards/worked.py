"""One step worked out, in lines for cards and Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from checks.language import phrase
from checks.width import pad, width
from results.worked import Own, Value, WorkedStep


def rows(step: WorkedStep, lang: str) -> list[str]:
    """A table: each value, the right numbers, and the submission's; below it the code that makes them anew."""
    if step.is_right:
        return []
    own = {one.means: one for one in reversed(step.own) if one.means}
    cells = [["", phrase("right numbers", lang), phrase("your numbers", lang)]]
    for value in step.values:
        cells.append([value.name, _numbers(value.right), _beside(value, own.get(value.name), lang)])
    columns = [max(width(row[place]) for row in cells) for place in range(2)]
    table = ["  ".join([pad(row[0], columns[0]), pad(row[1], columns[1]), row[2]]).rstrip() for row in cells]
    return [*table, *(["", *step.code.splitlines()] if step.code else [])]


def _beside(value: Value, own: Own | None, lang: str) -> str:
    if value.seen is not None:
        return f"{_numbers(value.seen)}  {'✗' if value.differs else '✓'}"
    return f"= {own.name}, {own.line.place.in_language(lang)}" if own is not None else "?"


def _numbers(numbers: Sequence[float]) -> str:
    return " ".join(f"{number:7.4f}" for number in numbers)
