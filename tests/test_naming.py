"""The likely mistake: every known one by its name, two at once, unknown ones by their place; the right one never."""

from __future__ import annotations

import itertools
import random

import pytest
import torch
from mistake_probes import pair, same_elsewhere
from right_styles import right_ones
from torch import nn
from unknown_mistakes import UNKNOWN, Raises, put_on

import mistakes
from diagnosis import naming
from lecture import loops, texts
from mistakes.model import RIGHT

# The same function of weights, input and state, under two names: no question can tell them apart.
TWINS = {
    # i and f exchanged in c' = f c + i g, or in the rows of the weights.
    "lstm-input-and-forget-exchanged": "lstm-gates-figo",
    # None ever moves a weight, and all read the loss before they would.
    "train-without-step": "train-step-before-backward",
    "train-cleared-before-step": "train-step-before-backward",
    # h enters an RNN's and an LSTM's step through W_hh h alone.
    ("RNN", "h-not-carried"): "state-product-missing",
    ("LSTM", "h-not-carried"): "state-product-missing",
    ("RNNCell", "given-state-ignored"): "state-product-missing",
}
KNOWN = [(kind, m.name) for kind in RIGHT for m in mistakes.ALL if kind in m.networks]
FUNCTIONS = [(part, m) for part in ("one_hot", "train") for m in mistakes.ALL if part in m.functions]


def found_names(found):
    assert found is not None
    return found.names


@pytest.mark.parametrize(("kind", "name"), KNOWN)
def test_a_known_mistake_is_named(kind, name):
    """Network by network, in the mistake's own words."""
    found = naming.diagnose(kind, mistakes.find(name).networks[kind])
    told = TWINS.get(name) or TWINS.get((kind, name)) or name
    assert found_names(found) == (told,)
    assert (found.en, found.ko) == (mistakes.find(told).en, mistakes.find(told).ko)


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_an_exception_alone_names_no_mistake(kind):
    """Only the call that raises it. With two layers and two members it would answer, and be known by that."""

    class OneLayer(mistakes.find("batch-first-on-the-given-state").networks[kind]):
        def __init__(self, input_size, hidden_size, batch_first=False):
            super().__init__(input_size, hidden_size, batch_first=batch_first)

    found = naming.diagnose(kind, OneLayer)
    assert found_names(found) == ()
    call = "x (2, 6, 5), state (1, 2, 4), with batch_first=True"
    assert found.en.startswith(f"Your call raises an exception for {call}: RuntimeError: Expected hidden size")
    assert found.numbers is None


@pytest.mark.parametrize(("part", "mistake"), FUNCTIONS, ids=lambda value: getattr(value, "name", value))
def test_wrong_functions_are_named(part, mistake):
    """Loops and one_hot."""
    assert found_names(naming.diagnose(part, mistake.functions[part])) == (TWINS.get(mistake.name, mistake.name),)


@pytest.mark.parametrize(("kind", "right"), [(k, r) for k in RIGHT for r in right_ones(k)], ids=lambda v: str(v)[-32:])
def test_what_is_right_is_never_accused(kind, right):
    """Whatever its style, its order of summing and its options."""
    assert naming.diagnose(kind, right) is None


def by_hand(net, x, y, epochs, lr):
    """The loop with the loss written out."""
    optimizer = torch.optim.Adam(list(net.parameters()), lr=lr, foreach=False)
    losses = []
    for _ in range(epochs):
        loss = -(net(x).log_softmax(-1) * y).sum() / len(x)
        net.zero_grad(set_to_none=False)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return losses


def row_by_row(tokens, mapping):
    rows = torch.zeros(len(tokens), len(mapping))
    for row, token in enumerate(tokens):
        rows[row, mapping[token]] = 1
    return rows


def test_right_functions_are_never_accused():
    """The lecture's own, and one more of each."""
    assert naming.diagnose("train", loops.train) is naming.diagnose("train", by_hand) is None
    assert naming.diagnose("one_hot", texts.one_hot) is naming.diagnose("one_hot", row_by_row) is None


def combinations(kind, count):
    """A sample of pairs that go together: one can be put on the other, and neither hides behind NaN or raises."""
    single = [m for m in mistakes.ALL if kind in m.networks and m.name not in ("nan", "noise", "first-state-random")]
    every = list(itertools.combinations(single, 2))
    return random.Random(5).sample(every, min(count, len(every)))


def assert_both_are_named(kind, first, second):
    try:
        both = type("Both", (first.networks[kind], second.networks[kind]), {})
    except TypeError:
        return  # no order of methods serves both
    found = naming.diagnose(kind, both)
    if found is not None and found.names == (first.name, second.name):
        assert all(sentence in found.en for sentence in (first.en, second.en))
        assert all(sentence in found.ko for sentence in (first.ko, second.ko))
        return
    if found is not None and found.names in ((first.name,), (second.name,)) and "your call raises" in found.en:
        return  # the other one raises, which is told with the call
    # One hides the other, or two names mean the same: on other weights, inputs and sizes no difference either.
    names = found.names if found is not None else ()
    other = tuple(mistakes.find(name).networks[kind] for name in names) or (RIGHT[kind],)
    if found is not None and not names:
        assert "exception" in found.en or raises(kind, both), f"{first.name}, {second.name}: {found.en}"
        return
    assert same_elsewhere(kind, both, type("Other", other, {})), f"{first.name}, {second.name}: {names}"


