"""A loop whose loss is another one, or that returns another number for it; and optimizers changed on the way."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from lecture.loops import sequence_loss
from mistakes.model import Mistake
from mistakes.training import ADAM, STEPS, Loop, wrong_loop

Loss = Callable[[Tensor, Tensor], Tensor]


def _loss(function: Loss) -> type[Loop]:
    return type("OtherLoss", (Loop,), {"loss": lambda self, logits, y: function(logits, y)})


def _smoothed(share: float) -> Loss:
    return lambda logits, y: sequence_loss(logits, (1 - share) * y + share / y.shape[-1])


_LOSSES: dict[str, tuple[Loss, str, str]] = {
    "mean-over-classes-too": (
        lambda logits, y: -(logits.log_softmax(-1) * y).mean(),
        "Your loss is the mean over classes, too: sum over classes, mean over the steps.",
        "손실을 클래스에 대해서도 평균했다. 클래스는 더하고, 단계에 대해서만 평균해야 한다.",
    ),
    "softmax-over-time": (
        lambda logits, y: -(logits.log_softmax(0) * y).mean(0).sum(),
        "Your softmax runs over the steps: its axis is the last one, the classes'.",
        "소프트맥스를 단계 축에 적용했다. 마지막 축인 클래스 축이어야 한다.",
    ),
    "softmax-over-pieces": (
        lambda logits, y: -(logits.log_softmax(1) * y).sum(-1).mean(0).sum(),
        "For a cut series your softmax runs over the pieces, dim=1; it has to run over the classes, dim=-1.",
        "조각난 시계열에서 소프트맥스를 조각 축(dim=1)에 적용했다. 클래스 축(dim=-1)이어야 한다.",
    ),
    "log-of-logits": (
        lambda logits, y: sequence_loss(logits.log_softmax(-1).exp().add(1).log(), y),
        "Your loss takes log(1 + p) for logits.",
        "손실에 로짓 대신 log(1 + p)를 넣었다.",
    ),
    "sigmoid": (
        lambda logits, y: nn.functional.binary_cross_entropy_with_logits(logits, y),
        "Your loss is the binary cross entropy; it is the cross entropy over the classes.",
        "손실이 이진 교차 엔트로피이다. 클래스에 대한 교차 엔트로피여야 한다.",
    ),
    "first-step-left-out": (
        lambda logits, y: sequence_loss(logits[1:], y[1:]),
        "The first step is left out of your loss; every step has a target.",
        "손실에서 첫 단계가 빠졌다. 모든 단계에 정답이 있다.",
    ),
    "last-step-left-out": (
        lambda logits, y: sequence_loss(logits[:-1], y[:-1]),
        "The last step is left out of your loss; every step has a target.",
        "손실에서 마지막 단계가 빠졌다. 모든 단계에 정답이 있다.",
    ),
    "target-moved": (
        lambda logits, y: sequence_loss(logits[:-1], y[1:]),
        "You move the targets on by a step: y is moved already.",
        "정답을 한 단계 더 밀었다. y는 이미 밀려 있다.",
    ),
    **{
        f"smoothed-{share:g}": (
            _smoothed(share),
            f"Your losses are those with label_smoothing={share:g}; none is asked.",
            f"label_smoothing={share:g}인 손실과 같다. 쓰지 않아야 한다.",
        )
        for share in (0.1, 0.05, 0.2)
    },
}


class OptimizerAnew(Loop):
    """What Adam remembers is lost in each epoch."""

    def one_epoch(self, net: nn.Module, x: Tensor, y: Tensor, optimizer: Optimizer) -> float:
        return super().one_epoch(net, x, y, self.optimizer(net, optimizer.param_groups[0]["lr"]))


def _falling(factor: float) -> type[Loop]:
    class RateFalls(Loop):
        def one_epoch(self, net: nn.Module, x: Tensor, y: Tensor, optimizer: Optimizer) -> float:
            loss = super().one_epoch(net, x, y, optimizer)
            optimizer.param_groups[0]["lr"] *= factor
            return loss

    return RateFalls


def _cut(most: float) -> type[Loop]:
    class Cut(Loop):
        def one_epoch(self, net: nn.Module, x: Tensor, y: Tensor, optimizer: Optimizer) -> float:
            optimizer.zero_grad()
            loss = self.loss(net(x), y)
            loss.backward()
            nn.utils.clip_grad_value_(net.parameters(), most)
            optimizer.step()
            return loss.item()

    return Cut


class TwoSteps(Loop):
    def one_epoch(self, net: nn.Module, x: Tensor, y: Tensor, optimizer: Optimizer) -> float:
        loss = super().one_epoch(net, x, y, optimizer)
        optimizer.step()
        return loss


class Ascent(Loop):
    def optimizer(self, net: nn.Module, lr: float) -> Optimizer:
        return torch.optim.Adam(net.parameters(), lr=lr, maximize=True)


def _returned(change: Callable[[list[float]], list[float]]) -> type[Loop]:
    class OtherNumbers(Loop):
        def __call__(self, net: nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float) -> list[float]:
            return change(super().__call__(net, x, y, epochs, lr))

    return OtherNumbers


def _rounded(digits: int) -> type[Loop]:
    return _returned(lambda losses: [round(loss, digits) for loss in losses])


def _sums(losses: list[float]) -> list[float]:
    return [sum(losses[: epoch + 1]) for epoch in range(len(losses))]


def _sums_of_returned(losses: list[float]) -> list[float]:
    found: list[float] = []
    for loss in losses:
        found.append(loss + sum(found))
    return found


def _means(losses: list[float]) -> list[float]:
    return [total / (epoch + 1) for epoch, total in enumerate(_sums(losses))]


_LOOPS: dict[str, tuple[type[Loop], str, str]] = {
    "optimizer-anew": (
        OptimizerAnew,
        "You make the optimizer anew in each epoch: what Adam remembers is lost. Make it once, before the loop.",
        "에폭마다 옵티마이저를 새로 만들어 Adam이 기억하는 값이 사라진다. 반복문 앞에서 한 번만 만들 것.",
    ),
    "two-steps": (
        TwoSteps,
        "You call optimizer.step() twice in each epoch.",
        "에폭마다 optimizer.step()을 두 번 부른다.",
    ),
    "ascent": (
        Ascent,
        "You go up the loss, not down: look for a sign or for maximize=True.",
        "손실을 줄이지 않고 키운다. 부호나 maximize=True를 확인할 것.",
    ),
    **{
        f"rate-falls-{factor:g}": (
            _falling(factor),
            f"Your losses and weights are those of a rate that is multiplied by {factor:g} after each epoch; it stays "
            "lr.",
            f"에폭마다 학습률에 {factor:g}을(를) 곱한 것과 같다. 학습률은 lr 그대로여야 한다.",
        )
        for factor in (0.5, 0.1, 0.9, 0.95, 0.99)
    },
    **{
        f"gradients-cut-at-{most:g}": (
            _cut(most),
            f"Your losses and weights are those of gradients cut at ±{most:g}; they are used as they are.",
            f"기울기를 ±{most:g}에서 자른 것과 같다. 그대로 써야 한다.",
        )
        for most in (0.001, 0.01, 0.1)
    },
    "sums": (
        _returned(_sums),
        "You return the sum of all losses so far; the loss of each epoch is wanted.",
        "지금까지의 손실을 모두 더해 반환한다. 에폭마다 그때의 손실이어야 한다.",
    ),
    "sums-of-sums": (
        _returned(_sums_of_returned),
        "You add to each loss what you returned before; the loss of each epoch is wanted.",
        "손실마다 앞에서 반환한 값을 더한다. 에폭마다 그때의 손실이어야 한다.",
    ),
    "means": (
        _returned(_means),
        "You return the mean of all losses so far; the loss of each epoch is wanted.",
        "지금까지의 손실 평균을 반환한다. 에폭마다 그때의 손실이어야 한다.",
    ),
    **{
        f"rounded-to-{digits}": (
            _rounded(digits),
            f"You round the losses to {digits} decimals; return them as they are.",
            f"손실을 소수점 아래 {digits}자리로 반올림한다. 그대로 반환해야 한다.",
        )
        for digits in range(1, 8)
    },
}

MISTAKES: tuple[Mistake, ...] = (
    *(wrong_loop(name, _loss(loss), en, ko, STEPS, ADAM) for name, (loss, en, ko) in _LOSSES.items()),
    *(wrong_loop(name, loop, en, ko, STEPS, ADAM) for name, (loop, en, ko) in _LOOPS.items()),
)
