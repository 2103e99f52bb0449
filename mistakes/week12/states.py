"""Wrong states: how the first one is made, what becomes of one that is given, in which order h and c stand."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from mistakes.cells import Cell
from mistakes.model import CELLS, NETWORKS, NETWORKS_AND_CELLS, Mistake, wrong
from mistakes.reference import Network
from mistakes.steps import LSTMStep, State, Weights


class KeptByNetwork(Network):
    """The last state of a call is the first of the next, where it fits."""

    kept: State = ()

    def zero_state(self, x: Tensor) -> State:
        fits = [tuple(part.shape) for part in self.kept] == self.state_sizes(x)
        return self.kept if fits else super().zero_state(x)

    def all_layers(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        output, last = super().all_layers(x, state)
        self.kept = tuple(part.detach() for part in last)
        return output, last


class KeptByCell(Cell):
    kept: State = ()

    def zero_state(self, x: Tensor) -> State:
        zeros = super().zero_state(x)
        fits = [part.shape for part in self.kept] == [part.shape for part in zeros]
        return self.kept if fits else zeros

    def returned(self, state: State) -> Any:
        self.kept = tuple(part.detach() for part in state)
        return super().returned(state)


class RandomFirst:
    def zero_state(self, x: Tensor) -> State:
        return tuple(torch.randn_like(part) for part in super().zero_state(x))  # type: ignore[misc]


class OnesFirst:
    def zero_state(self, x: Tensor) -> State:
        return tuple(torch.ones_like(part) for part in super().zero_state(x))  # type: ignore[misc]


class IgnoredByNetwork(Network):
    def first_state(self, x: Tensor, hx: Any, batched: bool) -> State:
        return self.zero_state(x)


class IgnoredByCell(Cell):
    def given_state(self, x: Tensor, hx: Any) -> State:
        return self.zero_state(super().given_state(x, hx)[0])


class GivenHiddenIgnored(Network):
    def first_state(self, x: Tensor, hx: Any, batched: bool) -> State:
        h, c = super().first_state(x, hx, batched)
        return torch.zeros_like(h), c


class GivenCellIgnored(Network):
    def first_state(self, x: Tensor, hx: Any, batched: bool) -> State:
        h, c = super().first_state(x, hx, batched)
        return h, torch.zeros_like(c)


class GivenSwapped(Network):
    """The pair that is given, read as (c, h); with a projection their sizes differ."""

    def first_state(self, x: Tensor, hx: Any, batched: bool) -> State:
        h, c = super().first_state(x, hx, batched)
        return (c, h) if hx is not None and h.shape == c.shape else (h, c)


class GivenDetached(Network):
    def first_state(self, x: Tensor, hx: Any, batched: bool) -> State:
        return tuple(part.detach() for part in super().first_state(x, hx, batched))


class SwappedOnEntry(LSTMStep):
    """Both parts of a given state, read as (c, h); sizes must agree for that to go unnoticed."""

    def next_state(self, gx: Tensor, state: State, w: Weights) -> State:
        h, c = state
        return super().next_state(gx, (c, h) if h.shape == c.shape else state, w)


class SwappedByNetwork(Network):
    def returned(self, output: Tensor, last: State) -> Any:
        return output, (last[1], last[0])


class SwappedByCell(Cell):
    def returned(self, state: State) -> Any:
        return state[1], state[0]


class StateOverwritten(Network):
    """The tensors that were given serve as the buffer for the last state."""

    def forward(self, input: Tensor, hx: Any = None) -> Any:
        result = super().forward(input, hx)
        if hx is not None:
            pairs = [(hx, result[1])] if self.parts == 1 else list(zip(hx, result[1], strict=True))
            for given, last in pairs:
                given.data.copy_(last.detach())
        return result


def _two(for_network: type, for_cell: type, *kinds: str) -> dict[str, Any]:
    parts = [wrong(for_cell if kind in CELLS else for_network, kind) for kind in kinds or NETWORKS_AND_CELLS]
    return {kind: fault for part in parts for kind, fault in part.items()}


MISTAKES = (
    Mistake(
        "state-kept-between-calls",
        "The state of one call is still there in the next; each call without a state has to start from zeros.",
        "이전 호출의 상태가 다음 호출에 남아 있다. 상태를 주지 않으면 호출마다 0에서 시작해야 한다.",
        ("lstm/omit-water", "cell/omit-water", "practice/never-name-the-state", "practice/only-cutting-matters"),
        _two(KeptByNetwork, KeptByCell),
    ),
    Mistake(
        "first-state-random",
        "A first state that is left out is drawn at random; it has to be zero.",
        "상태를 생략했을 때 난수로 시작했다. 0이어야 한다.",
        ("lstm/omit-water", "cell/omit-water", "practice/never-name-the-state", "lstm/water-shape"),
        wrong(RandomFirst, *NETWORKS_AND_CELLS),
    ),
    Mistake(
        "first-state-ones",
        "A first state that is left out consists of ones; it has to be zero.",
        "상태를 생략했을 때 1로 시작했다. 0이어야 한다.",
        ("lstm/omit-water", "cell/omit-water", "practice/never-name-the-state", "lstm/water-shape"),
        wrong(OnesFirst, *NETWORKS_AND_CELLS),
    ),
    Mistake(
        "given-state-ignored",
        "The state that is given has no effect: you always start from zeros.",
        "넘겨준 상태가 무시되었다. 언제나 0에서 시작한다.",
        ("cell/step-formulas", "practice/only-cutting-matters", "lstm/water-shape"),
        _two(IgnoredByNetwork, IgnoredByCell),
    ),
    Mistake(
        "given-h-ignored",
        "Of the state (h, c) that is given you use c alone.",
        "넘겨준 상태 (h, c)에서 c만 썼다. h도 써야 한다.",
        ("practice/only-cutting-matters", "cell/loop-is-lstm"),
        wrong(GivenHiddenIgnored, "LSTM"),
    ),
    Mistake(
        "given-c-ignored",
        "Of the state (h, c) that is given you use h alone.",
        "넘겨준 상태 (h, c)에서 h만 썼다. c도 써야 한다.",
        ("practice/only-cutting-matters", "cell/loop-is-lstm"),
        wrong(GivenCellIgnored, "LSTM"),
    ),
    Mistake(
        "given-state-swapped",
        "You read the state that is given as (c, h); it comes as (h, c).",
        "초기 상태로 받은 쌍을 (c, h)로 읽었다. (h, c)가 맞다.",
        ("practice/only-cutting-matters", "cell/loop-is-lstm"),
        wrong(GivenSwapped, "LSTM"),
    ),
    Mistake(
        "given-state-detached",
        "No gradient reaches the state that is given: you detach it.",
        "넘겨준 상태를 detach해서 그쪽으로 기울기가 흐르지 않는다.",
        ("cell/loop-is-lstm",),
        wrong(GivenDetached, *NETWORKS),
    ),
    Mistake(
        "h-and-c-swapped-on-entry",
        "You read the state as (c, h); it is (h, c).",
        "상태를 (c, h)로 읽었다. (h, c)가 맞다.",
        ("lstm/printed-output", "cell/step-formulas"),
        wrong(SwappedOnEntry, "LSTM", "LSTMCell"),
    ),
    Mistake(
        "h-and-c-swapped-on-return",
        "You return (c, h); the order is (h, c).",
        "(c, h)를 반환했다. 순서는 (h, c)이다.",
        ("lstm/printed-output", "lstm/hT-is-the-last-row", "cell/printed-step", "cell/step-formulas"),
        _two(SwappedByNetwork, SwappedByCell, "LSTM", "LSTMCell"),
    ),
    Mistake(
        "given-state-overwritten",
        "You write the last state into the tensors that were given as first state.",
        "초기 상태로 받은 텐서에 마지막 상태를 덮어썼다.",
        ("lstm/omit-water",),
        wrong(StateOverwritten, *NETWORKS),
    ),
)
