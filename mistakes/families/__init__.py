"""Mistakes with a parameter: too many to stand in the catalogue one by one, asked only where none of that is it.

Each is told only where all its numbers are those that were seen.
"""

from __future__ import annotations

from functools import cache

from mistakes.families import (
    activations,
    biases,
    firsts,
    last_states,
    layers,
    left_out,
    losses,
    nodes,
    one_direction,
    optimizers,
    orders,
    reshaped,
    slips,
    terms,
    times,
)
from mistakes.model import Mistake


@cache
def of_kind(kind: str) -> tuple[Mistake, ...]:
    """Those of a recurrent network or cell, by torch.nn's name; the likelier ones first."""
    found = (
        *orders.of_kind(kind),
        *biases.of_kind(kind),
        *firsts.of_kind(kind),
        *layers.of_kind(kind),
        *last_states.of_kind(kind),
        *left_out.of_kind(kind),
        *nodes.of_kind(kind),
        *slips.of_kind(kind),
        *activations.of_kind(kind),
        *terms.of_kind(kind),
        *times.of_kind(kind),
        *reshaped.of_kind(kind),
        *one_direction.of_kind(kind),
    )
    return tuple(mistake for mistake in found if kind in mistake.networks)


@cache
def of_function(name: str) -> tuple[Mistake, ...]:
    """Those of a function by its name."""
    return (*optimizers.MISTAKES, *losses.MISTAKES) if name == "train" else ()
