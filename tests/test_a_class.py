"""A class of twenty in two processes, one of which is killed: every grade is there, and is what it is alone."""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from grading import run
from grading.cores import usable
from grading.judge import Settings
from results.judgement import Judgement
from submissions.contract.file import contract_of
from submissions.files import Source
from submissions.sandbox import allocator
from tests import a_class

CLAIM = "lstm/hT-is-the-last-row"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_lost_process_changes_no_grade():
    """Right, wrong and hostile files, each alone and then among nineteen others."""
    kinds, chosen = a_class.texts(), a_class.settings(CLAIM)
    wanted = a_class.alone(a_class.class_of(len(kinds), kinds), chosen)
    killed = []

    def after(count, dask):
        if count == 4:
            killed.append(a_class.kill_one(dask))

    found = a_class.together(a_class.class_of(20, kinds), chosen, 2, after)
    assert killed
    assert len(found) == 20
    for number in range(20):
        seen, alone = found[f"student {number}"], wanted[f"student {number % len(kinds)}"]
        assert seen["trouble"] == ""
        assert seen == alone, number
    words = [{case["word"] for case in one["cases"]} - {"not attempted"} for one in wanted.values()]
    assert words[0] == {"holds"}
    assert sum("holds" in found for found in words) == 2


def test_where_every_process_is_lost_the_rest_is_not_judged(monkeypatch):
    """And the class ends, instead of waiting for ever."""
    monkeypatch.setattr(run, "PATIENCE", 1.0)
    monkeypatch.setattr(run, "POLL", 0.5)
    found = a_class.together(
        a_class.class_of(3, a_class.texts()[:1]),
        a_class.settings(CLAIM),
        1,
        after=lambda count, dask: dask.cluster.scale(0) if count == 1 else None,
    )
    troubles = [one["trouble"] for one in found.values()]
    assert troubles[0] == ""
    assert troubles[-1] == "no process to judge in for 1 s"


def one_core_each(dask):
    """The cores that each process may use, in the order of their names: of the thread that judges."""
    names = sorted(dask.scheduler_info()["workers"])
    jobs = [dask.submit(os.sched_getaffinity, 0, workers=[name], pure=False) for name in names]
    return sorted(sorted(cores) for cores in dask.gather(jobs))


@pytest.mark.skipif(len(usable()) < 2, reason="two cores of Linux")
def test_as_many_processes_as_cores_keep_to_one_each(monkeypatch):
    """Also the one that comes in a lost one's place. Fewer go where they like."""
    cores = usable()[:2]
    monkeypatch.setattr("grading.cores.usable", lambda: cores)
    with run.client(2, None) as dask:
        assert one_core_each(dask) == [[core] for core in cores]
        a_class.kill_one(dask)
        time.sleep(1)
        dask.wait_for_workers(2, timeout=120)
        assert one_core_each(dask) == [[core] for core in cores]
    with run.client(1, None) as dask:
        assert one_core_each(dask) == [usable()]


@pytest.mark.skipif(sys.platform != "linux", reason="jemalloc is put in malloc's place there alone")
def test_processes_judge_with_jemalloc_where_it_is_installed():
    """And nothing of it stays in this process's variables, for what else it starts."""
    before = dict(os.environ)

    def has_it():
        return "jemalloc" in Path("/proc/self/maps").read_text()

    with run.client(1, None) as dask:
        assert set(dask.run(has_it).values()) == {bool(allocator())}
    assert dict(os.environ) == before


@pytest.mark.parametrize(
    "contract", ["", "[LSTM]\nconstants = { sizes = [1, 2] }"], ids=["usual", "list in a contract"]
)
def test_one_at_a_time_in_a_process(monkeypatch, contract):
    """A cluster of somebody's own may have threads: nobody gets another one's grade."""
    wanted = Settings(contract=contract_of(contract)) if contract else Settings()
    made = []

    class Slow:
        def __init__(self, settings):
            self.settings, self.now = settings, None
            made.append(self)

        def judge(self, source):
            self.now = source.name
            time.sleep(0.02)
            return Judgement(self.now, source.sha256)

    monkeypatch.setattr(run, "Judge", Slow)
    monkeypatch.setattr(run, "_JUDGES", [])
    sources = [Source(str(number), "own.py") for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda source: run.judge_here(source, wanted), sources))
    assert [one["submission"] for one in found] == [source.name for source in sources]
    assert len(made) == 1
