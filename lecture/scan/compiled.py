"""Many starts trained by compiled code, on the CPU: from torch's tensors to blocks of starts and back.

numba is imported, and the code compiled, when the first training asks for it: once a machine, kept in a folder (see
:func:`kept_in`) and loaded from there in a fraction of a second ever after.
"""

from __future__ import annotations

import hashlib
import importlib.util
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

if TYPE_CHECKING:
    from numpy.typing import NDArray

Progress = Callable[[int, int], None]

HERE = Path(__file__).resolve().parent
WIDTH = {torch.float32: 16, torch.float64: 8}
"""Starts in a block, as in lecture.scan.lanes; here too, so that asking needs no numba."""
GATES = {"RNN": 1, "LSTM": 4}
EPOCHS_A_CALL = 10
"""Epochs between two words to ``progress``."""


@dataclass(frozen=True)
class Trained:
    """weights: as they were given, (S, ...) each. losses (S, epochs); hidden (S, T, H) and probabilities (S, T, V)."""

    weights: dict[str, Tensor]
    losses: Tensor
    hidden: Tensor
    probabilities: Tensor


def serves(device: str | torch.device, dtype: torch.dtype) -> bool:
    """Whether trainings there, of that dtype, can be compiled."""
    return torch.device(device).type == "cpu" and dtype in WIDTH and _numba_works()


def train(
    kind: str,
    weights: dict[str, Tensor],
    pieces: Sequence[tuple[Tensor, Tensor]],
    *,
    epochs: int,
    lr: float,
    carry: bool,
    progress: Progress | None = None,
) -> Trained:
    """Train S starts of ``kind`` from ``weights``, stacked (S, ...) in torch's order (see lecture.scan.training).

    pieces, epochs, lr, carry, progress: as for :func:`lecture.starts.train_starts`. Blocks of starts go to as many
    threads as torch has; their number changes no bit.
    """
    first = next(iter(weights.values()))
    starts, dtype = len(first), first.dtype
    series = _series(pieces, carry)
    steps, inputs = series[0].shape
    size = weights["recurrent.weight_hh_l0"].shape[2]
    blocks = [
        _Block(kind, rows, [part[0].numel() for part in weights.values()], steps, inputs, size)
        for rows in _blocks(torch.cat([part.detach().reshape(starts, -1) for part in weights.values()], 1))
    ]
    compiled = kernel(kind, dtype)
    losses = []
    with ThreadPoolExecutor(torch.get_num_threads()) as pool:
        for done in range(0, epochs, EPOCHS_A_CALL):
            now = min(EPOCHS_A_CALL, epochs - done)
            parts = pool.map(lambda block: block.train(compiled, series, now, lr, done), blocks)  # noqa: B023
            losses.append(_starts(list(parts), starts))
            if progress is not None:
                progress(done + now, epochs)
    trained = _starts([block.weights for block in blocks], starts)
    flat = trained.split([part[0].numel() for part in weights.values()], 1)
    return Trained(
        {name: one.reshape(weights[name].shape) for name, one in zip(weights, flat, strict=True)},
        torch.cat(losses, 1),
        _starts([block.hidden[size:] for block in blocks], starts).unflatten(1, (steps, size)),
        _starts([block.probabilities for block in blocks], starts).unflatten(1, (steps, inputs)),
    )


class _Block:
    """What one block of starts is trained with: rows of one number for each of its starts (lecture.scan.training)."""

    def __init__(self, kind: str, weights: NDArray, sizes: list[int], steps: int, inputs: int, size: int) -> None:
        import numpy as np

        self.weights = weights
        self._grads, self._mean, self._square = (np.zeros_like(weights) for _ in range(3))
        self._parts, self._grad_parts = _cut(self.weights, sizes), _cut(self._grads, sizes)

        def rows(number: int) -> NDArray:
            return np.zeros((number, weights.shape[1]), weights.dtype)

        self.hidden = rows((steps + 1) * size)
        self.probabilities = rows(steps * inputs)
        self._room = (rows(GATES[kind] * steps * size), rows(steps * inputs), rows(size))
        if kind == "LSTM":
            self._room += (rows(size), rows((steps + 1) * size), rows(steps * size))

    def train(self, compiled: Any, series: tuple[NDArray, ...], epochs: int, lr: float, done: int) -> NDArray:
        """The losses of ``epochs`` more epochs, (epochs, starts)."""
        import numpy as np

        losses = np.zeros((epochs, self.weights.shape[1]), self.weights.dtype)
        compiled(
            series, self._parts, self._grad_parts, self.weights, self._grads, self._mean, self._square,
            self.hidden, self.probabilities, self._room, losses, lr, done,
        )  # fmt: skip
        return losses


