"""What a verdict on many starts tells, and what can not be judged."""

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from groups_of_starts import ALPHA, trend

from lecture.statistics import falls_with, larger, median_above, more_often, share_above
from lecture.statistics.intervals import share_interval


def test_a_verdict_tells_what_was_seen():
    verdict = trend([8, 13, 22], 25, alpha=0.001)
    assert verdict.seen == "learned 8, 13, 22 of 25"
    assert verdict.word == "holds"
    assert verdict.effect == pytest.approx(14 / 25)
    assert (verdict.alpha, verdict.smallest) == (0.001, 0.2)


@pytest.mark.parametrize(("n", "margin"), [(3, 0.0), (6, 1.0), (12, 1.0)])
def test_the_margin_is_zero_on_the_boundary_and_one_far_inside(n, margin):
    """All of n above one half: p is 2 to the minus n."""
    assert share_above(n, n, 0.5, alpha=0.125).margin == pytest.approx(margin)


def test_the_margin_follows_the_tighter_condition():
    verdict = more_often(70, 100, 30, 100, alpha=0.001, smallest=0.3)
    assert verdict.margin == pytest.approx((0.4 - 0.3) / (1 - 0.3))


@pytest.mark.parametrize("kind", [list, tuple, np.array, torch.tensor], ids=["list", "tuple", "numpy", "torch"])
def test_lists_arrays_and_tensors_are_alike(kind):
    a, b, learned = [0.5, 0.25, 1.5], [0.125, 0.75], [True, False, True]
    assert larger(kind(a), kind(b), alpha=ALPHA, smallest=0.6) == larger(a, b, alpha=ALPHA, smallest=0.6)
    assert median_above(kind(learned), 0.5, alpha=ALPHA) == median_above(learned, 0.5, alpha=ALPHA)
    assert trend(kind([1, 2, 3]), 3) == trend([1, 2, 3], 3)


def test_a_diverged_loss_is_merely_large():
    assert larger([math.inf, 5.0], [1.0, 2.0], alpha=ALPHA, smallest=0.6).effect == 1


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        pytest.param(ask, says, id=name)
        for name, ask, says in (
            ("more than all", lambda: share_above(26, 25, 0.5, alpha=ALPHA), "no count"),
            ("fewer than none", lambda: share_above(-1, 25, 0.5, alpha=ALPHA), "no count"),
            ("no starts", lambda: share_interval(0, 0, 0.9), "no count"),
            ("too many of a group", lambda: more_often(1, 2, 3, 2, alpha=ALPHA, smallest=0.1), "no count"),
            ("alpha one half", lambda: share_above(3, 5, 0.5, alpha=0.5), "alpha"),
            ("alpha zero", lambda: share_above(3, 5, 0.5, alpha=0.0), "alpha"),
            ("effect one", lambda: more_often(1, 2, 1, 2, alpha=ALPHA, smallest=1.0), "smallest"),
            ("scores in disorder", lambda: trend([1, 2, 3], 3, (3, 8, 4)), "rising scores"),
            ("scores too many", lambda: trend([1, 2], 3, (3, 4, 8)), "rising scores"),
            ("a trend of one", lambda: trend([1], 3, (3,)), "rising scores"),
            ("NaN", lambda: larger([math.nan, 1.0], [1.0], alpha=ALPHA, smallest=0.6), "NaN"),
            ("NaN median", lambda: median_above([math.nan], 0.5, alpha=ALPHA), "NaN"),
            ("nothing", lambda: larger([], [1.0], alpha=ALPHA, smallest=0.6), "one row"),
            ("a matrix", lambda: larger([[1.0]], [[2.0]], alpha=ALPHA, smallest=0.6), "one row"),
            ("one group", lambda: falls_with([[1.0]], alpha=ALPHA, smallest=0.6), "two groups"),
        )
    ],
)
def test_what_cannot_be_judged_is_refused(ask, says):
    with pytest.raises(ValueError, match=says):
        ask()


def test_a_share_is_no_count():
    with pytest.raises(TypeError):
        share_above(0.8, 25, 0.5, alpha=ALPHA)


def test_importing_it_loads_neither_scipy_nor_numpy():
    code = "import sys, lecture.statistics, lecture.statistics.power; print({'scipy', 'numpy'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1]
    )
    assert done.stdout.strip() == "set()"
