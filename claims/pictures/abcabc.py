"""Section 1: 5 × 5 starts for each size, hidden state beside probabilities, learned or not; the share by size."""

from __future__ import annotations

import math
from typing import Any

from report.pictures.kept import kept
from report.pictures.sheet import BLUE, INK, MUTED, ORANGE, Picture, Sheet, show_matrix
from results.model import Both
from results.record import Record

CLAIM = "abcabc/more-nodes-learn-more-often"
SIZES = (3, 4, 8)
ACROSS = 5
Z95 = 1.959964


def draw(record: Record) -> list[Picture]:
    """One picture for each size, and the shares."""
    names = [f"{size} nodes, {what}" for size in SIZES for what in ("hidden", "probabilities", "learned")]
    arrays = kept(record, CLAIM, *names)
    if arrays is None:
        return []
    starts = [
        _starts(size, *(arrays[f"{size} nodes, {what}"] for what in ("hidden", "probabilities", "learned")))
        for size in SIZES
    ]
    return [*starts, _shares({size: arrays[f"{size} nodes, learned"] for size in SIZES})]


def wilson(successes: int, n: int) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson, Journal of the American Statistical Association 22, 1927)."""
    share, spread = successes / n, Z95**2 / n
    middle = share + spread / 2
    half = Z95 * math.sqrt(share * (1 - share) / n + Z95**2 / (4 * n * n))
    return (middle - half) / (1 + spread), (middle + half) / (1 + spread)


def _starts(size: int, hidden: Any, probabilities: Any, learned: Any) -> Picture:
    import numpy

    count, steps, letters = probabilities.shape
    columns, gap = size + letters, 1.6
    sheet = Sheet(3.6, 3.7)
    axes = sheet.axes(0.05, 0.05, 3.55, 3.25)
    axes.set_axis_off()
    for start in range(count):
        left, top = (start % ACROSS) * (columns + gap), (start // ACROSS) * (steps + gap)
        middle = numpy.full((steps, 1), numpy.nan)
        block = numpy.concatenate([hidden[start], middle, probabilities[start]], axis=1)
        show_matrix(axes, block, (left, left + columns + 0.5, top + steps, top))
        won = bool(learned[start])
        axes.add_patch(_frame(left, top, columns + 0.5, steps, won))
        mark = {"marker": "o", "s": 9} if won else {"marker": "x", "s": 12, "linewidths": 1.2}
        axes.scatter([left + columns], [top - 0.55], color=BLUE if won else ORANGE, clip_on=False, **mark)
    axes.set_xlim(-0.3, ACROSS * (columns + gap) - gap + 0.8)
    axes.set_ylim(ACROSS * (steps + gap) - gap + 0.4, -1.3)
    shown, n, wins = int(learned[:count].sum()), len(learned), int(learned.sum())
    head = sheet.say(f"{size} nodes: {shown} of {count} learned", f"노드 {size}개: {count}개 중 {shown}개 학습")
    sheet.figure.text(0.02, 0.945, head, fontsize=11, fontweight="bold")
    sheet.figure.text(0.02, 0.895, sheet.say("● learned · × not", "● 학습함 · × 못 함"), fontsize=9, color=MUTED)
    low, high = wilson(wins, n)
    alt = Both(
        f"{count} starts with {size} hidden nodes, the last six steps of each: hidden state ({size} columns) beside the "
        f"probabilities of a, b, c, C. {shown} of {count} learned (marked ●), {count - shown} did not (×). Of all {n} "
        f"starts {wins} learned, a share of {wins / n:.2f}, 95 % interval {low:.2f} to {high:.2f}.",
        f"은닉노드 {size}개로 시작한 {count}번의 학습. 각각 마지막 여섯 단계의 은닉상태({size}열)와 a, b, c, C의 확률이다. "
        f"{count}개 중 {shown}개가 학습했고(●) {count - shown}개는 못 했다(×). 전체 {n}번 중 {wins}번, 비율 {wins / n:.2f}, "
        f"95% 구간 {low:.2f}–{high:.2f}.",
    )
    title = Both(f"25 starts with {size} nodes", f"노드 {size}개, 25번의 시작")
    return sheet.picture(f"abcabc-{size}-nodes", CLAIM, title, alt)


def _frame(left: float, top: float, width: float, height: float, won: bool) -> Any:
    from matplotlib.patches import Rectangle

    style: dict[str, Any]
    style = {"edgecolor": BLUE, "linewidth": 1.6} if won else {"edgecolor": MUTED, "linewidth": 0.6, "linestyle": ":"}
    return Rectangle((left, top), width, height, fill=False, clip_on=False, **style)


def _shares(learned: dict[int, Any]) -> Picture:
    sheet = Sheet(3.6, 2.3)
    axes = sheet.axes(0.7, 0.5, 3.45, 2.1)
    told_en, told_ko = [], []
    for place, (size, flags) in enumerate(learned.items()):
        n, wins = len(flags), int(flags.sum())
        low, high = wilson(wins, n)
        share = wins / n
        axes.errorbar([place], [share], [[share - low], [high - share]], color=BLUE, marker="o", capsize=5, lw=1.6)
        axes.text(place + 0.1, share, f"{share:.2f}", va="center", color=INK)
        told_en.append(f"{size} nodes {wins} of {n}, {share:.2f} ({low:.2f} to {high:.2f})")
        told_ko.append(f"노드 {size}개 {n}번 중 {wins}번, {share:.2f}({low:.2f}–{high:.2f})")
    axes.set_xlim(-0.4, len(learned) - 0.4)
    axes.set_ylim(0, 1.02)
    axes.set_xticks(range(len(learned)), [str(size) for size in learned])
    axes.set_xlabel(sheet.say("hidden nodes", "은닉노드 수"))
    axes.set_ylabel(sheet.say("share that learns", "학습하는 비율"))
    axes.grid(axis="y", alpha=0.25)
    alt = Both(
        f"The share of starts that learn, with its 95 % interval: {'; '.join(told_en)}.",
        f"학습에 성공하는 비율과 95% 구간: {'; '.join(told_ko)}.",
    )
    return sheet.picture("abcabc-shares", CLAIM, Both("Share that learns", "학습하는 비율"), alt)
