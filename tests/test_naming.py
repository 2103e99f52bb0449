"""The likely mistake: every known one by its name, two at once, unknown ones by their place; the right one never."""

from __future__ import annotations

import random

import pytest
import torch
from torch import nn

import mistakes
from mistakes import naming
from mistakes.model import RIGHT
from mistakes.steps import LSTMStep

# The same function of weights, input and state, under two names: no question can tell them apart.
TWINS = {
    "lstm-input-and-forget-exchanged": "lstm-gates-figo",
    "train-without-step": "train-step-before-backward",
    ("RNN", "h-not-carried"): "state-product-missing",
    ("LSTM", "h-not-carried"): "state-product-missing",
    ("RNNCell", "given-state-ignored"): "state-product-missing",
}
KNOWN = [(kind, m.name) for kind in RIGHT for m in mistakes.ALL if kind in m.networks]


@pytest.mark.parametrize(("kind", "name"), KNOWN)
def test_a_known_mistake_is_named(kind, name):
    """Network by network."""
    found = naming.diagnose(kind, mistakes.find(name).networks[kind])
    assert found is not None
    assert found.names == (TWINS.get(name) or TWINS.get((kind, name)) or name,)


@pytest.mark.parametrize("part", ["one_hot", "train"])
def test_wrong_functions_are_named(part):
    """Loops and one_hot."""
    diagnose = {"one_hot": naming.diagnose_one_hot, "train": naming.diagnose_train}[part]
    for mistake in mistakes.ALL:
        if part in mistake.functions:
            found = diagnose(mistake.functions[part])
            assert found is not None
            assert found.names == (TWINS.get(mistake.name, mistake.name),)


@pytest.mark.parametrize("kind", list(RIGHT))
def test_what_is_right_is_never_accused(kind):
    """Neither torch's, nor our step by step, nor one that has no options and computes in float64."""

    class Exact(RIGHT[kind]):
        def __init__(self, input_size, hidden_size):
            super().__init__(input_size, hidden_size)

    for made in (getattr(nn, kind), RIGHT[kind], Exact):
        assert naming.diagnose(kind, made) is None


@pytest.mark.parametrize("kind", ["LSTM", "RNN", "GRUCell"])
def test_two_at_once_are_told(kind):
    """Of a sample of pairs in which both show: an answer that explains everything seen, mostly these very two."""
    pairs = random.Random(5).sample(naming._all_pairs(kind), 12)
    exact = 0
    for first, second, both in pairs:
        found = naming.diagnose(kind, both)
        assert found is not None
        assert found.names, f"{first.name} and {second.name} are called unknown"
        exact += set(found.names) == {first.name, second.name}
    assert exact >= 9


def test_an_unknown_mistake_is_told_by_its_place():
    """Step, layer and direction, counted from one."""

    class Late(LSTMStep):
        def next_state(self, gx, state, w):
            self.count = getattr(self, "count", 0) + 1
            h, c = super().next_state(gx, state, w)
            return (h + 0.1 if self.count % 5 == 3 else h), c

    found = naming.diagnose("LSTM", type("Net", (Late, RIGHT["LSTM"]), {}))
    assert found is not None
    assert found.names == ()
    assert "step 3" in found.en
    assert "3번째 단계" in found.ko


def test_a_network_that_only_raises_or_is_lost():
    """An exception is an answer; what is no Exception goes through, and torch's stream stays where it was."""

    class Raises(RIGHT["RNN"]):
        def forward(self, x, state=None):
            raise ValueError("no")

    before = torch.get_rng_state()
    found = naming.diagnose("RNN", Raises)
    assert found is not None
    assert "exception" in found.en
    assert torch.equal(before, torch.get_rng_state())

    class Lost(RIGHT["RNN"]):
        def forward(self, x, state=None):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        naming.diagnose("RNN", Lost)
