"""Networks in pairs, torch's and ours with the same weights; and all answers of one kind to mistakes.probes."""

from __future__ import annotations

import functools

import torch
from torch import nn

import mistakes
from mistakes.model import CELLS, NETWORKS
from mistakes.probes import ask, probes


def pair(kind, *sizes, **options):
    """torch's network and ours of one kind, with torch's weights."""
    torch.manual_seed(1)
    right = getattr(nn, kind)(*sizes, **options)
    ours = mistakes.RIGHT[kind](*sizes, **options)
    ours.load_state_dict(right.state_dict())
    return right, ours


def state_for(kind, net, lead, dtype=torch.float32):
    """Normal numbers for a first state, each part (*lead, H)."""
    torch.manual_seed(2)
    h = torch.randn(*lead, getattr(net, "proj_size", 0) or net.hidden_size, dtype=dtype)
    return (h, torch.randn(*lead, net.hidden_size, dtype=dtype)) if kind.startswith("LSTM") else (h,)


def wrong_calls():
    """Sizes of inputs and states that a network for 5 inputs and 4 nodes must refuse."""
    for kind in (*NETWORKS, *CELLS):
        for probe in probes(kind):
            if probe.wrong:
                parts = 2 if kind.startswith("LSTM") else 1
                yield kind, probe.x, None if probe.state is None else (probe.state,) * parts


WRONG_CALLS = list(wrong_calls())


def answers(classes, kind):
    """What the networks of one kind answer to every probe, by its name."""
    return {str(probe): ask(classes[kind], kind, probe) for probe in probes(kind)}


@functools.cache
def right_answers(kind):
    return answers(mistakes.RIGHT, kind)
