"""What a diagnosis has found, and how it is told."""

from __future__ import annotations

from dataclasses import dataclass

from diagnosis.wording import Wording
from mistakes.model import Mistake


@dataclass(frozen=True)
class Diagnosis:
    """names: of the known mistakes that it is; empty for an unknown one. en, ko: what is told the student.

    numbers: the part of that on numbers, where some calls raise or answer in other shapes; else all of it. None where
    the numbers are right wherever they can be compared. groups: of the probes that were answered, and wrongly.
    gradients: whether they alone are wrong, and every other number is right. refusals: whether nothing is wrong but
    that some calls raise nothing whose sizes do not fit. changes: whether a call changes what it is given.
    """

    names: tuple[str, ...]
    en: str
    ko: str
    numbers: Wording | None = None
    groups: frozenset[str] = frozenset()
    gradients: bool = False
    refusals: bool = False
    changes: bool = False


def named(*found: Mistake) -> Diagnosis:
    names = tuple(mistake.name for mistake in found)
    if len(found) == 1:
        return told((found[0].en, found[0].ko), names)
    first, second = found
    en, ko = f"Two mistakes: {first.en} Also: {second.en}", f"두 가지 실수가 겹쳤다. {first.ko} 또한 {second.ko}"
    return told((en, ko), names)


def told(words: Wording, names: tuple[str, ...] = ()) -> Diagnosis:
    return Diagnosis(names, *words, words)
