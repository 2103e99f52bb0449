"""This checkout, and those that a benchmark runs in turns: with ``FROM_COLD=another/checkout`` that one, too."""

from __future__ import annotations

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
CHECKOUTS = [PROJECT, *map(Path, filter(None, [os.environ.get("FROM_COLD")]))]
