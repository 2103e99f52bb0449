"""What a check shows: HTML for a notebook, made of the student's page's parts, and text for a console."""

from __future__ import annotations

import parts as registry
from checks.cards import card
from checks.cards.causes import following, headline
from checks.language import phrase
from grading.grade import Grade
from grading.notebook.asked import Asked
from grading.notebook.words import word
from grading.pages import student_of
from grading.points import Points
from report.check_card import check_card, sentence_card
from report.student_page import Line, to_mend
from results.causes import BAD, Cause, causes_of
from results.judgement import Judgement
from results.model import Claim

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
        notes.insert(0, word("stopped", asked.lang, n=len(known)))
        lines = known
    elif all(line.word in ("not attempted", "not run") for line in lines):
        if not judgement.notes:  # else they say it
            notes.insert(0, word("nothing", asked.lang, why=_why_nothing(judgement, lines, asked)))
        if not asked.what:
            return sentence("; ".join(notes))
    elif not any(line.word in (*BAD, "not judged") for line in lines):
        notes.insert(0, word("all hold", asked.lang))
    return _shown(judgement, lines, asked, notes)


def _of_another(judgement: Judgement, line: Line, asked: Asked) -> bool:
    """Whether a claim is on parts alone that were not asked for: they are taken for not there."""
    return line.word == "not attempted" and {case.why for case in judgement.cases_of(line.claim)} <= _of_others(asked)


def _of_others(asked: Asked) -> set[str]:
    """What is said of the parts that were not asked for."""
    parts = asked.chosen_parts()
    return {phrase("no part", asked.lang, name=name) for name in registry.names() if name not in parts}


def _why_nothing(judgement: Judgement, lines: list[Line], asked: Asked) -> str:
    """Of what was asked for."""
    if not asked.what:
        return word("none written", asked.lang, names=", ".join(map(asked.terms.own, asked.chosen_parts())))
    whys = dict.fromkeys(case.why for line in lines for case in judgement.cases_of(line.claim))
    lang, names = asked.lang, map(asked.terms.own, registry.names())
    # The judge speaks of a file.
    here = {phrase("no part", lang, name=name): word("not here", lang, name=name) for name in names}
    return "; ".join(here.get(why, why) for why in whys if why not in _of_others(asked))


def _lines(judgement: Judgement, lang: str) -> list[Line]:
    return student_of(Grade.of(judgement, Points(tuple(judgement.claims))), "", lang).lines


def _shown(judgement: Judgement, lines: list[Line], asked: Asked, notes: list[str]) -> Shown:
    bad = [line for line in lines if line.word in (*BAD, "not judged")]
    held = [line for line in lines if line.word == "holds"]
    missing = [line for line in lines if line.word in ("not attempted", "not run")]
    causes = causes_of(judgement.cases)
    counts = word("counts", asked.lang, held=len(held), bad=len(bad), missing=len(missing))
    counts = f"{counts}. {headline(causes, asked.lang)}" if causes else counts
    html = check_card(
        asked.lang,
        counts=counts,
        notes=notes,
        first=word("first", asked.lang),
        rest=word("one rest" if len(causes) == 2 else "rest", asked.lang, n=len(causes) - 1),
        mend=to_mend(causes, lines),
        held=held,
        missing=missing,
        open=[line for line in bad if line.word == "not judged"],
    )
    by_id = {line.claim.id: line.claim for line in lines}
    cards = [_card(by_id[cause.case.claim], cause, asked.lang) for cause in causes]
    return {"html": html, "text": "\n\n".join(["\n".join([counts, *notes]), *cards])}


def _card(claim: Claim, cause: Cause, lang: str) -> str:
    follows = following(cause, lang) if cause.others else []
    return "\n".join([card(claim, cause.case, lang, f"%check {claim.id}"), *follows])
