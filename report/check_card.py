"""The card beside a notebook's cell: the student's page's parts without script, in one language, on any background."""

from __future__ import annotations

from typing import Any

from report.page import fragment
from report.student_page import Line


def check_card(
    lang: str,
    *,
    counts: str,
    notes: list[str],
    first: str,
    rest: str,
    bad: list[Line],
    held: list[Line],
    missing: list[Line],
) -> str:
    """HTML for the inside of somebody's page. The first of ``bad`` is shown whole, the others are folded.

    counts, notes: sentences on top; first, rest: what is said of the first and of the others.
    """
    values: dict[str, Any] = {"counts": counts, "notes": notes, "first": first, "rest": rest}
    return fragment("check.html", lang, **values, bad=bad, held=held, missing=missing)


def sentence_card(text: str) -> str:
    """One sentence in the same frame."""
    return fragment("check.html", "en", counts="", notes=[text], first="", rest="", bad=[], held=[], missing=[])
