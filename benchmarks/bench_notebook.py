"""When the first card of %check stands below its cell: a minimal LSTM, the judge from cold, then warm.

``pytest benchmarks/bench_notebook.py``; with ``FROM_COLD=another/checkout`` that one takes turns with this one. Cold:
``%load_ext`` and ``%check`` at once, as where all cells are run; the kernel has imported torch before. Without fork
server: as for everybody who is not root, or has no bubblewrap.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from benchmarks.checkouts import CHECKOUTS

KERNEL = """
import json, time
from pathlib import Path
from grading.notebook.beside import Beside
from grading.notebook.cells import as_notebook
text = Path("tests/handed_in/right/minimal.py").read_text("utf-8")
ask = {"notebook": as_notebook([text]).decode("ascii"), "what": ["LSTM"]}
found, judge = [], None
for pause in (0, 0.5, 5):
    time.sleep(pause)
    started = time.monotonic()
    judge = judge or Beside()
    cards = [time.monotonic() - started for message in judge.ask(ask, 120) if message.get("html")]
    found.append(round(cards[0], 2))
judge.close()
print(json.dumps(dict(zip(("cold", "warm at once", "warm"), found))))
"""


@pytest.mark.parametrize("rounds", [3])
@pytest.mark.parametrize("server", ["fork server", "no fork server"])
def test_the_first_card(benchmark, server, rounds):
    """Seconds, in turns."""
    # Bytecode is written, as it is at home.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"SUBMISSIONS_NO_FORKSERVER": "1"} if server == "no fork server" else {}
    found = {}

    def check():
        for checkout in CHECKOUTS * rounds:
            words = [sys.executable, "-c", KERNEL]
            done = subprocess.run(words, cwd=checkout, env=environment, stdout=subprocess.PIPE, check=True)
            found.setdefault(str(checkout.name), []).append(json.loads(done.stdout))

    benchmark.pedantic(check, rounds=1)
    benchmark.extra_info["seconds"] = found
