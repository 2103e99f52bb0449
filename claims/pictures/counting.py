"""Section 9: what the language model goes on with, word for word, the wrong ones marked."""

from __future__ import annotations

from report.pictures.kept import kept
from report.pictures.sheet import BLUE, INK, MUTED, ORANGE, Picture, Sheet
from results.model import Both
from results.record import Record

CLAIMS = {"numbers/continues-one-two": 4, "numbers/continues-twenty": 5}
"""With how many tokens each begins: those that were given."""

ACROSS = 44
LINE = 0.19


def draw(record: Record) -> list[Picture]:
    """One for each beginning."""
    pictures = []
    for claim, given in CLAIMS.items():
        arrays = kept(record, claim, "said", "right")
        if arrays is not None:
            said, right = (bytes(arrays[name].astype("uint8")).decode().split() for name in ("said", "right"))
            pictures.append(_words(claim, given, said, right))
    return pictures


def wrong_places(said: list[str], right: list[str]) -> list[int]:
    """Places of ``said`` that are not the word of ``right`` there."""
    return [place for place, word in enumerate(said) if place >= len(right) or word != right[place]]


def _words(claim: str, given: int, said: list[str], right: list[str]) -> Picture:
    wrong = set(wrong_places(said, right))
    places, row, column = [], 0, 0
    for word in said:
        if column + len(word) > ACROSS:
            row, column = row + 1, 0
        places.append((row, column))
        column += len(word) + 1
    height = LINE * (row + 1) + 0.2
    sheet = Sheet(3.6, height)
    axes = sheet.axes(0.05, 0.05, 3.55, height - 0.05)
    axes.set_axis_off()
    axes.set_xlim(0, ACROSS)
    axes.set_ylim(row + 0.8, -0.8)
    for place, (word, (line, left)) in enumerate(zip(said, places, strict=True)):
        colour = ORANGE if place in wrong else MUTED if place < given else INK
        style = {"fontweight": "bold"} if place in wrong else {}
        middle = left + len(word) / 2
        axes.text(
            middle, line, word, color=colour, fontsize=9.5, family="DejaVu Sans Mono", ha="center", va="center", **style
        )
        if place in wrong:
            axes.plot([left, left + len(word)], [line + 0.45] * 2, color=ORANGE, lw=2)
        elif place < given:
            axes.plot([left, left + len(word)], [line + 0.45] * 2, color=BLUE, lw=0.8)
    faults_en = "; ".join(f"word {p + 1}: {said[p]}, not {''.join(right[p : p + 1])}" for p in sorted(wrong)[:8])
    faults_ko = "; ".join(f"{p + 1}번째: {said[p]} (정답 {''.join(right[p : p + 1])})" for p in sorted(wrong)[:8])
    begin, text = " ".join(said[:given]), " ".join(said)
    new = len(said) - given
    alt = Both(
        f"Given “{begin}” (thin line), the model went on with {new} words; {len(wrong)} are wrong"
        f"{' (thick line): ' + faults_en if wrong else ''}. It said: {text}.",
        f"“{begin}”(가는 밑줄)을 주자 모형이 {new}개 단어를 이었다. 틀린 것은 {len(wrong)}개이다"
        f"{'(굵은 밑줄: ' + faults_ko + ')' if wrong else ''}. 모형의 말: {text}.",
    )
    title = Both(f"It goes on from “{begin}”", f"“{begin}”에서 이어 말하기")
    return sheet.picture(claim.replace("/", "-"), claim, title, alt, wide=True)
