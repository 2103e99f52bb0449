"""How far evidence may move between two runs before it counts as drift: the one table, measured, with its reasons.

Measured with ``python -m versions measure`` (repeated runs, one thread against two, oneDNN on against off, AVX-512
against the plain kernels) and from the committed records (torch 1.13.1 to 2.15.0). Between versions an allowance is
two to five times the largest gap that was seen; another machine has up to twice that (a training ten times).
"""

from __future__ import annotations

from dataclasses import dataclass

from results.comparison import Lane
from results.model import Claim, Evidence


@dataclass(frozen=True)
class Allowance:
    """By lane: version and machine; another device has DEVICE_FACTOR times the machine's. unit: what the gap is counted
    in. reason: what was measured."""

    version: float
    machine: float
    unit: str
    reason: str


TABLE: dict[str, Allowance] = {
    "outputs float32": Allowance(
        4e-6,
        8e-6,
        "of their length",
        "8.0e-7 from torch 1.13.1 to 2.13.0 over 999 steps; 6.3e-7 with oneDNN off; 1.1e-6 on plain kernels",
    ),
    "outputs float64": Allowance(
        4e-15,
        8e-15,
        "of their length",
        "7.8e-16 with two threads; 1.8e-15 on plain kernels; torch 1.13.1 draws other last bits",
    ),
    "close": Allowance(
        0.5,
        0.75,
        "of the check's bound",
        "0.13 from torch 1.13.1 and with oneDNN off, in gradients over 999 steps; 0.024 with two threads",
    ),
    "printed": Allowance(5e-7, 1e-6, "absolute", "1.2e-7 from torch 1.13.1, after ten epochs; 7.5e-8 with oneDNN off"),
    "bound": Allowance(
        5e-6, 1e-5, "absolute", "1.1e-6 from torch 1.13.1, of losses over some steps; 3.0e-6 on plain kernels"
    ),
    "trained": Allowance(
        1e-5, 1e-4, "absolute", "1.9e-6 from torch 1.13.1, of a probability after 100 epochs; 1.5e-6 with oneDNN off"
    ),
    "language model": Allowance(
        5e-3,
        1e-2,
        "absolute",
        "2.2e-3 from torch 2.4.1, of an accuracy: two epochs with dropout blow rounding up; 0 from 2.8.0",
    ),
    "tendency": Allowance(
        0.15, 0.2, "absolute", "0.05 from torch 1.13.1: after 500 epochs single starts go another way; shares of pairs"
    ),
    "one start, two ways": Allowance(
        1e-9, 1e-8, "absolute", "1.1e-14, of losses in float64 after 20 epochs; the claims' own bound is 1e-6"
    ),
    "speed": Allowance(2.0, 4.0, "times", "59 to 76 times on a busy machine, from torch 2.4.1 to 2.15.0"),
}

DEVICE_FACTOR = 4.0
"""Between CPU and CUDA: not measured yet, no GPU was at hand. fixtures/tolerances.py allows CUDA twice the CPU's units,
and each of the two sides may use all of its own."""


def quantity(claim: Claim, item: Evidence) -> tuple[str, float]:
    """What one check's value is counted as (a key of TABLE), and the value's unit: the check's bound, or 1."""
    if item.check in ("close", "equal"):
        return "close", item.allowed or 0.0
    if item.check == "printed":
        return "printed", 1.0
    if claim.kind == "tendency":
        return ("tendency" if item.check == "holds" else "one start, two ways"), 1.0
    if claim.kind == "trained":
        return ("language model" if claim.id.startswith("numbers/") else "trained"), 1.0
    return "bound", 1.0


def allowance(quantity: str, lane: Lane) -> float:
    """How far ``quantity`` (a key of TABLE) may move in ``lane``; 0 where the two runs have everything in common.

    A speed is a factor and its lane is never exact.
    """
    row = TABLE[quantity]
    if lane == "same" and quantity != "speed":
        return 0.0
    if lane in ("same", "version"):
        return row.version
    return row.machine if lane == "machine" else row.machine * DEVICE_FACTOR
