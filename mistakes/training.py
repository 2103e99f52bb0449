"""The right training loop, in small parts that a mistake can replace."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from lecture.loops import sequence_loss
from mistakes.model import Mistake


class Loop:
    """The right loop, called as ``train(net, x, y, epochs, lr)``; returns the losses, each read before its step."""

    def __call__(self, net: nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float) -> list[float]:
        net.train()
        optimizer = self.optimizer(net, lr)
        return [self.one_epoch(net, x, y, optimizer) for _ in range(epochs)]

    def optimizer(self, net: nn.Module, lr: float) -> Optimizer:
        return torch.optim.Adam(net.parameters(), lr=lr)

    def one_epoch(self, net: nn.Module, x: Tensor, y: Tensor, optimizer: Optimizer) -> float:
        optimizer.zero_grad()
        loss = self.loss(net(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    def loss(self, logits: Tensor, y: Tensor) -> Tensor:
        return sequence_loss(logits, y)


def wrong_loop(name: str, loop: type[Loop], en: str, ko: str, *claims: str) -> Mistake:
    return Mistake(f"train-{name}", en, ko, claims, functions={"train": loop()})


STEPS = "cut/steps-are-adams"
LEARNS = "words/torch-loop-learns"
SWITCH = "cut/whole-learns-the-switch"
ADAM = "loops/torch-adam-is-another-loop"
COIN = "cut/first-guess-is-a-coin"
