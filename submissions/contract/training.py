"""What a training is given, in the worker: torch's own network, and a loader, an optimizer or a loss where a contract
has them in place of the series and the learning rate."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

INSTEAD = {"loader": ("x", "y"), "optimizer": ("lr",), "loss": ()}
"""Further arguments, and those that they stand for."""


def arguments(names: Sequence[str], net: Any, x: Any, y: Any, epochs: int, lr: float) -> list[Any]:
    """What these names stand for.

    loader: a torch.utils.data.DataLoader that yields the whole, (x, y), once an epoch. optimizer: torch.optim.Adam over
    the network's parameters. loss: of logits and one-hot targets, as the lecture's.
    """
    import torch
    from torch.utils.data import DataLoader

    given: dict[str, Any] = {"net": net, "x": x, "y": y, "epochs": epochs, "lr": lr, "loss": loss}
    if "loader" in names:
        # A generator of its own: each pass through a loader draws a number.
        given["loader"] = DataLoader([(x, y)], batch_size=None, generator=torch.Generator())  # type: ignore[arg-type]
    if "optimizer" in names:
        given["optimizer"] = torch.optim.Adam(net.parameters(), lr=lr)
    return [given[name] for name in names]


def ran(train: Callable[[], Any], names: Sequence[str], epochs: int, with_losses: bool) -> tuple[Any, str]:
    """What a training that has these arguments comes to: its losses, as it gives them; and a key where they are wrong.

    One without ``epochs`` is called once an epoch, and gives the loss of that.
    """
    if "epochs" in names:
        losses = train()
        if not with_losses:
            return [], ""
        if not isinstance(losses, (list, tuple)):
            return losses, "not a list"
        others = [loss for loss in losses if not _is_number(loss)]
        return (others[0], "not losses") if others else (losses, "")
    found = []
    for _ in range(epochs):
        loss = train()
        found += list(loss) if isinstance(loss, (list, tuple)) and len(loss) == 1 else [loss]
        if with_losses and not _is_number(found[-1]):
            return found[-1], "not a loss"
    return found if with_losses else [], ""


def _is_number(loss: Any) -> bool:
    """Whether float() makes a number of it: of a tensor that has one alone."""
    return hasattr(loss, "__float__") and math.prod(getattr(loss, "shape", ())) == 1


def loss(logits: Any, y: Any) -> Any:
    """Cross entropy, the mean over L, summed over pieces; from (L, K) or (L, N, K)."""
    return -(logits.log_softmax(-1) * y).sum(-1).mean(0).sum()


def sequence_classifier(recurrent: Any, classes: int) -> Any:
    """A network that returns logits, as ``train`` is given it."""
    import torch

    class SequenceClassifier(torch.nn.Module):
        """The recurrent network and Linear: logits of every step. Parameter names as lecture.networks has them."""

        def __init__(self) -> None:
            super().__init__()
            self.recurrent = recurrent
            self.linear = torch.nn.Linear(recurrent.hidden_size, classes)

        def forward(self, x: Any) -> Any:
            return self.linear(self.recurrent(x)[0])

    return SequenceClassifier()
