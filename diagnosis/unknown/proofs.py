"""What else has to be right of one step before a sentence on a gate or a product is told."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

from diagnosis.answers import Answer, right_at, values_differ
from diagnosis.probes import NODES, Probe, called, called_with, given, made, weights
from mistakes.model import RIGHT


def h_alone_is_wrong(kind: str, net: nn.Module) -> bool:
    """In one step from a given state: c is right, h is not, and the output shows that h."""
    net.load_state_dict(weights(kind, "plain"))
    seen, wanted = called(net, kind, single(kind)), called(right_net(kind), kind, single(kind))
    if seen.shapes != wanted.shapes:
        return False
    *output, h, c = seen.tensors()[: len(wanted.shapes) - 4]
    *_, right_h, right_c = wanted.tensors()[: len(wanted.shapes) - 4]
    shown = all(torch.allclose(one.flatten(), h.flatten(), atol=1e-5) for one in output)
    return shown and torch.allclose(c, right_c, atol=1e-5) and not torch.allclose(h, right_h, atol=1e-5)


def h_is_wrong(seen: Answer, wanted: Answer) -> bool:
    """By the first tensor that is returned; the shapes are the right ones."""
    return not right_at(0, seen, wanted)


def right_without(*zero: str) -> Callable[[str, nn.Module], bool]:
    """Whether one step, alone and in a batch, is right where these of x, h and c are given as zeros."""

    def is_right(kind: str, net: nn.Module) -> bool:
        right = right_net(kind)
        for one in (net, right):
            one.load_state_dict(weights(kind, "plain"))
        for probe in (single(kind), single_of_batch(kind)):
            x, state = given(kind, probe)
            named = zip("xhc", (x, *(state or ())), strict=False)
            x, *first = (torch.zeros_like(part) if name in zero else part for name, part in named)
            if values_differ(called_with(net, x, tuple(first)), called_with(right, x, tuple(first))):
                return False
        return True

    return is_right


def right_net(kind: str) -> nn.Module:
    net = made(RIGHT[kind], kind, "plain")
    assert net is not None
    return net


def single(kind: str) -> Probe:
    """One step from a state, of a network or a cell."""
    cell = kind.endswith("Cell")
    return Probe("plain", "single", (5,) if cell else (1, 5), (NODES,) if cell else (1, NODES))


def single_of_batch(kind: str) -> Probe:
    """The same of three at once."""
    cell = kind.endswith("Cell")
    return Probe("plain", "single", (3, 5) if cell else (1, 3, 5), (3, NODES) if cell else (1, 3, NODES))
