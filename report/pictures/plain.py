"""A kept matrix that nobody has drawn: rows down, columns across, blue below zero and red above."""

from __future__ import annotations

import re
from typing import Any

from report.pictures.sheet import Picture, Sheet, show_matrix
from results.model import Both, Claim
from results.record import Record


def draw_plain(record: Record, claim: Claim) -> list[Picture]:
    """One for each matrix of numbers that a case of ``claim`` kept; of several cases the first that has it."""
    found: dict[str, Any] = {}
    for case in record.cases_of(claim.id):
        for name, array in case.arrays.items():
            if array.ndim == 2 and array.size and array.dtype.kind == "f":
                found.setdefault(name, array)
    return [_heat_map(claim, name, array) for name, array in found.items()]


def _heat_map(claim: Claim, name: str, matrix: Any) -> Picture:
    import numpy

    rows, columns = matrix.shape
    numbers = matrix[numpy.isfinite(matrix)]
    limit = float(abs(numbers).max()) if numbers.size else 0.0
    low, high = (float(numbers.min()), float(numbers.max())) if numbers.size else (0.0, 0.0)
    sheet = Sheet(3.6, 2.6)
    axes = sheet.axes(0.5, 0.35, 3.5, 2.5)
    show_matrix(axes, matrix, limit=limit or 1.0)
    axes.tick_params(length=0)
    axes.set_xlabel(sheet.say(f"{columns} columns", f"{columns}열"), fontsize=9)
    axes.set_ylabel(sheet.say(f"{rows} rows", f"{rows}행"), fontsize=9)
    alt = Both(
        f"{name}: {rows} rows and {columns} columns, from {low:.4g} to {high:.4g}; colours from -{limit:.4g} (blue) over "
        f"0 (white) to {limit:.4g} (red).",
        f"{name}: {rows}행 {columns}열, 값은 {low:.4g}부터 {high:.4g}까지. 색은 -{limit:.4g}(파랑), 0(하양), {limit:.4g}(빨강).",
    )
    file = re.sub(r"[^A-Za-z0-9]+", "-", f"{claim.id}-{name}").strip("-").lower()
    return sheet.picture(file, claim.id, Both(name, name), alt)
