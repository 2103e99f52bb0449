"""What a teacher is told of what was handed in, before anything is judged."""

from __future__ import annotations

from collections.abc import Iterable

from checks.language import phrase
from grading.hand_ins.handed_in import Found, claimed_twice, duplicates
from grading.hand_ins.people import Person, Roster


def of(found: Found, roster: Roster, lang: str) -> list[str]:
    """A sentence each: how it lies there, what is left out, whose can't be read, who is missing or there twice."""
    lines = []
    for file, key, count, left_out in found.layouts:
        lines += [phrase(key, lang, file=file, n=count)] if key != "layout file" else []
        lines += [phrase("earlier attempts", lang, names=_quoted(left_out))] if left_out else []
    lines += [phrase("roster beside", lang, file=file) for file in found.rosters if not roster]
    for one in found.all:
        for key, values in one.source.notes:
            told = phrase(key, lang, **values)
            lines.append(told if values["file"] == one.source.name else f"{one.source.name}: {told}")
        if one.problem:
            why = phrase(one.problem.key, lang, **one.problem.values)
            lines.append(phrase("unreadable", lang, why=why if one.source.name in why else f"{one.source.name}: {why}"))
    lines += [phrase("same file", lang, names=_quoted(keys)) for keys in duplicates(found.all)]
    lines += [phrase("claimed twice", lang, names=_quoted(keys)) for keys in claimed_twice(found.all, roster)]
    if roster:
        here = {person for one in found.all for person in one.people}
        lines += [phrase("may be", lang, name=one.key, names=_listed(one.may_be)) for one in found.all if one.may_be]
        strangers = [one.key for one in found.all if not (one.may_be or set(one.people) & set(roster.people))]
        absent = [person for person in roster.people if person not in here]
        lines += [phrase("not in roster", lang, names=_quoted(strangers))] if strangers else []
        lines += [phrase("nothing from", lang, names=_listed(absent))] if absent else []
    return lines


def _listed(people: Iterable[Person]) -> str:
    return _quoted(f"{person.id} {person.name}".strip() for person in people)


def _quoted(names: Iterable[str]) -> str:
    # For names may hold commas.
    return ", ".join(f'"{name}"' for name in names)
