"""The real claims, as a user collects them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent

# Every id that the lecture's list of claims gives.
WANTED = [
    "abcabc/shapes",
    "abcabc/more-nodes-learn-more-often",
    "abcabc/more-nodes-fit-better",
    "abcabc/failure-is-the-c-coin",
    "coin/table-from-the-seed",
    "coin/too-many-nodes-overfit",
    "coin/more-nodes-are-surer-of-a-coin",
    "words/tokens",
    "words/torch-loop-learns",
    "words/fastai-learner-learns",
    "words/two-modules-need-one",
    "lstm/printed-output",
    "lstm/hT-is-the-last-row",
    "lstm/omit-water",
    "lstm/reshape-L1H",
    "lstm/batch-first-wants-NLH",
    "lstm/batch-first-misread",
    "lstm/water-shape",
    "lstm/state-rows",
    "lstm/batch-is-parallel",
    "cell/printed-step",
    "cell/omit-water",
    "cell/with-and-without-batch-axis",
    "cell/water-shape",
    "cell/loop-is-lstm",
    "cell/loop-is-slow",
    "practice/observation-axis",
    "practice/only-cutting-matters",
    "practice/never-name-the-state",
    "cut/shapes",
    "cut/whole-learns-the-switch",
    "cut/pieces-cannot-switch",
    "cut/first-guess-is-a-coin",
    "cut/only-x1",
    "cut/only-x2",
    "cut/carrying-alone-is-not-enough",
    "cut/link-and-state-reconnect",
    "loops/printed-table",
    "loops/printed-probabilities",
    "loops/match",
    "loops/why-not-exactly",
    "loops/torch-adam-is-another-loop",
    "numbers/loaders",
    "numbers/show-batch",
    "numbers/learner",
    "numbers/continues-one-two",
    "numbers/continues-twenty",
]


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_every_claim_of_the_lecture_is_listed(lang, monkeypatch):
    """By its id, in its order, in both languages."""
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "claims", "--claims", "--lang", lang]
    run = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert run.returncode == 0, run.stdout
    listed = re.findall(r"^  (\S+/\S+) ", run.stdout, re.MULTILINE)
    assert [id for id in listed if id in WANTED] == WANTED


def test_collecting_brings_nothing_heavy():
    """fastai, scipy.stats, pandas and matplotlib come when a claim needs them."""
    code = (
        "import sys, pytest\n"
        "status = pytest.main(['-q', '-p', 'no:cacheprovider', '--collect-only', 'claims'])\n"
        "heavy = {'fastai', 'scipy.stats', 'pandas', 'matplotlib', 'spacy'} & set(sys.modules)\n"
        "sys.exit(f'heavy: {heavy}' if heavy else int(status))\n"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("broken", ["fastai", "spacy"])
def test_a_missing_fastai_is_one_sentence(tmp_path, broken):
    """Also where something that it needs is what is missing."""
    (tmp_path / f"{broken}.py").write_text("raise ImportError('half of it is gone')\n", "utf-8")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import pytest\n"
        "sys.exit(pytest.main(['-p', 'no:cacheprovider', 'claims', '--lang', 'en', '--claim', 'numbers/loaders']))\n"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert re.search(r"seen\s+\S*(fastai|spacy)\S* can't be imported", run.stdout), run.stdout
    assert "Traceback" not in run.stdout
