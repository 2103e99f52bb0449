"""What recording adds to a run of the claims: digests and figures of every call, kept arrays, the file.

``pytest benchmarks/bench_record.py -s``: with --record and without, in turns, by the CPU time that the processes used.
Prints the ratio and the file's size. A whole run, where under 1.05 is asked, is mostly training, where nothing is
digested; for the claims with the most calls for each second they take the ratio is at its worst.
"""

import contextlib
import io
import os
import statistics
import subprocess
import sys
import time

import pytest

from benchmarks.checkouts import PROJECT
from results.record import arrays_file

ROOM = "claims/"
CHOSEN = ["--claim", "lstm/", "--claim", "cut/whole-learns-the-switch", "--claim", "loops/"]
TURNS = 3


def seconds(*options):
    """Of the process, for one run."""
    start = time.process_time()
    with contextlib.redirect_stdout(io.StringIO()):
        assert pytest.main([ROOM, "-p", "no:cacheprovider", "-q", "--device", "cpu", *CHOSEN, *options]) == 0
    return time.process_time() - start


def test_what_recording_adds(benchmark, tmp_path):
    """The median of the ratios, turn by turn."""
    file = tmp_path / "run.json"
    seconds()  # imports, caches
    pairs = []

    def turn():
        pairs.append((seconds("--record", str(file)), seconds()))

    benchmark.pedantic(turn, rounds=TURNS)
    ratio = statistics.median(recorded / plain for recorded, plain in pairs)
    size = file.stat().st_size + arrays_file(file).stat().st_size
    benchmark.extra_info.update(ratio=round(ratio, 3), bytes=size)
    print(f"\nwith --record {ratio:.3f} times as long; {size / 1e6:.2f} MB")


def test_what_recording_adds_to_a_whole_run(benchmark, tmp_path):
    """All claims but the slow ones, in processes of their own; the order changes from turn to turn."""
    file, pairs = tmp_path / "run.json", []

    def whole(*options):
        line = [sys.executable, "-m", "pytest", ROOM, "-p", "no:cacheprovider", "-q", "--device", "cpu", *options]
        before = os.times()
        subprocess.run(line, cwd=PROJECT, check=True, stdout=subprocess.DEVNULL)
        after = os.times()
        return after.children_user + after.children_system - before.children_user - before.children_system

    def turn():
        if len(pairs) % 2:
            plain = whole()
            pairs.append((whole("--record", str(file)), plain))
        else:
            pairs.append((whole("--record", str(file)), whole()))

    benchmark.pedantic(turn, rounds=2)
    ratio = sum(recorded for recorded, _ in pairs) / sum(plain for _, plain in pairs)
    size = file.stat().st_size + arrays_file(file).stat().st_size
    benchmark.extra_info.update(ratio=round(ratio, 3), bytes=size)
    print(f"\na whole run with --record {ratio:.3f} times as long; {size / 1e6:.2f} MB")
