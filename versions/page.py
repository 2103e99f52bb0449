"""The versions page: the matrix for people, with every drift and its reason on a click."""

from __future__ import annotations

from collections.abc import Sequence

from report.versions_page import Column, versions_page
from results.model import Both
from versions import matrix


def page(found: Sequence[matrix.Column], baseline: str, lang: str) -> str:
    """HTML, in one file. Raises ValueError where there is no record."""
    alone = [Both(*said) for said in zip(*(matrix.alone(found, baseline, one) for one in ("en", "ko")), strict=True)]
    columns = [Column(column.name, column.records, column.comparisons) for column in found]
    return versions_page(columns, baseline, lang, alone)
