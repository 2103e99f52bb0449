"""Wrong states: how the first one is made, how one step hands on to the next, what is given back."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from mistakes.cells import Cell
from mistakes.model import ALL_KINDS, CELLS, NETWORKS, Mistake, wrong
from mistakes.reference import Network
from mistakes.steps import LSTMStep, State, Step, Weights


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


class HiddenNotCarried(Network):
    def carried(self, state: State) -> State:
        return torch.zeros_like(state[0]), *state[1:]


class CellNotCarried(Network):
    def carried(self, state: State) -> State:
        return state[0], torch.zeros_like(state[1])


class HistoryDetached(Network):
    def carried(self, state: State) -> State:
        return tuple(part.detach() for part in state)


class HistoryCut(Network):
    """Gradients stop every four steps."""

    def all_steps(self, x: Tensor, state: State, w: Weights) -> tuple[Tensor, State]:
        outputs = []
        for piece in x.split(4):
            output, state = super().all_steps(piece, state, w)
            state = tuple(part.detach() for part in state)
            outputs.append(output)
        return torch.cat(outputs), state


class BatchSummed(Step):
    def next_state(self, gx: Tensor, state: State, w: Weights) -> State:
        return super().next_state(gx, tuple(_for_all(part, part.sum(0)) for part in state), w)


class BatchAveraged(Step):
    def next_state(self, gx: Tensor, state: State, w: Weights) -> State:
        return super().next_state(gx, tuple(_for_all(part, part.mean(0)) for part in state), w)


class FirstMemberForAll(Step):
    def next_state(self, gx: Tensor, state: State, w: Weights) -> State:
        return super().next_state(gx, tuple(_for_all(part, part[0]) for part in state), w)


def _for_all(part: Tensor, one: Tensor) -> Tensor:
    """``one`` (H,) for every member of the batch; a state without a batch axis stays as it is."""
    return one.expand_as(part) if part.dim() == 2 else part


class ThroughTheBatch(Network):
    """Member n starts where member n - 1 ended."""

    def all_steps(self, x: Tensor, state: State, w: Weights) -> tuple[Tensor, State]:
        outputs, ends = [], []
        member: State = tuple(part[:1] for part in state)
        for n in range(x.shape[1]):
            output, member = super().all_steps(x[:, n : n + 1], member, w)
            outputs.append(output)
            ends.append(member)
        return torch.cat(outputs, dim=1), tuple(torch.cat(part) for part in zip(*ends, strict=True))


class OneStepEarly(Network):
    def all_steps(self, x: Tensor, state: State, w: Weights) -> tuple[Tensor, State]:
        output, _ = super().all_steps(x, state, w)
        return output, (super().all_steps(x[:-1], state, w)[1] if len(x) > 1 else state)


class OfTheFirstStep(Network):
    def all_steps(self, x: Tensor, state: State, w: Weights) -> tuple[Tensor, State]:
        output, _ = super().all_steps(x, state, w)
        return output, super().all_steps(x[:1], state, w)[1]


class LastDetached(Network):
    def collect_states(self, ends: list[State]) -> State:
        return tuple(part.detach() for part in super().collect_states(ends))


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
    parts = [wrong(for_cell if kind in CELLS else for_network, kind) for kind in kinds or ALL_KINDS]
    return {kind: fault for part in parts for kind, fault in part.items()}


MISTAKES = (
    Mistake(
        "state-kept-between-calls",
        "The state of one call is still there in the next; each call without a state starts from zeros.",
        "이전 호출의 상태가 다음 호출에 남아 있다. 상태를 주지 않으면 호출마다 0에서 시작해야 한다.",
        ("lstm/omit-water", "cell/omit-water", "practice/never-name-the-state", "practice/only-cutting-matters"),
        _two(KeptByNetwork, KeptByCell),
    ),
    Mistake(
        "first-state-random",
        "A first state that is left out is drawn at random; it is zero.",
        "상태를 생략했을 때 난수로 시작했다. 0이어야 한다.",
        ("lstm/omit-water", "cell/omit-water", "practice/never-name-the-state", "lstm/water-shape"),
        wrong(RandomFirst, *ALL_KINDS),
    ),
    Mistake(
        "first-state-ones",
        "A first state that is left out consists of ones; it is zero.",
        "상태를 생략했을 때 1로 시작했다. 0이어야 한다.",
        ("lstm/omit-water", "cell/omit-water", "practice/never-name-the-state", "lstm/water-shape"),
        wrong(OnesFirst, *ALL_KINDS),
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
        "(c, h)를 돌려주었다. 순서는 (h, c)이다.",
        ("lstm/printed-output", "lstm/hT-is-the-last-row", "cell/printed-step", "cell/step-formulas"),
        _two(SwappedByNetwork, SwappedByCell, "LSTM", "LSTMCell"),
    ),
    Mistake(
        "h-not-carried",
        "h is not handed from step to step: every step starts from h = 0.",
        "h를 다음 단계로 넘기지 않았다. 단계마다 h = 0에서 시작한다.",
        ("lstm/printed-output", "cell/loop-is-lstm"),
        wrong(HiddenNotCarried, *NETWORKS),
    ),
    Mistake(
        "c-not-carried",
        "c is not handed from step to step: every step starts from c = 0.",
        "c를 다음 단계로 넘기지 않았다. 단계마다 c = 0에서 시작한다.",
        ("lstm/printed-output", "cell/loop-is-lstm"),
        wrong(CellNotCarried, "LSTM"),
    ),
    Mistake(
        "history-detached",
        "The numbers are right, but each step is cut off from the one before, so no gradient flows back in time.",
        "값은 맞지만 단계마다 이전 상태를 detach해서 기울기가 과거로 흐르지 않는다.",
        ("cell/loop-is-lstm",),
        wrong(HistoryDetached, *NETWORKS),
    ),
    Mistake(
        "history-cut-every-four-steps",
        "Gradients stop every four steps: you truncate the history where nobody asked for it.",
        "네 단계마다 기울기가 끊긴다. 요구하지 않은 truncation이다.",
        ("cell/loop-is-lstm",),
        wrong(HistoryCut, *NETWORKS),
    ),
    Mistake(
        "batch-summed",
        "The members of a batch share one state, the sum over them; each has its own.",
        "배치의 상태를 모두 더해서 함께 쓴다. 시계열마다 자기 상태가 있어야 한다.",
        ("lstm/batch-is-parallel", "cell/step-formulas"),
        wrong(BatchSummed, *ALL_KINDS),
    ),
    Mistake(
        "batch-averaged",
        "The members of a batch share one state, the mean over them; each has its own.",
        "배치의 상태를 평균해서 함께 쓴다. 시계열마다 자기 상태가 있어야 한다.",
        ("lstm/batch-is-parallel", "cell/step-formulas"),
        wrong(BatchAveraged, *ALL_KINDS),
    ),
    Mistake(
        "first-member-for-all",
        "Every member of a batch goes on from the first member's state.",
        "배치의 모든 시계열이 첫 번째 시계열의 상태를 이어받는다.",
        ("lstm/batch-is-parallel", "cell/step-formulas"),
        wrong(FirstMemberForAll, *ALL_KINDS),
    ),
    Mistake(
        "state-through-the-batch",
        "Each member of a batch starts from the last state of the member before it; all start from their own.",
        "배치의 각 시계열이 앞 시계열의 마지막 상태에서 시작한다. 저마다 자기 처음 상태에서 시작해야 한다.",
        ("lstm/batch-is-parallel", "lstm/batch-first-misread"),
        wrong(ThroughTheBatch, *NETWORKS),
    ),
    Mistake(
        "last-state-one-step-early",
        "The last state that you return is the one before the last step.",
        "마지막 단계 이전의 상태를 마지막 상태로 돌려주었다.",
        ("lstm/printed-output", "lstm/hT-is-the-last-row", "cell/loop-is-lstm"),
        wrong(OneStepEarly, *NETWORKS),
    ),
    Mistake(
        "last-state-of-the-first-step",
        "hT is the state after the first step; it is the state after the last.",
        "hT가 첫 단계의 상태이다. 마지막 단계의 상태여야 한다.",
        ("lstm/printed-output", "lstm/hT-is-the-last-row", "cell/loop-is-lstm"),
        wrong(OfTheFirstStep, *NETWORKS),
    ),
    Mistake(
        "last-state-detached",
        "No gradient comes back through hT (or cT): you return it detached.",
        "hT(또는 cT)를 detach해서 돌려주어 그쪽에서 기울기가 오지 않는다.",
        ("cell/loop-is-lstm",),
        wrong(LastDetached, *NETWORKS),
    ),
    Mistake(
        "given-state-overwritten",
        "You write the last state into the tensors that were given as first state.",
        "처음 상태로 받은 텐서에 마지막 상태를 덮어썼다.",
        ("lstm/omit-water",),
        wrong(StateOverwritten, *NETWORKS),
    ),
)
