"""Each mistake is caught by the claims that should catch it, and the right implementation passes.

All pairs of a mistake and a claim take a quarter of an hour (``--slow``). Without it every mistake still meets one
claim, and every claim that mistakes should fail meets one mistake.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import mistakes

PROJECT = Path(__file__).resolve().parent.parent
MISTAKES = [mistake for mistake in mistakes.ALL if mistake.caught_by]
# Passes every claim so far: what they would have to look at is written beside them.
NOT_CAUGHT = {"lstm-projection-ignored", "train-mean-over-pieces"}


class Words:
    """A pytest plugin that keeps kinds of claims and words of cases."""

    def __init__(self) -> None:
        self.kinds: dict[str, str] = {}
        self.words: dict[str, set[str]] = {}

    def pytest_collection_finish(self, session: Any) -> None:
        for item in session.items:
            self.kinds[item.function.__claim__.id] = item.function.__claim__.kind

    def pytest_runtest_logreport(self, report: Any) -> None:
        if hasattr(report, "claim_case"):
            case = report.claim_case["case"]
            self.words.setdefault(case["claim"], set()).add(case["word"])


def words(monkeypatch: pytest.MonkeyPatch, *options: str) -> Words:
    """pytest on the real claims, in this process and silent."""
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    kept = Words()
    base = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir", str(PROJECT), "--device", "cpu"]
    pytest.main([*base, str(PROJECT / "claims"), *options], plugins=[kept])
    return kept


def _essential() -> dict[str, list[str]]:
    """For each mistake the first claim that catches it, and every claim that no mistake before it was given."""
    chosen: dict[str, list[str]] = {}
    met: set[str] = set()
    # One epoch is the cheapest wrong training.
    for mistake in sorted(MISTAKES, key=lambda m: "one-epoch" not in m.name):
        fresh = [claim for claim in mistake.caught_by if claim not in met]
        chosen[mistake.name] = fresh or [mistake.caught_by[0]]
        met.update(fresh)
    return chosen


ESSENTIAL = _essential()


@pytest.mark.parametrize("name", [mistake.name for mistake in MISTAKES])
def test_a_mistake_is_caught(name, monkeypatch):
    """Every claim that names itself as its catcher does not hold for it."""
    chosen = [word for claim in ESSENTIAL[name] for word in ("--claim", claim)]
    found = words(monkeypatch, "--implementation", name, *chosen).words
    for claim in ESSENTIAL[name]:
        assert found[claim] & {"fails", "undecided", "error"}, f"{claim} lets {name} pass"


def test_every_claim_about_behaviour_is_killed(monkeypatch):
    """Exact, printed, error and trained claims, and tendencies: each by at least one mistake."""
    kinds = words(monkeypatch, "--claims").kinds
    caught = {claim for mistake in MISTAKES for claim in mistake.caught_by}
    assert {claim for claim, kind in kinds.items() if kind != "speed"} <= caught
    assert caught <= set(kinds)


def test_what_no_claim_catches_is_known():
    """A new mistake without a catcher is a gap in the claims, and has to be said."""
    assert {mistake.name for mistake in mistakes.ALL if not mistake.caught_by} == NOT_CAUGHT


def test_the_right_implementation_passes(monkeypatch):
    """Our own, step by step, on every claim about single networks and cells."""
    found = words(
        monkeypatch, "--implementation", "reference", "--claim", "lstm/", "--claim", "cell/", "--claim", "practice/"
    ).words
    assert found
    assert all(came <= {"holds"} for came in found.values()), found
