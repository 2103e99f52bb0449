"""The networks that mistakes are made of are torch's, but for rounding."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from mistake_probes import WRONG_CALLS, answers, close, pair, right_answers, state_for
from torch import nn

import mistakes
from diagnosis.answers import NOISE, differ, with_gradients
from mistakes.model import CELLS, NETWORKS


@settings(max_examples=40)
@given(
    kind=st.sampled_from(NETWORKS),
    inputs=st.integers(1, 4),
    hidden=st.integers(2, 4),
    length=st.integers(1, 7),
    batch=st.one_of(st.none(), st.integers(1, 3)),
    layers=st.integers(1, 3),
    both=st.booleans(),
    batch_first=st.booleans(),
    bias=st.booleans(),
    relu_or_projected=st.booleans(),
    dtype=st.sampled_from(list(NOISE)),
    stateful=st.booleans(),
)
def test_the_reference_is_torch(
    kind, inputs, hidden, length, batch, layers, both, batch_first, bias, relu_or_projected, dtype, stateful
):
    """Outputs, last states and all gradients, for every option of RNN, LSTM and GRU."""
    options = dict(num_layers=layers, bidirectional=both, batch_first=batch_first, bias=bias, dtype=dtype)
    if relu_or_projected:
        options |= {"RNN": {"nonlinearity": "relu"}, "LSTM": {"proj_size": 1}, "GRU": {}}[kind]
    right, ours = pair(kind, inputs, hidden, **options)
    axes = (length,) if batch is None else (batch, length) if batch_first else (length, batch)
    x = torch.randn(*axes, inputs, dtype=dtype)
    lead = (layers * (1 + both), *([] if batch is None else [batch]))
    state = state_for(kind, right, lead, dtype) if stateful else None
    assert close(with_gradients(ours, x, state), with_gradients(right, x, state))


@settings(max_examples=40)
@given(
    kind=st.sampled_from(CELLS),
    inputs=st.integers(1, 4),
    hidden=st.integers(1, 4),
    batch=st.one_of(st.none(), st.integers(1, 3)),
    bias=st.booleans(),
    relu=st.booleans(),
    dtype=st.sampled_from(list(NOISE)),
    stateful=st.booleans(),
)
def test_the_reference_cells_are_torchs(kind, inputs, hidden, batch, bias, relu, dtype, stateful):
    """The same for one step."""
    options = {"nonlinearity": "relu"} if relu and kind == "RNNCell" else {}
    right, ours = pair(kind, inputs, hidden, bias=bias, dtype=dtype, **options)
    lead = () if batch is None else (batch,)
    x = torch.randn(*lead, inputs, dtype=dtype)
    state = state_for(kind, right, lead, dtype) if stateful else None
    assert close(with_gradients(ours, x, state), with_gradients(right, x, state))


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        ("RNN", (3, 4, 2, "relu", False, True, 0.0, True)),
        ("GRU", (3, 4, 2, False, True, 0.0, True)),
        ("LSTM", (3, 4, 2, True, True, 0.0, True, 2)),
        ("RNNCell", (3, 4, False, "relu")),
        ("GRUCell", (3, 4, False)),
        ("LSTMCell", (3, 4, True)),
    ],
)
def test_positional_options_and_first_weights_are_torchs(kind, arguments):
    """Arguments in torch's order; names in its order; the same weights from the same seed."""
    found = []
    for made in (getattr(nn, kind), mistakes.RIGHT[kind]):
        torch.manual_seed(5)
        found.append(made(*arguments).state_dict())
    assert list(found[0]) == list(found[1])
    assert all(torch.equal(found[0][name], found[1][name]) for name in found[0])


@pytest.mark.parametrize(("kind", "x", "state"), WRONG_CALLS)
def test_the_reference_raises_where_torch_does(kind, x, state):
    """Wrong ranks and sizes of input and state; the message names a rank or a size."""
    right, ours = pair(kind, 5, 4)
    parts = None if state is None else tuple(torch.zeros(size) for size in state)
    given_state = parts if parts is None or len(parts) == 2 else parts[0]
    with pytest.raises((RuntimeError, ValueError)):
        right(torch.zeros(x), given_state)
    with pytest.raises((RuntimeError, ValueError), match=r"\d"):
        ours(torch.zeros(x), given_state)


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("LSTM", {"proj_size": 4}),
        ("LSTM", {"num_layers": 0}),
        ("GRU", {"proj_size": 2}),
        ("RNN", {"nonlinearity": "sine"}),
        ("RNNCell", {"nonlinearity": "sine"}),
    ],
)
def test_the_reference_refuses_options_that_torch_refuses(kind, options):
    """ValueError when the network is made, or in torch's RNNCell when it is called."""
    with pytest.raises((ValueError, RuntimeError)):
        getattr(nn, kind)(5, 4, **options)(torch.zeros(2, 5))
    with pytest.raises(ValueError, match=r"\w"):
        mistakes.RIGHT[kind](5, 4, **options)


@pytest.mark.parametrize("kind", [*NETWORKS, *CELLS])
def test_the_right_networks_answer_alike_twice(kind):
    """The probe itself finds no difference between the reference and the reference."""
    again, wanted = answers(mistakes.RIGHT, kind), right_answers(kind)
    assert not any(differ(again[probe], wanted[probe]) for probe in wanted)
