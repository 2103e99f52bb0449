"""Verdicts on many starts: right p values and honest words."""

import math
from fractions import Fraction
from itertools import permutations, product
from statistics import median

import numpy as np
import pytest
from groups_of_starts import ALPHA, counts_of, cut_up, distinct, trend
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from lecture.statistics import falls_with, larger, median_above, median_below, more_often, share_above, share_below

ORDER = ["fails", "undecided", "holds"]


# p values, against scipy, other tests and sheer counting


@given(counts_of(2), st.integers(0, 9))
def test_more_often_is_fishers_test(counts, extra):
    (a, b), n = counts
    seen = more_often(a, n, b, n + extra, alpha=ALPHA, smallest=0.2)
    wanted = stats.fisher_exact([[a, n - a], [b, n + extra - b]], "greater").pvalue
    assert seen.p == pytest.approx(wanted, rel=1e-9)


@given(counts_of(2, most=20), st.floats(-5, 5), st.floats(0.1, 5))
def test_a_trend_over_two_groups_is_fishers_test(counts, score, step):
    (low, high), n = counts
    seen = trend([low, high], n, (score, score + step))
    assert seen.p == pytest.approx(more_often(high, n, low, n, alpha=ALPHA, smallest=0.2).p, rel=1e-9)


@pytest.mark.parametrize("counts", [(0, 1, 3), (1, 1, 2), (0, 0, 0), (1, 3, 2), (3, 3, 3), (2, 1, 0)])
@pytest.mark.parametrize("scores", [(3, 4, 8), (0, 0.1, 0.3)])
def test_a_trend_is_the_share_of_shuffles_that_rise_as_much(counts, scores):
    places = np.repeat(scores, 3)
    outcomes = [x for x in product((0, 1), repeat=9) if sum(x) == sum(counts)]
    sums = np.array([places @ np.array(x) for x in outcomes])
    wanted = (sums >= np.dot(scores, counts) - 1e-9).mean()
    assert trend(counts, 3, scores).p == pytest.approx(wanted, rel=1e-9)


def test_equal_trends_have_equal_p():
    """Both tables score 0.5; in floating point one of the sums is smaller in its last bit."""
    first, second = (trend(counts, 2, (0, 0.1, 0.2, 0.3)) for counts in ([0, 1, 2, 0], [1, 0, 1, 1]))
    assert first.p == second.p


def test_a_trend_of_many_starts_is_the_normal_one():
    """Cochran and Armitage's normal form, with half a step of continuity: 100 starts come near it."""
    counts, n, scores = np.array([31, 40, 52]), 100, np.array([3, 4, 8])
    share = counts.mean() / n
    spread = ((scores - scores.mean()) ** 2).sum()
    deviation = math.sqrt(share * (1 - share) * n * spread * 3 * n / (3 * n - 1))
    z = ((scores - scores.mean()) @ counts - 0.5) / deviation
    assert trend(counts.tolist(), n).p == pytest.approx(stats.norm.sf(z), rel=0.05)


@given(distinct(2, 16), st.data())
def test_larger_is_the_exact_mann_whitney_test(values, data):
    cut = data.draw(st.integers(1, len(values) - 1))
    a, b = values[:cut], values[cut:]
    wanted = stats.mannwhitneyu(a, b, alternative="greater", method="exact")
    seen = larger(a, b, alpha=ALPHA, smallest=0.6)
    assert seen.p == pytest.approx(wanted.pvalue, rel=1e-9)
    assert seen.effect == pytest.approx(wanted.statistic / (len(a) * len(b)))


def jonckheere(groups):
    pairs = [(x, y) for i, a in enumerate(groups) for b in groups[i + 1 :] for x in a for y in b]
    return sum(x > y for x, y in pairs)


@pytest.mark.parametrize("sizes", [(1, 1), (2, 2, 3), (1, 2, 1, 2), (3, 1, 2)])
def test_falls_with_counts_orders(sizes):
    rows = list(permutations(range(sum(sizes))))
    counted = [jonckheere(cut_up(row, sizes)) for row in rows]
    for row, seen in list(zip(rows, counted, strict=True))[:: len(rows) // 24 or 1]:
        wanted = Fraction(sum(other >= seen for other in counted), len(rows))
        p = falls_with(cut_up(row, sizes), alpha=ALPHA, smallest=0.6).p
        assert p == pytest.approx(float(wanted), rel=1e-12)


@given(st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=5), min_size=2, max_size=3), st.randoms())
def test_ties_make_an_ordered_test_more_cautious(groups, random):
    """However the ties were broken, the p value would not be larger."""
    broken = [[value + random.uniform(-0.4, 0.4) for value in group] for group in groups]
    tied = falls_with(groups, alpha=ALPHA, smallest=0.6).p
    assert tied >= falls_with(broken, alpha=ALPHA, smallest=0.6).p


