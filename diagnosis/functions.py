"""What one_hot and train are asked, the answers of the right and the wrong ones, and where an unknown one departs."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

import mistakes
import parts
from diagnosis.answers import RAISED, Answer, answer_of, differ, digits_that_differ
from diagnosis.calls import Answers
from diagnosis.wording import Wording
from lecture import texts
from lecture.networks import SequenceClassifier
from lecture.switch import sure

EPOCHS, RATE = 4, 0.13
"""No part of the rate is Adam's default, 0.001, which a loop may have taken."""
LEADS = ((128,), (3, 40))
"""A series longer than a batch of 64, and one in so many pieces that the norm of its gradients is above 5."""
SERIES = (
    ("on a series of 128 letters", "글자 128개로 된 시계열에서 "),
    ("on a series cut in 40 pieces", "조각 40개로 나눈 시계열에서 "),
)
CUT = 1
"""Where its answer stands."""
AS_IT_IS = 9
"""The decimals of what is not rounded: float32 has none that end sooner."""

OTHER_SEED = 1000


def asked(part: str, function: Callable[..., Any], seed: int = 0) -> Answers:
    """The answers of ``one_hot`` or ``train``; random numbers are drawn under ``seed``, torch's stream is kept."""
    calls = {"one_hot": _rows, "train": _trainings}[part](function)
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        return [_answer(call) for call in calls]


def _answer(call: Callable[[], list[Tensor]]) -> Answer:
    try:
        return answer_of(call())
    except Exception:
        return RAISED


@mistakes.emptied_by_load
@cache
def known(part: str, name: str = "", seed: int = 0) -> Answers:
    """Those of the mistake ``name``, or of the right one."""
    return asked(part, mistakes.find(name).functions[part] if name else parts.named(part).right, seed)


def _cases() -> list[tuple[list[str], dict[str, int]]]:
    return [
        (texts.hi()[:9], texts.HI_MAPPING),
        (texts.words()[:9], texts.WORDS_MAPPING),
        (texts.abcabc()[:9], texts.ABC_MAPPING),
        # In which the last number of the mapping does not occur.
        (list("abca"), texts.ABC_MAPPING),
        # Whose tokens stand in another order than their numbers.
        (list("abcC"), dict(reversed(texts.ABC_MAPPING.items()))),
    ]


def _rows(one_hot: Callable[..., Tensor]) -> list[Callable[[], list[Tensor]]]:
    return [lambda case=case: [one_hot(*case)] for case in _cases()]  # type: ignore[misc]


def _trainings(train: Callable[..., Any]) -> list[Callable[[], list[Tensor]]]:
    return [*(functools.partial(_trained, train, lead) for lead in LEADS), functools.partial(_not_broken_off, train)]


def _trained(train: Callable[..., Any], lead: Sequence[int]) -> list[Tensor]:
    """The losses, the weights after them, and to how many decimals the losses are rounded."""
    net, x, y = _classifier(lead)
    losses = [float(loss) for loss in train(net, x, y, EPOCHS, RATE)]
    weights = [weight.detach().clone() for weight in net.parameters()]
    ends = [digits for digits in range(AS_IT_IS) if all(round(loss, digits) == loss for loss in losses)]
    return [torch.tensor(losses), *weights, torch.tensor(float((ends or [AS_IT_IS])[0]))]


def trained_on_pieces(train: Callable[..., Any]) -> Answer:
    """The answer on the cut series alone."""
    with torch.random.fork_rng(devices=[]):
        return _answer(functools.partial(_trained, train, LEADS[CUT]))


def _not_broken_off(train: Callable[..., Any]) -> list[Tensor]:
    """How many losses there are where each is near 0."""
    net, x, y = _classifier((3,))
    return [torch.tensor(float(len(train(net, x, sure(net, y), EPOCHS, RATE))))]


def _classifier(lead: Sequence[int]) -> tuple[nn.Module, Tensor, Tensor]:
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(6)
        net = SequenceClassifier(nn.LSTM(4, 3), nn.Linear(3, 4))
        x, y = (torch.eye(4)[torch.randint(4, tuple(lead))] for _ in range(2))
    return net, x, y


def departure_of_rows(seen: Answers, right: Answers) -> Wording:
    """A sentence in English and in Korean on the first text whose rows are others; else on one that raises."""
    for (tokens, mapping), one, due in zip(_cases(), seen, right, strict=True):
        assert due is not None
        if one is None or one is RAISED or not differ(one, due):
            continue
        [rows], [wanted], [shape], [due_shape] = one.tensors(), due.tensors(), one.shapes, due.shapes
        if shape != due_shape:
            told, should = _shape(shape), _shape(due_shape)
            return (
                f"Your one_hot gives {told} for {len(tokens)} tokens and a mapping of {len(mapping)}; it should be "
                f"{should}.",
                f"토큰 {len(tokens)}개와 길이 {len(mapping)}인 mapping에 대한 one_hot이 {told}이다. {should}여야 한다.",
            )
        row = (rows != wanted).any(dim=1).nonzero().flatten().tolist()[0]
        token, found, due_row = tokens[row], _plain(rows[row].tolist()), _plain(wanted[row].tolist())
        return (
            f"Row {row + 1} of your one_hot, for {token!r} and the mapping {mapping}, is {found}; it should be "
            f"{due_row}.",
            f"mapping이 {mapping}일 때 one_hot의 {row + 1}번째 행({token!r})이 {found}이다. {due_row}이어야 한다.",
        )
    tokens, mapping = _cases()[seen.index(RAISED)]
    return (
        f"Your one_hot raises an exception for {tokens} and the mapping {mapping}.",
        f"토큰 {tokens}, mapping {mapping}에 대해 one_hot에서 예외가 난다.",
    )


