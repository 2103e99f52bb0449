"""The card beside a notebook's cell: the student's page's parts without script, in one language, on any background."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from report.page import fragment
from report.student_page import Line, ToMend


def check_card(
    lang: str,
    *,
    counts: str,
    notes: list[str],
    first: str,
    rest: str,
    mend: Sequence[ToMend],
    held: Sequence[Line] = (),
    missing: Sequence[Line] = (),
    open: Sequence[Line] = (),
) -> str:
    """HTML for the inside of somebody's page. The first of ``mend`` is shown whole, the others are folded. open: claims
    that could not be judged.

    counts, notes: sentences on top; first, rest: what is said of the first and of the others.
    """
    values: dict[str, Any] = {"counts": counts, "notes": notes, "first": first, "rest": rest}
    return fragment("check.html", lang, **values, mend=mend, held=held, missing=missing, open=open)


def sentence_card(text: str) -> str:
    """One sentence in the same frame."""
    return check_card("en", counts="", notes=[text], first="", rest="", mend=[])
