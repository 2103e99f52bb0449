"""Verdicts on what many seeded trainings show: a tendency holds, fails, or stays undecided.

One rule everywhere. A tendency *holds* when its direction is significant (one-sided p <= alpha) and the
effect that was seen is at least ``smallest``, the smallest effect worth the name. It *fails* when the
opposite direction is significant, or when the whole confidence interval of the effect lies below
``smallest``. Otherwise it is *undecided*.

Every p value is exact: where there is no tendency (the share is the threshold, the groups have one law), a
verdict holds with probability alpha at most, at any number of starts. Intervals have confidence 1 - 2 alpha,
so that each of their ends errs with probability alpha (about alpha, where an approximation is named).
Nothing here is random. Counts are whole numbers, values one row of floats; tensors of either will do.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations, pairwise
from operator import index
from typing import TYPE_CHECKING, Any, Literal

from lecture.statistics.intervals import (
    Interval,
    check_count,
    difference_interval,
    share_interval,
    superiority_interval,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    Values = Sequence[float] | NDArray[Any] | Tensor


@dataclass(frozen=True)
class Verdict:
    """What a test says about a tendency.

    test: its name. seen: the figures in a few words. p: one-sided, of the claimed direction. effect, with
    its interval (low, high): see each function; 1 is the largest possible, except where less is claimed
    (share_below, median_below). margin: the smaller of log(alpha / p) / log(1 / alpha) and (effect -
    smallest) / (1 - smallest), kept within -1 ... 1: 1 is far inside (p <= alpha squared), 0 the boundary
    of *holds*, negative beyond it.
    """

    word: Literal["holds", "fails", "undecided"]
    test: str
    seen: str
    p: float | None
    alpha: float
    effect: float
    interval: Interval
    smallest: float
    margin: float


def share_above(successes: int, n: int, threshold: float, *, alpha: float) -> Verdict:
    """Do more than ``threshold`` of all starts succeed? Exact binomial test; the effect is the share.

    Raises ValueError unless 0 <= successes <= n, n > 0, 0 <= threshold < 1 and 0 < alpha < 0.5.
    """
    from scipy.stats import binomtest

    interval = share_interval(successes, n, 1 - 2 * alpha)
    successes, n = index(successes), index(n)
    more, fewer = (binomtest(successes, n, threshold, side).pvalue for side in ("greater", "less"))
    seen = f"{successes} of {n}, threshold {threshold:g}"
    return _judged("binomial test", seen, (more, fewer), alpha, successes / n, interval, threshold)


def share_below(successes: int, n: int, threshold: float, *, alpha: float) -> Verdict:
    """Do fewer than ``threshold`` (above 0) succeed? :func:`share_above`, asked of those that do not."""
    check_count(successes, n)
    mirror = share_above(n - successes, n, 1 - threshold, alpha=alpha)
    successes, n = index(successes), index(n)
    return replace(
        mirror,
        seen=f"{successes} of {n}, threshold {threshold:g}",
        effect=successes / n,
        interval=share_interval(successes, n, 1 - 2 * alpha),
        smallest=threshold,
    )


def median_above(values: Values, bound: float, *, alpha: float) -> Verdict:
    """Is the median greater than ``bound``? Sign test: do more than half of ``values`` (n,) lie above it?

    The effect is the share above, held against one half; a value that equals the bound is not above it.
    Raises ValueError for NaN or no values.
    """
    return _median(values, bound, "above", alpha)


def median_below(values: Values, bound: float, *, alpha: float) -> Verdict:
    """Is the median smaller than ``bound``? As :func:`median_above`; the effect is the share below."""
    return _median(values, bound, "below", alpha)


def more_often(a: int, n_a: int, b: int, n_b: int, *, alpha: float, smallest: float) -> Verdict:
    """Do starts of the first group (a of n_a) succeed more often than of the second (b of n_b)?

    Fisher's exact test. The effect is the difference of the shares, -1 ... 1, with Zou and Donner's interval
    (Statistics in Medicine 27, 2008), an approximation. Raises ValueError for impossible counts.
    """
    check_count(a, n_a)
    check_count(b, n_b)
    a, n_a, b, n_b = index(a), index(n_a), index(b), index(n_b)
    seen = f"{a} of {n_a} against {b} of {n_b}"
    ps = (fisher_p(a, n_a, b, n_b), fisher_p(b, n_b, a, n_a))
    effect = (a * n_b - b * n_a) / (n_a * n_b)
    interval = difference_interval(a, n_a, b, n_b, alpha)
    return _judged("Fisher's exact test", seen, ps, alpha, effect, interval, smallest)


def trend_of_shares(
    counts: Sequence[int], n: int, scores: Sequence[float], *, alpha: float, smallest: float, what: str
) -> Verdict:
    """Does the share of successes rise with the score? ``counts`` of ``n`` starts each, rising ``scores``.

    The test for trend of Cochran (Biometrics 10, 1954) and Armitage (Biometrics 11, 1955) in its exact
    form: of all tables with the same total, the hypergeometric probability of those whose sum of score
    times count is at least the seen one (Agresti, Categorical Data Analysis, 3.5). The effect is the share
    at the highest score less that at the lowest, with the same interval. ``what`` names the success in
    the verdict's text, such as ``learned``. Raises ValueError for impossible counts, scores that do not
    rise, or fewer than two groups.
    """
    for count in counts:
        check_count(count, n)
    counts, n = [index(count) for count in counts], index(n)
    if len(counts) < 2 or len(counts) != len(scores) or any(a >= b for a, b in pairwise(scores)):
        raise ValueError(f"{len(counts)} counts need as many rising scores, two or more: {list(scores)}")
    tables = tables_of_total(n, len(counts), sum(counts))
    place = tables.tolist().index(counts)
    ps = tuple(p[place] for p in trend_p(tables, n, scores))
    seen = f"{what} {', '.join(map(str, counts))} of {n}"
    effect = (counts[-1] - counts[0]) / n
    interval = difference_interval(counts[-1], n, counts[0], n, alpha)
    return _judged("Cochran-Armitage trend test, exact", seen, ps, alpha, effect, interval, smallest)


def larger(a: Values, b: Values, *, alpha: float, smallest: float) -> Verdict:
    """Are the values ``a`` (m,) larger than ``b`` (n,)? Mann-Whitney test, exact.

    The effect is P(a > b) + P(a = b) / 2 for one of each: 0 ... 1, where 0.5 is no difference. Its interval
    solves Newcombe's method 5 (Statistics in Medicine 25, 2006), an approximation: at alpha 0.001, 25 starts
    and effects up to 0.8 its upper end errs with 0.003 for normal and exponential values, with 0.007 where
    one group spreads four times as wide. In the p value ties count against whatever is asked, which keeps it
    exact and makes it cautious where there are many. Raises ValueError for NaN or no values; infinities are
    only large.
    """
    return _falling([a, b], "Mann-Whitney test, exact", alpha, smallest)


def falls_with(groups: Sequence[Values], *, alpha: float, smallest: float) -> Verdict:
    """Do the values fall from group to group, in the order given? Jonckheere-Terpstra test, exact.

    Jonckheere (Biometrika 41, 1954): the count of pairs from two groups in which the earlier value is
    larger. The effect compares the first group with the last, as :func:`larger` does. Raises ValueError
    for NaN, an empty group or fewer than two.
    """
    return _falling(groups, "Jonckheere-Terpstra trend test, exact", alpha, smallest)


def fisher_p(a: Any, n_a: int, b: Any, n_b: int) -> Any:
    """P(count of the first group >= a), given the total a + b: for numbers, or arrays of them."""
    from scipy.stats import hypergeom

    return hypergeom.sf(a - 1, n_a + n_b, a + b, n_a)


def tables_of_total(n: int, groups: int, total: int) -> NDArray[Any]:
    """All (T, groups) integer tables with entries 0 ... n that add up to ``total``."""
    import numpy as np

    first = np.indices((n + 1,) * (groups - 1)).reshape(groups - 1, -1)
    last = total - first.sum(0)
    return np.vstack([first, last]).T[(last >= 0) & (last <= n)]


def trend_p(tables: NDArray[Any], n: int, scores: Sequence[float]) -> tuple[NDArray[Any], NDArray[Any]]:
    """P(at least this trend) and P(at most this trend) of each table, (T,) both, among all T of one total."""
    import numpy as np
    from scipy.special import gammaln

    # hypergeometric: the product of n over x, divided by its sum; logarithms, because the product overflows
    log_weights = -(gammaln(tables + 1) + gammaln(n - tables + 1)).sum(1)
    weights = np.exp(log_weights - log_weights.max())
    unit = (np.asarray(scores, float) - scores[0]) / (scores[-1] - scores[0])
    # rounded, so that equal sums taken in another order stay equal
    _, place = np.unique((tables @ unit).round(9), return_inverse=True)
    mass = np.bincount(place, weights / weights.sum())
    return mass[::-1].cumsum()[::-1].clip(max=1)[place], mass.cumsum().clip(max=1)[place]


def _judged(
    test: str,
    seen: str,
    ps: tuple[float, float],
    alpha: float,
    effect: float,
    interval: Interval,
    smallest: float,
) -> Verdict:
    """The rule, for the p values of the claimed and of the opposite direction."""
    if not (0 < alpha < 0.5 and smallest < 1):
        raise ValueError(f"alpha {alpha:g} must be in 0 ... 0.5, the smallest effect {smallest:g} below 1")
    p, p_opposite = map(float, ps)
    word: Literal["holds", "fails", "undecided"] = "undecided"
    if p <= alpha and effect >= smallest:
        word = "holds"
    elif p_opposite <= alpha or interval[1] < smallest:
        word = "fails"
    significance = math.log(alpha / p) / -math.log(alpha) if p > 0 else 1.0
    margin = max(-1.0, min(1.0, significance, (effect - smallest) / (1 - smallest)))
    return Verdict(word, test, seen, p, alpha, effect, interval, smallest, margin)


def _numbers(values: Values) -> NDArray[Any]:
    import numpy as np

    array = np.asarray(values.tolist() if hasattr(values, "tolist") else list(values), dtype=float)
    if array.ndim != 1 or not len(array) or np.isnan(array).any():
        raise ValueError(f"one row of numbers is needed, without NaN; given shape {array.shape}")
    return array


def _median(values: Values, bound: float, side: Literal["above", "below"], alpha: float) -> Verdict:
    import numpy as np

    array = _numbers(values)
    count = int((array > bound).sum() if side == "above" else (array < bound).sum())
    seen = f"median {np.median(array):.3g}, {count} of {len(array)} {side} {bound:g}"
    return replace(share_above(count, len(array), 0.5, alpha=alpha), test="sign test", seen=seen)


def _falling(groups: Sequence[Values], test: str, alpha: float, smallest: float) -> Verdict:
    import numpy as np

    arrays = [_numbers(group) for group in groups]
    if len(arrays) < 2:
        raise ValueError("at least two groups are needed")
    sizes = tuple(len(array) for array in arrays)
    pairs = [_pairs_won(a, b) for a, b in combinations(arrays, 2)]
    won, lost = sum(w for w, _ in pairs), sum(b for _, b in pairs)
    tail = _order_tail(sizes)
    ends_won, ends_lost = _pairs_won(arrays[0], arrays[-1])
    effect = (1 + (ends_won - ends_lost) / (sizes[0] * sizes[-1])) / 2
    interval = superiority_interval(effect, sizes[0], sizes[-1], alpha)
    medians = ", ".join(f"{np.median(array):.3g}" for array in arrays)
    seen = f"medians {medians} of {', '.join(map(str, sizes))}"
    return _judged(test, seen, (tail[won], tail[lost]), alpha, effect, interval, smallest)


def _pairs_won(a: NDArray[Any], b: NDArray[Any]) -> tuple[int, int]:
    """Pairs with a > b, and pairs with a < b."""
    import numpy as np

    ordered = np.sort(b)
    won = np.searchsorted(ordered, a, "left").sum()
    return int(won), len(a) * len(b) - int(np.searchsorted(ordered, a, "right").sum())


@lru_cache(maxsize=16)
def _order_tail(sizes: tuple[int, ...]) -> list[float]:
    """P(J >= j), j = 0 ... all pairs, of the Jonckheere count J where all orders are equally likely.

    J then counts the inversions of a shuffled multiset, whose generating function is MacMahon's
    q-multinomial coefficient: one factor (1 - q^(done + i)) / (1 - q^i) for value i of a group that
    follows ``done`` others. Worked out in whole numbers, because the differences would cancel in floating
    point. J and its mirror have the same law.
    """
    import numpy as np

    ways = np.zeros(sum(a * b for a, b in combinations(sizes, 2)) + 1, dtype=object)
    ways[0] = 1
    done = sizes[0]
    for size in sizes[1:]:
        for i in range(1, size + 1):
            if done + i < len(ways):
                ways[done + i :] = ways[done + i :] - ways[: -done - i]
            for first in range(min(i, len(ways))):
                ways[first::i] = np.cumsum(ways[first::i])
        done += size
    tails = np.cumsum(ways[::-1])[::-1]
    return [int(tail) / int(tails[0]) for tail in tails]
