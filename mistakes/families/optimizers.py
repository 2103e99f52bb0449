"""A loop whose optimizer has other options than Adam's usual ones, is another one, or gets other gradients."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from mistakes.model import Mistake
from mistakes.training import ADAM, STEPS, Loop, wrong_loop

_OPTIONS: tuple[dict[str, Any], ...] = (
    *({"weight_decay": decay} for decay in (0.1, 0.01, 0.001, 0.0005, 0.0001, 0.00001)),
    *(
        {"betas": betas}
        for betas in ((0.9, 0.99), (0.9, 0.99999), (0.8, 0.999), (0.5, 0.999), (0.95, 0.999), (0.0, 0.999))
    ),
    *({"eps": eps} for eps in (1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7)),
    {"amsgrad": True},
)
_RATES = (0.5, 2.0, 0.2, 5.0, 0.01, 10.0, 100.0)
_FIXED = (1.0, 0.5, 0.1, 0.05, 0.02, 0.01, 0.005, 0.003, 0.002, 0.0005, 0.0001)
_OTHERS = (torch.optim.AdamW, torch.optim.Adamax, torch.optim.NAdam, torch.optim.RMSprop)
_NORMS = (1.0, 5.0, 2.0, 0.5, 0.25, 0.1)
"""Adam hardly tells one from the next where all gradients are longer."""


def _adam(net: nn.Module, lr: float, times: float = 1.0, **options: Any) -> Optimizer:
    return torch.optim.Adam(net.parameters(), lr=times * lr, **options)


def _fixed(rate: float, net: nn.Module, lr: float) -> Optimizer:
    return _adam(net, rate)


def _other(kind: Any, net: nn.Module, lr: float) -> Optimizer:
    made: Optimizer = kind(net.parameters(), lr=lr)
    return made


def _loop(make: Callable[[nn.Module, float], Optimizer]) -> type[Loop]:
    def optimizer(self: Loop, net: nn.Module, lr: float) -> Optimizer:
        return make(net, lr)

    return type("OtherOptimizer", (Loop,), {"optimizer": optimizer})


def _clipped(most: float) -> type[Loop]:
    class Clipped(Loop):
        def one_epoch(self, net: nn.Module, x: Tensor, y: Tensor, optimizer: Optimizer) -> float:
            optimizer.zero_grad()
            loss = self.loss(net(x), y)
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), most)
            optimizer.step()
            return loss.item()

    return Clipped


def _mistake(name: str, loop: type[Loop], what: str, what_ko: str) -> Mistake:
    return wrong_loop(
        name,
        loop,
        f"Your losses and weights are those of {what}; torch.optim.Adam(net.parameters(), lr=lr) is asked.",
        f"손실과 가중치가 {what_ko}을(를) 쓴 것과 같다. torch.optim.Adam(net.parameters(), lr=lr)이어야 한다.",
        STEPS,
        ADAM,
    )


def _all() -> Iterator[Mistake]:
    for options in _OPTIONS:
        [(name, value)] = options.items()
        loop = _loop(functools.partial(_adam, **options))
        yield _mistake(f"adam-{name}-{value}", loop, f"Adam with {name}={value}", f"{name}={value}인 Adam")
    for rate in _RATES:
        loop = _loop(functools.partial(_adam, times=rate))
        yield _mistake(f"rate-times-{rate:g}", loop, f"Adam with {rate:g} times lr", f"학습률이 lr의 {rate:g}배인 Adam")
    for rate in _FIXED:
        loop = _loop(functools.partial(_fixed, rate))
        what, what_ko = (
            f"Adam with lr={rate:g}, which is another rate than was given",
            f"주어진 값이 아닌 lr={rate:g}인 Adam",
        )
        yield _mistake(f"rate-fixed-at-{rate:g}", loop, what, what_ko)
    for other in _OTHERS:
        yield _mistake(other.__name__.lower(), _loop(functools.partial(_other, other)), other.__name__, other.__name__)
    for norm in _NORMS:
        what, what_ko = "Adam on gradients that are clipped by their norm", "크기(norm)를 제한한 기울기에 Adam"
        yield _mistake(f"clipped-at-{norm:g}", _clipped(norm), what, what_ko)


MISTAKES = tuple(_all())
