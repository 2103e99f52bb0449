"""Section 2: the loss on the table against the loss on fresh coins, by nodes, with both floors."""

from __future__ import annotations

from typing import Any

from report.pictures.kept import kept
from report.pictures.sheet import BLUE, GREEN, INK, MUTED, ORANGE, Picture, Sheet, legend
from results.model import Both
from results.record import Record

CLAIM = "coin/too-many-nodes-overfit"
SIZES = (3, 8, 16)
MARKS = {3: ("o", BLUE), 8: ("^", GREEN), 16: ("s", ORANGE)}
FLOORS = "best guess on the table, on fresh coins"
EDGES = (0.12, 0.32), (0.2, 0.62)

Losses = dict[int, list[Any]]
"""By size, of each start: its loss on the table and on fresh coins, arrays (starts,)."""


def draw(record: Record) -> list[Picture]:
    """A dot for each start."""
    wheres = ("the table", "fresh coins")
    arrays = kept(record, CLAIM, FLOORS, *(f"{size} nodes, loss on {where}" for size in SIZES for where in wheres))
    if arrays is None:
        return []
    on_table, on_fresh = (float(value) for value in arrays[FLOORS])
    losses = {size: [arrays[f"{size} nodes, loss on {where}"] for where in wheres] for size in SIZES}
    sheet = Sheet(3.6, 3.5)
    axes = sheet.axes(0.65, 0.55, 3.5, 3.4)
    outside = _dots(sheet, axes, losses)
    _best_guesses(axes, on_table, on_fresh)
    axes.set_xlim(*EDGES[0])
    axes.set_ylim(*EDGES[1])
    axes.set_xlabel(sheet.say("loss on the table", "표에서의 손실"))
    axes.set_ylabel(sheet.say("loss on fresh coins", "새 동전에서의 손실"))
    axes.spines[["left", "bottom"]].set_color(MUTED)
    title = Both("Loss on the table and on fresh coins", "표에서의 손실과 새 동전에서의 손실")
    return [sheet.picture("coin-losses", CLAIM, title, _told(losses, on_table, on_fresh, outside))]


def _dots(sheet: Sheet, axes: Any, losses: Losses) -> int:
    """A mark for each start; how many lie outside of the picture."""
    outside, rows = 0, []
    (left, right), (low, high) = EDGES
    for size, (x, y) in losses.items():
        inside = (x >= left) & (x <= right) & (y >= low) & (y <= high)
        outside += int((~inside).sum())
        mark, colour = MARKS[size]
        rows.append((mark, colour, sheet.say(f"{size} nodes", f"노드 {size}개")))
        axes.scatter(x[inside], y[inside], marker=mark, s=20, facecolors="none", edgecolors=colour)
    legend(axes, 0.68, 0.9, rows, step=0.08)
    return outside


def _best_guesses(axes: Any, on_table: float, on_fresh: float) -> None:
    axes.axvline(on_table, color=INK, lw=1, ls="--")
    axes.axhline(on_fresh, color=INK, lw=1, ls=":")
    axes.text(on_table + 0.002, EDGES[1][1], f"{on_table:.4f}", va="top", fontsize=9)
    axes.text(EDGES[0][1], on_fresh + 0.004, f"{on_fresh:.4f}", ha="right", fontsize=9)


def _told(losses: Losses, on_table: float, on_fresh: float, outside: int) -> Both:
    import numpy

    medians = {size: (numpy.median(x), numpy.median(y)) for size, (x, y) in losses.items()}
    told_en = "; ".join(f"{size} nodes {x:.3f} and {y:.3f}" for size, (x, y) in medians.items())
    told_ko = "; ".join(f"노드 {size}개 {x:.3f}, {y:.3f}" for size, (x, y) in medians.items())
    return Both(
        "Each mark is a start: its loss on the table it learnt from, and on fresh coins. Medians: "
        f"{told_en}. The best guess reaches {on_table:.4f} on the table (dashed) and {on_fresh:.4f} on fresh "
        f"coins (dotted): left of the one and above the other is overfitting. {outside} starts lie outside.",
        f"점 하나가 한 번의 학습이다. 학습한 표에서의 손실과 새로 던진 동전에서의 손실. 중앙값: {told_ko}. 최선의 추측은 "
        f"표에서 {on_table:.4f}(파선), 새 동전에서 {on_fresh:.4f}(점선)이다. 앞의 선 왼쪽이면서 뒤의 선 위쪽이면 오버피팅이다. "
        f"{outside}개는 그림 밖에 있다.",
    )
