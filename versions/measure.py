"""How far evidence moves by itself: the same claims again, under other settings, held against a first run.

Under several seeds, since the largest gap of one seed says little of the next one's. A seed is given both as ``--seed``
and as ``--lecture-seed``, so that the lecture's own trainings begin elsewhere, too; what is printed then differs from
the lecture, and is compared all the same.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy

from results.comparison import Lane
from results.model import Claim
from results.record import Record, read
from versions import matrix, reasons
from versions.allowances import allowance
from versions.compare import lane_of, other_device
from versions.pairs import quantities
from versions.settings import ONEDNN_OFF, ROOT, TWO_THREADS, XDIST, NotRun, run
from versions.words import text

PLAIN_KERNELS = {"ATEN_CPU_CAPABILITY": "default", "ONEDNN_MAX_CPU_ISA": "SSE41", "MKL_ENABLE_INSTRUCTIONS": "SSE4_2"}
"""What an old CPU would run; read when torch starts, hence in a process of its own."""


@dataclass(frozen=True)
class Way:
    """A second run that should come to the same. lane: by which its gaps are judged."""

    name: str
    lane: Lane
    run: Callable[[Sequence[str]], Record]


RUN_AGAIN = Way("run again", "same", lambda options: _apart(options, {}))
ON_THIS_CPU = (
    RUN_AGAIN,
    Way(TWO_THREADS.name, "machine", lambda options: run(*options, setting=TWO_THREADS)),
    Way(ONEDNN_OFF.name, "machine", lambda options: run(*options, setting=ONEDNN_OFF)),
    Way("plain kernels", "machine", lambda options: _apart(options, PLAIN_KERNELS)),
)
ON_CUDA = Way("CUDA", "device", lambda options: run(*options, device="cuda"))
RECORDS = "committed records"
APART: dict[Lane, str] = {"machine": "another machine", "device": "CUDA"}
"""What some of them have beside another version."""
VERDICTS = "verdicts"
"""Counted beside the quantities: 1 where two runs came to different words."""


@dataclass
class Spread:
    """The gaps of one quantity in one way. by_seed: the largest of each seed. where: the largest of all was seen."""

    gaps: list[float] = field(default_factory=list)
    by_seed: dict[int, float] = field(default_factory=dict)
    where: str = ""

    def add(self, seed: int, gap: float, where: str) -> None:
        """One number more."""
        if gap > max(self.gaps, default=0.0):
            self.where = where
        self.gaps.append(gap)
        self.by_seed[seed] = max(gap, self.by_seed.get(seed, 0.0))


Found = dict[tuple[str, Lane, str], Spread]
"""By way, lane and quantity (a key of versions.allowances.TABLE)."""


def measured(
    claims: Iterable[str], seeds: Sequence[int], ways: Sequence[Way], say: Callable[[str], None], lang: str = "en"
) -> list[list[str]]:
    """Rows of a table, its heading first: of each way and quantity how many numbers, and how far they moved.

    say: is told what runs next, and about how long the rest takes.
    """
    chosen = [word for claim in claims for word in ("--claim", claim)]
    found: Found = {}
    ran: set[str] = set()
    pairs = list(recorded())  # first: what can't be read is told before an hour of runs
    steps, started, total = 0, time.monotonic(), len(seeds) * (1 + len(ways))

    def next_is(name: str, seed: int) -> None:
        nonlocal steps
        left = (time.monotonic() - started) / steps * (total - steps) / 60 if steps else 0.0
        steps += 1
        say(text("measuring", lang, n=steps, total=total, seed=seed, way=name, left=f"{left:.0f}" if left else "?"))

    for seed in seeds:
        options = ["--seed", str(seed), "--lecture-seed", str(seed), "--lang", lang, *chosen]
        next_is(text("first run", lang), seed)
        first = run(*options)
        if first.cases and all(case.word == "not run" for case in first.cases):
            raise NotRun("nothing ran", claim=", ".join(claims), why=first.cases[0].why)
        ran |= {case.claim for case in first.cases}
        for way in ways:
            next_is(way.name, seed)
            add(found, way.name, way.lane, first, way.run(options))
    for before, after in pairs:
        add(found, RECORDS, lane_of(before.environment, after.environment), before, after, ran)
    rows = [_row(*key, spread) for key, spread in found.items()]
    return [[text(f"measured {column}", lang) for column in COLUMNS], *rows]


COLUMNS = ("way", "quantity", "seeds", "numbers", "most", "least", "largest", "allowed", "where")
RIGHT = [column not in ("way", "quantity", "where") for column in COLUMNS]


def _row(way: str, lane: Lane, quantity: str, spread: Spread) -> list[str]:
    largest = spread.by_seed.values()
    most = float(numpy.quantile(spread.gaps, 0.99))
    allowed = 0.0 if quantity == VERDICTS else allowance(quantity, lane)
    counts = [str(len(largest)), str(len(spread.gaps))]
    if way == RECORDS and lane in APART:
        way = f"{way}, {APART[lane]}"
    return [way, quantity, *counts, *map(_number, (most, min(largest), max(largest), allowed)), spread.where]


def _number(value: float) -> str:
    return f"{value:.2g}"


def _apart(options: Sequence[str], variables: dict[str, str]) -> Record:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "record.json"
        command = [sys.executable, "-m", "pytest", "claims/", "-q", "-p", "no:cacheprovider", "--device", "cpu"]
        outer = {name: value for name, value in os.environ.items() if name not in XDIST}
        subprocess.run(
            [*command, "--record", file, *options], cwd=ROOT, env={**outer, **variables}, capture_output=True
        )
        return read(file)


def recorded() -> Iterator[tuple[Record, Record]]:
    """The committed records, each beside the baseline's of the same seed."""
    records = matrix.records_in([])
    for before in records:
        for after in records:
            same = before.options.get("seed") == after.options.get("seed")
            if same and matrix.release(before) == matrix.BASELINE != matrix.release(after):
                yield before, after


def add(found: Found, way: str, lane: Lane, first: Record, other: Record, only: set[str] | None = None) -> None:
    """Add the gaps between two records of one seed. lane: of cases on one device. only: of these claims."""
    claims: dict[str, Claim] = {claim.id: claim for claim in first.claims}
    after = {case.node: case for case in other.cases}
    seed = int(first.options["seed"])
    for case in first.cases:
        pair = after.get(case.node) or other_device(after, case)
        if pair is None or "not run" in (case.word, pair.word) or (only is not None and case.claim not in only):
            continue
        found_in: Lane = "device" if pair.device != case.device else lane
        words = found.setdefault((way, found_in, VERDICTS), Spread())
        words.add(seed, float(pair.word != case.word), f"{case.claim}: {case.word} → {pair.word}")
        claim = claims[case.claim]
        other_draws = reasons.reason(claim.kind, case, pair, None, ({}, {}), "en")[0] == "stream"
        # A case that broke off elsewhere has no numbers to lay beside the other's, nor has one of other draws.
        if pair.word == case.word and not other_draws:
            other_seed = first.seed_of(claim) != first.lecture_of(claim).seed
            for quantity, gap, what in quantities(claim, case, pair, other_seed=other_seed):
                found.setdefault((way, found_in, quantity), Spread()).add(seed, gap, f"{case.claim}: {what}")
