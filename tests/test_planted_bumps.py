"""Each claim on what a torch bump can break: a change planted in torch breaks it, and ``--against`` says why.

The changes are the known mistakes of that name (mistakes/week12/torch_*.py), and some that no verdict sees.
"""

from __future__ import annotations

import time
import warnings
from pathlib import Path

import pytest
import torch

import mistakes
from mistakes.week12.torch_numbers import around, scaled_where
from results.comparison import Row
from results.record import Record
from versions import settings
from versions.compare import compare

BUMP = Path(settings.ROOT) / "claims" / "bump"
FILES = {file.name: file.read_text("utf-8") for file in sorted(BUMP.glob("test_*.py"))}
PLANTED = [
    mistake for mistake in mistakes.ALL if mistake.name.startswith("torch-") and "torch.compile" not in mistake.patches
]

# Of what is not the meaning.
REASONS = {"torch-wrong-on-two-threads": "kernel"}
# The largest cases take most of the time and see nothing that smaller ones, or one kind of network, don't.
QUICK = (
    "-k",
    "not N64 and not L300 and not (512 and not GRU) and not (threads and not GRU) and not (faster and not LSTM)",
)
RERUN = ("packed-series", "dropout-is-its-function", "autocast", "scripted", "second-derivatives", "state-of-H-rows")


def ran(*claims: str) -> Record:
    """These claims, now; all but the slow ones where none is named."""
    files = [f"bump/{name}" for name, text in FILES.items() if not claims or any(f'"{one}"' in text for one in claims)]
    return settings.run(*QUICK, *(word for claim in claims for word in ("--claim", claim)), tests=files)


@pytest.fixture(scope="module")
def before() -> Record:
    """What this torch does, as if an older one had been recorded."""
    found = ran()
    # Releases from 2.15 on have no known fault.
    assert {case.word for case in found.cases} - {"known fault"} == {"holds", "not run"}
    found.environment["torch"] = "2.12.0"
    return found


def moved(before: Record, *claims: str) -> list[Row]:
    return compare(before, ran(*claims), part=True).rows


def plant(monkeypatch: pytest.MonkeyPatch, patches) -> None:
    for target, replacement in patches.items():
        monkeypatch.setattr(target, replacement)


@pytest.mark.parametrize(
    "mistake",
    [pytest.param(one, marks=[pytest.mark.slow] if place % 2 else []) for place, one in enumerate(PLANTED)],
    ids=[mistake.name for mistake in PLANTED],
)
def test_a_change_breaks_its_claims_for_the_reason_that_it_has(before, monkeypatch, mistake):
    """Every claim that is named as its catcher no longer holds."""
    plant(monkeypatch, mistake.patches)
    broken = [row for row in moved(before, *mistake.caught_by) if row.level == "broken"]
    assert {row.claim for row in broken} == set(mistake.caught_by)
    assert {row.reason for row in broken} == {REASONS.get(mistake.name, "meaning")}


def test_a_kernel_of_large_networks_is_seen_where_every_verdict_stays(before, monkeypatch):
    """1.2e-6 too much beyond 64 nodes, ten units of rounding: every value is within its tolerance."""
    noise = scaled_where(lambda net, output: net.hidden_size > 64, 1 + 1.2e-6)
    plant(monkeypatch, around(noise, "GRU"))
    [row] = moved(before, "torch/usual-sizes")
    assert (row.level, row.reason) == ("drift", "kernel")
    assert "GRU(32,512)" in row.case


def test_a_network_that_takes_longer_is_speed(before, monkeypatch):
    """Twice as long, where the claim still holds: an LSTM is faster than its formula by more than that."""

    def slower(forward, net, x, state):
        start = time.process_time()
        found = forward(net, x, state)
        until = 2 * time.process_time() - start
        while time.process_time() < until:
            pass
        return found

    plant(monkeypatch, around(slower, "LSTM"))
    rows = moved(before, "torch/speed")
    assert {(row.level, row.reason, row.case[-6:]) for row in rows} == {("drift", "speed", "-LSTM]")}


def test_a_new_warning_is_the_meaning(before, monkeypatch):
    """The claim holds; what torch says is another thing."""

    def warns(forward, net, x, state):
        warnings.warn("RNN is old", FutureWarning, stacklevel=2)
        return forward(net, x, state)

    plant(monkeypatch, around(warns, "RNN"))
    rows = [row for row in moved(before, "torch/no-draws-no-words") if row.case.endswith("-RNN]")]
    assert [(row.level, row.reason, row.now) for row in rows] == [("drift", "meaning", "FutureWarning: RNN is old")]


def test_a_rerun_raises_no_alarm(before):
    """On the same torch and machine, not a bit, whatever else the machine does."""
    same = {**before.environment, "torch": torch.__version__}
    found = compare(Record(**{**vars(before), "environment": same}), ran(*(f"torch/{one}" for one in RERUN)), part=True)
    assert found.lane == "same"
    assert found.rows == []
