"""Section 3: the last ten steps of one, two, three, four, five by both loops."""

from __future__ import annotations

from report.pictures.kept import kept
from report.pictures.matrices import Steps, draw_steps
from report.pictures.sheet import Picture, Sheet
from results.model import Both
from results.record import Record

LOOPS = {
    "by hand": ("words/torch-loop-learns", Both("by hand, with torch's Adam", "torch의 Adam으로 직접 작성한 루프")),
    "Learner": ("words/fastai-learner-learns", Both("by fastai's Learner", "fastai의 Learner")),
}
WHATS = ("words", "targets", "hidden", "probabilities")
COLUMNS = (",", "one", "two", "three", "four", "five")


def draw(record: Record) -> list[Picture]:
    """One picture for each loop that ran."""
    pictures = []
    for loop, (claim, how) in LOOPS.items():
        arrays = kept(record, claim, *(f"{loop}, {what}" for what in WHATS))
        if arrays is None:
            continue
        words, targets, hidden, p = (arrays[f"{loop}, {what}"] for what in WHATS)
        words = [COLUMNS[int(word)] for word in words]
        sheet = Sheet(3.6, 2.8)
        draw_steps(sheet, Steps(hidden, p, words, COLUMNS, [int(t) for t in targets]), 0.55, 0.25, 3.55, 2.35)
        right = [float(p[step, int(target)]) for step, target in enumerate(targets)]
        said = ", ".join(f"{value:.3f}" for value in right)
        alt = Both(
            f"The last ten steps, trained {how.en}: the word that is fed, the hidden state of 20 nodes, and the "
            f"probabilities of the next word, the right one with a dot. Its probabilities: {said}.",
            f"마지막 열 단계({how.ko}). 입력한 단어, 20개 노드의 은닉상태, 다음 단어의 확률이며 정답에 점을 찍었다. "
            f"정답의 확률: {said}.",
        )
        title = Both(f"The last ten steps, {how.en}", f"마지막 열 단계, {how.ko}")
        pictures.append(sheet.picture(f"words-{loop.replace(' ', '-').lower()}", claim, title, alt))
    return pictures
