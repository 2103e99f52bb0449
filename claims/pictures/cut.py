"""Section 7: trained on the whole, on pieces, on one piece alone, and with link and state handed on."""

from __future__ import annotations

from typing import Any

from report.pictures.kept import kept
from report.pictures.matrices import Steps, draw_steps
from report.pictures.sheet import BLUE, INK, ORANGE, Picture, Sheet
from results.model import Both
from results.record import Record

LETTERS = ("!", "?", "h", "i")
QUESTION = LETTERS.index("?")
SWITCH = 10
"""Step of the whole text at which the fourth hi has been read and the first ? is due."""

SHOWN = {
    "whole": ("cut/whole-learns-the-switch", Both("trained on the whole", "전체로 학습"), True),
    "pieces": ("cut/pieces-cannot-switch", Both("trained on the pieces", "조각으로 학습"), True),
    "only x1": ("cut/only-x1", Both("trained on x1, fed x2", "x1로 학습, x2를 입력"), False),
    "only x2": ("cut/only-x2", Both("trained on x2, fed x1", "x2로 학습, x1을 입력"), False),
}
LINKED = "cut/link-and-state-reconnect"


def draw(record: Record) -> list[Picture]:
    """One for each way of training."""
    pictures = []
    for name, (claim, how, whole) in SHOWN.items():
        whats = [f"{name}, {what}" for what in ("letters", "hidden", "probabilities")]
        arrays = kept(record, claim, *whats)
        if arrays:
            pictures.append(_steps(name, claim, how, whole, *(arrays[what] for what in whats)))
    linked = _linked(record)
    return [*pictures, linked] if linked else pictures


def _steps(name: str, claim: str, how: Both, whole: bool, letters: Any, hidden: Any, p: Any) -> Picture:
    fed = [LETTERS[int(letter)] for letter in letters]
    switch = SWITCH if whole else None
    height = 0.17 * len(fed)
    sheet = Sheet(3.6, height + 0.5)
    draw_steps(sheet, Steps(hidden, p, fed, LETTERS, switch=switch), 0.25, 0.25, 2.85 if whole else 3.55, height + 0.25)
    if switch is not None:
        place = (0.25 + height * (1 - (switch + 0.5) / len(fed))) / (height + 0.5)
        sheet.figure.text(2.9 / 3.6, place, sheet.say("← switch", "← 전환"), va="center", fontsize=9)
    marks = [step for step, letter in enumerate(fed) if letter == "i"]
    at = "; ".join(f"{p[step, 0]:.3f}, {p[step, QUESTION]:.3f}" for step in marks)
    alt = Both(
        f"Hidden state and probabilities of !, ?, h, i at each step, {how.en}; the letter that is fed stands to the left."
        f" p(!), p(?) after each i: {at}."
        + (f" At the switch, step {SWITCH + 1}, p(?) is {p[SWITCH, QUESTION]:.4f}." if whole else ""),
        f"단계마다 은닉상태와 !, ?, h, i의 확률({how.ko}). 왼쪽은 입력한 글자이다. 각 i 다음의 p(!), p(?): {at}."
        + (f" 전환점인 {SWITCH + 1}번째 단계에서 p(?)는 {p[SWITCH, QUESTION]:.4f}이다." if whole else ""),
    )
    return sheet.picture(f"cut-{name.replace(' ', '-')}", claim, how, alt)


def _linked(record: Record) -> Picture | None:
    names = "p(?) at the switch, from zeros", "p(?) at the switch, with the state"
    arrays = kept(record, LINKED, *names)
    if arrays is None:
        return None
    import numpy

    sheet = Sheet(3.6, 2.4)
    axes = sheet.axes(0.65, 0.5, 3.45, 2.3)
    labels = sheet.say("from zeros", "0에서 시작"), sheet.say("state handed on", "상태를 넘김")
    medians = []
    for row, (name, colour, mark) in enumerate(zip(names, (ORANGE, BLUE), "xo", strict=True)):
        values = numpy.sort(arrays[name])
        shares = numpy.arange(1, len(values) + 1) / len(values)
        axes.step(values, shares, where="post", color=colour, lw=2, ls=":" if row == 0 else "-")
        median = float(numpy.median(values))
        medians.append(median)
        axes.scatter([median], [0.5], color=colour, marker=mark, zorder=3)
        axes.text(*((0.04, 0.6), (0.5, 0.4))[row], labels[row], color=colour, fontsize=9)
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(0, 1.02)
    axes.axhline(0.5, color=INK, lw=0.5, alpha=0.5)
    axes.set_xlabel(sheet.say("p(?) at the switch", "전환점의 p(?)"))
    axes.set_ylabel(sheet.say("share of starts", "시작의 비율"))
    zeros, linked = medians
    n = len(arrays[names[1]])
    alt = Both(
        f"Share of {n} starts whose p(?) at the switch is at most so large, pieces of 9 and 8 steps with the link kept. "
        f"Each piece from zeros: median {zeros:.4f}; the state handed on: median {linked:.3f}.",
        f"연결 단계를 남긴 9단계와 8단계 조각으로 학습한 {n}번 중, 전환점의 p(?)가 그 값 이하인 비율. 조각마다 0에서 시작하면 중앙값 "
        f"{zeros:.4f}, 상태를 넘기면 {linked:.3f}.",
    )
    return sheet.picture("cut-link-and-state", LINKED, Both("Link and state handed on", "연결과 상태를 넘긴 경우"), alt)