def _series(pieces: Sequence[tuple[Tensor, Tensor]], carry: bool) -> tuple[NDArray, ...]:
    """The pieces one after the other, as lecture.scan.training takes them."""
    import numpy as np

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


def _blocks(rows: Tensor) -> list[NDArray]:
    """(S, P) as blocks of (P, WIDTH); the last start fills up the last block."""
    width = WIDTH[rows.dtype]
    missing = -len(rows) % width
    filled = torch.cat([rows, rows[-1:].expand(missing, -1)])
    return [block.T.contiguous().numpy() for block in filled.split(width)]


def _starts(blocks: Sequence[NDArray], starts: int) -> Tensor:
    """Blocks of (P, WIDTH) as (S, P)."""
    return torch.cat([torch.from_numpy(block).T for block in blocks])[:starts].contiguous()


def _cut(rows: NDArray, sizes: list[int]) -> tuple[NDArray, ...]:
    ends = [sum(sizes[: number + 1]) for number in range(len(sizes))]
    return tuple(rows[end - size : end] for end, size in zip(ends, sizes, strict=True))


def must_compile(kind: str, dtype: torch.dtype = torch.float32) -> bool:
    """Whether the next training of that kind compiles first, which takes some seconds."""
    if kernel.cache_parameters and (kind, dtype) in _compiled:
        return False
    folder = kept_in(dtype)
    return folder is None or not any(folder.rglob(f"*train_{kind.lower()}-*.nbi"))


_compiled: set[tuple[str, torch.dtype]] = set()


@lru_cache
def kernel(kind: str, dtype: torch.dtype) -> Any:
    """``train_rnn`` or ``train_lstm`` of lecture.scan.training, to be compiled or loaded at its first call.

    Each kind and dtype has a file of its own, which holds one piece of code: in a file with several, two processes that
    compile at the same time could each put its own code under the other's name (numba numbers them as they come).
    """
    from numba import config, njit

    from lecture.scan import training

    function = {"RNN": training.train_rnn, "LSTM": training.train_lstm}[kind]
    _compiled.add((kind, dtype))
    folder = kept_in(dtype)
    if folder is None:
        return njit(nogil=True)(function)
    usual, config.CACHE_DIR = config.CACHE_DIR, str(folder)
    try:
        return njit(nogil=True, cache=True)(function)
    finally:
        config.CACHE_DIR = usual


def kept_in(dtype: torch.dtype) -> Path | None:
    """Folder of the compiled code: beside this file, or in the user's cache, the first that can be written to.

    Its name stands for all that the code depends on: these sources, numba, and the processor, so that a home that
    several machines share serves each. None where nothing can be written; then each process compiles for itself.
    """
    from numba import config
    from numba.misc.appdirs import AppDirs

    places = [HERE / "__pycache__", Path(AppDirs("recurrent-lecture", appauthor=False).user_cache_dir)]
    if config.CACHE_DIR:
        places.insert(0, Path(config.CACHE_DIR))
    for place in places:
        folder = place / f"scan-{_fingerprint()}" / str(dtype).removeprefix("torch.")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    return None


@lru_cache
def _fingerprint() -> str:
    import llvmlite
    import llvmlite.binding
    import numba

    parts = [numba.__version__, llvmlite.__version__, llvmlite.binding.get_host_cpu_name()]
    parts.append(llvmlite.binding.get_host_cpu_features().flatten())
    parts += [file.read_text("utf-8") for file in sorted(HERE.glob("*.py"))]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


@lru_cache
def _numba_works() -> bool:
    """It is looked for before it is imported, and imported only where a training asks."""
    if importlib.util.find_spec("numba") is None:
        return False
    try:
        from numba import config
    except Exception:  # numba refuses a numpy that is too new for it with errors of several kinds
        return False
    return not config.DISABLE_JIT
