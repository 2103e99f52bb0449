"""How fast all starts train in one pass, against the same starts one after the other.

``pytest benchmarks/bench_starts.py``: one thread, and in each group the same epochs of the same starts (the two big
scans have no partner: alone they would take minutes). Compare inside a group of one run; times move with the machine.
"""

import pytest

from lecture import experiments
from lecture.starts import train_alone, train_starts

EPOCHS = 10
ROUNDS = 3
CASES = {
    "abcabC, 599 steps, RNN(4,8)": ("RNN", 8, experiments.abcabc),
    "coins, 149 steps, LSTM(4,16)": ("LSTM", 16, experiments.coins),
}


def together(kind, size, pieces, seeds):
    """All starts in one scan."""
    train_starts(kind, size, pieces, seeds, epochs=EPOCHS, lr=0.1)


def one_by_one(kind, size, pieces, seeds):
    """Each start by torch.nn, autograd and an Adam of its own."""
    for seed in seeds:
        train_alone(kind, size, pieces, seed, epochs=EPOCHS, lr=0.1)


def measure(benchmark, way, case, starts):
    """Times EPOCHS epochs of ``starts`` starts; extra_info has what one epoch of one start costs at best."""
    kind, size, pieces = CASES[case]
    benchmark.group = f"{case}: {starts} starts, {EPOCHS} epochs"
    benchmark.pedantic(way, (kind, size, pieces(), range(starts)), rounds=ROUNDS, warmup_rounds=1)
    if benchmark.stats:  # None under --benchmark-disable
        benchmark.extra_info["us_per_start_and_epoch"] = 1e6 * benchmark.stats.stats.min / (starts * EPOCHS)


@pytest.mark.parametrize("way", [together, one_by_one], ids=["together", "one by one"])
@pytest.mark.parametrize("case", CASES)
def test_lecture_size(benchmark, case, way):
    """The lecture's 25 starts."""
    measure(benchmark, way, case, starts=25)


@pytest.mark.parametrize("starts", [60, 100])
@pytest.mark.parametrize("case", CASES)
def test_more_starts(benchmark, case, starts):
    """As many starts as the verdicts need."""
    measure(benchmark, together, case, starts)
