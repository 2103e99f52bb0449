"""The file that a student fills in: ``python -m grading template``."""

from __future__ import annotations

from pathlib import Path

import parts

LANGUAGES = ("en", "ko")


def template(lang: str, folder: Path | None = None) -> str:
    """The file for the lecture in ``folder``, week 12 by default, in ``"en"`` or ``"ko"``."""
    head, found = parts.of_lecture(folder)
    place = LANGUAGES.index(lang)
    texts = [head[place], *(part.template[place] for part in found)]
    return "\n\n\n".join(text.strip("\n") for text in texts) + "\n"
