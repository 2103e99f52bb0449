"""Wrong runs of fastai's Learner, and wrong optimizers in the loop that is held against it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from lecture import loops, networks
from lecture.fastai_parts import fastai_module
from lecture.loops import LearnerRun, Optimizer
from mistakes.model import Mistake

_learner_run, _train_with, _classify = (
    loops.learner_run,
    loops.train_with,
    networks.SequenceClassifier.forward,
)


def _learner(*, batch_size: int = 0, shuffle: bool = False, **of_learner: Any) -> Callable[..., LearnerRun]:
    """``lecture.loops.learner_run`` with other loaders (batch_size 0: all rows) or other options of Learner."""

    def run(net: nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float, *, device: Any = "cpu") -> LearnerRun:
        loops.require_fastai()
        core, learners = fastai_module("fastai.data.core"), fastai_module("fastai.learner")
        data = torch.utils.data.TensorDataset(x.to(device), y.to(device))
        size = batch_size or len(x)
        # Shuffling must be the only thing that a shuffled run changes: its order has a stream of its own.
        order = torch.Generator().manual_seed(0)
        train = torch.utils.data.DataLoader(data, batch_size=size, shuffle=shuffle, generator=order)
        valid = torch.utils.data.DataLoader(data, batch_size=len(x))
        loaders = core.DataLoaders(train, valid)
        learner = learners.Learner(loaders, net.to(device), nn.CrossEntropyLoss(), lr=lr, **of_learner)
        with learner.no_bar(), learner.no_logging():
            learner.fit(epochs)
        train_losses, valid_losses = zip(*learner.recorder.values, strict=True)
        return LearnerRun(list(train_losses), list(valid_losses), loops.probabilities(net, x.to(device)))

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
    run = _learner_run(copy.deepcopy(net), x, y, epochs, lr, **options)
    return LearnerRun(run.train_losses, run.valid_losses, loops.probabilities(net, x))


def _torch_adam(net: nn.Module, lr: float) -> Optimizer:
    return torch.optim.Adam(net.parameters(), lr=lr)


def _fastai_adam_without_decay(net: nn.Module, lr: float) -> Optimizer:
    return fastai_module("fastai.optimizer").Adam(list(net.parameters()), lr=lr, wd=0.0)


def _adamw(**changes: Any) -> Callable[[nn.Module, float], Optimizer]:
    """AdamW with fastai's figures but for ``changes``, the same on every parameter."""
    options = {"betas": (0.9, 0.99), "eps": 1e-5, "weight_decay": 0.01, **changes}

    def make(net: nn.Module, lr: float) -> Optimizer:
        biases = [module.bias for module in net.modules() if isinstance(module, nn.Linear)]
        rest = [weight for weight in net.parameters() if all(weight is not bias for bias in biases)]
        return torch.optim.AdamW([{"params": rest}, {"params": biases, "weight_decay": 0.0}], lr=lr, **options)

    return make


def _decay_everywhere(net: nn.Module, lr: float) -> Optimizer:
    return torch.optim.AdamW(net.parameters(), lr=lr, betas=(0.9, 0.99), eps=1e-5, weight_decay=0.01)


def _gradients_pile_up(
    net: nn.Module, x: Tensor, y: Tensor, epochs: int, optimizer: Optimizer, **options: Any
) -> list[float]:
    class Kept:
        step = staticmethod(optimizer.step)

        def zero_grad(self) -> None:
            """Leaves them."""

    return _train_with(net, x, y, epochs, Kept(), **options)


def _epoch_too_many(
    net: nn.Module, x: Tensor, y: Tensor, epochs: int, optimizer: Optimizer, **options: Any
) -> list[float]:
    return _train_with(net, x, y, epochs + 1, optimizer, **options)


def _relu_between(self: networks.SequenceClassifier, x: Tensor) -> Tensor:
    output, _ = self.recurrent(x)
    return self.linear(output.relu())


def _probabilities_for_logits(self: networks.SequenceClassifier, x: Tensor) -> Tensor:
    return _classify(self, x).softmax(-1)


def _patched(name: str, target: str, replacement: Any, en: str, ko: str, *claims: str) -> Mistake:
    return Mistake(name, en, ko, claims, patches={f"lecture.{target}": replacement})


RUN, BY_HAND = "loops.learner_run", "loops.train_with"
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
        "loop-with-torch-adam",
        "loops.fastai_adam",
        _torch_adam,
        "Your loop takes torch's Adam for fastai's; they have one name and other defaults.",
        "fastai의 Adam 대신 torch의 Adam을 썼다. 이름은 같지만 기본값이 다르다.",
        ROWS,
        MATCH,
    ),
    _patched(
        "loop-without-decay",
        "loops.fastai_adam",
        _fastai_adam_without_decay,
        "Your loop sets fastai's weight decay to zero; its default is 0.01.",
        "fastai Adam의 weight decay를 0으로 두었다. 기본값은 0.01이다.",
        MATCH,
    ),
    _patched(
        "loop-without-zero-grad",
        BY_HAND,
        _gradients_pile_up,
        "The hand-written loop never clears the gradients.",
        "직접 쓴 루프가 기울기를 비우지 않는다.",
        ROWS,
        MATCH,
        WHY,
    ),
    _patched(
        "loop-epoch-too-many",
        BY_HAND,
        _epoch_too_many,
        "The hand-written loop makes one epoch more than the Learner.",
        "직접 쓴 루프가 Learner보다 에폭을 하나 더 돈다.",
        ROWS,
        MATCH,
        WHY,
    ),
    _patched(
        "adamw-decays-the-bias",
        "loops.matching_adamw",
        _decay_everywhere,
        "Your AdamW lets every parameter decay; Learner leaves the Linear's bias out.",
        "AdamW가 모든 파라미터에 decay를 적용한다. Learner는 Linear의 bias를 제외한다.",
        WHY,
    ),
    _patched(
        "adamw-without-decay",
        "loops.matching_adamw",
        _adamw(weight_decay=0.0),
        "Your AdamW has no decay; Learner's is 0.01.",
        "AdamW에 decay가 없다. Learner의 값은 0.01이다.",
        WHY,
    ),
    _patched(
        "adamw-with-torch-betas",
        "loops.matching_adamw",
        _adamw(betas=(0.9, 0.999)),
        "Your AdamW has torch's betas, 0.9 and 0.999; fastai's are 0.9 and 0.99.",
        "AdamW의 betas가 torch의 0.9, 0.999이다. fastai는 0.9, 0.99이다.",
        WHY,
    ),
    _patched(
        "adamw-with-torch-eps",
        "loops.matching_adamw",
        _adamw(eps=1e-8),
        "Your AdamW has torch's eps, 1e-8; fastai's is 1e-5.",
        "AdamW의 eps가 torch의 1e-8이다. fastai는 1e-5이다.",
        WHY,
    ),
    _patched(
        "relu-before-the-linear",
        "networks.SequenceClassifier.forward",
        _relu_between,
        "Your module puts a relu between LSTM and Linear; the two are called in turn.",
        "모듈이 LSTM과 Linear 사이에 relu를 넣었다. 둘을 차례로 부르기만 하면 된다.",
        "words/two-modules-need-one",
        TABLE,
    ),
    _patched(
        "module-returns-probabilities",
        "networks.SequenceClassifier.forward",
        _probabilities_for_logits,
        "Your module returns probabilities; the loss wants logits.",
        "모듈이 확률을 돌려준다. 손실 함수에는 로짓을 넣어야 한다.",
        "words/two-modules-need-one",
        TABLE,
    ),
)
