"""What a whole run costs: ``pytest claims/`` in one process and in two, its memory; collecting beside importing torch.

``pytest benchmarks/bench_claims.py``: each as a process of its own, from a warm disk. Peak memory of the largest
process stands in extra_info (``--benchmark-json FILE`` has it) and is printed with ``-s``.
"""

import subprocess
import sys

import pytest

from benchmarks.checkouts import PROJECT

PYTEST = ["-m", "pytest", "-p", "no:cacheprovider", "-q", "claims/"]

PEAK = """
import subprocess, sys
status = subprocess.run([sys.executable, *sys.argv[1:]], stdout=subprocess.DEVNULL).returncode
import resource
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10))
sys.exit(status)
"""


def python(*words):
    """A process of its own; fails where it does."""
    subprocess.run([sys.executable, *words], cwd=PROJECT, check=True, stdout=subprocess.DEVNULL)


@pytest.mark.parametrize("workers", [1, 2])
def test_all_claims(benchmark, workers):
    """Without slow claims."""
    benchmark.group = "pytest claims/"
    peaks = []

    def run():
        command = [sys.executable, "-c", PEAK, *PYTEST, "-n", str(workers if workers > 1 else 0)]
        done = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True)
        peaks.append(float(done.stdout))

    benchmark.pedantic(run, rounds=1)
    benchmark.extra_info["peak_mib"] = max(peaks)
    print(f"\n-n {workers}: {max(peaks):.0f} MiB in the largest process")


@pytest.mark.parametrize(
    "words", [["-c", "import torch"], [*PYTEST, "--collect-only"]], ids=["import torch", "collect all claims"]
)
def test_collecting(benchmark, words):
    """Collecting is to cost no more than importing torch and a second."""
    benchmark.group = "collecting"
    benchmark.pedantic(python, words, rounds=3, warmup_rounds=1)
