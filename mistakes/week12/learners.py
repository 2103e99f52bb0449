"""Wrong runs of fastai's Learner, and modules that it is given."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from lecture import loops, networks
from lecture.fastai_parts import fastai_module
from lecture.loops import LearnerRun
from mistakes.model import Mistake

# Taken before anybody patches them.
_learner_run, _classify = loops.learner_run, networks.SequenceClassifier.forward


def _learner(*, batch_size: int = 0, shuffle: bool = False, **of_learner: Any) -> Callable[..., LearnerRun]:
    """``lecture.loops.learner_run`` with other loaders (batch_size 0: all rows) or other options of Learner."""

    def run(net: nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float, *, device: Any = "cpu") -> LearnerRun:
        loops.require_fastai()
        x, y = x.to(device), y.to(device)
        # Shuffling must be the only thing that a shuffled run changes: its order has a stream of its own.
        order = torch.Generator().manual_seed(0)
        loaders = loops.loaders(x, y, batch_size=batch_size or len(x), shuffle=shuffle, generator=order)
        learner_of = fastai_module("fastai.learner").Learner
        learner = learner_of(loaders, net.to(device), nn.CrossEntropyLoss(), lr=lr, **of_learner)
        with learner.no_bar(), learner.no_logging():
            learner.fit(epochs)
        train_losses, valid_losses = zip(*learner.recorder.values, strict=True)
        return LearnerRun(list(train_losses), list(valid_losses), loops.probabilities(net, x))

    return run


def _epoch_missing(net: nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float, **options: Any) -> LearnerRun:
    return _learner_run(net, x, y, epochs - 1, lr, **options)


def _default_rate(net: nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float, **options: Any) -> LearnerRun:
    return _learner_run(net, x, y, epochs, 1e-3, **options)


def _other_weights(net: nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float, **options: Any) -> LearnerRun:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        for parameter in net.parameters():
            nn.init.uniform_(parameter.data, -0.2, 0.2)
    return _learner_run(net, x, y, epochs, lr, **options)


def _on_a_copy(net: nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float, **options: Any) -> LearnerRun:
    run = _learner_run(copy.deepcopy(net).to(x.device), x, y, epochs, lr, **options)
    return LearnerRun(run.train_losses, run.valid_losses, loops.probabilities(net, x), run.options)


def _relu_between(self: networks.SequenceClassifier, x: Tensor) -> Tensor:
    output, _ = self.recurrent(x)
    return self.linear(output.relu())


def _probabilities_for_logits(self: networks.SequenceClassifier, x: Tensor) -> Tensor:
    return _classify(self, x).softmax(-1)


def _patched(name: str, target: str, replacement: Any, en: str, ko: str, *claims: str) -> Mistake:
    return Mistake(name, en, ko, claims, patches={f"lecture.{target}": replacement})


RUN = "loops.learner_run"
TABLE, ROWS, MATCH = "loops/printed-table", "loops/printed-probabilities", "loops/match"
WHY = "loops/why-not-exactly"

MISTAKES = (
    _patched(
        "learner-in-batches-of-64",
        RUN,
        _learner(batch_size=64),
        "Your Learner takes batches of 64; all 998 rows are one batch.",
        "Learner가 64행씩 배치로 나눈다. 998행 전체가 한 배치여야 한다.",
        TABLE,
        ROWS,
        MATCH,
    ),
    _patched(
        "learner-shuffled",
        RUN,
        _learner(shuffle=True),
        "Your Learner shuffles the rows: the order of a series is what is learnt.",
        "Learner가 행을 섞는다. 시계열에서는 순서가 곧 배울 내용이다.",
        TABLE,
        ROWS,
        "words/fastai-learner-learns",
    ),
    _patched(
        "learner-without-decay",
        RUN,
        _learner(wd=0.0),
        "Your Learner has no weight decay; fastai's default is 0.01.",
        "Learner에 weight decay가 없다. fastai의 기본값은 0.01이다.",
        TABLE,
        WHY,
    ),
    _patched(
        "learner-decays-the-bias",
        RUN,
        _learner(wd_bn_bias=True),
        "Your Learner lets the Linear's bias decay; by default it does not.",
        "Learner가 Linear의 bias에도 decay를 적용한다. 기본값은 적용하지 않는 것이다.",
        WHY,
        MATCH,
    ),
    _patched(
        "learner-epoch-missing",
        RUN,
        _epoch_missing,
        "Your Learner makes one epoch too few.",
        "Learner의 에폭이 하나 모자란다.",
        TABLE,
        ROWS,
        MATCH,
        WHY,
    ),
    _patched(
        "learner-at-its-default-rate",
        RUN,
        _default_rate,
        "Your Learner was not given the rate 0.1 and takes its default, 0.001.",
        "Learner에 학습률 0.1을 주지 않아 기본값 0.001로 학습한다.",
        TABLE,
        ROWS,
        "words/fastai-learner-learns",
    ),
    _patched(
        "learner-from-other-weights",
        RUN,
        _other_weights,
        "The seed was not set directly before the LSTM: your Learner starts from other weights.",
        "LSTM을 만들기 직전에 시드를 설정하지 않아 Learner가 다른 가중치에서 시작한다.",
        TABLE,
        ROWS,
        MATCH,
        WHY,
    ),
    _patched(
        "learner-on-a-copy",
        RUN,
        _on_a_copy,
        "Your Learner trained a copy: the network itself has learnt nothing.",
        "Learner가 복사본을 학습했다. 네트워크 자체는 배운 것이 없다.",
        ROWS,
        MATCH,
        WHY,
    ),
    _patched(
        "relu-before-the-linear",
        "networks.SequenceClassifier.forward",
        _relu_between,
        "Your module puts a relu between LSTM and Linear; the two are called in turn.",
        "모듈이 LSTM과 Linear 사이에 relu를 넣었다. 둘을 차례로 호출하기만 하면 된다.",
        "words/two-modules-need-one",
        TABLE,
    ),
    _patched(
        "module-returns-probabilities",
        "networks.SequenceClassifier.forward",
        _probabilities_for_logits,
        "Your module returns probabilities; the loss wants logits.",
        "모듈이 확률을 반환한다. 손실 함수에는 로짓을 넣어야 한다.",
        "words/two-modules-need-one",
        TABLE,
    ),
)
