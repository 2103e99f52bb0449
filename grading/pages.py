"""index.html of the class, and of each submission in its folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from checks.language import phrase
from grading.grade import Grade
from report.class_page import class_page
from report.student_page import Line, Student, student_page
from results.files import write_text
from submissions.files import Source, UnusableFile
from submissions.inside import notebooks

PAGE = "index.html"


def write_student(grade: Grade, place: Path, lang: str, source: Source) -> None:
    """The page of one submission, in its folder ``place``."""
    student = replace(student_of(grade, place.name, lang), code=_code(source))
    write_text(place / PAGE, student_page(student, lang))


def _code(source: Source) -> tuple[tuple[str, str], ...]:
    """The file, or its cells, titled as messages call them; nothing of what is no text."""
    try:
        return tuple(notebooks.read(source.main, source.text(source.main))[0])
    except (KeyError, UnusableFile, ValueError):
        return ()


def write_class(grades: Mapping[str, Grade], folder: Path, lang: str) -> None:
    """The page of the class, by name of submission; grades by folder."""
    students = [student_of(grade, key, lang) for key, grade in grades.items()]
    write_text(folder / PAGE, class_page(sorted(students, key=lambda student: student.name), lang))


def student_of(grade: Grade, key: str, lang: str = "en") -> Student:
    """A grade as the pages know it."""
    lines = [
        Line(
            one.claim, one.word, one.points, one.max_points, one.required, one.hidden, one.shown, one.judged, one.absent
        )
        for one in grade.claims
    ]
    # A name on disk that is no UTF-8 keeps its bytes.
    page = f"{quote(key, errors='surrogateescape')}/{PAGE}"
    notes = ([phrase("capped", lang, claim=grade.capped)] if grade.capped else []) + grade.notes
    return Student(
        grade.submission,
        page,
        grade.score,
        grade.max_score,
        lines,
        grade.message,
        grade.trouble,
        tuple(notes),
        grade.causes,
    )
