"""Many starts trained on CUDA by Triton, which comes with torch there: from torch's tensors to its kernel and back."""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Sequence
from functools import lru_cache

import torch
from torch import Tensor

from lecture.scan import plain
from lecture.scan.compiled import EPOCHS_A_CALL, GATES, WIDTH, flat, named, series_of
from lecture.scan.plain import Piece, Progress, Trained

SMALLEST = 16
"""Nodes that a tile has room for: smaller networks share one kernel, since each takes seconds to compile."""


def serves(device: str | torch.device, dtype: torch.dtype) -> bool:
    """Whether trainings there, of that dtype, go through Triton."""
    return torch.device(device).type == "cuda" and dtype in WIDTH and works(device)


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
    """As :func:`lecture.scan.compiled.train`, on the device of ``weights``: one program of Triton a start."""
    from lecture.scan import cuda_kernels

    rows = flat(weights).contiguous()
    starts, parameters = rows.shape
    size, inputs = weights["recurrent.weight_hh_l0"].shape[2], pieces[0][0].shape[1]
    series = [torch.from_numpy(part) for part in series_of([(x.cpu(), y.cpu()) for x, y in pieces], carry)]
    x, y, share, before, _, on = (part.to(rows.device) for part in series)
    steps = len(x)
    mean, square = torch.zeros_like(rows), torch.zeros_like(rows)
    hidden, cells = (rows.new_zeros(starts, steps + 1, size) for _ in range(2))
    gates = rows.new_empty(starts, steps, GATES[kind], size)
    p, left = (rows.new_empty(starts, steps, inputs) for _ in range(2))
    losses = []
    for done in range(0, epochs, EPOCHS_A_CALL):
        now = range(done + 1, min(done + EPOCHS_A_CALL, epochs) + 1)
        rates = rows.new_tensor([lr / (1 - 0.9**step) for step in now])
        spreads = rows.new_tensor([(1 - 0.999**step) ** 0.5 for step in now])
        losses.append(rows.new_empty(starts, len(now)))
        cuda_kernels.train[(starts,)](
            x, y, share, before, on, rates, spreads, rows, mean, square, hidden, cells, gates, p, left, losses[-1],
            len(now), steps, parameters, inputs, size, VP=_power(inputs), HP=max(SMALLEST, _power(size)),
            LSTM=kind == "LSTM", TERMS=cuda_kernels.TERMS[str(rows.dtype).removeprefix("torch.")],
        )  # fmt: skip
        if progress is not None:
            progress(now[-1], epochs)
    return Trained(named(weights, rows), torch.cat(losses, 1), hidden[:, 1:], p)


@lru_cache
def works(device: str | torch.device) -> bool:
    """Whether Triton is here and comes to what plain torch comes to, for a small training; else that is warned of."""
    if importlib.util.find_spec("triton") is None:
        return False
    try:
        gap = max(_gap(kind, device) for kind in GATES)
    except Exception as error:  # a compiler that is missing or a driver that is too old is told of in many ways
        warnings.warn(f"trainings are not compiled on {device}: {type(error).__name__}: {error}", stacklevel=2)
        return False
    if not gap < 1e-9:
        warnings.warn(f"trainings are not compiled on {device}: Triton's losses are {gap:.1e} off", stacklevel=2)
    return gap < 1e-9


def _gap(kind: str, device: str | torch.device) -> float:
    draw = torch.Generator().manual_seed(1)
    rows = 3 * GATES[kind]
    shapes = [(rows, 4), (rows, 3), (rows,), (rows,), (4, 3), (4,)]
    names = ["recurrent." + name for name in ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")]
    names += ["linear.weight", "linear.bias"]
    weights = {
        name: torch.randn(2, *shape, generator=draw, dtype=torch.float64).to(device)
        for name, shape in zip(names, shapes, strict=True)
    }
    x = torch.eye(4, dtype=torch.float64, device=device)[torch.arange(8) % 4]
    pieces = [(x[:3], x[1:4]), (x[:2], x[1:3])]
    found, right = (way(kind, weights, pieces, epochs=2, lr=0.01, carry=False) for way in (train, plain.train))
    return float((found.losses - right.losses).abs().max())


def _power(number: int) -> int:
    """The first power of two that is no smaller."""
    return 1 << (number - 1).bit_length()
