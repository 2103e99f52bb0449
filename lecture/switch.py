"""Where hi! turns into hi?: the step that section 7 is about, and what many starts expect there."""

from __future__ import annotations

import torch
from torch import Tensor

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
