"""The file that a student fills in: ``python -m grading template``."""

from __future__ import annotations

from pathlib import Path

TEMPLATES = Path(__file__).resolve().parent / "templates"


def template(lang: str) -> str:
    """The file, in ``"en"`` or ``"ko"``."""
    return (TEMPLATES / f"{lang}.py").read_text("utf-8")
