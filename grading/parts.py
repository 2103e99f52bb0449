"""What a course asks for: of all that a lecture's claims are about, these parts alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import parts as registry
from results.model import Claim
from submissions.contract.model import STRICT, Contract


def is_about(claim: Claim, parts: Collection[str], contract: Contract = STRICT) -> bool:
    """Whether it has a case for which these parts are enough, in the form that the contract gives them. Any part is
    where ``parts`` is empty."""
    if not claim.asks:
        return True
    fit = {part for part in parts or parts_of([claim]) if contract.judges(claim.form, part)}
    return any(set(needed) <= fit for needed in claim.asks)


def parts_of(claims: Iterable[Claim]) -> tuple[str, ...]:
    """What the claims of one lecture are about: what we have registered in our order, then what is the lecture's own.
    A case that makes no certain network is about each of ours."""
    asked = [needed for claim in claims for needed in claim.asks]
    found = {name for needed in asked for name in needed}
    if () in asked:
        found |= {part.name for part in registry.networks()}
    ours = [name for name in registry.names() if name in found]
    return (*ours, *dict.fromkeys(name for needed in asked for name in needed if name not in ours))


def read_parts(text: str, claims: Iterable[Claim]) -> tuple[str, ...]:
    """Of ``LSTM,train`` the parts, in the order of what the claims are about. Raises ValueError."""
    known = parts_of(claims)
    words = [word.strip() for word in text.split(",") if word.strip()]
    if text and not words:
        raise ValueError(f"{text!r} names no part; parts are {', '.join(known)}")
    if unknown := [word for word in words if word not in known]:
        raise ValueError(f"{unknown[0]!r} is no part; parts are {', '.join(known)}")
    return tuple(name for name in known if name in words)
