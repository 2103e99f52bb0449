"""What a tensor of a wrong shape is: rows of another one, or the right one with its axes in another order."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

from torch import Tensor

from diagnosis.unknown.relations import FEWEST, same
from diagnosis.wording import Wording


def slice_of(name: str, seen: Tensor, right: Mapping[str, Tensor]) -> Wording | None:
    """A sentence on what ``name`` is instead, where all its numbers say so; axes of 1 may be missing or be more.

    right: what should have been returned, by name.
    """
    if seen.numel() < FEWEST:
        return None
    own = right[name]
    if seen.dim() > own.dim() and seen.shape[-own.dim() :] == own.shape and same(seen, own.expand_as(seen)):
        return " Each of its rows is the right one.", " 모든 행이 올바른 값이다."
    for axis, size in enumerate(own.shape):
        if size == 1 and same(seen, own.squeeze(axis)):
            return (
                f" Its numbers are right; the axis of 1 is gone, as by {name}.squeeze({axis}).",
                f" 값은 맞지만 {name}.squeeze({axis})처럼 크기 1인 축이 사라졌다.",
            )
    for code, wanted in _slices(name, right):
        if same(seen.squeeze(), wanted.squeeze()):
            return f" Its numbers are those of {code}.", f" 나온 값은 {code}의 값이다."
    return None


def _slices(name: str, right: Mapping[str, Tensor]) -> Iterator[tuple[str, Tensor]]:
    """By the Python that makes it of the right answer."""
    for base, whole in right.items():
        if base != name:
            yield base, whole
        for axis, size in enumerate(whole.shape[:-1]):
            before = ":, " * axis
            if size > 1:
                yield f"{base}[{before}-1]", whole.select(axis, -1)
                yield f"{base}[{before}0]", whole.select(axis, 0)
    own = right[name]
    for axes in itertools.permutations(range(own.dim())):
        if list(axes) != sorted(axes):
            yield f"{name}.permute{axes}", own.permute(axes)
