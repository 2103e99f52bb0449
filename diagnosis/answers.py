"""What a call gives, numbers and gradients, and when two answers are the same one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from submissions.inside.arithmetic import pulled_back_or_zero

NOISE = {torch.float32: 256 * torch.finfo(torch.float32).eps, torch.float64: 256 * torch.finfo(torch.float64).eps}
"""Between two right answers, as a share of the largest number: gradients here are sums of at most 7 * 3 terms."""


class Parts(NamedTuple):
    """returned: the tensors in order. left: x and the state after the call. nesting: how they were returned.

    gradients: of the weights by name, of x and of the state, for fixed cotangents; empty where they were not asked.
    """

    returned: list[Tensor]
    left: list[Tensor]
    nesting: Tensor
    gradients: list[Tensor]


def with_gradients(net: nn.Module, x: Tensor, state: tuple[Tensor, ...] | None, *, gradients: bool = True) -> Parts:
    """Call ``net`` on copies of x and the state; a state that is None is not passed."""
    hx = () if not state else (tuple(state) if len(state) == 2 else state[0],)
    weights = [net.get_parameter(name) for name in sorted(dict(net.named_parameters()))]
    return of_call(net, (x, *hx), weights, gradients=gradients)


def of_call(
    run: Callable[..., Any], arguments: Sequence[Any], weights: Sequence[Tensor] = (), *, gradients: bool = True
) -> Parts:
    """Call ``run`` on copies of the tensors among ``arguments``; gradients of the weights and of all that have some."""
    leaves = [part.clone().requires_grad_(gradients and part.is_floating_point()) for part in flat(arguments, Tensor)]
    with torch.set_grad_enabled(gradients):
        # No leaves, so that whoever writes into them in place can.
        inputs = [leaf.clone() for leaf in leaves]
        raw = run(*_filled(arguments, iter(inputs)))
    returned = flat(raw)
    wanted = [*weights, *(leaf for leaf in leaves if leaf.requires_grad)] if gradients else []
    found = _pulled_back(returned, wanted)
    return Parts([p.detach().clone() for p in returned], [p.detach().clone() for p in inputs], nesting(raw), found)


def _filled(value: Any, tensors: Iterator[Tensor]) -> Any:
    if isinstance(value, (tuple, list)):
        return type(value)(_filled(item, tensors) for item in value)
    return next(tensors) if isinstance(value, Tensor) else value


def _pulled_back(returned: list[Tensor], wanted: list[Tensor]) -> list[Tensor]:
    stream = torch.Generator().manual_seed(0)
    cotangents = [torch.randn(part.shape, generator=stream).to(part) for part in returned]
    return pulled_back_or_zero(returned, wanted, cotangents)


def flat(value: Any, kind: type = object) -> list[Any]:
    """What is of this ``kind`` in a nested tuple, in order; None is nothing."""
    if isinstance(value, (tuple, list)):
        return [part for item in value for part in flat(item, kind)]
    return [value] if value is not None and isinstance(value, kind) else []


def nesting(value: Any) -> Tensor:
    """How many parts a returned value has, and how many each of them has; 0 for a tensor."""
    parts = value if isinstance(value, (tuple, list)) else ()
    return torch.tensor([float(len(parts)), *(len(part) * isinstance(part, (tuple, list)) for part in parts)])


@dataclass(frozen=True, eq=False)
class Answer:
    """All numbers of some tensors in one row, for there are thousands of answers to remember and compare.

    shapes: of each tensor before the gradients, with its dtype; a word for what is no tensor. head: how many numbers
    these have. The gradients follow, which have the shapes of weights and inputs. allowed: how far a number may be off.
    """

    shapes: tuple[Any, ...]
    numbers: Tensor
    allowed: Tensor
    head: int

    def split(self, numbers: Tensor) -> list[Tensor]:
        """As many ``numbers`` as there are, cut where a tensor ends; the gradients in one."""
        sizes = [torch.Size(shape).numel() for shape, _ in self.shapes] if self.head else []
        return list(numbers.split([*sizes, len(numbers) - self.head]))

    def tensors(self) -> list[Tensor]:
        """Those before the gradients."""
        rows = self.split(self.numbers)[:-1]
        return [row.view(shape) for row, (shape, _) in zip(rows, self.shapes, strict=True)]

    def as_returned(self) -> list[Tensor]:
        """The same, in the dtypes in which they came."""
        return [tensor.to(dtype) for tensor, (_, dtype) in zip(self.tensors(), self.shapes, strict=True)]


NOTHING = torch.zeros(0, dtype=torch.float64)
RAISED = Answer(("raised",), NOTHING, NOTHING, 0)
TAKEN = Answer(("taken",), NOTHING, NOTHING, 0)


def pressed(parts: Parts) -> Answer:
    """The parts of a call as one Answer."""
    return answer_of([*parts.returned, *parts.left, parts.nesting], parts.gradients)


def answer_of(tensors: list[Tensor], gradients: Sequence[Tensor] = ()) -> Answer:
    """Any tensors as one Answer."""
    together = [*tensors, *gradients]
    rows = [part.detach().cpu().double().flatten() for part in together]
    allowed = [_allowed(row, part.dtype) for row, part in zip(rows, together, strict=True)]
    shapes = tuple((tuple(part.shape), part.dtype) for part in tensors)
    return Answer(shapes, torch.cat(rows), torch.cat(allowed), sum(part.numel() for part in tensors))


def _allowed(row: Tensor, dtype: torch.dtype) -> Tensor:
    largest = row.abs().nan_to_num(nan=0.0, posinf=0.0).max().clamp(min=1) if len(row) else 1.0
    return torch.full_like(row, NOISE.get(dtype, 0.0)) * largest


def same_numbers(seen: Tensor, wanted: Tensor, allowed: Tensor) -> Tensor:
    """For each number whether it is within ``allowed``; NaN equals NaN."""
    return ((seen - wanted).abs() <= allowed) | (seen == wanted) | (seen.isnan() & wanted.isnan())


def differ(seen: Answer | None, wanted: Answer | None) -> bool:
    """Whether two answers tell the networks apart."""
    if seen is None or wanted is None:
        return seen is not wanted
    if seen.shapes != wanted.shapes or len(seen.numbers) != len(wanted.numbers):
        return True
    return not bool(same_numbers(seen.numbers, wanted.numbers, wanted.allowed).all())


def as_shaped(seen: Answer, wanted: Answer) -> Answer:
    """``seen`` in the shapes of ``wanted``, where they differ by axes of 1 alone; else as it is."""
    if seen.shapes == wanted.shapes or not (seen.head and seen.head == wanted.head):
        return seen
    if [_without_ones(shape) for shape in seen.shapes] != [_without_ones(shape) for shape in wanted.shapes]:
        return seen
    return Answer(wanted.shapes, seen.numbers, seen.allowed, seen.head)


def _without_ones(shape: tuple[tuple[int, ...], torch.dtype]) -> tuple[list[int], torch.dtype]:
    size, dtype = shape
    return [length for length in size if length != 1], dtype


def values_differ(seen: Answer, wanted: Answer) -> bool:
    """The same, gradients left aside; either may have none."""
    head = wanted.head
    if seen.shapes != wanted.shapes:
        return True
    return not bool(same_numbers(seen.numbers[:head], wanted.numbers[:head], wanted.allowed[:head]).all())


def right_at(place: int, seen: Answer, wanted: Answer) -> bool:
    """Whether the numbers of one tensor are right; all shapes are."""
    own, due, allowed = (rows[place] for rows in (seen.tensors(), wanted.tensors(), wanted.split(wanted.allowed)))
    return bool(same_numbers(own.flatten(), due.flatten(), allowed).all())


def digits_that_differ(one: float, two: float) -> tuple[str, str]:
    """Two numbers with as many digits as it takes to see a difference, at least four."""
    for digits in range(4, 17):
        told = f"{one:.{digits}g}", f"{two:.{digits}g}"
        if told[0] != told[1]:
            break
    return told
