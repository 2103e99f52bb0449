"""Where hi! turns into hi?: the step that section 7 is about, and what many starts expect there."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lecture import experiments, texts
from lecture.starts import Starts

EXCLAMATION, QUESTION = (texts.HI_MAPPING[letter] for letter in "!?")
SWITCH = 10
"""Step of the whole text at which the fourth hi has been read and the first ? is due."""


def at_switch(starts: Starts, step: int = SWITCH) -> Tensor:
    """p(?) of each start at ``step`` of the whole text, in a fresh pass: (S,)."""
    x, _ = whole(starts.losses.device)
    return starts.run(x)[1][:, step, QUESTION]


def whole(device: torch.device) -> tuple[Tensor, Tensor]:
    """x and y, (17, 4), on ``device``."""
    [(x, y)] = experiments.hi_whole()
    return x.to(device), y.to(device)


def pieces(device: torch.device) -> tuple[Tensor, ...]:
    """x and y of the two pieces, stacked on axis 1: (8, 2, 4), on ``device``."""
    pairs = zip(*experiments.hi_pieces(), strict=True)
    return tuple(torch.stack(pair, dim=1).to(device) for pair in pairs)


def sure(net: nn.Module, y: Tensor) -> Tensor:
    """Targets like ``y`` that are all one letter, of which ``net``, a classifier, is sure from now on."""
    bias, letter = net.get_parameter("linear.bias"), torch.eye(y.shape[-1], device=y.device)[0]
    bias.data += 30 * letter
    return letter.expand_as(y).clone()


def many_pieces(device: torch.device) -> tuple[Tensor, ...]:
    """The same two eight times over, (8, 16, 4): the norm of their gradients is above 1, where many clip it."""
    return tuple(part.repeat(1, 8, 1) for part in pieces(device))
