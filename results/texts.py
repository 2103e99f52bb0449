"""A text in both languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Both:
    """A text in both languages."""

    en: str
    ko: str

    def in_language(self, lang: str) -> str:
        """The Korean text for ``"ko"``, else the English one."""
        return self.ko if lang == "ko" else self.en
