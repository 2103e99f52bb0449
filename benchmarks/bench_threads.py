"""What a second thread is worth to compiled trainings: alone on the machine, and beside a second process, as in xdist.

``pytest benchmarks/bench_threads.py -s``: in each case the same starts by one and by two threads, in turns, best of
several; their numbers are the same to the bit, which is held here once more. Compare inside one run.
"""

import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
import torch

from lecture import experiments
from lecture.scan import compiled

ROUNDS = 5
CASES = {
    "abcabC RNN(4,8)": 100,
    "coins LSTM(4,16)": 100,
    "words LSTM(6,20)": 10,
    "hi whole": 100,
}
"""Epochs of each experiment that are timed."""


def trained(name, threads):
    """Wall and CPU seconds, and last losses, of an experiment's starts by so many threads."""
    torch.set_num_threads(1)
    compiled.cores = lambda: threads
    experiment = experiments.EXPERIMENTS[name]
    experiment.train([1, 2], epochs=1)  # compiled or loaded first
    wall, cpu = time.perf_counter(), time.process_time()
    found = experiment.train(range(experiment.starts), epochs=CASES[name])
    return time.perf_counter() - wall, time.process_time() - cpu, found.last_losses.tolist()


def in_turns(processes, name):
    """By number of threads the least wall seconds of ``processes`` at once, their CPU seconds, and the losses."""
    best = {threads: (float("inf"), 0.0) for threads in (1, 2)}
    losses = []
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for _ in range(ROUNDS + 1):
            for threads in best:
                found = list(pool.map(trained, [name] * processes, [threads] * processes))
                losses += [one for _, _, one in found]
                walls, cpus, _ = zip(*found, strict=True)
                best[threads] = min(best[threads], (max(walls), sum(cpus)))
    assert all(one == losses[0] for one in losses)
    return best


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("name", CASES)
def test_threads(benchmark, name, processes):
    """Alone, and two processes at once."""
    found = benchmark.pedantic(in_turns, (processes, name), rounds=1)
    said = {threads: f"{wall:.3f} s wall, {cpu:.3f} s CPU" for threads, (wall, cpu) in found.items()}
    benchmark.extra_info["by threads"] = said
    print(f"\n{name}, {processes} at once: one thread {said[1]}; two {said[2]}")
