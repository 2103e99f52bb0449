"""torch's answers are kept: computed once for the same question, and anew for every other one."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from checks import answers
from checks.answers import Kept
from checks.network import Network


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    """As in a new process."""
    monkeypatch.setattr(answers, "_ANSWERS", type(answers._ANSWERS)())


def lstm(seed=0, **options):
    torch.manual_seed(seed)
    return nn.LSTM(3, 2, **options)


def rnn(nonlinearity):
    torch.manual_seed(0)
    return nn.RNN(3, 2, nonlinearity=nonlinearity)


X, H, C = torch.ones(4, 3), torch.zeros(1, 2), torch.ones(1, 2)
NEXT = X.clone()
NEXT[0, 0] = torch.nextafter(X[0, 0], torch.tensor(2.0))
OTHERS = {
    "another bit": (lstm(), (NEXT, (H, C))),
    "another shape": (lstm(), (X.reshape(4, 1, 3), (H, C))),
    "another dtype": (lstm(), (X.double(), (H, C))),
    "a dtype that numpy lacks": (lstm(), (X.bfloat16(), (H, C))),
    "half as wide": (lstm(), (X.half(), (H, C))),
    "no rows": (lstm(), (X[:0], (H, C))),
    "one number": (lstm(), (X[0, 0], (H, C))),
    "the state the other way round": (lstm(), (X, (C, H))),
    "the state in no tuple": (lstm(), (X, H, C)),
    "no state": (lstm(), (X,)),
    "None for a state": (lstm(), (X, None)),
    "other weights": (lstm(1), (X, (H, C))),
    "another option": (lstm(batch_first=True), (X, (H, C))),
    "another network": (nn.GRU(3, 2), (X, (H, C))),
    "tanh": (rnn("tanh"), (X, H)),
    "relu, with the same weights": (rnn("relu"), (X, H)),
}


def test_only_the_same_question_has_the_same_answer():
    """Asked of another module with the same weights, too; each other question is computed."""
    asked = []
    for _ in range(2):
        for name, (module, question) in {"the first": (lstm(), (X, (H, C))), **OTHERS}.items():
            answer = Kept(module)(lambda name=name: asked.append(name) or name, question)
            assert answer == name
    assert asked == ["the first", *OTHERS]


plain = st.recursive(
    st.none() | st.integers(0, 2) | st.text("ab1 ", max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=2)
    ),
    max_leaves=6,
)


@given(plain, plain)
def test_two_questions_are_the_same_only_where_they_are_equal(first, second):
    """However words and tuples are put together."""
    kept = Kept(lstm())
    assert kept(lambda: repr(first), first) == repr(first)
    assert kept(lambda: repr(second), second) == repr(second)


def test_a_question_that_raises_is_asked_again():
    """There is no answer to keep."""
    kept = Kept(lstm())
    with pytest.raises(ValueError, match="no"):
        kept(lambda: (_ for _ in ()).throw(ValueError("no")), X)
    assert kept(lambda: "now", X) == "now"


def test_the_answers_that_go_are_those_asked_for_longest_ago(monkeypatch):
    """So many are kept and no more: a judge's memory stays flat."""
    monkeypatch.setattr(answers, "MOST", 2)
    kept, asked = Kept(lstm()), []
    for number in (1, 2, 1, 3, 1, 2):
        kept(lambda number=number: asked.append(number), number)
    assert asked == [1, 2, 3, 2]
    assert len(answers._ANSWERS) == 2


def test_a_second_submission_is_held_against_the_same_answers(running, monkeypatch):
    """A right one holds, one that is wrong in the same place departs, whichever of the two comes first."""
    computed = []
    forward = nn.LSTM.forward
    monkeypatch.setattr(nn.LSTM, "forward", lambda self, *given: computed.append(1) or forward(self, *given))
    for factor in (1.0, 1.01, 1.0):
        right = lstm()
        weights = dict(right.named_parameters())

        def run(x, state, right=right, factor=factor):
            output, last = forward(right, x, state)
            return output * factor, last

        network = Network("LSTM", run, weights, right)
        running.departed = None
        network.vjp(X, (H, C))
        assert bool(running.departed) == (factor != 1.0)
        running.departed = None
        network(X, (H, C))
        assert bool(running.departed) == (factor != 1.0)
    assert len(computed) == 2  # one call, one vector-Jacobian product
