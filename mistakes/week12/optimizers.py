"""Wrong optimizers and steps in the hand-written loop that is held against fastai's Learner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from lecture import loops
from lecture.fastai_parts import fastai_module
from lecture.loops import Optimizer
from mistakes.model import Mistake

# Taken before anybody patches it.
_train_with = loops.train_with


def _torch_adam(net: nn.Module, lr: float) -> Optimizer:
    return torch.optim.Adam(net.parameters(), lr=lr)


def _fastai_adam_without_decay(net: nn.Module, lr: float) -> Optimizer:
    return fastai_module("fastai.optimizer").Adam(list(net.parameters()), lr=lr, wd=0.0)


def _adamw(**changes: Any) -> Callable[[nn.Module, float], Optimizer]:
    """AdamW with fastai's figures but for ``changes``, the same on every parameter."""
    options: dict[str, Any] = {"betas": (0.9, 0.99), "eps": 1e-5, "weight_decay": 0.01, **changes}

    def make(net: nn.Module, lr: float) -> Optimizer:
        biases: list[Tensor] = [module.bias for module in net.modules() if isinstance(module, nn.Linear)]
        rest = [weight for weight in net.parameters() if all(weight is not bias for bias in biases)]
        groups: list[dict[str, Any]] = [{"params": rest}, {"params": biases, "weight_decay": 0.0}]
        return torch.optim.AdamW(groups, lr=lr, **options)

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


def _patched(name: str, target: str, replacement: Any, en: str, ko: str, *claims: str) -> Mistake:
    return Mistake(name, en, ko, claims, patches={f"lecture.loops.{target}": replacement})


ROWS, MATCH, WHY = "loops/printed-probabilities", "loops/match", "loops/why-not-exactly"

MISTAKES = (
    _patched(
        "loop-with-torch-adam",
        "fastai_adam",
        _torch_adam,
        "Your loop takes torch's Adam for fastai's; they have one name and other defaults.",
        "fastai의 Adam 대신 torch의 Adam을 썼다. 이름은 같지만 기본값이 다르다.",
        ROWS,
        MATCH,
    ),
    _patched(
        "loop-without-decay",
        "fastai_adam",
        _fastai_adam_without_decay,
        "Your loop sets fastai's weight decay to zero; its default is 0.01.",
        "fastai Adam의 weight decay를 0으로 두었다. 기본값은 0.01이다.",
        MATCH,
    ),
    _patched(
        "loop-without-zero-grad",
        "train_with",
        _gradients_pile_up,
        "The hand-written loop never clears the gradients.",
        "직접 작성한 루프가 기울기를 0으로 초기화하지 않는다.",
        ROWS,
        MATCH,
        WHY,
    ),
    _patched(
        "loop-epoch-too-many",
        "train_with",
        _epoch_too_many,
        "The hand-written loop makes one epoch more than the Learner.",
        "직접 작성한 루프가 Learner보다 에폭을 하나 더 돈다.",
        ROWS,
        MATCH,
        WHY,
    ),
    _patched(
        "adamw-decays-the-bias",
        "matching_adamw",
        _decay_everywhere,
        "Your AdamW lets every parameter decay; Learner leaves the Linear's bias out.",
        "AdamW가 모든 파라미터에 decay를 적용한다. Learner는 Linear의 bias를 제외한다.",
        WHY,
    ),
    _patched(
        "adamw-without-decay",
        "matching_adamw",
        _adamw(weight_decay=0.0),
        "Your AdamW has no decay; Learner's is 0.01.",
        "AdamW에 decay가 없다. Learner의 값은 0.01이다.",
        WHY,
    ),
    _patched(
        "adamw-with-torch-betas",
        "matching_adamw",
        _adamw(betas=(0.9, 0.999)),
        "Your AdamW has torch's betas, 0.9 and 0.999; fastai's are 0.9 and 0.99.",
        "AdamW의 betas가 torch의 0.9, 0.999이다. fastai는 0.9, 0.99이다.",
        WHY,
    ),
    _patched(
        "adamw-with-torch-eps",
        "matching_adamw",
        _adamw(eps=1e-8),
        "Your AdamW has torch's eps, 1e-8; fastai's is 1e-5.",
        "AdamW의 eps가 torch의 1e-8이다. fastai는 1e-5이다.",
        WHY,
    ),
)
