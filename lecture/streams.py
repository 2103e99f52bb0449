"""Random streams: torch's (all devices), numpy's and Python's. fastai draws from all three."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import torch


def seed_torch(seed: int) -> None:
    """What ``torch.manual_seed`` does to the numbers that are drawn here.

    Without CUDA, manual_seed queues a call and a stack for the day when CUDA starts, each time: 1 ms, kept for good.
    """
    if torch.cuda.is_available():
        torch.manual_seed(seed)
    else:
        torch.default_generator.manual_seed(seed)


def seed_everything(seed: int) -> None:
    """Seed the three streams. numpy takes 32 bits of ``seed``."""
    import numpy

    seed_torch(seed)
    numpy.random.seed(seed % 2**32)
    random.seed(seed)


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """The three streams under ``seed``; afterwards they are as they were."""
    import numpy

    python_state, numpy_state = random.getstate(), numpy.random.get_state()
    with torch.random.fork_rng(devices=list(range(torch.cuda.device_count()))):
        seed_everything(seed)
        try:
            yield
        finally:
            random.setstate(python_state)
            numpy.random.set_state(numpy_state)
