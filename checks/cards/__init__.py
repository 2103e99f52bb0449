"""The card of a case that does not hold: claimed, checked, seen, likely mistake, run again."""

from __future__ import annotations

from checks.cards.own import own_card, row, seen
from checks.language import phrase
from checks.width import pad
from results.model import Case, Claim


def card(claim: Claim, case: Case, lang: str, again: str) -> str:
    """The text of the card, in lines of at most WIDTH columns. again: the line to run it again, never broken; or empty.

    Of somebody's own class another one, see :mod:`checks.cards.own`; and one line where an earlier claim's card said
    the same already.
    """
    if case.as_before:
        # One cause, one card: it stands with the claim that it was found by.
        head = f"{case.about or case.part}: {claim.id}   [{phrase(case.word, lang)}]"
        return f"{head}  {phrase('as before', lang, claim=case.as_before)}"
    if case.part:
        return own_card(claim, case, lang, again)
    checked = list(dict.fromkeys(evidence.what for evidence in case.evidence))
    rows = [
        ("claimed", [claim.statement.in_language(lang)]),
        ("checked", ["; ".join(checked) or phrase("no evidence", lang)]),
        ("seen", seen(case, lang)),
        ("likely", [claim.likely.in_language(lang)]),
    ]
    if case.prints.strip():
        rows.append(("prints", case.prints.strip().splitlines()[:20]))
    head = " · ".join(part for part in (claim.id, claim.section, claim.kind, case.device) if part)
    lines = [f"{head}   [{phrase(case.word, lang)}]"]
    for key, texts in rows:
        lines += row(phrase(key, lang), texts)
    lines += [f"  {pad(phrase('again', lang), 16)}{again}"] if again else []
    return "\n".join(lines)