def _other_numbers(seen: Tensor, wanted: Tensor) -> bool:
    return differ(answer_of([seen]), answer_of([wanted]))


def _shape(shape: Any) -> str:
    size, dtype = shape
    return f"{size} {str(dtype).removeprefix('torch.')}"


def _plain(row: list[float]) -> str:
    return f"[{', '.join(f'{number:g}' for number in row)}]"


def departure_of_training(seen: Answers, right: Answers) -> Wording:
    """The first epoch whose loss is another one, or the weights alone; of the whole series, then of the cut one. And
    what was never trained. What raises is told where the rest is right."""
    told = list(map(_departure, seen[: len(LEADS)], right[: len(LEADS)], SERIES))
    departures = [one for one in told if one is not None]
    if not departures:
        return _of_the_rest(seen, right)
    en, ko = departures[0].en, departures[0].ko
    if len(departures) > 1 and departures[1].epoch < departures[0].epoch:
        en, ko = f"{en} {departures[1].en}", f"{ko} {departures[1].ko}"
    if still := _not_trained(seen, right):
        en += f" Training leaves {still} as they were: does the optimizer have them, and does a gradient reach them?"
        ko += f" 학습해도 그대로인 가중치: {still}. 옵티마이저에 들어 있는지, 기울기가 오는지 확인할 것."
    return en, ko


def _of_the_rest(seen: Answers, right: Answers) -> Wording:
    last, due = seen[-1], right[-1]
    if last is not None and last is not RAISED and differ(last, due):
        count = int(last.numbers)
        return (
            f"You return {count} losses for {EPOCHS} epochs where the loss is near 0: make every epoch, however small "
            "the loss is.",
            f"손실이 0에 가까우면 {EPOCHS}에폭에 손실 {count}개를 반환한다. 손실이 작아도 모든 에폭을 학습할 것.",
        )
    return "Your train raises an exception.", "train에서 예외가 난다."


def _not_trained(seen: Answers, right: Answers) -> str:
    """The names of weights that are after training what they were before, where the right ones are not."""
    found = []
    for lead, one, due in zip(LEADS, seen, right, strict=False):
        if one is None or one is RAISED or due is None:
            return ""
        weights = dict(_classifier(lead)[0].named_parameters())
        pairs = zip(weights.items(), one.as_returned()[1:-1], due.as_returned()[1:-1], strict=False)
        still = [
            name for (name, first), own, other in pairs if torch.equal(own, first) and not torch.equal(other, first)
        ]
        found.append(still if 0 < len(still) < len(weights) else [])
    return ", ".join(name for name in found[0] if all(name in still for still in found))


class _Departure(NamedTuple):
    """epoch: in which the loss is another one; EPOCHS where the weights alone are."""

    epoch: int
    en: str
    ko: str


def _departure(seen: Answer | None, right: Answer | None, series: Wording) -> _Departure | None:
    """What is otherwise in one training; None where nothing is, or where it raised."""
    if seen is None or right is None or seen is RAISED or not differ(seen, right):
        return None
    where_en, where_ko = series
    # In the dtypes in which they came: two losses that differ by rounding alone are the same.
    (losses, *weights, ends), (due, *others, _) = seen.as_returned(), right.as_returned()
    if len(losses) != len(due):
        return _Departure(
            0,
            f"You return {len(losses)} losses for {len(due)} epochs {where_en}.",
            f"{where_ko}{len(due)}에폭을 학습하고 손실 {len(losses)}개를 반환했다.",
        )
    if bad := [epoch for epoch in range(len(due)) if _other_numbers(losses[epoch], due[epoch])]:
        epoch = bad[0]
        numbers = digits_that_differ(float(losses[epoch]), float(due[epoch]))
        same_en, same_ko = "", ""
        if epoch and not _other_numbers(losses[epoch], losses[epoch - 1]):
            same_en = f" It is the loss of epoch {epoch} once more."
            same_ko = f" {epoch}번째 에폭의 손실과 같은 값이다."
        return _Departure(
            epoch,
            f"{where_en.capitalize()} your loss is {numbers[0]} in place of {numbers[1]} in epoch {epoch + 1}, "
            + ("the first one." if epoch == 0 else "and right before it.")
            + same_en,
            f"{where_ko}{epoch + 1}번째 에폭의 손실이 {numbers[1]}이어야 하는데 {numbers[0]}이다. "
            + ("첫 에폭부터 다르다." if epoch == 0 else "그 앞은 맞다.")
            + same_ko,
        )
    pairs = list(zip(weights, others, strict=True))
    if any(_other_numbers(one, two) for one, two in pairs):
        gap = max(float((one - two).abs().nan_to_num(nan=math.inf).max()) for one, two in pairs)
        return _Departure(
            EPOCHS,
            f"{where_en.capitalize()} your {EPOCHS} losses are right, but the weights after training are off by up to "
            f"{gap:.3g}.",
            f"{where_ko}손실 {EPOCHS}개는 맞지만 학습 뒤의 가중치가 최대 {gap:.3g}만큼 다르다.",
        )
    return _Departure(
        EPOCHS,
        f"Your losses are rounded to {int(ends)} decimals: return them as they are.",
        f"손실이 소수점 아래 {int(ends)}자리로 반올림되어 있다. 그대로 반환해야 한다.",
    )
