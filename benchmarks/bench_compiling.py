"""What the first run on a machine waits for: compiling the trainings of RNN and LSTM, in float32 and in both dtypes.

``pytest benchmarks/bench_compiling.py``; with ``FROM_COLD=another/checkout`` that one takes turns with this one. CPU
seconds of a process that has imported torch, numba's import among them; what it compiles goes into a folder of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from benchmarks.checkouts import CHECKOUTS

TRAIN = """
import sys, time, torch
from lecture.starts import train_starts
x = torch.eye(4)[torch.arange(9) % 4]
start = time.process_time()
for dtype in sys.argv[1:]:
    for kind in ("RNN", "LSTM"):
        train_starts(kind, 2, [(x[:-1], x[1:])], [1], epochs=1, lr=0.1, dtype=getattr(torch, dtype))
print(time.process_time() - start)
"""


@pytest.mark.parametrize("dtypes", [["float32"], ["float32", "float64"]], ids=["float32", "both"])
def test_compiling(benchmark, tmp_path, dtypes):
    """The least of three runs, in turns."""
    found = {str(folder): [] for folder in CHECKOUTS}

    def compile_all():
        for number in range(3):
            for place, folder in enumerate(CHECKOUTS):
                environment = os.environ | {
                    "NUMBA_CACHE_DIR": str(tmp_path / f"{number}-{place}"),
                    "PYTHONPATH": str(folder),
                }
                words = [sys.executable, "-c", TRAIN, *dtypes]
                said = subprocess.run(words, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True)
                found[str(folder)].append(round(float(said.stdout), 1))

    benchmark.pedantic(compile_all, rounds=1)
    names = ["this", "the other"]
    benchmark.extra_info.update({name: min(seconds) for name, seconds in zip(names, found.values(), strict=False)})
