"""python -m calibration: run tendencies and trained claims under many other seeds; goes on where it stopped."""

from __future__ import annotations

import argparse
import contextlib
import io
import multiprocessing
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calibration.rows import Row, append, read, table

ROOT = Path(__file__).resolve().parent.parent


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
        self.claims: dict[str, str] = {}
        self.cases: list[dict[str, Any]] = []

    def pytest_collection_finish(self, session: Any) -> None:
        for item in session.items:
            claim = item.function.__claim__
            self.claims[claim.id] = claim.kind

    def pytest_runtest_logreport(self, report: Any) -> None:
        if hasattr(report, "claim_case"):
            self.cases.append(report.claim_case["case"])


def run_pytest(*options: str) -> Collector:
    """pytest on claims/ in this process, silent."""
    import pytest

    collector = Collector()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        pytest.main(
            ["-p", "no:cacheprovider", "--rootdir", str(ROOT), str(ROOT / "claims"), "--device", "cpu", *options],
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
        words = {case["word"] for case in ran}
        word = next(word for word in ("error", "fails", "undecided", "holds") if word in words)
        seconds = sum(case["seconds"] for case in ran)
        rows.append(
            Row(claim, task.kind, task.seed, word, round(min(margins), 4), round(seconds, 1), str(torch.__version__))
        )
    return rows


def tasks(seeds: int, trained: int, model: int) -> list[Task]:
    """One task per seed and kind; seeds count from 1."""
    kinds = run_pytest("--claims").claims
    tendencies = tuple(id for id, kind in kinds.items() if kind == "tendency")
    single = tuple(id for id, kind in kinds.items() if kind == "trained" and not id.startswith("numbers/"))
    models = tuple(id for id, kind in kinds.items() if kind == "trained" and id.startswith("numbers/"))
    return [
        *(Task("trained", models, "--lecture-seed", seed) for seed in range(1, model + 1)),
        *(Task("trained", single, "--lecture-seed", seed) for seed in range(1, trained + 1)),
        *(Task("tendency", tendencies, "--seed", seed) for seed in range(1, seeds + 1)),
    ]


def main() -> int:
    """0 where no tendency failed, else 1."""
    parser = argparse.ArgumentParser(prog="python -m calibration", description=__doc__)
    parser.add_argument("--seeds", type=int, default=200, help="run seeds for tendencies (default 200)")
    parser.add_argument("--trained", type=int, default=40, help="seeds for trained claims (default 40)")
    parser.add_argument("--model", type=int, default=10, help="seeds for the language model (default 10)")
    parser.add_argument("--jobs", type=int, default=2, help="processes (default 2)")
    parser.add_argument(
        "--out", type=Path, default=ROOT / "calibration", help="folder of rows.csv and TABLE.md (default calibration/)"
    )
    options = parser.parse_args()
    rows_file = options.out / "rows.csv"
    done = {(row.claim, row.seed) for row in read(rows_file)}
    waiting = [
        task
        for task in tasks(options.seeds, options.trained, options.model)
        if any((claim, task.seed) not in done for claim in task.claims)
    ]
    started, total = time.monotonic(), len(waiting)
    print(f"{total} runs to go; {len(done)} rows are there already", flush=True)
    try:
        # Each process runs one task at a time in a fresh interpreter state, torch loaded once.
        with multiprocessing.get_context("spawn").Pool(options.jobs) as pool:
            for number, rows in enumerate(pool.imap_unordered(run, waiting), 1):
                append(rows_file, [row for row in rows if (row.claim, row.seed) not in done])
                left = (time.monotonic() - started) / number * (total - number) / 60
                worst = min(rows, key=lambda row: row.margin)
                print(f"{number}/{total}  closest {worst.claim} {worst.margin:+.2f}  {left:.0f} min left", flush=True)
    except KeyboardInterrupt:
        print("stopped; the same command goes on from here", file=sys.stderr)
    rows = read(rows_file)
    (options.out / "TABLE.md").write_text(table(rows, "make calibrate"), encoding="utf-8")
    failed = [row for row in rows if row.kind == "tendency" and row.word in ("fails", "error")]
    for row in failed:
        print(f"{row.claim} {row.word} under --seed {row.seed}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
