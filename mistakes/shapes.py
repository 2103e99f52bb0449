"""What the reference refuses: sizes, ranks and options, in sentences that name both what came and what was due."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

Size = tuple[int, ...]


def check_options(name: str, hidden_size: int, num_layers: int, dropout: float, proj_size: int, parts: int) -> None:
    """Raise ValueError for sizes that torch.nn refuses, and for dropout, which the reference does not have."""
    if hidden_size <= 0 or num_layers <= 0:
        raise ValueError(f"hidden_size and num_layers must be greater than zero, got {hidden_size} and {num_layers}")
    if dropout:
        raise ValueError(f"{name} here has no dropout, got dropout={dropout}")
    if proj_size and parts == 1:
        raise ValueError("proj_size argument is only supported for LSTM, not RNN or GRU")
    if not 0 <= proj_size < hidden_size:
        raise ValueError(f"proj_size has to be smaller than hidden_size {hidden_size}, and not negative: {proj_size}")


def check_nonlinearity(nonlinearity: str) -> None:
    """Raise ValueError unless it is tanh or relu."""
    if nonlinearity not in ("tanh", "relu"):
        raise ValueError(f"Unknown nonlinearity '{nonlinearity}'. Select from 'tanh' or 'relu'.")


def check_input(name: str, x: Tensor, input_size: int, ranks: tuple[int, int]) -> None:
    """Raise ValueError for another rank, RuntimeError for another size of the last axis."""
    if x.dim() not in ranks:
        raise ValueError(f"{name}: Expected input to be {ranks[0]}D or {ranks[1]}D, got {x.dim()}D instead")
    if x.shape[-1] != input_size:
        raise RuntimeError(f"input.size(-1) must be equal to input_size. Expected {input_size}, got {x.shape[-1]}")


def check_ranks(given: Sequence[Tensor], rank: int) -> None:
    """Raise RuntimeError unless every part of a network's state has the rank of its input."""
    if any(part.dim() != rank for part in given):
        kind = "batched 3-D" if rank == 3 else "unbatched 2-D"
        names = "hx and cx" if len(given) == 2 else "hx"
        got = ", ".join(f"{part.dim()}-D" for part in given)
        raise RuntimeError(f"For {kind} input, {names} should also be {rank}-D but got ({got})")


def check_sizes(given: Sequence[Tensor], wanted: Sequence[Size]) -> None:
    """Raise RuntimeError unless a network's state has the sizes ``wanted``, part by part."""
    for part, size in zip(given, wanted, strict=True):
        if tuple(part.shape) != size:
            raise RuntimeError(f"Expected hidden size {size}, got {list(part.shape)}")


def check_cell_state(given: Sequence[Tensor], wanted: Size) -> None:
    """Raise RuntimeError unless every part of a cell's state has the size ``wanted``."""
    for name, part in zip(("hx", "cx"), given, strict=False):
        if tuple(part.shape) != wanted:
            raise RuntimeError(f"hidden state {name} is inconsistent: got {tuple(part.shape)}, expected {wanted}")