def raises(kind, both):
    """Whether two that run alone raise together: an accident of how they were put together here."""
    net = pair(kind, 5, 4, classes={kind: both})[1]
    lead = () if kind.endswith("Cell") else (1,)
    state = torch.zeros(*lead, 4)
    try:
        net(torch.zeros(*(3,) * len(lead), 5), (state, state) if kind.startswith("LSTM") else state)
    except Exception:
        return True
    return False


@pytest.mark.parametrize("kind", list(RIGHT))
def test_two_at_once_are_named(kind):
    """Exactly these two where both show."""
    for first, second in combinations(kind, 6):
        assert_both_are_named(kind, first, second)


@pytest.mark.slow
@pytest.mark.parametrize("kind", list(RIGHT))
def test_any_two_at_once_are_named(kind):
    """All pairs: half an hour."""
    for first, second in combinations(kind, 10_000):
        assert_both_are_named(kind, first, second)


@pytest.mark.parametrize(("kind", "fault", "en", "ko"), UNKNOWN, ids=lambda value: getattr(value, "__name__", None))
def test_an_unknown_mistake_is_told_by_its_place(kind, fault, en, ko):
    """Tensor, step, layer, direction, member, gate, or the calls in which alone it shows; one sentence or two."""
    found = naming.diagnose(kind, put_on(kind, fault))
    assert found_names(found) == ()
    assert all(words in found.en for words in en), found.en
    assert all(words in found.ko for words in ko), found.ko


class OwnStream:
    """Draws from a stream that the judge does not seed, as a worker process does."""

    draws = 0

    def forward(self, input, hx=None):
        OwnStream.draws += 1
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(OwnStream.draws)
            return super().forward(input, hx)


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=[pytest.mark.slow] if kind in ("LSTM", "GRU") else []) for kind in RIGHT]
)
@pytest.mark.parametrize("names", [("noise",), ("first-state-random",), ("bias-ih-forgotten", "noise")], ids="+".join)
def test_what_is_random_is_named_from_any_stream(kind, names):
    """By what is drawn, not by the numbers that came."""
    networks = [mistakes.find(name).networks[kind] for name in names]
    for _ in range(2):
        assert found_names(naming.diagnose(kind, type("Own", (OwnStream, *networks), {}))) == names


def test_a_loop_that_draws_is_named_from_any_stream():
    """Weights drawn again."""
    seeds = iter(range(50, 99))

    def train(*args):
        torch.manual_seed(next(seeds))
        return mistakes.find("train-weights-drawn-again").functions["train"](*args)

    assert found_names(naming.diagnose("train", train)) == ("train-weights-drawn-again",)


def test_unknown_functions_are_told_by_their_place():
    """The first epoch, the weights alone, the row."""

    def halved_at_last(net, x, y, epochs, lr):
        losses = loops.train(net, x, y, epochs, lr)
        return [*losses[:-1], losses[-1] / 2]

    def bias_lost(net, x, y, epochs, lr):
        losses = loops.train(net, x, y, epochs, lr)
        net.linear.bias.data.zero_()
        return losses

    def last_row_empty(tokens, mapping):
        rows = texts.one_hot(tokens, mapping)
        rows[-1] = 0
        return rows

    found = [naming.diagnose("train", halved_at_last), naming.diagnose("train", bias_lost)]
    found.append(naming.diagnose("one_hot", last_row_empty))
    words = ["in epoch 4, and right before it", "losses are right, but the weights", "Row 9 of your one_hot"]
    for diagnosis, told in zip(found, words, strict=True):
        assert found_names(diagnosis) == ()
        assert told in diagnosis.en


@pytest.mark.parametrize("fault", ["noise", "zeros", "history-detached"])
def test_torchs_stream_stays_where_it_was(fault):
    """Whatever the network draws."""
    before = torch.get_rng_state()
    naming.diagnose("GRU", mistakes.find(fault).networks["GRU"])
    naming.diagnose("GRU", put_on("GRU", Raises))
    naming.diagnose("train", mistakes.find("train-weights-drawn-again").functions["train"])
    assert torch.equal(before, torch.get_rng_state())


def test_a_network_that_can_not_be_made_is_not_accused():
    """An exception of the constructor is an option that is not there."""

    def make(*sizes, **options):
        raise RuntimeError("nothing here")

    assert naming.diagnose("LSTM", make) is None


@pytest.mark.parametrize("where", ["make", "call"])
def test_what_is_no_exception_goes_through(where):
    """A worker that died is not a mistake; torch's stream stays where it was."""

    class Died(BaseException):
        pass

    class Lost(RIGHT["RNN"]):
        def __init__(self, *sizes, **options):
            super().__init__(*sizes, **options)
            if where == "make":
                raise Died

        def forward(self, input, hx=None):
            raise Died

    before = torch.get_rng_state()
    with pytest.raises(Died):
        naming.diagnose("RNN", Lost)
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize("kind", list(RIGHT))
def test_few_round_trips(kind):
    """Constructors, calls and gradients together: twenty-four of them ask what is rare, where all else is right."""
    trips = []

    class Counted(RIGHT[kind]):
        def __init__(self, *sizes, **options):
            trips.append("make")
            super().__init__(*sizes, **options)

        def forward(self, input, hx=None):
            trips.extend(["call", "gradients"][: 1 + torch.is_grad_enabled()])
            return super().forward(input, hx)

    naming.diagnose(kind, Counted)
    assert len(trips) <= 56
    assert isinstance(Counted(2, 2), nn.Module)
