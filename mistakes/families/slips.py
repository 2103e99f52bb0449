"""A slip in one index: a gate that takes a weight's rows of another; and x that meets the weights of h."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import linear

from mistakes.model import Mistake, wrong
from mistakes.steps import GRUStep, LSTMStep, RNNStep, State, Step, Weights
from mistakes.week12.gru import GRU_CLAIMS
from mistakes.week12.lstm import LSTM_CLAIMS

_GATES: dict[str, tuple[type[Step], str, tuple[str, ...]]] = {
    "LSTM": (LSTMStep, "ifgo", LSTM_CLAIMS),
    "GRU": (GRUStep, "rzn", GRU_CLAIMS),
}
_WEIGHTS = {"ih": "weight_ih", "hh": "weight_hh", "b_ih": "bias_ih", "b_hh": "bias_hh"}
_MOVED = (("hh", "b_hh"), ("ih", "b_ih"), ("hh",), ("ih",), ("b_hh",), ("b_ih",))


def of_kind(kind: str) -> Iterator[Mistake]:
    """Of a gate some of the weights; all of them at once are in ``orders``."""
    if kind.startswith(("LSTM", "RNN")):
        yield _joined(kind)
    if kind.removesuffix("Cell") in _GATES:
        right = _GATES[kind.removesuffix("Cell")][1]
        for moved, (gate, other) in itertools.product(_MOVED, itertools.permutations(right, 2)):
            yield _of_another(kind, gate, other, moved)


def _joined(kind: str) -> Mistake:
    """W_ih and W_hh side by side, and x and h the other way round: the sizes add up all the same."""

    def from_input(self: Any, x: Tensor, w: Weights) -> Tensor:
        return x

    def next_state(self: Any, x: Tensor, state: State, w: Weights) -> State:
        if w.hh.shape[1] != state[0].shape[-1] or x.dim() != state[0].dim():
            return step.next_state(self, step.from_input(self, x, w), state, w)
        both = torch.cat([w.ih, w.hh], 1)
        a = linear(torch.cat([state[0], x], -1), both, w.b_ih) + (0 if w.b_hh is None else w.b_hh)
        return step.next_state(self, a - step.from_state(self, state[0], w), state, w)

    step: Any = LSTMStep if kind.startswith("LSTM") else RNNStep
    fault = type("Joined", (step,), {"from_input": from_input, "next_state": next_state})
    return Mistake(
        f"{kind}-joined-the-other-way-round",
        "You join x and h in one order and their weights in the other: beside [W_ih, W_hh] it has to be [x, h].",
        "x와 h를 이어 붙인 순서가 가중치를 이어 붙인 순서와 다르다. [W_ih, W_hh]라면 [x, h]여야 한다.",
        LSTM_CLAIMS,
        wrong(fault, kind),
    )


def _of_another(kind: str, gate: str, other: str, moved: tuple[str, ...]) -> Mistake:
    step, right, claims = _GATES[kind.removesuffix("Cell")]
    own, its = right.index(gate), right.index(other)

    def taken(w: Weights) -> Weights:
        return w._replace(**{name: _block(getattr(w, name), own, its, len(right)) for name in moved})  # type: ignore[arg-type]

    place = "from_input" if moved[0].endswith("ih") else "from_state"
    fault = type("OfAnother", (step,), {place: _with(getattr(step, place), taken)})
    told = [_WEIGHTS[name] for name in moved]
    return Mistake(
        f"{kind}-{gate}-with-{'-and-'.join(moved)}-of-{other}",
        f"Your {gate} is computed with {other}'s rows of {' and '.join(told)}, block {its + 1} of {len(right)}; its "
        f"own are block {own + 1}.",
        f"{gate}의 계산에 {', '.join(told)}의 {other} 행(블록 {len(right)}개 중 {its + 1}번째)을 썼다. {gate}의 행은 "
        f"{own + 1}번째 블록이다.",
        claims,
        wrong(fault, kind),
    )


def _block(weight: Tensor | None, own: int, its: int, count: int) -> Tensor | None:
    if weight is None:
        return None
    blocks = list(weight.chunk(count))
    blocks[own] = blocks[its]
    return torch.cat(blocks)


def _with(product: Callable[..., Tensor], taken: Callable[[Weights], Weights]) -> Callable[..., Tensor]:
    return lambda self, given, w: product(self, given, taken(w))
