"""Judging in whole processes, as it is typed: a class of eight, and a student's own file at home.

``pytest benchmarks/bench_from_cold.py``; with ``FROM_COLD=another/checkout`` that one takes turns with this one.

CPU seconds are those of all processes, workers in their sandboxes among them; what a process used after it was last
looked at (ten times a second) is missing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time

import psutil
import pytest

from benchmarks.checkouts import CHECKOUTS, PROJECT

RIGHT = PROJECT / "tests" / "handed_in" / "right"


def spent(words, folder):
    """Wall and CPU seconds of a command line and of all that came from it, and when the first verdict was printed."""
    started, used, known = time.monotonic(), {}, set()
    process = subprocess.Popen(words, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    os.set_blocking(process.stdout.fileno(), False)
    said, first = b"", None
    while process.poll() is None:
        said += process.stdout.read() or b""
        if first is None and any(line.rstrip().endswith(b".") for line in said.split(b"claims/")[1:]):
            first = time.monotonic() - started
        # Forked workers are no children of the judge's, but of a process that was started by one.
        known |= {process.pid, *(one.pid for one in psutil.process_iter(["ppid"]) if one.info["ppid"] in known)}
        for pid in known:
            try:
                times = psutil.Process(pid).cpu_times()
            except psutil.Error:
                continue
            used[pid] = times.user + times.system
        time.sleep(0.1)
    assert process.returncode == 0, said.decode()
    return {
        "wall": round(time.monotonic() - started, 1),
        "CPU": round(sum(used.values()), 1),
        **({} if first is None else {"first verdict": round(first, 1)}),
    }


@pytest.mark.parametrize("rounds", [2])
@pytest.mark.parametrize("file", ["minimal.py", "per_step.py"])
def test_at_home(benchmark, tmp_path, file, rounds):
    """``pytest claims/ --submission FILE``: an LSTM alone, and a file with every part."""
    shutil.copy(RIGHT / file, tmp_path)  # beside another conftest.py pytest would take that one
    found = {}

    def judge():
        for checkout in CHECKOUTS * rounds:
            words = [
                sys.executable,
                "-m",
                "pytest",
                "claims/",
                "-p",
                "no:cacheprovider",
                "--submission",
                tmp_path / file,
            ]
            found.setdefault(str(checkout.name), []).append(spent(words, checkout))

    benchmark.pedantic(judge, rounds=1)
    benchmark.extra_info["seconds"] = found


def test_a_class(benchmark, tmp_path):
    """``python -m grading``: eight minimal LSTMs, two processes, every claim."""
    for number in range(8):
        (tmp_path / "class" / f"s{number}").mkdir(parents=True)
        text = (RIGHT / "minimal.py").read_text("utf-8")
        (tmp_path / "class" / f"s{number}" / "lstm.py").write_text(f"# {number}\n{text}", "utf-8")
    found = {}

    def judge():
        for number, checkout in enumerate(CHECKOUTS):
            out = tmp_path / f"out {number}"
            words = [sys.executable, "-m", "grading", tmp_path / "class", "--out", out, "--jobs", "2"]
            found[str(checkout.name)] = spent(words, checkout)

    benchmark.pedantic(judge, rounds=1)
    benchmark.extra_info["seconds"] = found
