"""grades.csv and claims.csv: the class in two tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grading.grade import Grade
from grading.hand_ins.people import Person, Roster
from results.causes import BAD
from results.files import write_text

# Excel takes UTF-8 for the local code page unless a byte order mark stands first, and Hangul breaks.
ENCODING = "utf-8-sig"
NOTHING = "nothing handed in"
"""The verdict of who stands in the roster alone."""


def write_tables(grades: Sequence[Grade], folder: Path, roster: Roster | None = None) -> list[Path]:
    """Both tables, by name of submission and in the lecture's order.

    Grades by the roster, where there is one, with those who handed in nothing.
    """
    import pandas

    files = []
    for name, rows in (("grades.csv", _grades(grades, roster or Roster())), ("claims.csv", _claims(grades))):
        # As objects: where one row has no count, a column of numbers would have decimals in all others.
        text = pandas.DataFrame(rows, dtype=object).to_csv(index=False, lineterminator="\n")
        files.append(write_text(folder / name, text, ENCODING))
    return files


def harmless(text: str) -> str:
    """Text that a spreadsheet does not take for a formula: an apostrophe goes before = + - @ and tabs."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _grades(grades: Sequence[Grade], roster: Roster) -> list[dict[str, Any]]:
    place = {person: place for place, person in enumerate(roster.people)}
    rows = [(person, _row(person, grade)) for grade in grades for person in grade.people or (Person(""),)]
    handed_in = {person for person, _ in rows}
    rows += [(person, {**_of(person), "verdict": NOTHING}) for person in roster.people if person not in handed_in]
    rows.sort(key=lambda row: (place.get(row[0], len(place)), row[1].get("submission", ""), row[1].get("sha256", "")))
    return [row for _, row in rows]


def _of(person: Person) -> dict[str, Any]:
    return {"student_id": harmless(person.id), "name": harmless(person.name), "section": harmless(person.section)}


def _row(person: Person, grade: Grade) -> dict[str, Any]:
    return {
        "submission": harmless(grade.submission),
        **_of(person),
        "sha256": "" if grade.no_code else grade.sha256,  # none of its bytes were read
        "verdict": grade.verdict,
        "score": grade.score,
        "max_score": grade.max_score,
        "held": grade.count("holds"),
        "failed": grade.count(*BAD),
        "not_attempted": grade.count("not attempted"),
        "not_run": grade.count("not run"),
        "mistakes": ", ".join(grade.mistakes),
        "message": harmless(grade.message or grade.trouble),
        "seconds": round(grade.seconds, 1),
    }


def _claims(grades: Sequence[Grade]) -> list[dict[str, Any]]:
    judged = [grade for grade in grades if grade.score is not None]
    rows = []
    for place, one in enumerate(judged[0].claims if judged else []):
        same = [grade.claims[place] for grade in judged]
        words = Counter(claim.word for claim in same)
        attempted = sum(words[word] for word in ("holds", *BAD))
        mistakes = Counter(claim.shown.mistake for claim in same if claim.shown and claim.shown.mistake)
        rows.append(
            {
                "claim": one.claim.id,
                "section": one.claim.section,
                "statement": one.claim.statement.en,
                "points": one.max_points,
                "held": words["holds"],
                "failed": words["fails"] + words["undecided"],
                "error": words["error"],
                "not_attempted": words["not attempted"],
                "not_run": words["not run"],
                "share_held": round(words["holds"] / attempted, 3) if attempted else None,
                "common_mistakes": ", ".join(f"{name} ({n})" for name, n in mistakes.most_common(3)),
            }
        )
    return rows
