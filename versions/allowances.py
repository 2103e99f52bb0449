"""How far evidence may move between two runs before it counts as drift: the one table, measured, with its reasons.

Two sources, both from ``python -m versions measure``. The committed records (torch 1.13.1 to 2.15.0, all claims, two
run seeds) say what another version moves. The quick claims, run again under five seeds (43052 to 43056, each as run
seed and as the lecture's), say what one machine moves by itself: a second process moves nothing at all, not a bit; two
threads, oneDNN off and plain kernels in place of AVX-512 stand for another CPU. An allowance is two to five times the
largest gap that was seen; larger ones say why.

The first was measured on an Intel Xeon, the second on an AMD EPYC (both with AVX-512). CPU against CUDA was measured
three times (Intel Xeon with AVX-512; an NVIDIA H200, an H100 and an H200 again; torch 2.11.0 with CUDA 13 and cuDNN
9.19), 381, 562 and 565 cases, one run seed, and the largest gap counts; no verdict moved. Each time a second run moved
nothing, trainings among them (375, 577 and 580 cases), but speeds: not a bit may move there either.
"""

from __future__ import annotations

from dataclasses import dataclass

from results.comparison import Lane
from results.model import Case, Claim, Evidence
from versions.reasons import dtype_of


@dataclass(frozen=True)
class Allowance:
    """By lane. version: another torch on the same CPU or GPU. machine: another CPU or GPU, or other threads. device:
    CPU against CUDA. unit: what the gap is counted in. reason: what was measured. Other torches and other GPUs were not
    measured on CUDA: they have the CPU's."""

    version: float
    machine: float
    device: float
    unit: str
    reason: str


