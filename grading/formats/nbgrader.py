"""The CSV that nbgrader exports, for gradebooks that read it: a row for each student of a hand-in."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from grading.grade import Grade
from grading.tables import harmless
from results.files import write_text

# In this order: it is the exporter's own.
HEADER = ["assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email", "raw_score"]
HEADER += ["late_submission_penalty", "score", "max_score"]


def write(grades: Mapping[str, Grade], folder: Path, lang: str) -> list[Path]:
    """``folder/nbgrader.csv``. A grade that could not be given has an empty score."""
    text = io.StringIO()
    table = csv.DictWriter(text, HEADER, restval="", lineterminator="\n")
    table.writeheader()
    pairs = [(person, grade) for grade in grades.values() for person in grade.people]
    times = Counter(person.id for person, _ in pairs)
    for person, grade in pairs:
        score = "" if grade.score is None else f"{grade.score:.12g}"
        # Of two hand-ins of one student a gradebook would keep the last; a person has to choose.
        id = person.id if times[person.id] == 1 else f"{person.id} ({grade.submission})"
        row = {"assignment": folder.resolve().name, "student_id": harmless(id), "first_name": harmless(person.name)}
        row |= {"raw_score": score, "late_submission_penalty": "0", "score": score}
        table.writerow({**row, "max_score": f"{grade.max_score:.12g}"})
    return [write_text(folder / "nbgrader.csv", text.getvalue())]
