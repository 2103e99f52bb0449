"""Compiled trainings are the plain ones: gradients, losses and weights, for all sizes, pieces and states."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture import experiments
from lecture.scan import compiled, plain
from lecture.scan.kept import kernel
from lecture.starts import train_starts

if not compiled.serves("cpu", torch.float32):
    pytest.skip("nothing is compiled here", allow_module_level=True)

GATES = {"RNN": 1, "LSTM": 4}
INPUTS = 3
kinds = st.sampled_from(["RNN", "LSTM"])
lengths = st.lists(st.integers(1, 20), min_size=1, max_size=3)


def _weights(kind, starts, size, dtype=torch.float64, seed=0):
    """First weights of ``starts`` starts, in torch's order, as large as torch's are: many nodes with weights of 1 and
    more are chaotic, and in twenty steps a rounding grows to 5e-4."""
    generator = torch.Generator().manual_seed(seed)
    rows = GATES[kind] * size
    shapes = {
        "recurrent.weight_ih_l0": (rows, INPUTS),
        "recurrent.weight_hh_l0": (rows, size),
        "recurrent.bias_ih_l0": (rows,),
        "recurrent.bias_hh_l0": (rows,),
        "linear.weight": (INPUTS, size),
        "linear.bias": (INPUTS,),
    }
    drawn = {
        name: torch.randn(starts, *shape, generator=generator, dtype=torch.float64) for name, shape in shapes.items()
    }
    return {name: (weight * size**-0.5).to(dtype) for name, weight in drawn.items()}


def _pieces(lengths, dtype=torch.float64):
    """x of any numbers, zeros among them, and y of any probabilities: nothing needs them to be one-hot."""
    generator = torch.Generator().manual_seed(sum(lengths))
    drawn = [torch.randn(2, length, INPUTS, generator=generator, dtype=torch.float64) for length in lengths]
    return [(x.clamp(min=0).to(dtype), y.softmax(-1).to(dtype)) for x, y in drawn]


def _gradients(kind, weights, pieces, carry):
    """Losses (S,) and gradients by name, from an epoch at learning rate 0."""
    first = weights["recurrent.weight_hh_l0"]
    sizes = [part[0].numel() for part in weights.values()]
    series = compiled.series_of(pieces, carry)
    losses, grads = [], []
    for rows in compiled.blocks_of(torch.cat([part.reshape(len(first), -1) for part in weights.values()], 1)):
        block = compiled.Block(kind, rows, len(series[0]), INPUTS, first.shape[2])
        losses.append(block.train(kernel(kind, str(first.dtype).removeprefix("torch.")), series, 1, 0.0, 0))
        grads.append(block.grads)
    flat = compiled.starts_of(grads, len(first)).split(sizes, 1)
    found = {name: one.reshape(weights[name].shape) for name, one in zip(weights, flat, strict=True)}
    return compiled.starts_of(losses, len(first))[:, 0], found


@given(kinds, st.integers(1, 9), st.integers(1, 6), lengths, st.booleans())
@settings(max_examples=25)
def test_gradients_are_those_of_finite_differences(kind, starts, size, lengths, carry):
    """torch's gradcheck in float64, in every weight. A carried state is handed on without its gradient: one piece."""
    pieces = _pieces(lengths[:1] if carry else lengths)
    weights = _weights(kind, starts, size)

    class Loss(torch.autograd.Function):
        @staticmethod
        def forward(ctx, *given):
            losses, grads = _gradients(kind, dict(zip(weights, given, strict=True)), pieces, carry)
            ctx.save_for_backward(*grads.values())
            return losses

        @staticmethod
        def backward(ctx, grad):
            return tuple(grad.reshape(-1, *[1] * (part.dim() - 1)) * part for part in ctx.saved_tensors)

    given = [weight.detach()[: min(starts, 2)].requires_grad_() for weight in weights.values()]
    assert torch.autograd.gradcheck(Loss.apply, given, fast_mode=True)


