"""The card of a case that judges somebody's own class: what to do, the numbers beside the right ones, the line."""

from __future__ import annotations

from collections.abc import Sequence

from checks.cards import worked
from checks.evidence import told
from checks.language import phrase
from checks.width import pad, wrap
from results.causes import is_in_the_row
from results.model import Case, Claim, Evidence, Row
from results.texts import begins_with

WIDTH = 116


def lead(claim: Claim, case: Case, lang: str) -> str:
    """The class, and the one thing to do: of the mistake that was recognised, else the claim's own hint. Of a case that
    was not judged nothing is to be done."""
    if case.word == "not judged":
        return phrase("not your fault", lang)
    advice = (case.advice or claim.likely).in_language(lang)
    return advice if not case.about or begins_with(advice, case.about) else f"{case.about}: {advice}"


def own_card(claim: Claim, case: Case, lang: str, again: str) -> str:
    """The card, in lines of at most WIDTH columns (what is to be typed is never broken)."""
    head = wrap(f"{lead(claim, case, lang)}   [{phrase(case.word, lang)}]", WIDTH)
    lines = [head[0], *(f"    {line}" for line in head[1:])]
    if case.lines and case.row is None:
        lines += row(phrase("your line", lang), quoted(case, lang)[-1:])
    if case.row is not None:
        lines += _as_it_is(phrase("first wrong row", lang), beside(case.row, lang))
    # What held in the same case misleads: "hT: exact" may be one answer of theirs against another.
    lines += row(phrase("seen", lang), seen_first(case, lang)[:1])
    if case.lines and case.row is not None:
        lines += _as_it_is(phrase("your step", lang), quoted(case, lang))
    if case.worked is not None:
        lines += row(phrase("one step", lang), [said.in_language(lang) for said in case.worked.said])
        lines += _as_it_is("", worked.rows(case.worked, lang))
    if case.prints.strip():
        lines += row(phrase("prints", lang), case.prints.strip().splitlines()[:20])
    # Of a mistake that is named the claim which comes first says nothing: it fails as all do.
    statement = "" if case.mistake else f": {claim.statement.in_language(lang)}"
    lines += row(phrase("found by", lang), [f"{claim.id}{statement}"])
    return "\n".join([*lines, *_as_it_is(phrase("again", lang), [again])])


def quoted(case: Case, lang: str) -> list[str]:
    """The submission's own lines: ``own.py line 31: text``, of a step that has several the place once."""
    file = case.lines[0].where.in_language(lang)
    several = len(case.lines) > 1 and case.row is not None
    return (
        [file, *(f"{one.number:5}  {one.text}" for one in case.lines)]
        if several
        else [f"{one.place.in_language(lang)}: {one.text}" for one in case.lines]
    )


def beside(first: Row, lang: str) -> list[str]:
    """The row's name; its numbers above the right ones."""
    digits = _digits(first)
    labels = [phrase("your numbers", lang), phrase("right numbers", lang)]
    return [
        first.at if first.step is None else phrase("row of step", lang, at=first.at, step=first.step),
        *(
            f"{pad(label, 8)} {' '.join(f'{number:{digits + 4}.{digits}f}' for number in numbers)}"
            for label, numbers in zip(labels, (first.seen, first.right), strict=True)
        ),
    ]


def _digits(first: Row) -> int:
    """As many as it takes to see the difference, from 4 on."""
    for digits in range(4, 10):
        if any(f"{a:.{digits}f}" != f"{b:.{digits}f}" for a, b in zip(first.seen, first.right, strict=True)):
            return digits
    return 10


def seen(case: Case, lang: str) -> list[str]:
    """What the checks saw: the one that ended the case first, then what went before it, kept short."""
    # Of two answers of theirs the name says one: "hT: different" is no word on hT where their output is wrong.
    found = [told(one, lang, "two differ" if _is_of_two(case, one) else "different") for one in case.evidence]
    if stopped_by_a_check(case):
        return found[-1:] + found[:-1][-3:]
    return [case.why, *found[-3:]]


def _is_of_two(case: Case, evidence: Evidence) -> bool:
    """Whether a claim on somebody's own class compares two values, of which neither is said to be the right one."""
    return bool(case.part) and " against " not in evidence.what and evidence.check != "printed"


def seen_first(case: Case, lang: str) -> list[str]:
    """The same of a case whose first wrong row is shown, which may say it all."""
    if case.row is None or not is_in_the_row(case):
        return seen(case, lang)
    return [f"{case.row.at}: {phrase('gap', lang, value=case.row.gap, allowed=case.row.allowed)}"]


def stopped_by_a_check(case: Case) -> bool:
    """Not where an answer could not be compared at all: then no check failed, and the reason stands alone."""
    if case.word not in ("fails", "undecided") or not case.evidence:
        return False
    margin = case.evidence[-1].margin
    return case.word == "undecided" or not case.why or margin is None or margin < 0


def row(label: str, texts: Sequence[str]) -> list[str]:
    """Texts beside their label, broken at blanks."""
    return _as_it_is(label, [line for text in texts for line in wrap(text, WIDTH - 18)])


def _as_it_is(label: str, lines: Sequence[str]) -> list[str]:
    """Lines that are not broken."""
    return [f"  {pad(label if number == 0 else '', 16)}{line}".rstrip() for number, line in enumerate(lines)]