TABLE: dict[str, Allowance] = {
    "outputs float32": Allowance(
        4e-6,
        8e-6,
        1.5e-4,
        "of their length",
        "8.2e-7 from torch 1.13.1 to 2.13.0, two seeds. Five seeds: 0 with two threads, 7.9e-7 with "
        "oneDNN off, 2.8e-6 on plain kernels. "
        "CPU against CUDA: 3.7e-5, an RNN of two layers; cuDNN's tanh is an approximation",
    ),
    "outputs float64": Allowance(
        4e-15,
        8e-15,
        1e-14,
        "of their length",
        "9.9e-16 from torch 1.13.1, two seeds. Five seeds: 7.8e-16 with two threads, 0 with oneDNN off, 2.3e-15 on "
        "plain kernels, which a version may bring, too. "
        "CPU against CUDA: 2.6e-15",
    ),
    "outputs bfloat16": Allowance(
        2e-2,
        3e-2,
        4e-2,
        "of their length",
        "Five seeds: 8.3e-3 with oneDNN off and on plain kernels, 0 with two threads; where a sum is rounded to "
        "bfloat16 differs from kernel to kernel. Measured on an Intel Xeon. CPU against CUDA: 8.1e-3",
    ),
    "outputs float16": Allowance(
        3e-3,
        5e-3,
        1e-2,
        "of their length",
        "Five seeds: 9.9e-4 on plain kernels, 0 with oneDNN off and with two threads. CPU against CUDA: 1.1e-3",
    ),
    "close float32": Allowance(
        0.5,
        0.75,
        0.85,
        "of the check's bound",
        "0.16 from torch 1.13.1, of networks of usual size, two seeds. Five seeds: 0.23 with two threads and 0.19 "
        "with oneDNN off, in probabilities after ten epochs; 0.11 on plain kernels. "
        "CPU against CUDA: 0.42, of packed series, for which cuDNN has kernels of their own",
    ),
    "close float64": Allowance(
        0.27,
        0.5,
        0.5,
        "of the check's bound",
        "0.135 from torch 1.13.1 on an Intel Xeon, 0.022 on an AMD EPYC, two seeds. Five seeds: 0.041 with two "
        "threads, 0 with oneDNN off, 0.12 on plain kernels, which a version may bring, too. "
        "CPU against CUDA: 0.064; as another CPU",
    ),
    "close bfloat16": Allowance(
        0.6,
        0.75,
        0.75,
        "of the check's bound",
        "Five seeds: 0.29 with oneDNN off. CPU against CUDA: 0.12",
    ),
    "close float16": Allowance(
        0.6,
        0.75,
        0.75,
        "of the check's bound",
        "Five seeds: 0.29 on plain kernels. CPU against CUDA: 0.11",
    ),
    "printed": Allowance(
        5e-7,
        4e-6,
        8e-6,
        "absolute, float32",
        "1.2e-7 from torch 1.13.1, after ten epochs, two run seeds. Five seeds: 6.0e-8 with two threads, 2.4e-7 with "
        "oneDNN off, 1.6e-6 on plain kernels. "
        "CPU against CUDA: 1.8e-6 over 999 steps",
    ),
    "bound": Allowance(
        2e-5,
        3e-5,
        3e-5,
        "absolute, float32",
        "9.2e-6 from torch 1.13.1 on an Intel Xeon, 1.1e-6 on an AMD EPYC, of losses over ten steps, two seeds. Five "
        "seeds: 0 with two threads, 2.4e-7 with "
        "oneDNN off, 3.0e-6 on plain kernels. In float64 none moved. "
        "CPU against CUDA: 6.1e-6",
    ),
    "trained": Allowance(
        1e-5,
        1e-4,
        5e-4,
        "absolute, float32",
        "3.3e-6 from torch 1.13.1, of a probability after 100 epochs from the lecture's seed; 1.5e-6 with oneDNN off. "
        "Another machine has ten times a version's: under three of four other seeds rounding grew further (next row). "
        "CPU against CUDA: 1.1e-4, of a probability after 100 epochs",
    ),
    "trained, another seed": Allowance(
        0.15,
        0.2,
        0.2,
        "absolute, float32",
        "0.067 with oneDNN off and 0.061 on plain kernels, of a probability after 100 epochs, five seeds of the "
        "lecture's networks (--lecture-seed); 5.4e-7 with two threads. No version was run so: what kernels of another "
        "CPU do, those of another version can. "
        "CPU against CUDA was not measured: as another CPU",
    ),
    "language model": Allowance(
        5e-3,
        1e-2,
        1e-2,
        "absolute, float32",
        "2.1e-3 from torch 2.4.1, of an accuracy, two run seeds: two epochs with dropout blow rounding up; 0 from "
        "2.8.0. Two seeds of the lecture's networks: 1.1e-3 with oneDNN off. "
        "CPU against CUDA: 3.7e-4; as another CPU",
    ),
    "tendency": Allowance(
        0.15,
        0.2,
        0.2,
        "absolute, float32",
        "0 from torch 1.13.1, two run seeds, since many starts are trained by kernels of our own; by calls into torch "
        "0.048: after 500 epochs single starts go another way; shares of pairs. Five "
        "seeds, those of section 7 alone: 0.013 on plain kernels, 0 otherwise. "
        "CPU against CUDA: 0.033; as another CPU, for single starts go another way there, too",
    ),
    "one start, two ways": Allowance(
        1e-9,
        1e-8,
        1e-8,
        "absolute, float64",
        "7.2e-14 from torch 1.13.1, of losses after 20 epochs, two run seeds; five seeds: 9.5e-14 on plain kernels, 0 "
        "otherwise. Larger, since a training can blow rounding up a million times (0.067 in float32, above), which "
        "makes 1e-10 here; the claims' own bound is 1e-6. "
        "CPU against CUDA: 1.1e-14; as another CPU",
    ),
    "speed": Allowance(
        2.0, 4.0, 4.0, "times", "59 to 76 times on a busy machine, from torch 2.4.1 to 2.15.0, two run seeds"
    ),
    "speed of a call": Allowance(
        1.38,
        2.5,
        20.0,
        "times",
        "of a network beside its formula, medians of 31 turns, one seed: 1.13 between the furthest two of six runs on "
        "a machine 3 times overbooked; 1.26 in 24 runs of 20 turns. A call that takes 1.5 times as long is seen. "
        "Another machine was not measured. CPU against CUDA: 9.1, of a GRU, on an H200",
    ),
    "speed of a call on CUDA": Allowance(
        4.0,
        8.0,
        20.0,
        "times",
        "of a network beside its formula, medians of 31 turns, two seeds: 1.3 in three runs on an idle H200, 1.6 "
        "between two runs at once there, 2.8 between idle and shared by some 17 processes; 7.7 between two runs "
        "on an H100 that 13 shared: a GPU's time goes round in slices, and a short call waits for as many as a "
        "long one. A network that falls back to single kernels takes as long as its formula, 8 to 18 times as "
        "long as now, and is seen. Another GPU was not measured",
    ),
}


def quantity(claim: Claim, case: Case, item: Evidence, *, other_seed: bool = False) -> tuple[str, float]:
    """What one check's value is counted as (a key of TABLE), and the value's unit: the check's bound, or 1.

    other_seed: the lecture's networks were made under another seed than the lecture's own.
    """
    if item.check in ("close", "equal"):
        return f"close {dtype_of(case)}", item.allowed or 0.0
    if item.check == "printed":
        return "printed", 1.0
    if claim.kind == "tendency":
        return ("tendency" if item.check == "holds" else "one start, two ways"), 1.0
    if claim.kind == "trained" and claim.trains:
        return claim.trains, 1.0
    if claim.kind == "trained":
        return ("trained, another seed" if other_seed else "trained"), 1.0
    return "bound", 1.0


def allowance(quantity: str, lane: Lane) -> float:
    """How far ``quantity`` (a key of TABLE) may move in ``lane``; 0 where the two runs have everything in common.

    A speed is a factor and its lane is never exact.
    """
    row = TABLE[quantity]
    if lane == "same" and not quantity.startswith("speed"):
        return 0.0
    if lane in ("same", "version"):
        return row.version
    return row.machine if lane == "machine" else row.device
