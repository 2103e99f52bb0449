"""Further files, by the name that --format takes. Each is called with the grades, their folders, DIR and a language."""

from __future__ import annotations

from importlib import import_module
from typing import Any

FORMATS = ("gradescope", "classroom50", "nbgrader", "junit")
"""Names alone: --help needs no torch, which the writers import."""


def write(name: str, *what: Any) -> Any:
    """The files of the format ``name``."""
    return import_module(f"grading.formats.{name}").write(*what)
