"""Many starts at once are the starts that torch.nn would make, one by one."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture import experiments, texts
from lecture.networks import classifier
from lecture.scan.plain import lstm_scan, rnn_scan
from lecture.starts import MODULES, Starts, train_alone, train_starts
from lecture.streams import seeded


def _pieces(letters: int = 40) -> list:
    return [experiments.one_hot_pairs(texts.abcabc()[:letters], texts.ABC_MAPPING)]


@given(st.integers(1, 4), st.integers(1, 5), st.integers(1, 4), st.integers(1, 3), st.booleans())
@settings(max_examples=15)
def test_the_backward_pass_is_the_derivative(starts, steps, size, pieces, lstm):
    """Held against finite differences in float64, for every input."""
    generator = torch.Generator().manual_seed(steps)
    gates = 4 if lstm else 1

    def draw(*shape):
        return torch.randn(*shape, generator=generator, dtype=torch.float64).requires_grad_()

    inputs = [
        draw(steps, pieces, 3),
        draw(starts, gates * size, 3),
        draw(starts, gates * size, size),
        draw(starts, gates * size),
        draw(starts, pieces, size),
    ]
    if lstm:
        assert torch.autograd.gradcheck(lambda *given: lstm_scan(*given)[0], [*inputs, draw(starts, pieces, size)])
    else:
        assert torch.autograd.gradcheck(rnn_scan, inputs)


@pytest.mark.parametrize("kind", ["RNN", "LSTM"])
@pytest.mark.parametrize(
    ("cut", "carry"), [(False, False), (True, False), (True, True)], ids=["whole", "pieces", "carried"]
)
def test_a_start_is_the_one_trained_alone(kind, cut, carry, device):
    """Losses of every epoch and the trained network, in float64 to rounding."""
    pieces = experiments.hi_pieces() if cut else experiments.hi_whole()
    options = {"epochs": 40, "lr": 0.1, "carry": carry, "dtype": torch.float64, "device": device}
    together = train_starts(kind, 5, pieces, [3, 43052, 8], **options)
    for number, seed in enumerate(together.seeds):
        net, losses = train_alone(kind, 5, pieces, seed, **options)
        torch.testing.assert_close(together.losses[number], losses, rtol=0, atol=1e-8)
        for name, weight in net.state_dict().items():
            torch.testing.assert_close(together.weights[name][number], weight, rtol=0, atol=1e-5)


@given(st.sampled_from(["RNN", "LSTM"]), st.integers(1, 5), st.integers(1, 6), st.lists(st.integers(0, 99), min_size=1))
@settings(max_examples=10)
def test_first_weights_are_those_of_a_new_network(kind, tokens, size, seeds):
    """To the bit, whatever was drawn before; and torch's random stream stays where it was."""
    series = [(torch.eye(tokens), torch.eye(tokens))]
    before = torch.get_rng_state()
    found = train_starts(kind, size, series, seeds, epochs=1, lr=0.1)
    assert torch.equal(torch.get_rng_state(), before)
    for number, seed in enumerate(seeds):
        with seeded(seed):
            right = classifier(MODULES[kind], tokens, size).state_dict()
        assert list(found.first_weights) == list(right)
        assert all(torch.equal(found.first_weights[name][number], weight) for name, weight in right.items())


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.slow] if "words" in name else []) for name in experiments.EXPERIMENTS],
)
def test_each_experiments_starts_are_those_of_torch(name):
    """On the whole series, two starts for 20 epochs in float64."""
    experiment = experiments.EXPERIMENTS[name]
    together = experiment.train([1, 2], dtype=torch.float64, epochs=20).losses
    alone = [experiment.train_alone(seed, 20, dtype=torch.float64)[1] for seed in (1, 2)]
    torch.testing.assert_close(torch.stack(alone), together, rtol=0, atol=1e-6)


def test_final_verdicts_agree_one_by_one():
    """In float32 and to the last epoch: the same starts learn the switch."""
    experiment = experiments.EXPERIMENTS["hi whole"]
    seeds = list(range(20, 26))
    [(x, _)] = experiment.pieces()
    p = experiment.train(seeds).run(x)[1][:, 10, 1]
    for number, seed in enumerate(seeds):
        net, _ = experiment.train_alone(seed, experiment.epochs)
        alone = net(x).softmax(-1)[10, 1]
        assert (p[number] > 0.9) == (alone > 0.9)


def test_starts_do_not_feel_each_other():
    """A start among others is the start by itself."""
    options = {"epochs": 15, "lr": 0.1, "dtype": torch.float64}
    many = train_starts("RNN", 4, _pieces(), [1, 2, 3], **options)
    one = train_starts("RNN", 4, _pieces(), [2], **options)
    torch.testing.assert_close(many.losses[1:2], one.losses, rtol=0, atol=1e-10)


def test_torchs_random_state_stays():
    """Training many starts moves no number of the test that asked for them."""
    torch.manual_seed(5)
    wanted = torch.rand(3)
    torch.manual_seed(5)
    train_starts("LSTM", 3, _pieces(), [1, 2], epochs=2, lr=0.1)
    train_alone("LSTM", 3, _pieces(), 1, epochs=2, lr=0.1)
    assert torch.equal(torch.rand(3), wanted)


def test_what_is_kept_is_the_last_epoch_before_its_step():
    """Hidden states and probabilities belong to the loss that was read last."""
    [(x, y)] = pieces = _pieces()
    starts = train_starts("RNN", 4, pieces, [1, 2], epochs=3, lr=0.1)
    loss = -(starts.probabilities.log() * y).sum(-1).mean(-1)
    torch.testing.assert_close(loss, starts.losses[:, -1])
    fewer = train_starts("RNN", 4, pieces, [1, 2], epochs=2, lr=0.1)
    torch.testing.assert_close(fewer.run(x)[1], starts.probabilities)
    torch.testing.assert_close(fewer.loss_on(x, y), starts.losses[:, -1])


def test_a_start_that_diverged_counts_as_the_worst():
    """Seed 177 has one RNN(4,8) whose gradients overflow: its loss is infinite, not missing."""
    losses = torch.tensor([[1.0, 0.1], [1.0, float("nan")]])
    starts = Starts("RNN", (1, 2), {}, {}, losses, torch.empty(0), torch.empty(0))
    assert starts.last_losses.tolist() == [pytest.approx(0.1), float("inf")]
