"""Counts and values of groups of starts, as the tests of statistics draw them."""

from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from lecture.statistics import trend_of_shares

ALPHA = 0.05


@st.composite
def counts_of(draw, groups, most=30):
    n = draw(st.integers(1, most))
    return [draw(st.integers(0, n)) for _ in range(groups)], n


def distinct(least, most):
    return st.lists(st.integers(-99, 99), min_size=least, max_size=most, unique=True)


def trend(counts, n, scores=(3, 4, 8), alpha=ALPHA, smallest=0.2):
    return trend_of_shares(counts, n, scores, alpha=alpha, smallest=smallest, what="learned")


def cut_up(row, sizes):
    ends = np.cumsum((0, *sizes))
    return [row[a:b] for a, b in pairwise(ends)]
