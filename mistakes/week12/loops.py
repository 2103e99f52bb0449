"""Wrong training loops: each is the lecture's hand-written loop with one part replaced."""

from __future__ import annotations

import copy
import math

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from mistakes.training import ADAM, LEARNS, STEPS, SWITCH, Loop, wrong_loop


class GradientsPileUp(Loop):
    def one_epoch(self, net: nn.Module, x: Tensor, y: Tensor, optimizer: Optimizer) -> float:
        loss = self.loss(net(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()


class StepBeforeBackward(Loop):
    def one_epoch(self, net: nn.Module, x: Tensor, y: Tensor, optimizer: Optimizer) -> float:
        optimizer.zero_grad()
        loss = self.loss(net(x), y)
        optimizer.step()
        loss.backward()
        return loss.item()


class NoStep(Loop):
    def one_epoch(self, net: nn.Module, x: Tensor, y: Tensor, optimizer: Optimizer) -> float:
        optimizer.zero_grad()
        loss = self.loss(net(x), y)
        loss.backward()
        return loss.item()


class ClearedBeforeStep(Loop):
    def one_epoch(self, net: nn.Module, x: Tensor, y: Tensor, optimizer: Optimizer) -> float:
        loss = self.loss(net(x), y)
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()
        return loss.item()


class Descent(Loop):
    def optimizer(self, net: nn.Module, lr: float) -> Optimizer:
        return torch.optim.SGD(net.parameters(), lr=lr)


class RateIgnored(Loop):
    def optimizer(self, net: nn.Module, lr: float) -> Optimizer:
        return torch.optim.Adam(net.parameters())


class TenthOfTheRate(Loop):
    def optimizer(self, net: nn.Module, lr: float) -> Optimizer:
        return super().optimizer(net, lr / 10)


class StrongDecay(Loop):
    def optimizer(self, net: nn.Module, lr: float) -> Optimizer:
        return torch.optim.AdamW(net.parameters(), lr=lr, weight_decay=0.1)


class LinearAlone(Loop):
    def optimizer(self, net: nn.Module, lr: float) -> Optimizer:
        return super().optimizer(next(module for module in net.modules() if isinstance(module, nn.Linear)), lr)


class EpochMissing(Loop):
    def __call__(self, net: nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float) -> list[float]:
        return super().__call__(net, x, y, epochs - 1, lr)


class EpochTooMany(Loop):
    def __call__(self, net: nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float) -> list[float]:
        return super().__call__(net, x, y, epochs + 1, lr)


class HalfOfTheEpochs(Loop):
    """And the last loss repeated, so that the list has the length that was asked for."""

    def __call__(self, net: nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float) -> list[float]:
        losses = super().__call__(net, x, y, epochs // 2, lr)
        return losses + losses[-1:] * (epochs - len(losses))


class NoMoreThanItTakes(Loop):
    def __call__(self, net: nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float) -> list[float]:
        optimizer, losses = self.optimizer(net, lr), [math.inf]
        while len(losses) <= epochs and losses[-1] >= 0.01:
            losses.append(self.one_epoch(net, x, y, optimizer))
        return losses[1:]


class LastLossAlone(Loop):
    def __call__(self, net: nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float) -> list[float]:
        return super().__call__(net, x, y, epochs, lr)[-1:]


class LossAfterStep(Loop):
    def one_epoch(self, net: nn.Module, x: Tensor, y: Tensor, optimizer: Optimizer) -> float:
        super().one_epoch(net, x, y, optimizer)
        with torch.no_grad():
            return self.loss(net(x), y).item()


class BatchesOf64(Loop):
    def one_epoch(self, net: nn.Module, x: Tensor, y: Tensor, optimizer: Optimizer) -> float:
        losses = [
            super(BatchesOf64, self).one_epoch(net, *part, optimizer)
            for part in zip(x.split(64), y.split(64), strict=True)
        ]
        return sum(losses) / len(losses)


class Copy(Loop):
    def __call__(self, net: nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float) -> list[float]:
        return super().__call__(copy.deepcopy(net).to(x.device), x, y, epochs, lr)


class DrawnAgain(Loop):
    """Other weights than those that were given, from torch's stream as it stands."""

    def __call__(self, net: nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float) -> list[float]:
        for parameter in net.parameters():
            nn.init.uniform_(parameter.data, -1, 1)
        return super().__call__(net, x, y, epochs, lr)


MISTAKES = (
    wrong_loop(
        "without-zero-grad",
        GradientsPileUp,
        "You don't clear the gradients in each epoch: they pile up from one to the next.",
        "에폭마다 기울기를 0으로 초기화하지 않아 기울기가 계속 쌓인다.",
        STEPS,
        LEARNS,
        ADAM,
    ),
    wrong_loop(
        "step-before-backward",
        StepBeforeBackward,
        # Numbers do not tell it from the two that follow, nor from a loss that is cut off.
        "The weights stay as they were: look whether optimizer.step() is there and stands behind loss.backward(), "
        "whether the gradients are cleared between the two, whether the loss is cut off from the network (detach(), "
        "item()), and whether the optimizer has this network's weights.",
        "가중치가 그대로이다. optimizer.step()이 loss.backward() 뒤에 있는지, 그 사이에서 기울기를 지우지 않는지, "
        "손실이 네트워크와 끊기지 않았는지(detach(), item()), 옵티마이저가 이 네트워크의 가중치를 받았는지 확인할 것.",
        LEARNS,
        SWITCH,
        ADAM,
    ),
    wrong_loop(
        "without-step",
        NoStep,
        "You never call optimizer.step(): the weights stay as they were.",
        "optimizer.step()을 호출하지 않아 가중치가 그대로이다.",
        LEARNS,
        "cut/only-x1",
        "cut/only-x2",
        "cut/pieces-cannot-switch",
        SWITCH,
        ADAM,
    ),
    wrong_loop(
        "cleared-before-step",
        ClearedBeforeStep,
        "You clear the gradients between backward and step: the weights stay as they were.",
        "backward와 step 사이에서 기울기를 지워 가중치가 그대로이다.",
        LEARNS,
        SWITCH,
        ADAM,
    ),
    wrong_loop(
        "with-sgd",
        Descent,
        "You train with SGD; torch.optim.Adam was asked for.",
        "SGD로 학습했다. torch.optim.Adam을 써야 한다.",
        STEPS,
        LEARNS,
        SWITCH,
        ADAM,
    ),
    wrong_loop(
        "with-strong-decay",
        StrongDecay,
        "You train with AdamW and pull the weights to zero; torch.optim.Adam has no decay.",
        "AdamW로 학습해 가중치를 0쪽으로 당겼다. torch.optim.Adam에는 decay가 없다.",
        LEARNS,
    ),
    wrong_loop(
        "rate-ignored",
        RateIgnored,
        "lr has no effect: you train at Adam's default of 0.001.",
        "lr이 무시되었다. Adam의 기본값 0.001로 학습했다.",
        STEPS,
        LEARNS,
        SWITCH,
        ADAM,
    ),
    wrong_loop(
        "tenth-of-the-rate",
        TenthOfTheRate,
        "You train at a tenth of the rate that was given.",
        "주어진 학습률의 10분의 1로 학습했다.",
        LEARNS,
        SWITCH,
        ADAM,
    ),
    wrong_loop(
        "linear-alone",
        LinearAlone,
        "The Linear alone is trained: look whether your optimizer has the recurrent network's weights, and whether a "
        "gradient reaches them.",
        "Linear만 학습된다. 순환신경망의 가중치가 옵티마이저에 들어 있는지, 기울기가 오는지 확인할 것.",
        LEARNS,
        SWITCH,
    ),
    wrong_loop(
        "epoch-missing",
        EpochMissing,
        "Your loop makes one epoch too few.",
        "에폭이 하나 모자란다.",
        STEPS,
        LEARNS,
    ),
    wrong_loop(
        "epoch-too-many",
        EpochTooMany,
        "Your loop makes one epoch too many.",
        "에폭이 하나 많다.",
        LEARNS,
    ),
    wrong_loop(
        "half-of-the-epochs",
        HalfOfTheEpochs,
        "You stop after half of the epochs and repeat the last loss.",
        "에폭의 절반만 학습하고 마지막 손실을 되풀이해 적었다.",
        LEARNS,
        ADAM,
    ),
    wrong_loop(
        "no-more-than-it-takes",
        NoMoreThanItTakes,
        "You stop once the loss is small; make every epoch that is asked for.",
        "손실이 작아지면 학습을 멈춘다. 정해진 에폭을 모두 학습해야 한다.",
        STEPS,
    ),
    wrong_loop(
        "last-loss-alone",
        LastLossAlone,
        "You return the last loss alone; one for each epoch is wanted.",
        "마지막 손실만 반환했다. 에폭마다 하나씩 필요하다.",
        LEARNS,
    ),
    wrong_loop(
        "loss-after-the-step",
        LossAfterStep,
        "You read each loss after its step; it has to be read before.",
        "손실을 step 뒤에 읽었다. step 앞에서 읽어야 한다.",
        LEARNS,
    ),
    wrong_loop(
        "batches-of-64",
        BatchesOf64,
        "You cut the series into batches of 64 rows and step on each; one step an epoch on all of x is meant.",
        "시계열을 64행씩 나누어 배치마다 step했다. 에폭마다 x 전체로 한 번 step해야 한다.",
        ADAM,
    ),
    wrong_loop(
        "a-copy",
        Copy,
        "Your losses fall as they should, and the network that was given is afterwards as it was before: look for a "
        "copy that is trained in its place, or for first weights that are put back.",
        "손실은 제대로 줄어드는데, 받은 네트워크는 학습 뒤에도 처음 그대로이다. 복사본을 학습했거나 처음 가중치로 "
        "되돌려 놓았는지 확인할 것.",
        LEARNS,
        SWITCH,
        ADAM,
    ),
    wrong_loop(
        "weights-drawn-again",
        DrawnAgain,
        "Your training comes out otherwise each time: look for weights that are drawn anew, for shuffled steps, for a "
        "dropout. Nothing is to be drawn; train the weights that were given.",
        "학습할 때마다 결과가 달라진다. 가중치를 새로 뽑는지, 단계를 섞는지, dropout이 있는지 확인할 것. "
        "난수 없이, 받은 가중치에서 시작해야 한다.",
        ADAM,
    ),
)
