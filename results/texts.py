"""A text in both languages."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Both:
    """A text in both languages."""

    en: str
    ko: str

    def in_language(self, lang: str) -> str:
        """The Korean text for ``"ko"``, else the English one."""
        return self.ko if lang == "ko" else self.en


def label(what: str) -> Both:
    """What a check calls the thing that it compares: English, but for what stands on every card of a submission. The
    lecture's p(!) in words, for whoever reads a card alone."""
    what = re.sub(r"\bp\((.)\)", r"probability of \1", what)
    korean = what.replace(" against torch's", "(torch의 값과 비교)")
    return Both(what, korean.replace(" against the course's", "(과제 규격의 값과 비교)"))
