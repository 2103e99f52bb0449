"""What judging one submission came to, before any points are given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from results.model import Case, Claim, Word, claim_word


@dataclass
class Judgement:
    """One submission, judged.

    submission: its name, as given (a file or folder name, in any script). sha256: of its bytes. claims: those that
    submissions are judged on, in the lecture's order; cases: in the order in which they ran. environment: torch,
    Python, platform, seed, protections …, plain types. message: what is wrong with the file as a whole (it does not
    import, it attempts nothing), else empty. trouble: why it could not be judged through the machine's fault, else
    empty. notes: what else is to be told on top, a sentence each.
    """

    submission: str
    sha256: str
    claims: list[Claim] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    environment: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    message: str = ""
    trouble: str = ""
    notes: list[str] = field(default_factory=list)

    def cases_of(self, claim: Claim) -> list[Case]:
        """Its cases, in order."""
        return [case for case in self.cases if case.claim == claim.id]

    def word_of(self, claim: Claim) -> Word:
        """Its word."""
        return claim_word([case.word for case in self.cases_of(claim)])

    def as_dict(self) -> dict[str, Any]:
        """Plain types only."""
        lists = {"claims": [c.as_dict() for c in self.claims], "cases": [c.as_dict() for c in self.cases]}
        return {**vars(self), **lists}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Judgement:
        """The inverse of :meth:`as_dict`."""
        claims = [Claim.from_dict(claim) for claim in data["claims"]]
        return cls(**{**data, "claims": claims, "cases": [Case.from_dict(case) for case in data["cases"]]})
