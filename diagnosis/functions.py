"""What one_hot and train are asked, the answers of the right and the wrong ones, and where an unknown one departs."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn

import mistakes
import parts
from diagnosis.answers import RAISED, Answer, answer_of, differ, digits_that_differ
from diagnosis.wording import Wording
from lecture import texts
from lecture.networks import SequenceClassifier

EPOCHS, RATE = 4, 0.13
"""No part of the rate is Adam's default, 0.001, which a loop may have taken."""
LEADS = ((128,), (6, 2))
"""A series longer than a batch of 64, and one that is cut in two pieces."""

Departure = Callable[[Answer, Answer], Wording]
OTHER_SEED = 1000


def asked(part: str, function: Callable[..., Any], seed: int = 0) -> Answer:
    """The answer of ``one_hot`` or ``train``; random numbers are drawn under ``seed``, torch's stream is kept."""
    ask = {"one_hot": _rows, "train": _trained}[part]
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        try:
            return answer_of(ask(function))
        except Exception:
            return RAISED


@mistakes.emptied_by_load
@cache
def known(part: str, name: str = "", seed: int = 0) -> Answer:
    """That of the mistake ``name``, or of the right one."""
    return asked(part, mistakes.find(name).functions[part] if name else parts.named(part).right, seed)


def _cases() -> list[tuple[list[str], dict[str, int]]]:
    return [
        (texts.hi()[:9], texts.HI_MAPPING),
        (texts.words()[:9], texts.WORDS_MAPPING),
        (texts.abcabc()[:9], texts.ABC_MAPPING),
        # In which the last number of the mapping does not occur.
        (list("abca"), texts.ABC_MAPPING),
    ]


def _rows(one_hot: Callable[..., Tensor]) -> list[Tensor]:
    return [one_hot(*case) for case in _cases()]


def _trained(train: Callable[..., Any]) -> list[Tensor]:
    found: list[Tensor] = []
    for lead in LEADS:
        net, x, y = _classifier(lead)
        losses = train(net, x, y, EPOCHS, RATE)
        found.append(torch.tensor([float(loss) for loss in losses]))
        found += [weight.detach().clone() for weight in net.parameters()]
    return found


def _classifier(lead: Sequence[int]) -> tuple[nn.Module, Tensor, Tensor]:
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(6)
        net = SequenceClassifier(nn.LSTM(4, 3), nn.Linear(3, 4))
        x, y = (torch.eye(4)[torch.randint(4, tuple(lead))] for _ in range(2))
    return net, x, y


def departure_of_rows(seen: Answer, right: Answer) -> Wording:
    """A sentence in English and in Korean on the first text whose rows are others."""
    if seen.shapes == RAISED.shapes:
        return "Your one_hot raises an exception.", "one_hot에서 예외가 난다."
    for (tokens, _), rows, wanted, shape, due in zip(
        _cases(), seen.tensors(), right.tensors(), seen.shapes, right.shapes, strict=True
    ):
        if shape != due:
            told, should = _shape(shape), _shape(due)
            return (
                f"Your one_hot gives {told} for {len(tokens)} tokens; it should be {should}.",
                f"토큰 {len(tokens)}개에 대한 one_hot이 {told}이다. {should}여야 한다.",
            )
        bad = (rows != wanted).any(dim=1).nonzero().flatten().tolist()
        if bad:
            row, token = bad[0], tokens[bad[0]]
            found, due_row = rows[row].tolist(), wanted[row].tolist()
            return (
                f"Row {row + 1} of your one_hot, for {token!r}, is {_plain(found)}; it should be {_plain(due_row)}.",
                f"one_hot의 {row + 1}번째 행({token!r})이 {_plain(found)}이다. {_plain(due_row)}이어야 한다.",
            )
    raise AssertionError("the rows are right")


def _other_numbers(seen: Tensor, wanted: Tensor) -> bool:
    return differ(answer_of([seen]), answer_of([wanted]))


