"""The words of a result: a claim, a case of it, its verdict, and the evidence behind the verdict."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

KINDS = ("exact", "printed", "error", "trained", "tendency", "speed")
ORIGINS = ("lecture", "ours")

Word = Literal["holds", "fails", "undecided", "not run", "error"]
WORDS: tuple[Word, ...] = ("holds", "fails", "undecided", "error", "not run")
"""From best known to least: a claim's word is the worst that any of its cases got (see :func:`claim_word`)."""


@dataclass(frozen=True)
class Both:
    """A text in both languages."""

    en: str
    ko: str

    def in_language(self, lang: str) -> str:
        """The Korean text for ``"ko"``, else the English one."""
        return self.ko if lang == "ko" else self.en


@dataclass(frozen=True)
class Claim:
    """One statement of the lecture, or one that we add.

    id: a slug such as ``lstm/omit-water``. section: a key of claims/lecture.toml. kind: one of KINDS.
    statement: what holds, in the present tense. likely: the mistake to look for first where it fails.
    lecture_says: the lecture's own wording in our words, with the witness against it, where that is loose.
    """

    id: str
    section: str
    kind: str
    statement: Both
    likely: Both
    points: float = 1
    origin: str = "lecture"
    lecture_says: Both | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain types only."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Claim:
        """The inverse of :meth:`as_dict`."""
        texts = {key: Both(**data[key]) for key in ("statement", "likely", "lecture_says") if data[key]}
        return cls(**{**data, **texts})


@dataclass(frozen=True)
class Evidence:
    """What one check measured.

    what: the thing that was checked. check: equal, close, printed, raises, holds, above, below or note.
    value: the number that was measured (a largest gap, a probability …); allowed: what it was held against.
    margin: how far from changing its word, 1 is all of the allowance, 0 the boundary, negative beyond it.
    where: place of the largest gap. text: further words, the same in both languages.
    """

    what: str
    check: str
    value: float | None = None
    allowed: float | None = None
    margin: float | None = None
    where: str = ""
    text: str = ""


@dataclass
class Case:
    """One parametrization of a claim, as it came out."""

    claim: str
    node: str
    device: str = ""
    word: Word = "not run"
    seconds: float = 0.0
    why: str = ""
    evidence: list[Evidence] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Plain types only, so that it crosses process borders as JSON; NaN and infinity become words."""
        data = asdict(self)
        for item in data["evidence"]:
            for key in ("value", "allowed", "margin"):
                if isinstance(item[key], float) and not math.isfinite(item[key]):
                    item[key] = str(item[key])
        return data

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Case:
        """The inverse of :meth:`as_dict`."""
        numbers = ("value", "allowed", "margin")
        evidence = []
        for item in data["evidence"]:
            found = {key: item[key] if item[key] is None else float(item[key]) for key in numbers}
            evidence.append(Evidence(**{**item, **found}))
        return cls(**{**data, "evidence": evidence})


def claim_word(words: list[Word]) -> Word:
    """The word of a claim from the words of its cases.

    Any failing case makes it fail; then error, then undecided. It holds when at least one case held and the
    rest held or were not run.
    """
    order: tuple[Word, ...] = ("fails", "error", "undecided", "holds")
    for word in order:
        if word in words:
            return word
    return "not run"
