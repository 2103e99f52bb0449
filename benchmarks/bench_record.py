"""What recording adds to a run of the claims: digests and figures of every call, kept arrays, the file.

``pytest benchmarks/bench_record.py -s``: the claims with the most calls for each second they take, with --record and
without, in turns and in this process, by the time that the process itself used. Prints the ratio and the file's size.
A whole run, where under 1.05 is asked, is mostly training, where nothing is digested: here the ratio is at its worst.
"""

import contextlib
import io
import statistics
import time

import pytest

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
