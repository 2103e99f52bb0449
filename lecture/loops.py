"""Training loops: the lecture's hand-written one, fastai's Learner, and what makes the two agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from lecture.fastai_parts import fastai_module

Progress = Callable[[int, int], None]


class Optimizer(Protocol):
    """What the hand-written loop needs of an optimizer; torch's and fastai's both have it."""

    def step(self) -> Any:
        """Change the parameters by their gradients."""

    def zero_grad(self) -> Any:
        """Forget the gradients."""


def loss_of(logits: Tensor, y: Tensor) -> Tensor:
    """Mean cross entropy over the steps; for a cut series, (L, N, V), the sum of the N pieces' means. y is one-hot."""
    if logits.dim() == 2:
        return nn.functional.cross_entropy(logits, y)
    return -(logits.log_softmax(-1) * y).sum() / len(y)


def train(net: nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float) -> list[float]:
    """The lecture's loop: torch.optim.Adam on the whole of x, one step an epoch. Trains ``net`` in place.

    x (L, V) or (L, N, V); one-hot y of the same lengths; ``net(x)`` gives logits. Returns the losses, each read
    before its step.
    """
    return train_with(net, x, y, epochs, torch.optim.Adam(net.parameters(), lr=lr))


def train_with(
    net: nn.Module, x: Tensor, y: Tensor, epochs: int, optimizer: Optimizer, *, progress: Progress | None = None
) -> list[float]:
    """The same loop with any optimizer."""
    losses = []
    for epoch in range(epochs):
        loss = loss_of(net(x), y)
        losses.append(loss.item())
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        if progress is not None:
            progress(epoch + 1, epochs)
    return losses


def fastai_adam(net: nn.Module, lr: float) -> Optimizer:
    """fastai's own Adam over all parameters: what the name Adam means after ``from fastai.text.all import *``."""
    return fastai_module("fastai.optimizer").Adam(list(net.parameters()), lr=lr)


def matching_adamw(net: nn.Module, lr: float) -> Optimizer:
    """The torch optimizer that takes the very steps of fastai's Learner.

    Learner's Adam is decoupled weight decay (AdamW: p <- p - lr * wd * p before the step) with betas 0.9 and 0.99,
    eps 1e-5 and decay 0.01, fastai's defaults. And Learner leaves decay off what it takes for bias: the ``bias`` of
    any module that has one by that name. Linear has; torch's LSTM keeps its biases as bias_ih_l0 and bias_hh_l0, and
    they decay. The same Adam given the parameters by hand (:func:`fastai_adam`) decays them all: hence the small gap
    between the lecture's two loops.
    """
    bare = [module.bias for module in net.modules() if isinstance(getattr(module, "bias", None), nn.Parameter)]
    spared = {id(bias) for bias in bare}
    rest = [weight for weight in net.parameters() if id(weight) not in spared]
    groups = [{"params": rest, "weight_decay": 0.01}, {"params": bare, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=lr, betas=(0.9, 0.99), eps=1e-5)


@dataclass(frozen=True)
class LearnerRun:
    """The losses that Learner's table shows, epoch by epoch.

    train_losses are smoothed over the batches by Learner's recorder; valid_losses are read after the epoch's step.
    """

    train_losses: list[float]
    valid_losses: list[float]


def learner_run(
    net: nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float, *, progress: Progress | None = None
) -> LearnerRun:
    """Train ``net`` in place by fastai's Learner: one batch of all rows, valid the same data as train.

    x and one-hot y of shape (L, V), on the network's device.
    """
    fastai_module("fastai.callback.progress")  # brings no_bar
    fastai = fastai_module("fastai.basics")
    rows = torch.utils.data.TensorDataset(x, y)
    loaders = [torch.utils.data.DataLoader(rows, batch_size=len(x)) for _ in ("train", "valid")]
    learner = fastai.Learner(fastai.DataLoaders(*loaders), net, nn.CrossEntropyLoss(), lr=lr)
    if progress is not None:
        learner.add_cb(after_epoch(progress))
    with learner.no_bar(), learner.no_logging():
        learner.fit(epochs)
    train_losses, valid_losses = zip(*learner.recorder.values, strict=True)
    return LearnerRun(list(train_losses), list(valid_losses))


def after_epoch(progress: Progress) -> Any:
    """A fastai callback that calls ``progress(epochs done, epochs)``."""
    callback = fastai_module("fastai.callback.core").Callback

    class Report(callback):  # type: ignore[misc, valid-type]
        def after_epoch(self) -> None:
            progress(self.epoch + 1, self.n_epoch)

    return Report()
