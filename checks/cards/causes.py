"""How many causes there are, and which claims follow from each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from checks.cards.own import WIDTH, lead, row, seen
from checks.language import phrase
from checks.width import wrap
from results.causes import Cause, mistakes_in, numbered
from results.model import Claim

DIRECT = 3
"""Further things seen that are told of one cause."""


def headline(causes: Sequence[Cause], lang: str) -> str:
    """How many things there are to mend."""
    claims = {claim for cause in causes for claim in cause.claims}
    count = mistakes_in(cause.case for cause in causes)
    key = "one cause" if count == 1 else "causes"
    return phrase(key if len(claims) > 1 else "cause of one", lang, n=count, claims=len(claims))


def summary(causes: Sequence[Cause], claims: Mapping[str, Claim], lang: str) -> list[str]:
    """The headline, and for each of several causes what to do."""
    lines = [headline(causes, lang)]
    if len(causes) == 1:
        return lines
    for number, cause in numbered(causes):
        first, *rest = wrap(lead(claims[cause.case.claim], cause.case, lang), WIDTH - 4)
        lines += [f"{number:>2}. {first}", *(f"    {line}" for line in rest)]
    return lines


def following(cause: Cause, lang: str) -> list[str]:
    """Lines of the cause's card: the claims that it takes along, and what some of them saw by a check of their own."""
    direct = [f"{case.claim}: {seen(case, lang)[0]}" for case in cause.direct[:DIRECT]]
    return row(phrase("follows", lang), [", ".join(cause.claims[1:]), *direct])
