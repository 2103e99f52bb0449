"""Classroom 50's result.json (schema classroom50/result/v1), one beside each grade; context from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from grading.grade import Grade
from results.files import write_json

NEEDED = ("CLASSROOM", "ASSIGNMENT", "SUBMISSION_TAG", "COMMIT_URL", "RELEASE_URL", "REVIEW_URL")
SCALE = 100
"""Its scores are whole numbers: ours are given in hundredths of a point."""


def write(grades: Mapping[str, Grade], folder: Path, lang: str) -> list[Path]:
    """``folder/KEY/result.json`` of every grade. Raises ValueError that names what the environment lacks."""
    require()
    now = datetime.now(timezone.utc)
    # A grade that could not be given has no file: the format knows no other word for it than a zero.
    given = {key: grade for key, grade in grades.items() if grade.score is not None}
    return [write_json(folder / key / "result.json", result(grade, now)) for key, grade in given.items()]


def require() -> None:
    """Raises ValueError that names what the environment lacks."""
    missing = [name for name in NEEDED if not os.environ.get(name)]
    if not (os.environ.get("OWNER") or os.environ.get("USERNAME")):
        missing.append("OWNER")
    if missing:
        raise ValueError(f"--format classroom50 needs these environment variables: {', '.join(missing)}")


def result(grade: Grade, now: datetime) -> dict[str, Any]:
    """The object. now: in UTC."""
    env, tests = os.environ, _tests(grade)
    # Rounded one by one, as they are shown; a cap takes from the whole.
    earned = sum(test["score"] for test in tests)
    score = min(earned, round((grade.score or 0) * SCALE)) if grade.capped else earned
    return {
        "schema": "classroom50/result/v1",
        "classroom": env["CLASSROOM"],
        "assignment": env["ASSIGNMENT"],
        "assignment_type": env.get("ASSIGNMENT_TYPE", "individual"),
        "owner": env.get("OWNER") or env["USERNAME"],
        "submission": env["SUBMISSION_TAG"],
        "commit": env["COMMIT_URL"],
        "release": env["RELEASE_URL"],
        "review": env["REVIEW_URL"],
        "datetime": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "score": score,
        "max-score": sum(test["max-score"] for test in tests),
        "tests": tests,
    }


def _tests(grade: Grade) -> list[dict[str, Any]]:
    """One for each claim that is shown, and one for all others, so that they sum to the whole."""
    shown = [claim for claim in grade.claims if not claim.hidden]
    tests = [
        {
            "test-name": claim.claim.id,
            "passed": claim.word == "holds",
            "score": round(claim.points * SCALE),
            "max-score": round(claim.max_points * SCALE),
            "verdict": claim.word,
        }
        for claim in shown
    ]
    hidden = [claim for claim in grade.claims if claim.hidden]
    if hidden:
        earned, most = (
            round(sum(parts) * SCALE) for parts in zip(*((c.points, c.max_points) for c in hidden), strict=True)
        )
        tests.append(
            {"test-name": "not shown", "passed": earned == most, "score": earned, "max-score": most, "verdict": ""}
        )
    return tests
