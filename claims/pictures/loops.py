"""Section 8: the losses of Learner and of loops by hand, and their gap by epoch."""

from __future__ import annotations

from typing import Any

from report.pictures.kept import kept
from report.pictures.sheet import BLUE, GREEN, INK, ORANGE, Picture, Sheet, legend
from results.model import Both
from results.record import Record

CLAIM = "loops/match"
OTHERS = {
    "torch.optim.Adam": ("loops/torch-adam-is-another-loop", ORANGE, "^", Both("torch.optim.Adam", "torch.optim.Adam")),
    "fastai_adam": (CLAIM, BLUE, "o", Both("fastai's Adam", "fastai의 Adam")),
    "matching_adamw": ("loops/why-not-exactly", GREEN, "s", Both("without decay of the bias", "bias에 decay 없이")),
}
NOTHING = 1e-8
"""Where a gap of 0 is drawn on a scale of logarithms."""


def draw(record: Record) -> list[Picture]:
    """Losses and gaps, of as many loops as ran."""
    learner, found = None, {}
    for name, (claim, *_) in OTHERS.items():
        arrays = kept(record, claim, "losses, Learner", f"losses, {name}")
        if arrays is not None:
            learner, found[name] = arrays["losses, Learner"], arrays[f"losses, {name}"]
    if learner is None or "fastai_adam" not in found:
        return []
    return [_losses(learner, found), _gaps(learner, found)]


def _losses(learner: Any, found: dict[str, Any]) -> Picture:
    sheet = Sheet(3.6, 2.6)
    axes = _axes(sheet, "loss after the epoch", "에폭 뒤의 손실", len(learner))
    epochs = range(1, len(learner) + 1)
    axes.plot(epochs, learner, color=INK, lw=3.5, alpha=0.35)
    for name, losses in found.items():
        _, colour, mark, _ = OTHERS[name]
        axes.plot(epochs, losses, color=colour, marker=mark, ms=4, lw=1)
    rows = [(mark, colour, sheet.say(how.en, how.ko)) for _, colour, mark, how in (OTHERS[name] for name in found)]
    legend(axes, 0.06, 0.34, [("_", INK, "Learner"), *rows])
    ends = "; ".join(f"{OTHERS[name][3].en} {losses[-1]:.4f}" for name, losses in found.items())
    ends_ko = "; ".join(f"{OTHERS[name][3].ko} {losses[-1]:.4f}" for name, losses in found.items())
    alt = Both(
        f"The loss after each of {len(learner)} epochs. At the end: Learner {learner[-1]:.4f}; by hand with {ends}.",
        f"{len(learner)}에폭 각각의 뒤에 잰 손실. 마지막: Learner {learner[-1]:.4f}; 직접 작성한 루프 {ends_ko}.",
    )
    return sheet.picture("loops-losses", CLAIM, Both("The loss of each loop by epoch", "루프별 손실"), alt)


def _gaps(learner: Any, found: dict[str, Any]) -> Picture:
    sheet = Sheet(3.6, 2.6)
    axes = _axes(sheet, "gap to Learner's loss", "Learner와의 손실 차이", len(learner))
    told_en, told_ko = [], []
    for name, losses in found.items():
        _, colour, mark, how = OTHERS[name]
        gaps = abs(losses.astype("float64") - learner.astype("float64"))
        axes.plot(range(1, len(gaps) + 1), gaps.clip(min=NOTHING), color=colour, marker=mark, ms=4, lw=1)
        label = sheet.say(how.en, how.ko)
        axes.text(len(gaps), max(gaps[-3:].max(), NOTHING) * 2, label, color=colour, fontsize=9, ha="right")
        told_en.append(f"{how.en} {gaps.max():.1e}")
        told_ko.append(f"{how.ko} {gaps.max():.1e}")
    axes.set_yscale("log")
    axes.set_ylim(NOTHING / 1.5, 1)
    # Written out: powers of ten would be drawn as paths.
    ticks = (1e-8, 1e-6, 1e-4, 1e-2, 1)
    axes.set_yticks(ticks, ["0", "1e-6", "1e-4", "1e-2", "1"])
    axes.minorticks_off()
    alt = Both(
        f"How far each loop's loss lies from Learner's, by epoch; the largest gap: {'; '.join(told_en)}. The last one is "
        "rounding: Learner leaves weight decay off the Linear's bias, and so does that loop.",
        f"에폭마다 각 루프의 손실이 Learner와 얼마나 다른가. 가장 큰 차이: {'; '.join(told_ko)}. 마지막 것은 반올림 오차이다. "
        "Learner는 Linear의 bias에 weight decay를 적용하지 않고, 그 루프도 그렇다.",
    )
    return sheet.picture("loops-gaps", CLAIM, Both("The gap to Learner by epoch", "에폭별 Learner와의 차이"), alt)


def _axes(sheet: Sheet, en: str, ko: str, epochs: int) -> Any:
    axes = sheet.axes(0.7, 0.5, 3.5, 2.5)
    axes.set_xticks(range(1, epochs + 1, 3))
    axes.set_xlabel(sheet.say("epoch", "에폭"))
    axes.set_ylabel(sheet.say(en, ko))
    axes.grid(axis="y", alpha=0.25)
    return axes
