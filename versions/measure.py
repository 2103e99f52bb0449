"""How far evidence moves by itself on one machine: the same claims under other settings, held against a first run."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from results.model import Claim
from results.record import Record, read
from versions.compare import quantities
from versions.settings import ONEDNN_OFF, ROOT, TWO_THREADS, run

PLAIN_KERNELS = {"ATEN_CPU_CAPABILITY": "default", "ONEDNN_MAX_CPU_ISA": "SSE41", "MKL_ENABLE_INSTRUCTIONS": "SSE4_2"}
"""What an old CPU would run; read when torch starts, hence in a process of its own."""


def measured(claims: list[str], seed: int) -> Iterator[str]:
    """A line for each way and quantity (a key of versions.allowances.TABLE): the largest gap in its unit, and where."""
    options = ["--seed", str(seed), *(word for claim in claims for word in ("--claim", claim))]
    first = run(*options)
    yield f"torch {first.environment['torch']}, {first.environment['cpu']}, {len(first.cases)} cases"
    yield from _largest("run again", first, run(*options))
    for setting in (TWO_THREADS, ONEDNN_OFF):
        yield from _largest(setting.name, first, run(*options, setting=setting))
    yield from _largest("plain kernels", first, _apart(options))


def _apart(options: list[str]) -> Record:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "record.json"
        command = [sys.executable, "-m", "pytest", "claims/", "-q", "-p", "no:cacheprovider", "--device", "cpu"]
        environment = {**os.environ, **PLAIN_KERNELS}
        subprocess.run([*command, "--record", file, *options], cwd=ROOT, env=environment, capture_output=True)
        return read(file)


def _largest(way: str, first: Record, other: Record) -> Iterator[str]:
    claims: dict[str, Claim] = {claim.id: claim for claim in first.claims}
    found: dict[str, tuple[float, str]] = {}
    after = {case.node: case for case in other.cases}
    for case in first.cases:
        for quantity, gap, what in quantities(claims[case.claim], case, after[case.node]):
            found[quantity] = max(found.get(quantity, (-1.0, "")), (gap, f"{case.claim}: {what}"))
    words = sum(case.word != after[case.node].word for case in first.cases)
    yield f"{way}: {words} verdicts differ"
    for quantity in sorted(found):
        gap, where = found[quantity]
        yield f"  {quantity:16} {gap:9.2e}  {where if gap else ''}".rstrip()