@given(
    kinds,
    st.integers(1, 40),
    st.integers(1, 9),
    lengths,
    st.booleans(),
    st.sampled_from([torch.float32, torch.float64]),
)
@settings(max_examples=30)
def test_both_ways_train_alike(kind, starts, size, lengths, carry, dtype):
    """Losses, weights, hidden states and probabilities after three epochs, to rounding."""
    pieces, weights = _pieces(lengths, dtype), _weights(kind, starts, size, dtype)
    options = {"epochs": 3, "lr": 1e-3, "carry": carry, "progress": None}
    found = compiled.train(kind, weights, pieces, **options)
    right = plain.train(kind, weights, pieces, **options)
    close = {"rtol": 0, "atol": 1e-4 if dtype is torch.float32 else 1e-9}
    for name in ("losses", "hidden", "probabilities"):
        torch.testing.assert_close(getattr(found, name), getattr(right, name), **close)
    for name, weight in right.weights.items():
        # A gradient of 0 but for rounding takes a whole step of Adam, either way.
        gap = (found.weights[name] - weight).abs()
        assert (gap > close["atol"]).float().mean() <= 0.05
        assert gap.max() <= 2 * 3 * 1e-3 + close["atol"]


@given(kinds, st.integers(1, 70), st.integers(1, 3), st.data())
@settings(max_examples=20)
def test_a_start_is_the_same_to_the_bit_among_any_others(kind, starts, threads, data):
    """Whatever its place, how many there are, and how many threads they are shared out to."""
    number = data.draw(st.integers(0, starts - 1))
    pieces, weights = _pieces([7], torch.float32), _weights(kind, starts, 4, torch.float32)
    options = {"epochs": 12, "lr": 0.1, "carry": False}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(compiled, "cores", lambda: threads)
        together = compiled.train(kind, weights, pieces, **options)
    alone = compiled.train(
        kind, {name: weight[number : number + 1] for name, weight in weights.items()}, pieces, **options
    )
    assert torch.equal(together.losses[number], alone.losses[0])
    assert torch.equal(together.hidden[number], alone.hidden[0])
    for name, weight in alone.weights.items():
        assert torch.equal(together.weights[name][number], weight[0])


@pytest.mark.parametrize("kind", ["RNN", "LSTM"])
@pytest.mark.parametrize("way", [compiled.train, plain.train], ids=["compiled", "plain"])
def test_a_start_that_overflows_is_alone_in_that(kind, way):
    """Its losses are not a number, and no other start's loss is moved."""
    pieces, weights = _pieces([30], torch.float32), _weights(kind, 5, 4, torch.float32)
    options = {"epochs": 3, "lr": 0.1, "carry": False, "progress": None}
    right = way(kind, weights, pieces, **options).losses
    weights["recurrent.weight_hh_l0"][2] = 3e38
    weights["linear.weight"][2] = 3e38
    losses = way(kind, weights, pieces, **options).losses
    assert losses[2, -1].isnan()
    others = [0, 1, 3, 4]
    torch.testing.assert_close(losses[others], right[others])


def test_progress_goes_to_the_end():
    """Called now and then, last with all epochs, for every number of them."""
    for epochs in (1, 10, 25):
        said = []
        options = {"epochs": epochs, "lr": 0.1, "progress": lambda *now, said=said: said.append(now)}
        starts = train_starts("RNN", 3, experiments.hi_whole(), [1, 2], **options)
        assert said[-1] == (epochs, epochs)
        assert starts.losses.shape == (2, epochs)


def test_first_weights_stay_as_they_were():
    """Training is in place on a copy."""
    weights = _weights("LSTM", 3, 4, torch.float32)
    kept = {name: weight.clone() for name, weight in weights.items()}
    compiled.train("LSTM", weights, _pieces([9], torch.float32), epochs=2, lr=0.1, carry=False)
    assert all(torch.equal(weights[name], kept[name]) for name in weights)