def test_equal_values_say_nothing():
    verdict = larger([1.0] * 30, [1.0] * 30, alpha=ALPHA, smallest=0.7)
    assert (verdict.p, verdict.effect) == (1.0, 0.5)


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=25), st.integers(-5, 5))
def test_the_median_is_judged_by_the_share_beyond_the_bound(values, bound):
    above = median_above(values, bound, alpha=ALPHA)
    beyond = sum(value > bound for value in values)
    assert above.p == pytest.approx(stats.binom.sf(beyond - 1, len(values), 0.5))
    assert above.word != "holds" or median(values) > bound
    assert above.word != "fails" or median(values) <= bound
    mirrored = median_below([-v for v in values], -bound, alpha=ALPHA)
    assert (mirrored.word, mirrored.p) == (above.word, above.p)


# words


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda k: share_above(k, 25, 0.5, alpha=ALPHA), {2: "fails", 12: "undecided", 24: "holds"}),
        (lambda k: share_below(k, 25, 0.5, alpha=ALPHA), {2: "holds", 12: "undecided", 24: "fails"}),
        (lambda k: median_above([0.0] * (25 - k) + [1.0] * k, 0.5, alpha=ALPHA), {2: "fails", 24: "holds"}),
        (lambda k: median_below([0.0] * (25 - k) + [1.0] * k, 0.5, alpha=ALPHA), {2: "holds", 24: "fails"}),
        (
            lambda k: more_often(k, 25, 8, 25, alpha=ALPHA, smallest=0.2),
            {1: "fails", 13: "undecided", 22: "holds"},
        ),
        (lambda k: trend([8, 10, k], 25), {1: "fails", 13: "undecided", 22: "holds"}),
        (
            lambda k: larger(range(k, k + 20), range(20), alpha=ALPHA, smallest=0.6),
            {-9: "fails", 1: "undecided", 9: "holds"},
        ),
        (
            lambda k: falls_with([range(2 * k, 2 * k + 20), range(k, k + 20), range(20)], alpha=ALPHA, smallest=0.6),
            {-9: "fails", 1: "undecided", 9: "holds"},
        ),
    ],
    ids=["share", "share below", "median", "median below", "more often", "trend", "larger", "falls"],
)
def test_every_word_can_come_out(ask, words):
    assert {k: ask(k).word for k in words} == words


@pytest.mark.parametrize("smallest", [0.1, 0.3])
def test_a_sure_but_small_effect_does_not_hold(smallest):
    """5500 against 5000 of 10000: far beyond chance, and not worth the name."""
    verdict = more_often(5500, 10000, 5000, 10000, alpha=0.001, smallest=smallest)
    assert verdict.p < 1e-9
    assert verdict.word == "fails"
    assert verdict.margin < 0


def test_a_large_effect_of_few_starts_is_undecided():
    assert more_often(3, 3, 0, 3, alpha=0.001, smallest=0.3).word == "undecided"


@given(counts_of(3, most=12))
def test_the_opposite_of_what_holds_fails(counts):
    (a, b, c), n = counts
    verdicts = [
        (
            more_often(a, n, b, n, alpha=ALPHA, smallest=0.1),
            more_often(b, n, a, n, alpha=ALPHA, smallest=0.1),
        ),
        (trend([a, b, c], n), trend([c, b, a], n, (-8, -4, -3))),
        (share_above(a, n, 0.4, alpha=ALPHA), share_below(a, n, 0.4, alpha=ALPHA)),
    ]
    for there, back in verdicts:
        assert not (there.word == back.word == "holds")
        assert there.word != "holds" or back.word == "fails"
        assert back.word != "holds" or there.word == "fails"


@given(st.lists(st.lists(st.floats(-9, 9), min_size=1, max_size=8), min_size=2, max_size=3))
def test_what_falls_one_way_fails_the_other(groups):
    there = falls_with(groups, alpha=ALPHA, smallest=0.55)
    back = falls_with(groups[::-1], alpha=ALPHA, smallest=0.55)
    assert there.word != "holds" or back.word == "fails"
    assert there.effect == pytest.approx(1 - back.effect)
    assert there.interval == pytest.approx((1 - back.interval[1], 1 - back.interval[0]))


@given(counts_of(2), st.floats(0.05, 0.95), st.floats(0, 0.6))
def test_one_success_more_never_takes_a_verdict_back(counts, threshold, smallest):
    (a, b), n = counts
    a = min(a, n - 1)
    for ask in (
        lambda k: share_above(k, n, threshold, alpha=ALPHA),
        lambda k: more_often(k, n, b, n, alpha=ALPHA, smallest=smallest),
        lambda k: trend([b, k], n, (1, 2), smallest=smallest),
    ):
        less, more = ask(a), ask(a + 1)
        assert ORDER.index(less.word) <= ORDER.index(more.word)
        assert less.p >= more.p - 1e-12
        assert less.margin <= more.margin


@given(distinct(2, 12), st.data())
def test_larger_values_never_take_a_verdict_back(values, data):
    cut = data.draw(st.integers(1, len(values) - 1))
    a, b = values[:cut], values[cut:]
    less = larger(a, b, alpha=ALPHA, smallest=0.6)
    more = larger([value + 10 for value in a], b, alpha=ALPHA, smallest=0.6)
    assert ORDER.index(less.word) <= ORDER.index(more.word)
    assert less.interval[0] <= more.interval[0] + 1e-12
