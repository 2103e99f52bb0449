"""The mistakes of the lecture of week 12, each in the file of what it is a mistake in.

Their order counts: of two that no probe tells apart the first is named.
"""

from __future__ import annotations

from mistakes.model import Mistake
from mistakes.week12 import (
    axes,
    carrying,
    counting,
    depth,
    gru,
    learners,
    loops,
    losses,
    lstm,
    numbers,
    one_hot,
    optimizers,
    products,
    rows,
    silent,
    starts,
    states,
    texts,
    torch_numbers,
    torch_use,
)

MISTAKES: tuple[Mistake, ...] = (
    *lstm.MISTAKES,
    *gru.MISTAKES,
    *products.MISTAKES,
    *states.MISTAKES,
    *carrying.MISTAKES,
    *axes.MISTAKES,
    *depth.MISTAKES,
    *silent.MISTAKES,
    *numbers.MISTAKES,
    *rows.MISTAKES,
    *loops.MISTAKES,
    *losses.MISTAKES,
    *one_hot.MISTAKES,
    *texts.MISTAKES,
    *learners.MISTAKES,
    *optimizers.MISTAKES,
    *counting.MISTAKES,
    *starts.MISTAKES,
    *torch_numbers.MISTAKES,
    *torch_use.MISTAKES,
)
