"""Axes of a batch that come first and are exchanged by reshape: on the way back alone, or both ways."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from torch import Tensor

from mistakes.model import NETWORKS, Mistake, wrong
from mistakes.reference import Network
from mistakes.week12.axes import BatchFirstReshaped

CLAIMS = ("lstm/batch-first-wants-NLH",)


class ReshapedBack(Network):
    def from_time_first(self, output: Tensor, batched: bool) -> Tensor:
        if batched and self.batch_first:
            return output.reshape(output.shape[1], output.shape[0], -1)
        return super().from_time_first(output, batched)


class ReshapedBothWays(ReshapedBack, BatchFirstReshaped):
    pass


_FAULTS: dict[str, tuple[type[Any], str, str]] = {
    "reshaped-back": (
        ReshapedBack,
        "With batch_first=True you reshape the output where you must transpose it: steps and members of the batch are "
        "mixed. What you read is right.",
        "batch_first=True일 때 output의 축을 transpose가 아니라 reshape로 바꾸어 시간과 배치가 섞였다. 입력을 읽는 "
        "것은 맞다.",
    ),
    "reshaped-both-ways": (
        ReshapedBothWays,
        "With batch_first=True you reshape both the input and the output where you must transpose: steps and members "
        "of the batch are mixed.",
        "batch_first=True일 때 입력과 output의 축을 모두 transpose가 아니라 reshape로 바꾸어 시간과 배치가 섞였다.",
    ),
}


def of_kind(kind: str) -> Iterator[Mistake]:
    """Of networks."""
    if kind in NETWORKS:
        for name, (fault, en, ko) in _FAULTS.items():
            yield Mistake(f"{kind}-batch-first-{name}", en, ko, CLAIMS, wrong(fault, kind))
