"""Networks in pairs, torch's and ours with the same weights; and all answers of one kind to diagnosis.probes."""

from __future__ import annotations

import functools

import torch
from torch import nn

import mistakes
from diagnosis.answers import answer_of, differ, flat, with_gradients
from diagnosis.probes import Asked, probes
from mistakes.model import CELLS, NETWORKS


def pair(kind, *sizes, classes=mistakes.RIGHT, **options):
    """torch's network and ours of one kind, with torch's weights."""
    torch.manual_seed(1)
    right = getattr(nn, kind)(*sizes, **options)
    ours = classes[kind](*sizes, **options)
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
    # Further ones, which no diagnosis needs.
    for kind, parts in (("RNN", 1), ("LSTM", 2), ("GRU", 1)):
        yield kind, (5, 3, 5), ((1, 3, 1),) * parts
        yield from ((kind, x, None) for x in ((5,), (6, 3, 2, 5)))


WRONG_CALLS = list(wrong_calls())


def answers(classes, kind):
    """What the networks of one kind answer to every probe, by its name."""
    asked = Asked(classes[kind], kind)
    return {str(probe): asked[probe] for probe in probes(kind)}


@functools.cache
def right_answers(kind):
    return answers(mistakes.RIGHT, kind)


def close(seen, wanted):
    """Whether tensors, or the parts of two calls, are the same up to rounding."""
    return not differ(answer_of(flat(seen)), answer_of(flat(wanted)))


def same_elsewhere(kind, one, two):
    """Whether two networks agree on weights, sizes and inputs that no diagnosis asks."""
    cell = kind.endswith("Cell")
    options = [{}] if cell else [{}, {"batch_first": True}, {"num_layers": 3}, {"num_layers": 2, "bidirectional": True}]
    options.append({"RNN": {"nonlinearity": "relu"}, "LSTM": {"proj_size": 3}}.get(kind, {}))
    return all(
        close(_elsewhere(kind, one, o, dtype), _elsewhere(kind, two, o, dtype))
        for o in options
        for dtype in (torch.float32, torch.float64)
    )


def _elsewhere(kind, made, options, dtype):
    _, net = pair(kind, 6, 7, classes={kind: made}, dtype=dtype, **options)
    rows = options.get("num_layers", 1) * (1 + options.get("bidirectional", False))
    found = []
    for size in [(6,), (4, 6)] if kind.endswith("Cell") else [(9, 6), (9, 3, 6)]:
        torch.manual_seed(8)
        x = torch.randn(size, dtype=dtype)
        batch = size[:-1] if kind.endswith("Cell") else size[:1] if options.get("batch_first") else size[1:-1]
        lead = batch if kind.endswith("Cell") else (rows, *(batch if len(size) == 3 else ()))
        for state in (None, None, state_for(kind, net, lead, dtype)):
            try:
                found.append(with_gradients(net, x, state))
            except Exception as error:  # what a mistake raises is part of what it does
                found.append(torch.tensor([float(len(type(error).__name__))]))
    return found
