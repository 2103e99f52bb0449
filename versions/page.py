"""The versions page: the matrix for people, with every drift and its reason on a click."""

from __future__ import annotations

from collections.abc import Sequence

from report.versions_page import Column, versions_page
from versions import matrix


def page(found: Sequence[matrix.Column], baseline: str, lang: str) -> str:
    """HTML, in one file. Raises ValueError where there is no record."""
    columns = [Column(column.name, column.records, column.comparisons) for column in found]
    return versions_page(columns, baseline, lang)
