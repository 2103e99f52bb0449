"""Runs of pytest on claims/ under one seed, and what each claim came to."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calibration.rows import Row
from results.model import claim_word

ROOT = Path(__file__).resolve().parent.parent

# At its end the plugin collects garbage five times over: two thirds of a short run, in a process that has done others.
QUICK = ("-p", "no:cacheprovider", "-p", "no:unraisableexception")


@dataclass(frozen=True)
class Task:
    """One run of pytest: claims of one kind under one seed. option: the option that takes the seed."""

    kind: str
    claims: tuple[str, ...]
    option: str
    seed: int


class Collector:
    """A pytest plugin that keeps claims (listing) or cases (running)."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.cases: list[dict[str, Any]] = []

    def pytest_collection_finish(self, session: Any) -> None:
        for item in session.items:
            claim = item.function.__claim__
            self.claims[claim.id] = claim

    def pytest_runtest_logreport(self, report: Any) -> None:
        if hasattr(report, "claim_case"):
            self.cases.append(report.claim_case["case"])


def run_pytest(*options: str) -> Collector:
    """pytest on claims/ in this process, silent."""
    import pytest

    collector = Collector()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        pytest.main(
            [*QUICK, "--rootdir", str(ROOT), str(ROOT / "claims"), "--device", "cpu", *options],
            plugins=[collector],
        )
    return collector


def run(task: Task) -> list[Row]:
    """The rows of one task."""
    import torch

    chosen = [word for claim in task.claims for word in ("--claim", claim)]
    cases = run_pytest(*chosen, task.option, str(task.seed)).cases
    rows = []
    for claim in task.claims:
        ran = [case for case in cases if case["claim"] == claim and case["word"] != "not run"]
        if not ran:
            raise RuntimeError(f"{claim} did not run under {task.option} {task.seed}")
        margins = [float(e["margin"]) for case in ran for e in case["evidence"] if e["margin"] is not None]
        word = claim_word([case["word"] for case in ran])
        seconds = sum(case["seconds"] for case in ran)
        rows.append(
            Row(claim, task.kind, task.seed, word, round(min(margins), 4), round(seconds, 1), str(torch.__version__))
        )
    return rows


def tasks(seeds: int, trained: int, model: int) -> list[Task]:
    """One task per seed and kind; seeds count from 1."""
    claims = run_pytest("--claims").claims
    tendencies = tuple(id for id, claim in claims.items() if claim.kind == "tendency")
    single = tuple(id for id, claim in claims.items() if claim.kind == "trained" and not claim.trains)
    models = tuple(id for id, claim in claims.items() if claim.kind == "trained" and claim.trains)
    return [
        *(Task("trained", models, "--lecture-seed", seed) for seed in range(1, model + 1)),
        *(Task("trained", single, "--lecture-seed", seed) for seed in range(1, trained + 1)),
        *(Task("tendency", tendencies, "--seed", seed) for seed in range(1, seeds + 1)),
    ]
