"""Numbers side by side: what a submission answered, what is right, and the difference."""

from __future__ import annotations

from dataclasses import dataclass

from results.model import Matrix


@dataclass(frozen=True)
class Cell:
    """A number and its colours: a share of the largest number, -1 to 1."""

    text: str
    style: str


def panels(matrix: Matrix) -> list[tuple[str, list[list[Cell]]]]:
    """Word of report.words and cells: what was answered, what is right, and the difference, each with its own scale."""
    pairs = [list(zip(seen, right, strict=True)) for seen, right in zip(matrix.seen, matrix.right, strict=True)]
    limit = max((abs(value) for row in pairs for pair in row for value in pair), default=0.0)
    gaps = [[seen - right for seen, right in row] for row in pairs]
    largest = max((abs(gap) for row in gaps for gap in row), default=0.0)
    return [
        ("yours", [[_cell(value, limit) for value in row] for row in matrix.seen]),
        ("right", [[_cell(value, limit) for value in row] for row in matrix.right]),
        ("difference", [[_cell(gap, largest) for gap in row] for row in gaps]),
    ]


def _cell(value: float, limit: float) -> Cell:
    """Blue below zero, white at zero, red above, as in the pictures; black or white text, whichever is read better."""
    share = value / limit if limit else 0.0
    end = (0x1F, 0x5F, 0xA8) if share < 0 else (0xB3, 0x26, 0x1E)
    red, green, blue = (round(255 + (part - 255) * abs(share)) for part in end)
    # Relative luminance by WCAG 2; at 0.179 black and white have the same contrast, 4.6 : 1.
    light = sum(
        weight * (part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4)
        for weight, part in ((0.2126, red), (0.7152, green), (0.0722, blue))
    )
    ink = "#000" if light > 0.179 else "#fff"
    return Cell(figures(value), f"background:#{red:02x}{green:02x}{blue:02x};color:{ink}")


def figures(value: float) -> str:
    """A number for people, with a minus sign."""
    text = "0" if value == 0 else f"{value:.4f}" if 1e-3 <= abs(value) < 1e3 else f"{value:.1e}"
    return text.replace("-", "−")
