"""Many starts trained by compiled code, on the CPU: from torch's tensors to blocks of starts and back.

numba is imported, and the code compiled or loaded (lecture.scan.kept), when the first training asks for it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from lecture.scan.kept import kernel, numba_works
from lecture.scan.layout import GATES, Layout
from lecture.scan.plain import Piece, Progress, Trained

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIDTH = {torch.float32: 16, torch.float64: 8}
"""Starts in a block, as in lecture.scan.emitted; here too, so that asking needs no numba."""
EPOCHS_A_CALL = 10
"""Epochs between two words to ``progress``."""


def serves(device: str | torch.device, dtype: torch.dtype) -> bool:
    """Whether trainings there, of that dtype, can be compiled."""
    return torch.device(device).type == "cpu" and dtype in WIDTH and numba_works()


def train(
    kind: str,
    weights: dict[str, Tensor],
    pieces: Sequence[Piece],
    *,
    epochs: int,
    lr: float,
    carry: bool,
    progress: Progress | None = None,
) -> Trained:
    """Train S starts of ``kind`` from ``weights``, stacked (S, ...) in torch's order (see lecture.scan.training).

    pieces, epochs, lr, carry, progress: as for :func:`lecture.starts.train_starts`. Blocks of starts go to as many
    threads as there are cores for this process (benchmarks/bench_threads.py); their number changes no bit.
    """
    first = next(iter(weights.values()))
    starts, dtype = len(first), first.dtype
    series = series_of(pieces, carry)
    steps, inputs = series[0].shape
    size = weights["recurrent.weight_hh_l0"].shape[2]
    blocks = [Block(kind, rows, steps, inputs, size) for rows in blocks_of(flat(weights))]
    compiled = kernel(kind, str(dtype).removeprefix("torch."))
    losses = []
    with ThreadPoolExecutor(cores()) as pool:
        for done in range(0, epochs, EPOCHS_A_CALL):
            now = min(EPOCHS_A_CALL, epochs - done)
            parts = pool.map(lambda block: block.train(compiled, series, now, lr, done), blocks)  # noqa: B023
            losses.append(starts_of(list(parts), starts))
            if progress is not None:
                progress(done + now, epochs)
    trained = starts_of([block.weights for block in blocks], starts)
    return Trained(
        named(weights, trained),
        torch.cat(losses, 1),
        starts_of([block.hidden[size:] for block in blocks], starts).unflatten(1, (steps, size)),
        starts_of([block.probabilities for block in blocks], starts).unflatten(1, (steps, inputs)),
    )


def cores() -> int:
    """Cores that this process may use: fewer where it keeps to some, and its share where it is one of xdist's."""
    own = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, own // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


def named(weights: dict[str, Tensor], rows: Tensor) -> dict[str, Tensor]:
    """``rows`` (S, P) cut into parts of the names and shapes of ``weights``."""
    parts = rows.split([part[0].numel() for part in weights.values()], 1)
    return {name: one.reshape(weights[name].shape) for name, one in zip(weights, parts, strict=True)}


class Block:
    """What one block of starts is trained with: rows of one number for each of its starts (lecture.scan.training)."""

    def __init__(self, kind: str, weights: NDArray, steps: int, inputs: int, size: int) -> None:
        self._size = size
        at = Layout(GATES[kind], steps, inputs, size)
        # From torch, whose memory begins where a line of the cache does: a row is then one line, not parts of two.
        self._rows = torch.from_numpy(weights).new_zeros(at.end, weights.shape[1]).numpy()
        self.weights, self.grads = self._rows[: at.count], self._rows[at.count : 2 * at.count]
        self.hidden, self.probabilities = self._rows[at.hidden : at.p], self._rows[at.p : at.left]
        self.weights[:] = weights

    def train(self, compiled: Any, series: tuple[NDArray, ...], epochs: int, lr: float, done: int) -> NDArray:
        """The losses of ``epochs`` more epochs, (epochs, starts)."""
        losses = np.zeros((epochs, self.weights.shape[1]), self.weights.dtype)
        compiled(self._rows, series, self._size, losses, lr, done)
        return losses


def series_of(pieces: Sequence[Piece], carry: bool) -> tuple[NDArray, ...]:
    """The pieces one after the other, as lecture.scan.training takes them."""
    x, y = (torch.cat(parts).contiguous().numpy() for parts in zip(*pieces, strict=True))
    steps = len(x)
    share, before, on = np.empty(steps, x.dtype), np.arange(steps), np.ones(steps, np.int64)
    at = 0
    for piece, _ in pieces:
        share[at : at + len(piece)] = 1 / len(piece)
        if not carry:
            before[at] = 0
        at += len(piece)
        on[at - 1] = 0
    return x, y, share, before, np.arange(1, steps + 1), on


def flat(weights: dict[str, Tensor]) -> Tensor:
    """All weights of each start, (S, P)."""
    return torch.cat([part.detach().flatten(1) for part in weights.values()], 1)


def blocks_of(rows: Tensor) -> list[NDArray]:
    """(S, P) as blocks of (P, WIDTH); the last start fills up the last block."""
    width = WIDTH[rows.dtype]
    missing = -len(rows) % width
    filled = torch.cat([rows, rows[-1:].expand(missing, -1)])
    return [block.T.contiguous().numpy() for block in filled.split(width)]


def starts_of(blocks: Sequence[NDArray], starts: int) -> Tensor:
    """Blocks of (P, WIDTH) as (S, P)."""
    return torch.cat([torch.from_numpy(block).T for block in blocks])[:starts].contiguous()
