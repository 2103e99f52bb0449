"""Evidence in words of both languages."""

from __future__ import annotations

from collections.abc import Sequence

from report.words import word
from results.causes import is_in_the_row
from results.model import Both, Case, Evidence
from results.texts import label


def told(item: Evidence) -> Both:
    """What a check saw, such as ``exact``, without the name of the thing."""
    value, allowed, margin = item.value, item.allowed, item.margin
    if item.check in ("note", "options", "words"):
        return _same(item.text if value is None else f"{value:.6g} {item.text}".strip())
    if item.check == "ends":
        return word("ended", text=item.text)
    if item.check in ("above", "below"):
        return word(item.check, value=value, allowed=allowed)
    if item.check == "raises":
        if margin is not None and margin < 0:
            return _same(item.text) if item.text else word("nothing raised")
        return word("raised", text=item.text)
    if item.check == "holds" or value is None:
        return _same(item.text) if item.text else word("is exact" if (margin or 0) > 0 else "is different")
    if value == 0 and item.check != "printed":
        return word("is exact")
    inside = margin is not None and margin >= 0
    how = word(("is printed" if item.check == "printed" else "is close") if inside else "is different")
    gap = word("gap", value=value, allowed=allowed)
    place = word("at", where=item.where) if item.where and not inside else _same("")
    return Both(f"{how.en}, {gap.en}{place.en}", f"{how.ko}, {gap.ko}{place.ko}")


def seen_in(case: Case) -> Both:
    """What was seen in a case that does not hold: its last evidence, or the sentence of the run, in its language."""
    last = case.evidence[-1] if case.evidence else None
    if case.word in ("fails", "known fault") and last is not None and last.margin is not None and last.margin < 0:
        what, seen = label(last.what), told(last)
        return Both(f"{what.en}: {seen.en}", f"{what.ko}: {seen.ko}")
    return _same(case.why)


def seen_first(case: Case) -> Both:
    """The same of a case whose first wrong row is shown, which may say it all."""
    if not is_in_the_row(case) or case.row is None:
        return seen_in(case)
    told = word("gap", value=case.row.gap, allowed=case.row.allowed)
    return Both(f"{case.row.at}: {told.en}", f"{case.row.at}: {told.ko}")


def faults_of(cases: Sequence[Case]) -> list[Both]:
    """Of cases that a known fault of torch concerns: what was seen, or why they hold."""
    held = [case for case in cases if case.fault and case.word == "holds"]
    found = [word("not shown" if case.has_fault else "mended", fault=case.fault) for case in held]
    for case in (case for case in cases if case.word == "known fault"):
        en, ko = (word("known because", fault=case.fault, seen=seen) for seen in _seen_both(case))
        found.append(Both(en.en, ko.ko))
    return found


def _seen_both(case: Case) -> tuple[str, str]:
    seen = seen_in(case)
    return seen.en, seen.ko


def percent(margin: float | None) -> str:
    """A margin for people: 100 % is the whole allowance, 0 the boundary."""
    if margin is None:
        return ""
    if margin < 0:
        return "−"
    return f"{100 * min(margin, 1):.3g} %" if margin >= 0.001 or margin == 0 else "< 0.1 %"


def _same(text: str) -> Both:
    return Both(text, text)
