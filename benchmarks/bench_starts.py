"""How fast all starts train in one pass, against the same starts one after the other.

``pytest benchmarks/bench_starts.py``: one thread, and in each group the same epochs of the same starts, three ways:
compiled, by calls into torch for all starts at once (the reference), and the lecture's loop over single networks.
Compare inside a group of one run; times move with the machine. What is compiled or loaded first is not timed; making
the networks and drawing their weights is, each way. bench_threads.py has what a second thread is worth.
"""

import pytest

from lecture import experiments
from lecture.scan import compiled as on_cpu
from lecture.starts import train_alone, train_starts

EPOCHS = 10
ROUNDS = 3
CASES = {
    "abcabC, 599 steps, RNN(4,8)": ("RNN", 8, experiments.abcabc, 25),
    "coins, 149 steps, LSTM(4,16)": ("LSTM", 16, experiments.coins, 25),
    "words, 998 steps, LSTM(6,20)": ("LSTM", 20, experiments.words, 85),
}


@pytest.fixture(autouse=True)
def one_thread(monkeypatch):
    """For the compiled way too; torch has one from the conftest."""
    monkeypatch.setattr(on_cpu, "cores", lambda: 1)


def compiled(kind, size, pieces, seeds):
    """All starts in one pass, by numba."""
    train_starts(kind, size, pieces, seeds, epochs=EPOCHS, lr=0.1, compiled=True)


def by_torch(kind, size, pieces, seeds):
    """All starts in one pass, by torch."""
    train_starts(kind, size, pieces, seeds, epochs=EPOCHS, lr=0.1, compiled=False)


def one_by_one(kind, size, pieces, seeds):
    """Each start by torch.nn, autograd and an Adam of its own."""
    for seed in seeds:
        train_alone(kind, size, pieces, seed, epochs=EPOCHS, lr=0.1)


def measure(benchmark, way, case, starts):
    """Times EPOCHS epochs of ``starts`` starts; extra_info has what one epoch of one start costs at best."""
    kind, size, pieces, _ = CASES[case]
    benchmark.group = f"{case}: {starts} starts, {EPOCHS} epochs"
    rounds = 1 if way is one_by_one else ROUNDS
    benchmark.pedantic(way, (kind, size, pieces(), range(starts)), rounds=rounds, warmup_rounds=way is not one_by_one)
    if benchmark.stats:  # None under --benchmark-disable
        benchmark.extra_info["us_per_start_and_epoch"] = 1e6 * benchmark.stats.stats.min / (starts * EPOCHS)


@pytest.mark.parametrize("way", [compiled, by_torch, one_by_one])
@pytest.mark.parametrize("case", CASES)
def test_lecture_size(benchmark, case, way):
    """The lecture's 25 starts, and the 85 of section 3's verdict."""
    measure(benchmark, way, case, starts=CASES[case][-1])


@pytest.mark.parametrize("way", [compiled, by_torch, one_by_one])
def test_section_2(benchmark, way):
    """LSTM(4,16) and the 60 starts that its verdict needs."""
    measure(benchmark, way, "coins, 149 steps, LSTM(4,16)", starts=60)


@pytest.mark.parametrize("starts", [60, 100])
@pytest.mark.parametrize("case", CASES)
def test_more_starts(benchmark, case, starts):
    """What more starts cost."""
    measure(benchmark, compiled, case, starts)
