"""Gradescope's results.json, one beside each grade."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from checks.cards.causes import headline
from checks.cards.own import lead
from grading.feedback import escaped, feedback
from grading.grade import ClaimGrade, Grade, text_of
from results.files import write_json


def write(grades: Mapping[str, Grade], folder: Path, lang: str) -> list[Path]:
    """``folder/KEY/results.json`` of every grade."""
    return [write_json(folder / key / "results.json", results(grade, lang)) for key, grade in grades.items()]


def results(grade: Grade, lang: str) -> dict[str, Any]:
    """The object. A grade that could not be given has score 0, says why, and is marked in extra_data."""
    common = {"execution_time": round(grade.seconds, 1), "output_format": "md"}
    if grade.score is None:
        data = {"not_judged": True, "trouble": grade.trouble or grade.message}
        return {**common, "score": 0, "output": feedback(grade, lang), "extra_data": data}
    # One hidden test would hide the total from students: hidden claims have no row, and count in the score alone.
    tests = [_test(claim, number, lang) for number, claim in enumerate(grade.claims, 1) if not claim.hidden]
    causes = [f"{headline(grade.causes, lang)}."] if grade.causes else []
    return {
        **common,
        "score": grade.score,
        "output": escaped(" ".join([text_of(grade, lang), *causes, *grade.notes])),
        "tests": tests,
    }


def _test(claim: ClaimGrade, number: int, lang: str) -> dict[str, Any]:
    lines = [claim.claim.statement.in_language(lang)]
    if claim.shown is not None:
        lines.append(claim.shown.why)
        if claim.word in ("fails", "error", "undecided"):
            lines.append(lead(claim.claim, claim.shown, lang))
    return {
        "number": str(number),
        "name": claim.claim.id,
        "score": round(claim.points, 6),
        "max_score": claim.max_points,
        "status": "passed" if claim.word == "holds" else "failed",
        "output": "\n".join(line for line in lines if line),
        "output_format": "text",
        "tags": [claim.claim.section, claim.word],
    }
