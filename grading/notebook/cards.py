"""What a check shows: HTML for a notebook, made of the student's page's parts, and text for a console."""

from __future__ import annotations

import parts as registry
from checks.cards import card
from checks.language import phrase
from grading.grade import Grade
from grading.notebook.asked import Asked
from grading.notebook.words import word
from grading.pages import student_of
from grading.points import Points
from report.check_card import check_card, sentence_card
from report.student_page import Line
from results.causes import BAD
from results.judgement import Judgement

Shown = dict[str, str]
"""``html`` and ``text``."""


def sentence(text: str) -> Shown:
    """One sentence."""
    return {"html": sentence_card(text), "text": text}


def on_the_way(judgement: Judgement, asked: Asked, done: int, total: int) -> Shown:
    """How far it is, and what is known of the claims by now: the kernel puts its own sentence above."""
    lines = [line for line in _lines(judgement, asked.lang) if judgement.cases_of(line.claim)]
    return _shown(judgement, lines, asked, [])


def at_the_end(judgement: Judgement, asked: Asked, *, stopped: bool = False) -> Shown:
    """All of it."""
    if judgement.trouble or judgement.message:
        key = phrase("not judged", asked.lang)
        return sentence(f"{key}: {judgement.trouble}" if judgement.trouble else judgement.message)
    lines = [line for line in _lines(judgement, asked.lang) if not _of_another(judgement, line, asked)]
    notes = list(judgement.notes)
    if asked.renamed:
        notes.append(word("renamed", asked.lang, lines="; ".join(asked.renamed)))
    if asked.files:
        notes.append(word("helpers", asked.lang, names=", ".join(asked.files)))
    if stopped:
        known = [line for line in lines if judgement.cases_of(line.claim)]
        notes.insert(0, word("stopped", asked.lang, n=len(known), of=len(lines)))
        lines = known
    elif all(line.word in ("not attempted", "not run") for line in lines):
        if not asked.what:
            return sentence("; ".join(notes) or phrase("nothing attempted", asked.lang))
    elif not any(line.word in (*BAD, "not judged") for line in lines):
        notes.insert(0, word("all hold", asked.lang))
    return _shown(judgement, lines, asked, notes)


def _of_another(judgement: Judgement, line: Line, asked: Asked) -> bool:
    """Whether a claim is on parts alone that were not asked for: they are taken for not there."""
    parts = asked.chosen_parts()
    others = {phrase("no part", asked.lang, name=name) for name in registry.names() if name not in parts}
    return line.word == "not attempted" and {case.why for case in judgement.cases_of(line.claim)} <= others


def _lines(judgement: Judgement, lang: str) -> list[Line]:
    return student_of(Grade.of(judgement, Points(tuple(judgement.claims))), "", lang).lines


def _shown(judgement: Judgement, lines: list[Line], asked: Asked, notes: list[str]) -> Shown:
    bad = [line for line in lines if line.word in (*BAD, "not judged")]
    held = [line for line in lines if line.word == "holds"]
    missing = [line for line in lines if line.word in ("not attempted", "not run")]
    counts = word("counts", asked.lang, held=len(held), bad=len(bad), missing=len(missing))
    # One bug, one message: what says something new stands first.
    bad.sort(key=lambda line: bool(line.shown and line.shown.as_before))
    rest = word("one rest" if len(bad) == 2 else "rest", asked.lang, n=len(bad) - 1)
    html = check_card(
        asked.lang, counts=counts, notes=notes, first=word("first", asked.lang), rest=rest, bad=bad, held=held,
        missing=missing,
    )  # fmt: skip
    cards = [
        card(line.claim, line.shown, asked.lang, f"%check {line.claim.id}") for line in bad if line.shown is not None
    ]
    return {"html": html, "text": "\n\n".join(["\n".join([counts, *notes]), *cards])}
