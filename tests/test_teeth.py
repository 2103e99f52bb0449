"""Each mistake is caught by the claims that should catch it, and the right implementation passes.

All pairs of a mistake and a claim take a quarter of an hour (``--slow``). Without it every mistake still meets one
claim, and every claim that mistakes should fail meets one mistake; of the language model's one does.
"""

from __future__ import annotations

import pytest

import mistakes
from calibration.runs import Collector, run_pytest


def judged(monkeypatch: pytest.MonkeyPatch, *options: str) -> dict[str, set[str]]:
    """The words that the cases of each claim got."""
    words: dict[str, set[str]] = {}
    for case in _claims(monkeypatch, *options).cases:
        words.setdefault(case["claim"], set()).add(case["word"])
    return words


def _claims(monkeypatch: pytest.MonkeyPatch, *options: str) -> Collector:
    # What the outer run sets for its workers must not reach the inner one.
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    return run_pytest("-p", "no:xdist", *options)


def _essential() -> dict[str, list[str]]:
    """For each mistake the first claim that catches it, and every claim that no mistake before it was given."""
    chosen: dict[str, list[str]] = {}
    met: set[str] = set()
    # One epoch is the cheapest wrong training. What is planted in torch itself is tried in test_planted_bumps.py.
    own = [mistake for mistake in mistakes.ALL if not mistake.name.startswith("torch-")]
    for mistake in sorted(own, key=lambda m: "one-epoch" not in m.name):
        fresh = [claim for claim in mistake.caught_by if claim not in met]
        chosen[mistake.name] = fresh or [mistake.caught_by[0]]
        met.update(fresh)
    return chosen


ESSENTIAL = _essential()
LANGUAGE = [name for name in ESSENTIAL if name.startswith("language-")]
"""A language model is trained for each."""


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.slow] if name in LANGUAGE[1:] or place % 3 else [])
        for place, name in enumerate(ESSENTIAL)
    ],
)
def test_a_mistake_is_caught(name, monkeypatch, pytestconfig):
    """Every claim that is named as its catcher does not hold for it."""
    catchers = mistakes.find(name).caught_by if pytestconfig.option.slow else ESSENTIAL[name]
    chosen = [word for claim in catchers for word in ("--claim", claim)]
    found = judged(monkeypatch, "--implementation", name, *chosen)
    passed = [claim for claim in catchers if not found[claim] & {"fails", "undecided", "error"}]
    assert passed == [], f"these let {name} pass"


def test_every_claim_about_behaviour_is_killed(monkeypatch):
    """Exact, printed, error and trained claims, and tendencies: each by at least one mistake."""
    claims = _claims(monkeypatch, "--claims").claims
    caught = {claim for mistake in mistakes.ALL for claim in mistake.caught_by}
    assert {id for id, claim in claims.items() if claim.kind != "speed"} <= caught
    assert caught <= set(claims)


def test_every_mistake_is_caught_by_some_claim():
    """One without a catcher is a gap in the claims."""
    assert [mistake.name for mistake in mistakes.ALL if not mistake.caught_by] == []


@pytest.mark.slow
def test_the_right_implementation_passes(monkeypatch):
    """Our own, step by step, on every claim about single networks and cells."""
    found = judged(
        monkeypatch, "--implementation", "reference", "--claim", "lstm/", "--claim", "cell/", "--claim", "practice/"
    )
    assert found
    assert all(came <= {"holds"} for came in found.values()), found
