"""Judging: how many a minute, what the judge itself takes, and that large classes come out as the same files alone.

``pytest benchmarks/bench_grading.py``. Times move with the machine: beside them stand CPU times, or the seconds of a
fixed loop, by which two machines, or a quiet and a busy hour, can be compared.
"""

from __future__ import annotations

import functools
import os
import time
from pathlib import Path

import psutil
import pytest
import torch

import parts
from fixtures import implementations, submissions
from grading import run
from grading.judge import Judge, Settings
from lecture import formulas
from parts.template import template
from submissions.client import Worker
from submissions.files import Source, read
from tests import a_class

CLASS = int(os.environ.get("BENCH_CLASS", "0"))
"""Another size for the large classes than theirs; for trying."""


@pytest.mark.parametrize("count", [48])
def test_right_submissions_a_minute(benchmark, count):
    """All claims, eight styles in turn, two processes; the start of the cluster is left out."""
    found, ended = a_class.right_class(count), []

    def done(one, judgement):
        assert {case.word for case in judgement.cases} <= {"holds", "not attempted"}, one.key
        ended.append((time.monotonic(), judgement.seconds))

    def judge():
        with run.client(2, None) as dask:
            run.judge_all(found, Settings(), dask, done)

    before, started = seconds_of_a_loop(), time.monotonic()
    benchmark.pedantic(judge, rounds=1)
    # Both processes collect first; from the first grade on they are warm. From the last but one there is no work for
    # one of them. In between counts what was judged, of a submission at either end the part that lies in between.
    first, last = ended[0][0], ended[-2][0]
    judged = sum(max(0.0, min(end, last) - max(end - took, first)) / took for end, took in ended)
    benchmark.extra_info["submissions a minute, warm"] = round(60 * judged / (last - first), 1)
    benchmark.extra_info["submissions a minute, with the start"] = round(60 * count / (ended[-1][0] - started), 1)
    benchmark.extra_info["seconds of a fixed loop, before and after"] = [before, seconds_of_a_loop()]


def seconds_of_a_loop():
    """What this machine takes now for 999 steps of torch's own cell, there and back: the least of five."""
    torch.set_num_threads(1)
    cell, x, took = torch.nn.LSTMCell(7, 4), torch.randn(999, 7), []
    for _ in range(5):
        start = time.perf_counter()
        formulas.over(cell, x, (torch.zeros(4), torch.zeros(4)))[0].sum().backward()
        took.append(time.perf_counter() - start)
    return round(min(took), 3)


def cpu_seconds():
    """Of this process, all threads."""
    spent = psutil.Process().cpu_times()
    return spent.user + spent.system


@pytest.fixture(scope="module")
def warm():
    """A judge that has judged: what is imported with the first submission is there."""
    judge = Judge(Settings())
    judge.judge(read(a_class.FOLDER / "minimal_lstm.py"))
    yield judge
    judge.close()


@pytest.fixture
def workers_cpu(monkeypatch):
    """CPU seconds of workers, read before each one ends: a sandbox that is killed counts for nobody."""
    spent = []
    close = Worker.close

    def counted(worker):
        if worker._process.alive():
            spent.append(worker._usage()["cpu"])
        close(worker)

    monkeypatch.setattr(Worker, "close", counted)
    return spent


@pytest.mark.parametrize("file", ["minimal_lstm.py", *(f"right/{style.name}" for style in a_class.STYLES)])
def test_cpu_seconds_of_one(benchmark, warm, workers_cpu, file):
    """Of a warm judge and of its workers. The judge's own holds torch's answers and the training loops, too."""
    source, before = read(a_class.FOLDER / file), cpu_seconds()
    benchmark.pedantic(warm.judge, (source,), rounds=1)
    benchmark.extra_info["judge"] = round(cpu_seconds() - before, 2)
    benchmark.extra_info["workers"] = round(sum(workers_cpu), 2)


def test_what_the_judge_takes_where_nothing_is_computed(benchmark, warm):
    """An untouched template: every case is asked, and none computes. What is left is the judge's own."""
    source, before = Source("own.py", "own.py", {"own.py": template("en").encode()}), cpu_seconds()
    benchmark.pedantic(warm.judge, (source,), rounds=3)
    benchmark.extra_info["CPU seconds"] = round((cpu_seconds() - before) / 3, 2)


def test_what_the_judge_takes_where_torch_answers_here(benchmark, warm, monkeypatch):
    """A file that attempts every case, and torch's own networks in its place and in this process: what is left of the
    difference is asking, besides what torch takes to answer."""
    source, spent = read(a_class.FOLDER / "right" / "per_step.py"), {}
    made = submissions.implementation_of

    def with_torch(submission, part, device, lecture_seed):
        def network(kind, *sizes, **options):
            submission.asked = True
            return parts.named(kind).right(*sizes, **options)

        if part != "network":
            return made(submission, part, device, lecture_seed)
        networks = {kind: functools.partial(network, kind) for kind in (part.name for part in parts.networks())}
        return implementations.Implementation("torch", device, networks, lecture_seed=lecture_seed, against_right=True)

    def judge(where):
        before = cpu_seconds()
        judgement = warm.judge(source)
        spent[where] = round(cpu_seconds() - before, 2)
        assert {case.word for case in judgement.cases} == {"holds"}

    judge("torch's answers are kept from here on")
    benchmark.pedantic(judge, ("asked in its worker",), rounds=1)
    monkeypatch.setattr(submissions, "implementation_of", with_torch)
    judge("torch here")
    benchmark.extra_info["CPU seconds"] = spent


@pytest.mark.parametrize("count", [500])
def test_memory_of_a_judge_is_flat(benchmark, count):
    """MiB of a judge after 10 % of the submissions and after all of them; the cheapest claims."""
    judge, me, seen = Judge(a_class.settings("lstm/hT-is-the-last-row")), psutil.Process(), []
    found = a_class.class_of(CLASS or count, a_class.texts())

    def judge_all():
        for one in found:
            judge.judge(one.source)
            seen.append(me.memory_info().rss / 2**20)

    benchmark.pedantic(judge_all, rounds=1)
    judge.close()
    early, late = seen[len(seen) // 10], seen[-1]
    benchmark.extra_info["MiB"] = [round(seen[place * (len(seen) - 1) // 10]) for place in range(11)]
    benchmark.extra_info["MiB a submission"] = round((late - early) / (0.9 * len(seen)), 3)
    assert not list(Path("/proc/self/fd").iterdir())[400:], "files stay open"


@pytest.mark.parametrize("count", [200, 500])
def test_a_large_class_with_a_lost_process(benchmark, count):
    """Right, wrong and hostile, one process killed in the middle: each grade is that of the same file alone."""
    kinds, chosen = a_class.texts(), a_class.settings("lstm/hT-is-the-last-row", "lstm/omit-water")
    count = CLASS or count
    wanted, killed = a_class.alone(a_class.class_of(len(kinds), kinds), chosen), []

    def after(done, dask):
        if done == count // 2:
            killed.append(a_class.kill_one(dask))

    found = a_class.class_of(count, kinds)
    done = benchmark.pedantic(a_class.together, (found, chosen, 2, after), rounds=1)
    assert killed
    for number, one in enumerate(found):
        alone = wanted[f"student {number % len(kinds)}"]
        assert done[one.key] == alone, one.key
    benchmark.extra_info["grades"] = len(done)
