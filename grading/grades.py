"""The folder of grades: what is judged already, what is written for each submission and for the class."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from checks.language import phrase
from fixtures.claim import named
from grading.feedback import feedback
from grading.formats import write as write_format
from grading.grade import Grade, text_of
from grading.hand_ins.handed_in import HandedIn
from grading.hand_ins.people import Roster
from grading.pages import write_class, write_student
from grading.points import Points, PointsError, read_points
from grading.tables import write_tables
from results.files import write_json, write_text
from results.judgement import Judgement
from results.model import Claim
from submissions.contract.model import STRICT, Contract


def points_of(
    file: Path | None,
    claims: tuple[Claim, ...],
    wanted: Sequence[str] = (),
    parts: tuple[str, ...] = (),
    contract: Contract = STRICT,
    lang: str = "en",
) -> Points:
    """By a points file, or each claim's own; of the claims that ``--claim`` names, and of those about ``parts`` that
    have a meaning under the contract.

    claims: all that the lecture judges. Raises PointsError.
    """
    points = read_points(file, claims) if file else Points(claims)
    points = replace(points, parts=_asked(parts or points.parts, contract), contract=contract)
    for word in wanted:
        if not any(named(claim.id, [word]) for claim in points.claims):
            raise PointsError(phrase("judged by no such claim", lang, word=word))
    found = points.only(lambda claim: not wanted or named(claim.id, wanted))
    if not found.claims:
        asked = f"has a meaning for what is asked for ({', '.join(points.parts)}) and " if points.parts else ""
        raise PointsError(f"no claim is left to judge by: none of those chosen {asked}is worth a point.")
    return found


def _asked(parts: tuple[str, ...], contract: Contract) -> tuple[str, ...]:
    if missing := [part for part in parts if contract.asked and part not in contract.asked]:
        raise PointsError(f"{missing[0]} is asked for, and the contract says nothing of it.")
    return parts or contract.asked


def chosen(points: Points, claims: tuple[Claim, ...]) -> tuple[str, ...]:
    """Those of ``claims`` to judge by, as Settings have them: none where it is all. What is worth nothing is not
    judged."""
    return () if points.claims == claims else tuple(claim.id for claim in points.claims)


def unreadable(one: HandedIn, points: Points, lang: str) -> Judgement:
    """The judgement of a submission that can't be read."""
    assert one.problem is not None
    message = phrase(one.problem.key, lang, **one.problem.values)
    return Judgement(one.source.name, one.source.sha256, claims=list(points.claims), message=message)


NO_CODE = ("no python", "empty folder", "closed archive")


class Book:
    """Keeps judgements and grades under ``folder``, one folder a submission. Points may change without judging anew.

    leave_open: a hand-in that can't be read gets no score, where it would get 0.
    """

    def __init__(self, folder: Path, settings: Any, points: Points, lang: str, *, leave_open: bool = False) -> None:
        self._folder, self.points, self._lang, self._leave_open = folder, points, lang, leave_open
        self._settings = hashlib.sha256(repr(settings).encode()).hexdigest()

    def is_judged(self, one: HandedIn) -> bool:
        """Whether these bytes were judged under these settings, and not in vain."""
        kept = self._kept(one)
        return kept is not None and kept.sha256 == one.source.sha256 and not kept.trouble

    def enter(self, one: HandedIn, judgement: Judgement) -> str:
        """Write what is known of one submission; a line on it for people."""
        place = self._folder / one.key
        grade = self._write(one, judgement)
        # Last: where it stands, all the rest does.
        write_json(place / "judgement.json", {"settings": self._settings, "judgement": judgement.as_dict()})
        return f"{one.key}  {text_of(grade, self._lang)}"

    def close(self, found: Sequence[HandedIn], formats: Sequence[str], roster: Roster | None = None) -> list[str]:
        """Write the class's tables and the wanted formats; the keys of those that could not be judged."""
        _clear(self._folder)
        kept = {one.key: judgement for one in found if (judgement := self._kept(one))}
        grades = {one.key: self._write(one, kept[one.key]) for one in found if one.key in kept}
        write_tables(list(grades.values()), self._folder, roster)
        write_class(grades, self._folder, self._lang)
        for name in dict.fromkeys(formats):
            write_format(name, grades, self._folder, self._lang)
        return [one.key for one in found if one.key not in kept or kept[one.key].trouble]

    def _write(self, one: HandedIn, judgement: Judgement) -> Grade:
        place = self._folder / one.key
        _clear(place)
        grade = Grade.of(judgement, self.points)
        grade.people = one.people
        grade.no_code = one.problem is not None and one.problem.key in NO_CODE
        if one.problem is not None and self._leave_open:
            grade.score = None
        write_json(place / "grade.json", grade.as_dict())
        write_text(place / "feedback.md", feedback(grade, self._lang))
        write_student(grade, place, self._lang, one.source)
        return grade

    def _kept(self, one: HandedIn) -> Judgement | None:
        try:
            data = json.loads((self._folder / one.key / "judgement.json").read_text("utf-8"))
            return Judgement.from_dict(data["judgement"]) if data["settings"] == self._settings else None
        except (OSError, ValueError, KeyError, TypeError):
            return None  # not there, or cut: it is judged again


def _clear(folder: Path) -> None:
    """Remove what a run has left that was killed while it wrote."""
    for cut in folder.glob(".*.part"):
        cut.unlink(missing_ok=True)
