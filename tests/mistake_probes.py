"""What a network is asked, so that two of them can be told apart: values, gradients, structure, errors."""

from __future__ import annotations

import torch
from torch import nn

import mistakes
from mistakes.model import CELLS, NETWORKS

NOISE = {torch.float32: 256 * torch.finfo(torch.float32).eps, torch.float64: 256 * torch.finfo(torch.float64).eps}
"""Between two right answers, as a share of the largest number: gradients here are sums of at most 7 * 3 terms."""


def flat(value):
    """The tensors of a nested tuple, in order."""
    if isinstance(value, (tuple, list)):
        return [part for item in value for part in flat(item)]
    return [] if value is None else [value]


def close(seen, wanted):
    """Same number of tensors, shapes, dtypes, and numbers up to NOISE."""
    return len(seen) == len(wanted) and all(
        s.shape == w.shape
        and s.dtype == w.dtype
        and bool(((s - w).abs() <= NOISE[w.dtype] * w.abs().max().clamp(min=1)).all())
        for s, w in zip(seen, wanted, strict=True)
    )


def nesting(value):
    """How many parts a returned value has, and how many each of them has; 0 for a tensor."""
    parts = value if isinstance(value, (tuple, list)) else ()
    return torch.tensor([float(len(parts)), *(len(part) * isinstance(part, (tuple, list)) for part in parts)])


def with_gradients(net, x, state):
    """What a call gives, and the gradients of weights, input and state for fixed cotangents.

    What it gives: outputs and last states, input and state as the call has left them, and how it is nested.
    """
    x = x.clone().requires_grad_()
    state = None if state is None else tuple(part.clone().requires_grad_() for part in state)
    given_state = state if state is None or len(state) == 2 else state[0]
    raw = net(x, given_state)
    result = flat(raw)
    live = [part for part in result if part.requires_grad]
    generator = torch.Generator().manual_seed(0)
    cotangents = [torch.randn(part.shape, generator=generator, dtype=part.dtype) for part in live]
    wanted = [*net.parameters(), x, *(state or ())]
    grads = torch.autograd.grad(live, wanted, cotangents, allow_unused=True) if live else [None] * len(wanted)
    zeros = [torch.zeros_like(w) if g is None else g for g, w in zip(grads, wanted, strict=True)]
    left = [part.detach().clone() for part in (*result, x, *(state or ()))]
    return [*left, nesting(raw)], zeros


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


def wrong_calls(kind):
    """Sizes of inputs and states that a network of ``kind`` for 5 inputs and 4 nodes must refuse."""
    if kind.endswith("Cell"):
        sizes = [((5,), (1, 4)), ((5,), (5,)), ((2, 5), (1, 4)), ((2, 5), (2, 1)), ((2, 2, 5), None), ((2, 1), None)]
    else:
        sizes = [
            ((5, 3, 5), (1, 4)),
            ((5, 5), (1, 1, 4)),
            ((5, 3, 5), (1, 1, 4)),
            ((5, 3, 5), (2, 3, 4)),
            ((5, 3, 5), (1, 3, 1)),
            ((6, 3, 1), None),
            ((5,), None),
            ((6, 3, 2, 5), None),
        ]
    parts = 2 if kind.startswith("LSTM") else 1
    return [(x, None if state is None else (state,) * parts) for x, state in sizes]


WRONG_CALLS = [(kind, *sizes) for kind in (*NETWORKS, *CELLS) for sizes in wrong_calls(kind)]


PROBES = [
    ("plain", (5, 5), {}),
    ("batch", (5, 3, 5), {}),
    ("batch first", (3, 5, 5), {"batch_first": True}),
    ("layers and directions", (5, 3, 5), {"num_layers": 2, "bidirectional": True}),
    ("double", (5, 5), {"dtype": torch.float64}),
    ("special", (5, 5), {}),
]
CELL_PROBES = [
    ("plain", (5,), {}),
    ("batch of one", (1, 5), {}),
    ("batch", (3, 5), {}),
    ("double", (5,), {"dtype": torch.float64}),
    ("special", (5,), {}),
]


def answers(classes, kind):
    """What the networks of one kind answer to every probe, by its name: tensors, or the words of an error."""
    cell = kind.endswith("Cell")
    special = {"RNN": {"nonlinearity": "relu"}, "RNNCell": {"nonlinearity": "relu"}, "LSTM": {"proj_size": 2}}
    found = {}
    for name, size, given_options in CELL_PROBES if cell else PROBES:
        options = {**given_options, **(special.get(kind, {}) if name == "special" else {})}
        _, net = pair(kind, 5, 4, classes=classes, **options)
        torch.manual_seed(3)
        x = torch.randn(size, dtype=options.get("dtype"))
        batch = size[:-1] if cell else (3,) if len(size) == 3 else ()
        rows = () if cell else (4,) if "num_layers" in options else (1,)
        state = state_for(kind, net, (*rows, *batch), options.get("dtype"))
        for what, first in (("no state", None), ("no state, again", None), ("state", state)):
            found[name, what] = asked(net, x, first)
    for x_size, sizes in wrong_calls(kind):
        _, net = pair(kind, 5, 4, classes=classes)
        parts = None if sizes is None else tuple(torch.zeros(size) for size in sizes)
        found["wrong", str((x_size, sizes))] = asked(net, torch.zeros(x_size), parts)
    return found


def asked(net, x, state):
    """All that a call gives, or the name of what it raises."""
    try:
        torch.manual_seed(4)
        values, grads = with_gradients(net, x, state)
        return [*values, *grads]
    except Exception as error:  # what a mistake raises is part of what it does
        return type(error).__name__


def differ(seen, wanted):
    return seen != wanted if isinstance(seen, str) or isinstance(wanted, str) else not close(seen, wanted)


RIGHT_ANSWERS = {}


def right_answers(kind):
    if kind not in RIGHT_ANSWERS:
        RIGHT_ANSWERS[kind] = answers(mistakes.RIGHT, kind)
    return RIGHT_ANSWERS[kind]
