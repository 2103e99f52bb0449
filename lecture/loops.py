"""Training loops: the hand-written one with any optimizer, and fastai's Learner on the same data.

Section 8 puts the two side by side. With fastai's own ``Adam`` in the hand-written loop they agree to about 2e-4 and
no further, because Learner switches weight decay off for some parameters; :func:`matching_adamw` says which.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from lecture.fastai_parts import fastai_module

Progress = Callable[[int, int], None]


class Optimizer(Protocol):
    """What the hand-written loop asks of an optimizer; torch's and fastai's both have it."""

    def step(self) -> Any: ...

    def zero_grad(self) -> Any: ...


def require_fastai(*modules: str) -> None:
    """Import fastai's ``modules`` (what :func:`learner_run` needs where none is named), or raise FastaiMissing."""
    for module in modules or ("fastai.learner", "fastai.callback.progress"):
        fastai_module(module)


def sequence_loss(logits: Tensor, y: Tensor) -> Tensor:
    """Cross entropy: the mean over the L steps of a series, and for a cut one the sum of its pieces' means.

    logits and y (one-hot, or probabilities) are floats of one shape, (L, K) or (L, N, K) with N pieces. A scalar.
    """
    if logits.shape != y.shape:
        raise ValueError(f"logits {tuple(logits.shape)} and targets {tuple(y.shape)} must have the same shape")
    if logits.dim() == 2:
        return nn.functional.cross_entropy(logits, y)
    pieces = [nn.functional.cross_entropy(*piece) for piece in zip(logits.unbind(1), y.unbind(1), strict=True)]
    return torch.stack(pieces).sum()


def train(net: nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float) -> list[float]:
    """Train ``net`` in place with torch's Adam on the whole of x, one step an epoch.

    net: returns logits for x. x, y: float of shape (L, V) or, cut in N pieces, (L, N, V); y one-hot.
    Returns the losses (see :func:`sequence_loss`), each read before its step.
    """
    return train_with(net, x, y, epochs, torch.optim.Adam(net.parameters(), lr=lr))


def train_with(
    net: nn.Module,
    x: Tensor,
    y: Tensor,
    epochs: int,
    optimizer: Optimizer,
    *,
    progress: Progress | None = None,
) -> list[float]:
    """The loop of :func:`train` with any optimizer over the weights of ``net``.

    progress: called with (epochs done, epochs) after every step.
    """
    # cuDNN has no backward pass for a network in eval mode, which is how a Learner leaves it.
    net.train()
    losses = []
    for epoch in range(epochs):
        optimizer.zero_grad()
        loss = sequence_loss(net(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if progress is not None:
            progress(epoch + 1, epochs)
    return losses


def probabilities(net: nn.Module, x: Tensor) -> Tensor:
    """Softmax of the logits of ``net`` in a fresh pass over x, off the graph; the shape of the logits."""
    with torch.no_grad():
        return net(x).softmax(dim=-1)


@dataclass(frozen=True)
class LearnerRun:
    """What a Learner's table shows, epoch by epoch, and the probabilities after the last one.

    train_losses: column train_loss, a running mean over all steps so far (weights 0.98**age), read before each
    step. valid_losses: column valid_loss, a fresh pass after the step. probabilities: (L, K). options: what its
    optimizer took by default (lr, mom, sqr_mom, eps, wd).
    """

    train_losses: list[float]
    valid_losses: list[float]
    probabilities: Tensor
    options: dict[str, float] = field(default_factory=dict)


def learner_run(
    net: nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float, *, device: str | torch.device = "cpu"
) -> LearnerRun:
    """Train ``net`` in place by fastai's ``Learner.fit``, as sections 3 and 8 do.

    x, y: float (L, V), y one-hot; all L rows are one batch, never shuffled, and the validation data are the
    training data. ``net`` is on ``device`` already; the data are moved there. Nothing is printed. Raises FastaiMissing.
    """
    require_fastai()  # fastai.callback.progress among it, which gives Learner its no_bar
    from fastai.learner import Learner

    x, y = x.to(device), y.to(device)
    learner = Learner(loaders(x, y, batch_size=len(x)), net, nn.CrossEntropyLoss(), lr=lr)
    with learner.no_bar(), learner.no_logging():
        learner.fit(epochs)
    train_losses, valid_losses = zip(*learner.recorder.values, strict=True)
    options = {name: float(value) for name, value in learner.opt.hypers[0].items()}
    return LearnerRun(list(train_losses), list(valid_losses), probabilities(net, x), options)


def loaders(x: Tensor, y: Tensor, *, batch_size: int, **of_training: Any) -> Any:
    """fastai's DataLoaders of the rows of x and y, where these lie: on training data and, all in one batch, on the same
    for validation. of_training: more options of torch's DataLoader for the first. Raises FastaiMissing.

    Learner moves its network to the device of its DataLoaders, and where they have none to fastai's own default: CUDA
    or Apple's MPS wherever there is one, whatever device was meant. fastai takes a device only from loaders that can be
    moved, which torch's can't.
    """
    core = fastai_module("fastai.data.core")
    from torch.utils.data import DataLoader, TensorDataset

    class InPlace(DataLoader[Any]):
        """Its rows are where they should be."""

        def to(self, device: Any) -> InPlace:
            return self

    rows = TensorDataset(x, y)
    train_loader, valid_loader = InPlace(rows, batch_size, **of_training), InPlace(rows, len(x))
    return core.DataLoaders(train_loader, valid_loader, device=x.device)


def fastai_adam(net: nn.Module, lr: float) -> Optimizer:
    """fastai's ``Adam`` over all weights of ``net``, as the hand-written loop of section 8 makes it.

    That is Adam with decoupled weight decay 0.01 on every parameter, betas 0.9 and 0.99, eps 1e-5.
    Raises FastaiMissing.
    """
    return fastai_module("fastai.optimizer").Adam(list(net.parameters()), lr=lr)


def matching_adamw(net: nn.Module, lr: float) -> torch.optim.AdamW:
    """torch's AdamW with which the hand-written loop takes the very steps of a Learner, up to rounding.

    Learner's default optimizer is fastai's ``Adam``: first p *= 1 - lr * 0.01 (its ``weight_decay``, decoupled),
    then p -= lr * m' / (sqrt(v') + 1e-5) with debiased averages m' (0.9) and v' (0.99) (its ``adam_step``).
    torch's AdamW does the same in the same order and adds eps at the same place.

    What a plain use of that ``Adam`` lacks is Learner's ``wd_bn_bias=False``: ``Learner.create_opt`` marks what
    ``norm_bias_params`` finds with ``do_wd=False``, that is each module's attribute ``bias`` (and the weights of
    normalization layers, of which there are none here). Linear has such a parameter. A recurrent network has
    not: its ``bias`` is the option True, its biases are called bias_ih_l0, bias_hh_l0, and so they do decay.
    """
    free = list(_parameters_called_bias(net))
    decayed = [weight for weight in net.parameters() if all(weight is not bias for bias in free)]
    groups: list[dict[str, Any]] = [{"params": decayed}, {"params": free, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=lr, betas=(0.9, 0.99), eps=1e-5, weight_decay=0.01)


def _parameters_called_bias(net: nn.Module) -> Iterable[nn.Parameter]:
    found = (getattr(module, "bias", None) for module in net.modules())
    return (bias for bias in found if isinstance(bias, nn.Parameter))
