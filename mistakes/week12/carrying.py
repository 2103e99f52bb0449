"""Wrong carrying: what one step hands to the next, what is mixed over the batch, which state comes last."""

from __future__ import annotations

import torch
from torch import Tensor

from mistakes.model import NETWORKS, NETWORKS_AND_CELLS, Mistake, wrong
from mistakes.reference import Network
from mistakes.steps import State, Step, Weights


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


MISTAKES = (
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
        wrong(BatchSummed, *NETWORKS_AND_CELLS),
    ),
    Mistake(
        "batch-averaged",
        "The members of a batch share one state, the mean over them; each has its own.",
        "배치의 상태를 평균해서 함께 쓴다. 시계열마다 자기 상태가 있어야 한다.",
        ("lstm/batch-is-parallel", "cell/step-formulas"),
        wrong(BatchAveraged, *NETWORKS_AND_CELLS),
    ),
    Mistake(
        "first-member-for-all",
        "Every member of a batch goes on from the first member's state.",
        "배치의 모든 시계열이 첫 번째 시계열의 상태를 이어받는다.",
        ("lstm/batch-is-parallel", "cell/step-formulas"),
        wrong(FirstMemberForAll, *NETWORKS_AND_CELLS),
    ),
    Mistake(
        "state-through-the-batch",
        "Each member of a batch starts from the last state of the member before it; all start from their own.",
        "배치의 각 시계열이 앞 시계열의 마지막 상태에서 시작한다. 저마다 자기 초기 상태에서 시작해야 한다.",
        ("lstm/batch-is-parallel", "lstm/batch-first-misread"),
        wrong(ThroughTheBatch, *NETWORKS),
    ),
    Mistake(
        "last-state-one-step-early",
        "The last state that you return is the one before the last step.",
        "마지막 단계 이전의 상태를 마지막 상태로 반환했다.",
        ("lstm/printed-output", "lstm/hT-is-the-last-row", "cell/loop-is-lstm"),
        wrong(OneStepEarly, *NETWORKS),
    ),
    Mistake(
        "last-state-of-the-first-step",
        "hT is the state after the first step; it has to be the state after the last.",
        "hT가 첫 단계의 상태이다. 마지막 단계의 상태여야 한다.",
        ("lstm/printed-output", "lstm/hT-is-the-last-row", "cell/loop-is-lstm"),
        wrong(OfTheFirstStep, *NETWORKS),
    ),
    Mistake(
        "last-state-detached",
        "No gradient comes back through the last state: you return it detached.",
        "마지막 상태를 detach해서 반환하여 그쪽에서 기울기가 오지 않는다.",
        ("cell/loop-is-lstm",),
        wrong(LastDetached, *NETWORKS),
    ),
)
