"""Steps down, columns across: hidden state beside probabilities, as sections 3 and 7 show a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from report.pictures.sheet import INK, MUTED, Sheet, show_matrix


@dataclass(frozen=True)
class Steps:
    """hidden (L, H), probabilities (L, V); rows: what was fed; columns: the V outputs; targets: their indices."""

    hidden: Any
    probabilities: Any
    rows: Sequence[str]
    columns: Sequence[str]
    targets: Sequence[int] = ()
    switch: int | None = None


def draw_steps(sheet: Sheet, steps: Steps, left: float, bottom: float, right: float, top: float) -> None:
    """Between these edges, in inches; the target of each step has a dot."""
    length, width = steps.probabilities.shape
    room = right - left - 0.12
    # Probabilities get wider columns than hidden nodes: their names stand above them.
    share = max(0.42, width / (width + steps.hidden.shape[1]))
    between = left + room * (1 - share)
    first = sheet.axes(left, bottom, between, top)
    show_matrix(first, steps.hidden)
    first.set_yticks(range(length), steps.rows, fontsize=9)
    first.set_xticks([])
    second = sheet.axes(between + 0.12, bottom, right, top)
    show_matrix(second, steps.probabilities)
    second.set_yticks([])
    upright = max(map(len, steps.columns)) > 1
    second.set_xticks(range(width), steps.columns, fontsize=9, rotation=90 if upright else 0)
    second.xaxis.tick_top()
    for axes in (first, second):
        axes.tick_params(length=0)
        axes.spines[:].set_visible(True)
        axes.spines[:].set_color(MUTED)
        axes.spines[:].set_linewidth(0.6)
    if len(steps.targets):
        second.scatter(steps.targets, range(length), s=7, facecolors="#ffffff", edgecolors="#000000", linewidths=0.8)
    first.set_xlabel(sheet.say("hidden state", "은닉상태"), fontsize=9)
    second.set_xlabel(sheet.say("probabilities", "확률"), fontsize=9)
    if steps.switch is not None:
        for axes in (first, second):
            for edge in (steps.switch - 0.5, steps.switch + 0.5):
                axes.axhline(edge, color=INK, lw=1.6)