def _shape(shape: Any) -> str:
    size, dtype = shape
    return f"{size} {str(dtype).removeprefix('torch.')}"


def _plain(row: list[float]) -> str:
    return f"[{', '.join(f'{number:g}' for number in row)}]"


def departure_of_training(seen: Answer, right: Answer) -> Wording:
    """The first epoch whose loss is another one, or the weights alone; of the whole series, then of the cut one. And
    what was never trained."""
    if seen.shapes == RAISED.shapes:
        return "Your train raises an exception.", "train에서 예외가 난다."
    (en, ko), still = _departure_of_losses(seen, right), _not_trained(seen, right)
    if still:
        en += f" Training leaves {still} as they were: does the optimizer have them, and does a gradient reach them?"
        ko += f" 학습해도 그대로인 가중치: {still}. 옵티마이저에 들어 있는지, 기울기가 오는지 확인할 것."
    return en, ko


def _not_trained(seen: Answer, right: Answer) -> str:
    """The names of weights that are after training what they were before, where the right ones are not."""
    each, found = len(right.shapes) // len(LEADS), []
    for place, lead in enumerate(LEADS):
        own, due = (one.as_returned()[place * each + 1 : (place + 1) * each] for one in (seen, right))
        weights = dict(_classifier(lead)[0].named_parameters())
        still = [
            name
            for (name, first), one, other in zip(weights.items(), own, due, strict=False)
            if torch.equal(one, first) and not torch.equal(other, first)
        ]
        found.append(still if 0 < len(still) < len(weights) else [])
    return ", ".join(name for name in found[0] if all(name in still for still in found))


def _departure_of_losses(seen: Answer, right: Answer) -> Wording:
    each = len(right.shapes) // len(LEADS)
    # In the dtypes in which they came: two losses that differ by rounding alone are the same.
    found, wanted = seen.as_returned(), right.as_returned()
    for place, (where_en, where_ko) in enumerate((("", ""), (" on a series cut in two", "둘로 나뉜 시계열에서 "))):
        losses, due = found[place * each], wanted[place * each]
        if len(losses) != len(due):
            return (
                f"You return {len(losses)} losses for {len(due)} epochs{where_en}.",
                f"{where_ko}{len(due)}에폭을 학습하고 손실 {len(losses)}개를 반환했다.",
            )
        bad = [epoch for epoch in range(len(due)) if _other_numbers(losses[epoch], due[epoch])]
        if bad:
            epoch = bad[0]
            numbers = digits_that_differ(float(losses[epoch]), float(due[epoch]))
            same_en, same_ko = "", ""
            if epoch and not _other_numbers(losses[epoch], losses[epoch - 1]):
                same_en = f" It is the loss of epoch {epoch} once more."
                same_ko = f" {epoch}번째 에폭의 손실과 같은 값이다."
            return (
                f"Your loss is {numbers[0]} in place of {numbers[1]} in epoch {epoch + 1}{where_en}, "
                + ("the first one." if epoch == 0 else "and right before it.")
                + same_en,
                f"{where_ko}{epoch + 1}번째 에폭의 손실이 {numbers[1]}이어야 하는데 {numbers[0]}이다. "
                + ("첫 에폭부터 다르다." if epoch == 0 else "그 앞은 맞다.")
                + same_ko,
            )
        pairs = list(zip(found[place * each :][1:each], wanted[place * each :][1:each], strict=True))
        gap = max(float((one - two).abs().nan_to_num(nan=math.inf).max()) for one, two in pairs)
        if any(_other_numbers(one, two) for one, two in pairs):
            return (
                f"Your losses are right, but the weights after training are off by up to {gap:.3g}{where_en}.",
                f"{where_ko}손실은 맞지만 학습 뒤의 가중치가 최대 {gap:.3g}만큼 다르다.",
            )
    raise AssertionError("losses and weights are right")
