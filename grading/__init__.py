"""Many submissions -> grades. ``python -m grading --help``."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOMS = (
    "claims",
    "fixtures",
    "checks",
    "lecture",
    "results",
    "mistakes",
    "diagnosis",
    "submissions",
    "parts",
    "grading",
    "versions",
    "report",
)
"""Folders of this project's own code, as far as judging needs them."""
