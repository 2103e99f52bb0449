"""How often a verdict on many starts is wrong, and intervals that hold what they estimate."""

from itertools import permutations, product

import pytest
from groups_of_starts import ALPHA, counts_of, cut_up, distinct, trend
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats

from lecture.statistics import falls_with, larger, more_often, share_above, share_below
from lecture.statistics.intervals import share_interval

# how often a verdict is wrong, by enumeration


@pytest.mark.parametrize("share", [0.05, 0.3, 0.5, 0.8])
def test_false_holds_are_as_rare_as_alpha(share):
    """Nothing is there, and every outcome is weighed by its probability."""
    n = 8
    chance = stats.binom.pmf(range(n + 1), n, share)
    outcomes = {
        "share": [(share_above(k, n, share, alpha=ALPHA), chance[k]) for k in range(n + 1)],
        "fisher": [
            (more_often(a, n, b, n, alpha=ALPHA, smallest=0.0), chance[a] * chance[b])
            for a, b in product(range(n + 1), repeat=2)
        ],
        "trend": [(trend(k, n, smallest=0.0), chance[list(k)].prod()) for k in product(range(n + 1), repeat=3)],
    }
    rates = {
        (test, word): sum(weight for verdict, weight in weighed if verdict.word == word)
        for test, weighed in outcomes.items()
        for word in ("holds", "fails")
    }
    # only the share's interval is exact: false failures of the others follow below
    exact = [("share", "holds"), ("share", "fails"), ("fisher", "holds"), ("trend", "holds")]
    assert {key: rates[key] for key in exact if rates[key] > ALPHA} == {}


def test_false_holds_of_an_order_are_as_rare_as_alpha():
    rows = list(permutations(range(6)))
    words = [falls_with(cut_up(row, (2, 2, 2)), alpha=ALPHA, smallest=0.5).word for row in rows]
    assert 0 < words.count("holds") <= ALPHA * len(rows)


@pytest.mark.parametrize("share", [0.0, 0.2, 0.4, 0.7])
def test_false_failures_are_nearly_as_rare_as_alpha(share):
    """The difference is just what is worth the name: an approximate interval, so up to twice alpha."""
    n, smallest, alpha = 25, 0.3, 0.01
    a_chance, b_chance = (stats.binom.pmf(range(n + 1), n, s) for s in (share + smallest, share))
    failing = [
        a_chance[a] * b_chance[b]
        for a, b in product(range(n + 1), repeat=2)
        if more_often(a, n, b, n, alpha=alpha, smallest=smallest).word == "fails"
    ]
    assert sum(failing) <= 2 * alpha


# intervals


@given(counts_of(1), st.floats(0.5, 0.999), st.floats(0.5, 0.999))
# Confidences one bit apart: the ends come from a root search, which is exact to about 1e-15 and not to the last bit.
@example(([2], 19), 0.5, 0.5000000000000001)
def test_the_interval_of_a_share_holds_it_and_widens_with_confidence(counts, one, other):
    (k,), n = counts
    narrow, wide = (share_interval(k, n, c) for c in sorted((one, other)))
    assert narrow == pytest.approx(tuple(stats.binomtest(k, n).proportion_ci(min(one, other))), abs=1e-9)
    assert 0 <= wide[0] <= narrow[0] + 1e-12
    assert narrow[0] <= k / n <= narrow[1] <= wide[1] + 1e-12 <= 1 + 1e-12


@given(counts_of(1), st.floats(0.05, 0.95), st.sampled_from([0.001, 0.01, 0.1]))
# 0.1 cubed is alpha: on the boundary rounding alone picks a side for p, and one for the interval's end.
@example(([3], 3), 0.1, 0.001)
def test_a_share_fails_just_where_its_interval_ends_below_the_threshold(counts, threshold, alpha):
    """Interval and opposite test speak with one alpha."""
    (k,), n = counts
    verdict = share_above(k, n, threshold, alpha=alpha)
    low, high = verdict.interval
    for beyond, p in ((high < threshold, stats.binom.cdf(k, n, threshold)), (low > threshold, verdict.p)):
        assert beyond == (p < alpha) or p == pytest.approx(alpha, rel=1e-9)


@given(counts_of(2), distinct(2, 20), st.floats(0.0005, 0.2))
def test_intervals_hold_their_effect(counts, values, alpha):
    (a, b), n = counts
    for verdict, least in (
        (more_often(a, n, b, n, alpha=alpha, smallest=0.1), -1),
        (trend([b, a], n, (1, 2), alpha), -1),
        (share_below(a, n, 0.3, alpha=alpha), 0),
        (larger(values[:1], values[1:], alpha=alpha, smallest=0.6), 0),
    ):
        low, high = verdict.interval
        assert least - 1e-12 <= low <= verdict.effect <= high <= 1 + 1e-12


def test_the_interval_of_groups_wide_apart_does_not_collapse():
    """Ten against ten without overlap is no proof that there never is any."""
    low, high = larger(range(10, 20), range(10), alpha=0.001, smallest=0.7).interval
    assert 0.4 < low < 0.8
    assert high == 1
