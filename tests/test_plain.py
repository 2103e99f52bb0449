"""Numbers, numpy arrays and lists in a check: wanted they are taken for tensors; seen only where nobody is judged."""

from __future__ import annotations

from types import SimpleNamespace

import numpy
import pytest
import torch

from checks import check
from checks.running import RUNNING, ClaimFails, NoTensor, Running
from grading.notebook.own_claim import own_claim

HOLD = [
    "check.close('one', 1.0, 1.0)",
    "check.close('one', 0.1 + 0.2, 0.3)",
    "check.close('one', 3, 3.0)",
    "check.close('one', torch.tensor(1.0), 1.0)",
    "check.close('one', 1.0, torch.tensor(1.0))",
    "check.close('rows', numpy.ones((2, 3)), [[1, 1, 1], [1, 1, 1]])",
    "check.close('rows', torch.ones(3), numpy.ones(3))",
    "check.close('h, c', (torch.ones(2), 1.0), ([1, 1], 1))",
    "check.close('rows', [[1], [1, 2]], [[1], [1, 2]])",
    "check.equal('rows', numpy.ones(2), numpy.ones(2))",
    "check.differs('the two', 1.0, 2.0, by=0.5)",
]
FAIL = [
    ("check.close('one', 1.0, 1.001)", "largest gap 1.0e-03"),
    ("check.close('one', torch.tensor([1, 2]), [1.5, 2])", "dtypes differ: torch.int64 and torch.float64"),
    ("check.close('one', [1.0], 1.0)", "shapes differ: (1,) and ()"),
    ("check.equal('rows', numpy.ones(2), numpy.zeros(2))", "largest gap 1.0e+00"),
]


@pytest.fixture
def judged():
    """``judged(bits)``: checks then stand in a case on the CPU, of torch's own where bits are asked."""
    tokens = []
    yield lambda bits: tokens.append(RUNNING.set(Running(device="cpu", bits=bits)))
    RUNNING.reset(tokens[0])


def told(cell):
    names = {"torch": torch, "numpy": numpy}
    return own_claim(SimpleNamespace(user_ns=names, transform_cell=str), "so it is", cell, "en")["text"]


@pytest.mark.parametrize("cell", HOLD)
def test_a_claim_of_ones_own_compares_numbers(cell):
    """A student writes 1.0; that had failed, since it is no tensor."""
    assert told(cell).startswith("holds: so it is")


@pytest.mark.parametrize(("cell", "why"), FAIL)
def test_a_claim_of_ones_own_fails_by_its_numbers(cell, why):
    """And by shapes and kinds of number."""
    assert "[fails]" in told(cell)
    assert why in told(cell)


def test_what_can_not_be_compared_is_no_failure():
    """A sentence, and not of an attribute."""
    assert "compares with tensors, numbers, numpy arrays and lists of numbers, not with str" in told(
        "check.close('word', torch.ones(1), 'one')"
    )


@pytest.mark.parametrize("seen", [1.0, numpy.float32(1), numpy.ones(2), [1.0, 1.0], (1.0, 1.0)])
@pytest.mark.parametrize("wanted", [1.0, numpy.ones(2), [1.0, 1.0], torch.ones(2)])
def test_who_is_judged_answers_with_a_tensor(judged, seen, wanted):
    """Numbers are taken for tensors on the other side alone."""
    judged(bits=False)
    with pytest.raises(ClaimFails, match=r"it is .*, a torch.Tensor is asked"):
        check.close("output", seen, wanted)
    check.close("output", torch.ones(numpy.shape(wanted)), wanted)


def test_whoever_wrote_the_claim_is_told_at_once(judged):
    """With torch it would have held, and failed for every student."""
    judged(bits=True)
    with pytest.raises(NoTensor, match=r"loss: a check compares tensors, and float is none; torch.as_tensor\(\.\.\.\)"):
        check.close("loss", 0.5, torch.tensor(0.5))
    check.close("loss", torch.tensor(0.5), 0.5)
    check.close("loss", torch.tensor(0.5, dtype=torch.float64), 0.5)
    with pytest.raises(ClaimFails, match="allowed"):
        check.close("loss", torch.tensor(0.5), 0.6)
