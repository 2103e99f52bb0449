"""Every answer of a submission is held against torch's, also where torch itself can't go on with what came."""

import pytest
import torch

from checks.network import Network


def network(run):
    """An LSTM(7,4) whose calls are ``run``, held against torch's own with the same weights."""
    right = torch.nn.LSTM(7, 4)
    return Network("LSTM", lambda *given: run(right, *given), dict(right.named_parameters()), right)


@pytest.mark.parametrize("how", ["__call__", "vjp"])
@pytest.mark.parametrize(
    ("run", "departs"),
    [
        (lambda right, x: right(x), False),
        (lambda right, x: (x, (x, x)), True),  # no gradient of torch's fits to this shape
        (lambda right, x: (right(x)[0][:, :3], right(x)[1]), True),
        (lambda right, x: (right(x)[0] * 1.01, right(x)[1]), True),
        (lambda right, x: (right(x)[0].detach(), right(x)[1]), "vjp"),
    ],
    ids=["right", "its input", "too narrow", "too large", "no gradient"],
)
def test_what_departs_from_torch_is_seen(running, run, departs, how):
    """In a call and in a vector-Jacobian product, whatever shape it has."""
    getattr(network(run), how)(torch.randn(5, 7))
    assert bool(running.departed) == (departs == how if isinstance(departs, str) else departs)


def test_where_torch_raises_there_is_no_right_answer(running):
    """The claim itself says what has to come of such a call."""
    network(lambda right, x: (x, (x, x)))(torch.randn(5, 6))
    assert running.departed is None
