"""How far back gradients flow in a long series: a history that is cut every so many steps, where values are right."""

from __future__ import annotations

import itertools

import torch
from torch import Tensor, nn

from diagnosis.answers import flat
from diagnosis.probes import INPUTS, Make, made
from diagnosis.unknown.beyond import LENGTH
from diagnosis.wording import Wording
from mistakes.model import NETWORKS, RIGHT

MOST = 3
"""Cuts that are looked for, from the end back: two say how far apart they are, the third that it is so again."""


def cut_back(kind: str, make: Make) -> Wording | None:
    """At which steps no gradient flows back; None where it reaches the first step, or where the right one's is lost on
    the way. In float64, in which it does not die out. Signals of a submission go through."""
    if kind not in NETWORKS:
        return None
    net, right = made(make, kind, "double"), made(RIGHT[kind], kind, "double")
    if net is None or right is None:
        return None
    x = torch.randn(LENGTH, INPUTS, dtype=torch.float64, generator=torch.Generator().manual_seed(3))
    cuts: list[int] = []
    end = LENGTH
    while end > 1 and len(cuts) < MOST:
        first = _first_reached(net, x[:end])
        if first is None or first == 1 or (_first_reached(right, x[:end]) or end) >= first:
            break
        cuts.append(first)
        end = first - 1
    return _in_words(cuts) if cuts else None


def _first_reached(net: nn.Module, x: Tensor) -> int | None:
    """The first row of x (from 1) to which a gradient flows back from the last row of the output; None where it reaches
    none. A call for each question: an implementation elsewhere pulls back once for a call."""
    leaf = x.clone().requires_grad_()
    output = flat(net(leaf), Tensor)[0]
    if not output.requires_grad:
        return None
    [found] = torch.autograd.grad(output[-1].sum(), [leaf], allow_unused=True)
    rows = [] if found is None else (found != 0).flatten(1).any(1).nonzero().flatten().tolist()
    return rows[0] + 1 if rows else None


def _in_words(cuts: list[int]) -> Wording:
    first, *more = cuts
    gaps = {one - other for one, other in itertools.pairwise(cuts)}
    en = f"Your numbers are right, but no gradient flows back from step {first} to step {first - 1}"
    ko = f"값은 맞지만 {first}번째 단계에서 {first - 1}번째 단계로 기울기가 거슬러 가지 않는다"
    if more:
        en += f", nor from step {more[0]} to step {more[0] - 1}"
        ko += f"({more[0]}번째에서 {more[0] - 1}번째도 마찬가지)"
    if len(gaps) == 1:
        [gap] = gaps
        en += f": the history is cut every {gap} steps"
        ko += f". {gap}단계마다 끊긴다"
    look = ".detach(), .data, torch.no_grad()"
    return (
        f"{en}. Gradients have to flow back through all steps: look for {look} on the way.",
        f"{ko}. 기울기는 모든 단계를 거슬러 가야 한다. 계산 도중에 {look} 등이 있는지 볼 것.",
    )
