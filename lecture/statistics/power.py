"""How many starts a tendency needs: the probability that its verdict holds, known before any training.

Power is the probability of the word *holds* (significant, and at least the smallest effect worth the
name), where the starts are as they were measured. Exact for shares; by seeded resampling for values that
follow no formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from lecture.statistics import Verdict, fisher_p, tables_of_total, trend_p

if TYPE_CHECKING:
    from lecture.statistics import Values


def power_of_share(share: float, n: int, threshold: float, alpha: float) -> float:
    """Power of ``share_above(count, n, threshold)`` where each start succeeds with ``share``. Exact."""
    import numpy as np
    from scipy.stats import binom

    counts = np.arange(n + 1)
    holds = (binom.sf(counts - 1, n, threshold) <= alpha) & (counts / n >= threshold)
    return float(binom.pmf(counts[holds], n, share).sum())


def power_of_fisher(share_a: float, share_b: float, n: int, alpha: float, smallest: float = 0.0) -> float:
    """Power of ``more_often(a, n, b, n)`` at these two shares: a sum over all (n + 1)^2 outcomes. Exact."""
    import numpy as np
    from scipy.stats import binom

    a, b = np.indices((n + 1, n + 1))
    holds = (fisher_p(a, n, b, n) <= alpha) & ((a - b) / n >= smallest)
    return float((binom.pmf(a, n, share_a) * binom.pmf(b, n, share_b))[holds].sum())


def power_of_trend(
    shares: Sequence[float], n: int, scores: Sequence[float], alpha: float, smallest: float = 0.0
) -> float:
    """Power of ``trend_of_shares`` at these shares, n starts each: a sum over all outcomes. Exact."""
    from scipy.stats import binom

    power = 0.0
    for total in range(len(shares) * n + 1):
        tables = tables_of_total(n, len(shares), total)
        rising, _ = trend_p(tables, n, scores)
        holds = (rising <= alpha) & ((tables[:, -1] - tables[:, 0]) / n >= smallest)
        power += float(binom.pmf(tables[holds], n, shares).prod(1).sum())
    return power


def power_by_resampling(
    verdict_function: Callable[..., Verdict], pools: Sequence[Values], n: int, repeats: int, seed: int
) -> float:
    """Share of ``repeats`` in which ``verdict_function(*samples)`` holds, n values drawn from each pool.

    Drawn with replacement from numpy's generator under ``seed``. A power of 1.0 from r repeats is above
    1 - 3 / r with 95 % confidence, as far as the pools (measured values, one row for each group) show what
    can happen.
    """
    import numpy as np

    random = np.random.default_rng(seed)
    arrays = [np.asarray(pool.tolist() if hasattr(pool, "tolist") else list(pool)) for pool in pools]
    samples = ([random.choice(array, n) for array in arrays] for _ in range(repeats))
    return sum(verdict_function(*sample).word == "holds" for sample in samples) / repeats


def starts_for_power(
    power_function: Callable[[int], float], wanted: float = 0.9999, numbers: Iterable[int] = range(5, 205, 5)
) -> int:
    """The first of ``numbers`` (starts in each group) with ``power_function(n) >= wanted``.

    Exact powers go up in a saw-tooth: one more start may lower them a little, so numbers are tried in
    turn. Raises ValueError if none reaches it.
    """
    tried = list(numbers)
    for n in tried:
        if power_function(n) >= wanted:
            return n
    raise ValueError(f"power {wanted:g} is not reached with up to {tried[-1]} starts")
