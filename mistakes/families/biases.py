"""A bias that is added in some steps of a network and left out in others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from mistakes.model import NETWORKS, Mistake, wrong
from mistakes.reference import Network
from mistakes.steps import State, Weights

CLAIMS = ("lstm/printed-output", "cell/loop-is-lstm")


def of_kind(kind: str) -> Iterator[Mistake]:
    """In the first step alone, or in all but the first."""
    if kind in NETWORKS:
        for bias in ("hh", "ih"):
            yield _mistake(bias, True)
            yield _mistake(bias, False)


def added_in_some_steps(bias: str, in_first: bool) -> type[Network]:
    """A fault: ``hh`` or ``ih`` is added in the first step alone, or in all but that."""
    field = f"b_{bias}"

    def all_steps(self: Any, x: Tensor, state: State, w: Weights) -> tuple[Tensor, State]:
        without = w._replace(**{field: None})  # type: ignore[arg-type]
        first, others = (w, without) if in_first else (without, w)
        output, state = Network.all_steps(self, x[:1], state, first)
        if len(x) > 1:
            rest, state = Network.all_steps(self, x[1:], state, others)
            output = torch.cat([output, rest])
        return output, state

    return type("BiasInSomeSteps", (Network,), {"all_steps": all_steps})


def _mistake(bias: str, in_first: bool) -> Mistake:
    fault = added_in_some_steps(bias, in_first)
    name = f"bias_{bias}"
    if in_first:
        en = f"From step 2 on your numbers are those without {name}: you add it in the first step alone."
        ko = f"2번째 단계부터 {name}가 빠진 값이 나온다. 첫 단계에서만 더했다."
    else:
        en = f"In step 1 your numbers are those without {name}: you add it from the second step on alone."
        ko = f"첫 단계에서 {name}가 빠진 값이 나온다. 2번째 단계부터만 더했다."
    which = "in-the-first-step-alone" if in_first else "not-in-the-first-step"
    return Mistake(f"bias-{bias}-{which}", en, ko, CLAIMS, wrong(fault, *NETWORKS))
