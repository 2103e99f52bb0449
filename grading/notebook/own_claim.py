"""%%claim: a cell of the student's own as a claim. It runs in the kernel: what it says is theirs, no grade."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from checks import check
from checks.cards import card
from checks.evidence import told
from checks.language import phrase
from checks.running import RUNNING, Running
from checks.verdicts import word_of
from grading.notebook.words import word
from report.check_card import check_card
from report.student_page import Line, to_mend
from results.causes import causes_of
from results.model import Both, Case, Claim

_MISSING = object()


def own_claim(shell: Any, statement: str, cell: str, lang: str) -> dict[str, str]:
    """Run the cell among the notebook's names, ``check`` being checks.check; ``html`` and ``text`` of its card."""
    running = Running(lang=lang, bits=False)
    error = _run(shell, cell, running)
    outcome, why = word_of(error, running)
    name = word("own claim", lang)
    likely = Both(word("own likely", "en"), word("own likely", "ko"))
    claim = Claim(name, "", "", Both(statement or name, statement or name), likely)
    case = Case(name, "", word=outcome, why=why, evidence=running.evidence)
    line = Line(claim, outcome, 0, 0, shown=case if outcome != "holds" else None)
    seen = [told(one, lang) for one in running.evidence] if outcome == "holds" else []
    html = check_card(
        lang,
        counts=f"{phrase(outcome, lang)}: {statement or name}",
        notes=seen,
        first="",
        rest="",
        # Which claim fails stands on top already.
        mend=[replace(one, lines=[]) for one in to_mend(causes_of([case]), [line])],
    )
    text = (
        card(claim, case, lang, "")
        if outcome != "holds"
        else "\n  ".join([f"{phrase(outcome, lang)}: {statement or name}", *seen])
    )
    return {"html": html, "text": text}


def _run(shell: Any, cell: str, running: Running) -> BaseException | None:
    """What ended it. An interrupt goes on."""
    names = shell.user_ns
    before = names.get("check", _MISSING)
    token = RUNNING.set(running)
    names["check"] = check
    try:
        code = compile(shell.transform_cell(cell), "<claim>", "exec")
        exec(code, names)
    except Exception as error:
        return error
    finally:
        RUNNING.reset(token)
        # A check of the cell's own making stays.
        if names.get("check") is check:
            if before is _MISSING:
                del names["check"]
            else:
                names["check"] = before
    return None
