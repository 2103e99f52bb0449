"""What wrong numbers are instead: another tensor, a function or a multiple of the right ones, other rows of them.

Each is told only where all numbers of a tensor fit it but for rounding, in every call in which it is wrong.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

import torch
from torch import Tensor

from diagnosis.wording import Wording

Right = Mapping[str, Tensor]
"""What should have been returned, by name."""
FEWEST = 4
"""Numbers of a tensor, below which a fit may be chance."""
LAYER_1, CELLS, MEAN, SUM, MOST = (
    "output of layer 1",
    "c of every step",
    "output averaged over the steps",
    "output summed over the steps",
    "output's largest numbers over the steps",
)
_IN_KOREAN = {
    CELLS: "단계마다의 c",
    LAYER_1: "1번째 층의 output",
    MEAN: "output의 단계 평균",
    SUM: "output의 단계 합",
    MOST: "output의 단계 최댓값",
}
_FUNCTIONS: dict[str, Callable[[Tensor], Tensor]] = {"tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": torch.relu}


def relation(name: str, calls: Sequence[tuple[Tensor, Right, int | None]]) -> Wording | None:
    """What the tensor ``name`` is in all ``calls``; None where nothing fits.

    Each call: the tensor as it was seen, what was right, and the axis of the batch, where the tensor has one.
    """
    if not calls or calls[0][0].numel() < FEWEST:
        return None
    told = [dict(_relations(name, seen, right, axis)) for seen, right, axis in calls]
    for key, words in told[0].items():
        if all(key in others for others in told[1:]):
            return words
    return None


def _relations(name: str, seen: Tensor, right: Right, axis: int | None) -> Iterator[tuple[str, Wording]]:
    """By a key that is the same in each call."""
    own = right[name]
    for other, wanted in right.items():
        if other != name and same(seen, wanted):
            yield f"is {other}", (f"it is torch's {other}", f"torch의 {_IN_KOREAN.get(other, other)}이다")
    for function, compute in _FUNCTIONS.items():
        for other, wanted in right.items():
            if same(seen, compute(wanted)):
                yield (
                    f"{function} {other}",
                    (f"it equals {function}({other})", f"{function}({_IN_KOREAN.get(other, other)})의 값이다"),
                )
    if same(seen, torch.zeros_like(own)):
        yield "zero", ("it is all zeros", "모두 0이다")
    elif same(seen, seen.flatten()[0].expand_as(seen)):
        yield "constant", ("all its numbers are the same", "모든 값이 같다")
    else:
        yield from _multiples(seen, own)
        yield from _rows(name, seen, own, axis)
        yield from cut(seen, own)
        yield from _moved(seen, own)


def _multiples(seen: Tensor, own: Tensor) -> Iterator[tuple[str, Wording]]:
    factor = float((seen.double() * own.double()).sum() / own.double().square().sum().clamp(min=1e-30))
    if same(seen, factor * own):
        told = _figure(factor)
        yield f"times {told}", (f"it is {told} times the right one", f"올바른 값의 {told}배이다")
    shift = float((seen.double() - own.double()).mean())
    if same(seen, own + shift):
        told = _figure(shift)
        yield f"plus {told}", (f"it is the right one plus {told}", f"올바른 값에 {told}을(를) 더한 값이다")


def _moved(seen: Tensor, own: Tensor) -> Iterator[tuple[str, Wording]]:
    """The same numbers at other places, and no two of them alike."""
    one, other = seen.flatten().sort().values, own.flatten().sort().values
    if seen.shape == own.shape and bool((one.diff() > 1e-6).all()) and same(one, other):
        yield (
            "moved",
            (
                "its numbers are torch's at other places: a view or reshape stands where axes have to be exchanged, or "
                "rows are put together along another axis",
                "값은 모두 torch의 값인데 자리가 다르다. 축을 바꾸어야 할 곳에 view나 reshape를 썼거나 다른 축으로 "
                "쌓았다",
            ),
        )


def over_the_steps(output: Tensor) -> dict[str, Tensor]:
    """What is made of an output with time first in place of its last row."""
    return {MEAN: output.mean(0), SUM: output.sum(0), MOST: output.amax(0)}


def cut(seen: Tensor, own: Tensor) -> Iterator[tuple[str, Wording]]:
    """Several numbers at one bound that none passes, and that are others with torch."""
    most = float(seen.abs().max())
    at = seen.abs() == most
    # A tanh that is saturated gives torch the same numbers there.
    # Rows that are there twice have their largest numbers in one column.
    columns = len({index[-1] for index in at.nonzero().tolist()})
    if int(at.sum()) < 3 or columns < 2 or most < 1e-6 or bool(((seen - own).abs()[at] < 1e-4).all()):
        return
    told = f"{most:.4g}"
    yield (
        f"cut {told}",
        (
            f"{int(at.sum())} of its numbers are {told} or -{told}, and none is beyond: something cuts them there, "
            "such as a clamp",
            f"값 {int(at.sum())}개가 ±{told}이고 이를 넘는 값이 없다. clamp처럼 값을 자르는 것이 있다",
        ),
    )


def _figure(number: float) -> str:
    """With the digits that rounding leaves, or all it takes to tell it from 1."""
    return f"{number:.5g}" if f"{number:.5g}" not in ("1", "0") else f"{number:.12g}"


def _layer_of_all(places: Sequence[int | None]) -> int:
    """Of the rows of a state of two layers: the layer whose rows stand in both; 0 where it is none."""
    half = len(places) // 2
    for layer in (0, 1):
        if list(places) == [*range(layer * half, (layer + 1) * half)] * 2:
            return layer + 1
    return 0


def _rows(name: str, seen: Tensor, own: Tensor, axis: int | None) -> Iterator[tuple[str, Wording]]:
    """Rows of the right tensor at other places, along the batch and along the first axis."""
    if axis is not None and own.shape[axis] > 1 and seen.shape == own.shape:
        first = own.select(axis, 0).unsqueeze(axis).expand_as(own)
        if same(seen, first):
            yield "member 1", ("every member of the batch has member 1's", "배치의 모든 원소가 첫 번째 원소의 값이다")
    if seen.shape != own.shape or not 2 <= len(own) <= 16 or axis == 0:
        return
    places = [next((j for j, due in enumerate(own) if same(row, due)), None) for row in seen]
    if None in places or places == list(range(len(own))):
        return
    if places == list(range(len(own)))[::-1]:
        yield "reversed", ("its rows are torch's in the reverse order", "행의 순서가 거꾸로이다")
    elif name != "output" and len(own) in (2, 4) and (layer := _layer_of_all(places)):
        told = "first" if layer == 1 else "last"
        told_ko = "첫 층" if layer == 1 else "마지막 층"
        yield f"layer {layer}", (f"every layer has the {told} layer's state", f"모든 층에 {told_ko}의 상태가 들어 있다")
    elif len(set(places)) == 1:
        row = int(places[0] or 0) + 1
        yield f"all {row}", (f"each of its rows is torch's row {row}", f"모든 행이 torch의 {row}번째 행이다")
    elif len(others := [row for row, place in enumerate(places) if row != place]) == 1:
        row, place = others[0] + 1, int(places[others[0]] or 0) + 1
        # Counted from the end where it is the last, so that calls of several lengths fit one sentence.
        key = tuple("last" if number == len(own) else number for number in (row, place))
        told = f"row {row} is torch's row {place}, all others are right"
        yield f"row {key}", (f"its {told}", f"{row}번째 행이 torch의 {place}번째 행이고 나머지는 맞다")
    else:
        listed = ", ".join(str(int(place or 0) + 1) for place in places)
        yield f"rows {listed}", (f"its rows are torch's rows {listed}", f"행이 차례로 torch의 {listed}번째 행이다")


def same(seen: Tensor, wanted: Tensor) -> bool:
    """But for rounding, by the coarser of the two dtypes."""
    if seen.shape != wanted.shape or not bool(torch.isfinite(seen).all()):
        return False
    eps = 2**-23 if wanted.dtype != torch.float64 or seen.dtype != torch.float64 else 2**-52
    allowed = 256 * eps * max(1.0, float(wanted.abs().max()))
    return bool(((seen.double() - wanted.double()).abs() <= allowed).all())


def digits_alike(pairs: Sequence[tuple[Tensor, Tensor]]) -> int | None:
    """To how many digits numbers agree, of which none is far off, nor a few alone; else None. All as shares of the
    largest."""
    worst = 0.0
    for seen, wanted in pairs:
        if seen.shape != wanted.shape or not bool(torch.isfinite(seen).all()):
            return None
        scale = max(float(wanted.abs().max()), 1e-30)
        gaps = (seen.double() - wanted.double()).abs() / scale
        off = gaps > 1e-6
        if bool(off.any()) and float(off[wanted != 0].double().mean()) < 0.75:  # where zero is right nothing is rounded
            return None
        worst = max(worst, float(gaps.max()))
    return int(-math.log10(worst)) if 0 < worst < 1 else None
