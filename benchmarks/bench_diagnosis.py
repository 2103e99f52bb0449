"""What a diagnosis costs, as a share of judging a wrong submission, in CPU time of the judge.

``pytest benchmarks/bench_diagnosis.py``. A judge that stays warm, as for a class: what known mistakes answer is asked
for once in a process, and the first file that needs it pays; that one is told apart.
"""

from __future__ import annotations

import time

import pytest

from fixtures import cases
from grading.judge import Judge, Settings
from submissions.files import Source
from tests.a_class import RIGHT
from tests.test_instead import CELLS, NETWORKS


@pytest.mark.parametrize("rounds", [2])
def test_share_of_a_diagnosis(benchmark, monkeypatch, rounds):
    """Right files pay nothing; of wrong ones the first and the later rounds."""
    spent = [0.0]
    explain = cases.explain_own

    def timed(*given):
        before = time.process_time()
        explain(*given)
        spent[0] += time.process_time() - before

    monkeypatch.setattr(cases, "explain_own", timed)
    wrong = [RIGHT.replace(line, instead) for line, instead, _ in NETWORKS[:4]]
    wrong += [RIGHT.replace(line, instead) for line, instead, *_ in CELLS if line in RIGHT][:4]
    judge, found = Judge(Settings()), {}

    def all_of_them():
        for name, texts in {"right": [RIGHT], **{f"wrong, round {n + 1}": wrong for n in range(rounds)}}.items():
            before, spent[0] = time.process_time(), 0.0
            for text in texts:
                judge.judge(Source("own.py", "own.py", {"own.py": text.encode()}))
            found[name] = round(spent[0] / (time.process_time() - before), 3)

    benchmark.pedantic(all_of_them, rounds=1)
    judge.close()
    benchmark.extra_info["share of the CPU time of judging"] = found
