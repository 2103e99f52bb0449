"""What should raise and does not: states and inputs of a wrong rank or size, bent until they fit."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from mistakes.cells import Cell
from mistakes.model import CELLS, NETWORKS, Mistake, wrong
from mistakes.reference import Network
from mistakes.steps import State


class LowerRankTaken(Network):
    """(rows, H) beside a 3-D input serves every member of the batch."""

    def first_state(self, x: Tensor, hx: Any, batched: bool) -> State:
        return super().first_state(x, self.bent(hx, x) if batched else hx, batched)

    def bent(self, hx: Any, x: Tensor) -> Any:
        if isinstance(hx, tuple):
            return tuple(self.bent(part, x) for part in hx)
        fits = hx is not None and hx.dim() == 2
        return hx.unsqueeze(1).expand(-1, x.shape[1], -1) if fits else hx


class HigherRankTaken(Network):
    """(rows, 1, H) beside a 2-D input loses its axis of 1."""

    def first_state(self, x: Tensor, hx: Any, batched: bool) -> State:
        return super().first_state(x, hx if batched else self.bent(hx), batched)

    def bent(self, hx: Any) -> Any:
        if isinstance(hx, tuple):
            return tuple(self.bent(part) for part in hx)
        return hx.squeeze(1) if hx is not None and hx.dim() == 3 else hx


class SizeOfOneTaken(Network):
    """An axis of 1 in the state is broadcast, whatever the size that was due."""

    def first_state(self, x: Tensor, hx: Any, batched: bool) -> State:
        return super().first_state(x, hx if hx is None else self.bent(hx, x, batched), batched)

    def bent(self, hx: Any, x: Tensor, batched: bool) -> Any:
        given = hx if self.parts == 2 else (hx,)
        parts = []
        for part, size in zip(given, self.state_sizes(x), strict=True):
            due = size if batched else (size[0], size[2])
            fits = part.dim() == len(due) and all(s in (1, d) for s, d in zip(part.shape, due, strict=True))
            parts.append(part.expand(due) if fits else part)
        return tuple(parts) if self.parts == 2 else parts[0]


class SuperfluousRowsTaken(Network):
    def check_state(self, given: State, x: Tensor, batched: bool) -> None:
        rows = self.directions * self.num_layers
        super().check_state(tuple(part[:rows] for part in given), x, batched)


class AnyCellStateTaken(Cell):
    """Whatever can be broadcast or reshaped into place is used."""

    def given_state(self, x: Tensor, hx: Any) -> State:
        due = (*x.shape[:-1], self.hidden_size)
        given = hx if self.parts == 2 else (hx,)
        return super().given_state(x, self.whole(tuple(_into(part, due) for part in given)))

    def whole(self, parts: State) -> Any:
        return parts if self.parts == 2 else parts[0]


class AnyInputTaken(Network):
    """An input of another size is cut, or filled up with zeros."""

    def forward(self, input: Tensor, hx: Any = None) -> Any:
        missing = self.input_size - input.shape[-1]
        return super().forward(torch.nn.functional.pad(input, (0, missing)), hx)


def _into(part: Tensor, due: tuple[int, ...]) -> Tensor:
    if part.numel() == torch.Size(due).numel():
        return part.reshape(due)
    return part[..., : due[-1]].expand(due) if part.shape[-1] >= due[-1] or part.shape[-1] == 1 else part


MISTAKES = (
    Mistake(
        "state-without-batch-axis-taken",
        "A state (1, 4) beside a 3-D input is broadcast silently; it must raise.",
        "3차원 입력에 준 (1, 4)인 상태를 오류 없이 broadcast했다. 오류를 내야 한다.",
        ("lstm/water-shape",),
        wrong(LowerRankTaken, *NETWORKS),
    ),
    Mistake(
        "state-with-batch-axis-taken",
        "A state (1, 1, 4) beside a 2-D input is squeezed silently; it must raise.",
        "2차원 입력에 준 (1, 1, 4)인 상태를 오류 없이 squeeze했다. 오류를 내야 한다.",
        ("lstm/water-shape",),
        wrong(HigherRankTaken, *NETWORKS),
    ),
    Mistake(
        "state-of-size-one-broadcast",
        "An axis of 1 in the state is stretched to the size of the batch or of h; it must raise.",
        "상태에서 크기 1인 축을 배치나 h의 크기로 늘렸다. 오류를 내야 한다.",
        ("lstm/water-size",),
        wrong(SizeOfOneTaken, *NETWORKS),
    ),
    Mistake(
        "superfluous-state-rows-taken",
        "A state with more rows than layers and directions is accepted, and its further rows are dropped.",
        "층과 방향보다 행이 많은 상태를 받아들이고 남는 행을 버렸다.",
        ("lstm/water-size",),
        wrong(SuperfluousRowsTaken, *NETWORKS),
    ),
    Mistake(
        "cell-state-broadcast",
        "Your cell bends a state of the wrong shape into place, (1, 4) for (4,) say; it must raise.",
        "셀이 (4,) 대신 (1, 4)처럼 모양이 다른 상태를 억지로 맞추어 썼다. 오류를 내야 한다.",
        ("cell/water-shape",),
        wrong(AnyCellStateTaken, *CELLS),
    ),
    Mistake(
        "input-of-any-size-taken",
        "An input of a wrong size is cut or filled up with zeros; it must raise.",
        "크기가 맞지 않는 입력을 자르거나 0으로 채웠다. 오류를 내야 한다.",
        ("lstm/water-size",),
        wrong(AnyInputTaken, *NETWORKS),
    ),
)
