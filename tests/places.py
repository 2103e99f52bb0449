"""Where a process that a test starts finds modules."""

from __future__ import annotations

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent

_ELSEWHERE = [
    place for place in os.environ.get("PYTHONPATH", "").split(os.pathsep) if place and Path(place).resolve() != PROJECT
]
"""Packages may have been brought to a machine instead of installed there."""


def python_path(*first: Path) -> str:
    """PYTHONPATH with these first, then what it is here, without this project: that is there where a test says so."""
    return os.pathsep.join([*map(str, first), *_ELSEWHERE])
