"""Wrong trainings of many starts, for the tendencies: the experiment is not the one that is claimed.

Both ways to train, all starts at once and each by itself, get the same fault, so that it is the verdict that must see
it and not the comparison of the two.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from lecture import experiments
from lecture.starts import Piece
from mistakes.model import Mistake

_all_at_once, _alone = experiments.train_starts, experiments.train_alone

Pieces = Sequence[Piece]


def _both_ways(change: Callable[[int, Pieces, dict[str, Any]], tuple[int, Pieces, dict[str, Any]]]) -> dict[str, Any]:
    """Patches under which a training goes by what ``change`` makes of (hidden_size, pieces, options)."""

    def all_at_once(kind: str, hidden_size: int, pieces: Pieces, seeds: Sequence[int], **options: Any) -> Any:
        hidden_size, pieces, options = change(hidden_size, pieces, options)
        return _all_at_once(kind, hidden_size, pieces, seeds, **options)

    def alone(kind: str, hidden_size: int, pieces: Pieces, seed: int, **options: Any) -> Any:
        hidden_size, pieces, options = change(hidden_size, pieces, options)
        return _alone(kind, hidden_size, pieces, seed, **options)

    return {"lecture.experiments.train_starts": all_at_once, "lecture.experiments.train_alone": alone}


def _three_nodes(hidden_size: int, pieces: Pieces, options: dict[str, Any]) -> tuple[int, Pieces, dict[str, Any]]:
    return 3, pieces, options


def _one_epoch(hidden_size: int, pieces: Pieces, options: dict[str, Any]) -> tuple[int, Pieces, dict[str, Any]]:
    return hidden_size, pieces, {**options, "epochs": 1}


def _small_rate(hidden_size: int, pieces: Pieces, options: dict[str, Any]) -> tuple[int, Pieces, dict[str, Any]]:
    return hidden_size, pieces, {**options, "lr": 1e-4}


def _not_carried(hidden_size: int, pieces: Pieces, options: dict[str, Any]) -> tuple[int, Pieces, dict[str, Any]]:
    return hidden_size, pieces, {**options, "carry": False}


def _joined(hidden_size: int, pieces: Pieces, options: dict[str, Any]) -> tuple[int, Pieces, dict[str, Any]]:
    return hidden_size, [_one_series(pieces)], options


def _one_series(pieces: Pieces) -> Piece:
    """The pieces behind one another, with the step between two of them where the cut had left it out."""
    xs, ys = [pieces[0][0]], [pieces[0][1]]
    for x, y in pieces[1:]:
        if not torch.equal(ys[-1][-1], x[0]):
            xs.append(ys[-1][-1:])
            ys.append(x[:1])
        xs.append(x)
        ys.append(y)
    return torch.cat(xs), torch.cat(ys)


def _last_alone(hidden_size: int, pieces: Pieces, options: dict[str, Any]) -> tuple[int, Pieces, dict[str, Any]]:
    return hidden_size, pieces[-1:], options


def _starts(name: str, change: Callable[..., Any], en: str, ko: str, *claims: str) -> Mistake:
    return Mistake(f"starts-{name}", en, ko, claims, patches=_both_ways(change))


MISTAKES = (
    _starts(
        "always-three-nodes",
        _three_nodes,
        "The hidden size has no effect: every network has three nodes.",
        "은닉노드 수가 무시되어 언제나 3개이다.",
        "abcabc/more-nodes-learn-more-often",
        "abcabc/more-nodes-fit-better",
        "coin/too-many-nodes-overfit",
        "coin/more-nodes-are-surer-of-a-coin",
    ),
    _starts(
        "one-epoch",
        _one_epoch,
        "Training stops after the first epoch.",
        "첫 에폭에서 학습이 멈춘다.",
        "abcabc/more-nodes-learn-more-often",
        "abcabc/more-nodes-fit-better",
        "abcabc/failure-is-the-c-coin",
        "coin/too-many-nodes-overfit",
        "coin/more-nodes-are-surer-of-a-coin",
        "words/most-starts-learn",
        "cut/whole-usually-learns-the-switch",
        "cut/pieces-never-switch",
        "cut/carrying-alone-is-not-enough",
        "cut/link-and-state-reconnect",
    ),
    _starts(
        "tiny-rate",
        _small_rate,
        "The learning rate is a thousandth of what it should be.",
        "학습률이 정해진 값의 천분의 일이다.",
        "abcabc/failure-is-the-c-coin",
        "words/most-starts-learn",
        "cut/whole-usually-learns-the-switch",
        "cut/link-and-state-reconnect",
    ),
    _starts(
        "state-not-handed-on",
        _not_carried,
        "The state is not handed from one piece to the next: each starts from zeros.",
        "상태를 다음 조각에 넘기지 않아 조각마다 0에서 시작한다.",
        "cut/link-and-state-reconnect",
    ),
    _starts(
        "pieces-joined-again",
        _joined,
        "The pieces are joined again before training, and so the switch is learnt after all.",
        "조각을 다시 이어 붙여 학습해서 전환을 배우게 된다.",
        "cut/pieces-never-switch",
        "cut/carrying-alone-is-not-enough",
    ),
    _starts(
        "last-piece-alone",
        _last_alone,
        "Only the last piece is trained on.",
        "마지막 조각으로만 학습한다.",
        "cut/pieces-never-switch",
        "cut/carrying-alone-is-not-enough",
    ),
)
