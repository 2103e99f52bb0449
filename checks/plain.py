"""Values that are no tensors: what a comparison takes numbers, arrays and lists for, and where two of them differ."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest
from numbers import Number
from typing import Any

import numpy
import torch
from torch import Tensor

from checks.evidence import short


def is_plain(value: Any) -> bool:
    """Whether it is made of numbers, and is no tensor."""
    if isinstance(value, (tuple, list)):
        return bool(value) and all(map(is_plain, value))
    if isinstance(value, numpy.ndarray):
        return value.dtype.kind in "biufc"
    return isinstance(value, (Number, numpy.generic)) and not isinstance(value, (str, bytes))


def has_tensors(value: Any) -> bool:
    """Whether there is a tensor or an array in it."""
    if isinstance(value, Mapping):
        return any(map(has_tensors, value.values()))
    if isinstance(value, (tuple, list)):
        return any(map(has_tensors, value))
    return isinstance(value, (Tensor, numpy.ndarray))


def as_tensors(value: Any, beside: Any) -> Any:
    """``value`` with tensors in place of what is plain in it; names, None and what is no number stay.

    Numbers have no dtype and no device: those of what stands ``beside`` are theirs, where they fit into that dtype.
    A list of numbers is one tensor, but beside several tensors it is one number for each.
    """
    if isinstance(value, Mapping):
        others = beside if isinstance(beside, Mapping) else {}
        return {name: as_tensors(part, others.get(name)) for name, part in value.items()}
    if isinstance(value, (tuple, list)) and isinstance(beside, (tuple, list)) and not is_plain(beside):
        return [as_tensors(part, other) for part, other in zip_longest(value, beside[: len(value)])]
    if isinstance(value, (tuple, list)) and not is_plain(value):
        return [as_tensors(part, beside) for part in value]
    return _tensor(value, beside) if is_plain(value) else value


def _tensor(value: Any, beside: Any) -> Any:
    beside = torch.as_tensor(beside) if isinstance(beside, (numpy.ndarray, numpy.generic)) else beside
    try:
        # In double precision: a number of Python's loses nothing on its way to any dtype.
        found = torch.as_tensor(numpy.asarray(value))
    except (TypeError, ValueError):  # rows of different lengths
        return [as_tensors(row, None) for row in value]
    if not isinstance(beside, Tensor):
        exact = found.is_floating_point() or found.is_complex()
        return found if exact or isinstance(value, numpy.ndarray) else found.double()
    return found.to(beside.device, beside.dtype if torch.can_cast(found.dtype, beside.dtype) else found.dtype)


def difference(seen: Any, wanted: Any) -> tuple[str, str]:
    """Of two values that are not equal: the place of the first difference, empty where none; and what is seen."""
    place = ""
    if isinstance(seen, (list, tuple, str)) and isinstance(wanted, (list, tuple, str)):
        both = zip(seen, wanted, strict=False)
        first = next((i for i, (s, w) in enumerate(both) if s != w), min(len(seen), len(wanted)))
        place, seen, wanted = str(first), seen[first : first + 12], wanted[first : first + 12]
    if wanted == [] and isinstance(seen, list):
        return place, ", ".join(map(str, seen))  # what the check is called says that there should be none
    return place, f"{short(seen)} ≠ {short(wanted)}"
