"""Slips of a loop over the nodes: an h that is overwritten, a node that reads itself alone, one block for all gates."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from mistakes.model import Mistake, wrong
from mistakes.steps import GRUStep, LSTMStep, RNNStep, State, Step, Weights
from mistakes.week12.lstm import LSTM_CLAIMS

_STEPS: dict[str, type[Step]] = {"RNN": RNNStep, "LSTM": LSTMStep, "GRU": GRUStep}
_WEIGHTS = {"ih": "weight_ih", "hh": "weight_hh", "b_ih": "bias_ih", "b_hh": "bias_hh"}
_BLOCKS = (
    ("ih", "hh", "b_ih", "b_hh"),
    ("hh", "b_hh"),
    ("ih", "b_ih"),
    ("ih", "b_ih", "b_hh"),
    ("b_ih", "b_hh"),
    ("hh",),
    ("ih",),
    ("b_hh",),
    ("b_ih",),
)
"""Which weights all gates take one block of."""


def of_kind(kind: str) -> Iterator[Mistake]:
    """Overwritten, alone, and the first block of some of the weights."""
    step = _STEPS[kind.removesuffix("Cell")]
    yield _mistake(kind, "node-by-node", _node_by_node(step), *_OVERWRITTEN)
    yield _mistake(kind, "own-h-alone", _own_h_alone(step), *_ALONE)
    if step.gates > 1:
        yield from (_of_one_block(kind, step, some) for some in _BLOCKS)


def _mistake(kind: str, name: str, fault: type, en: str, ko: str) -> Mistake:
    return Mistake(f"{kind}-{name}", en, ko, LSTM_CLAIMS, wrong(fault, kind))


def _node_by_node(step: type[Step]) -> type:
    """With the new h's of the nodes before it; of c each node reads its own alone."""

    def next_state(self: Step, gx: Tensor, state: State, w: Weights) -> State:
        if w.hr is not None:  # a projection reads all nodes, so that h is not made one by one
            return step.next_state(self, gx, state, w)
        nodes = [list(part.unbind(-1)) for part in state]
        for j in range(len(nodes[0])):
            new = step.next_state(self, gx, tuple(torch.stack(part, -1) for part in nodes), w)
            for part, changed in zip(nodes, new, strict=True):
                part[j] = changed[..., j]
        return tuple(torch.stack(part, -1) for part in nodes)

    return type("NodeByNode", (step,), {"next_state": next_state})


_OVERWRITTEN = (
    "You overwrite h node by node: later nodes see the new values of those before them. Keep the old h until the whole "
    "step is computed.",
    "h를 노드마다 바로 덮어써서 뒤의 노드가 앞 노드의 새 값을 본다. 한 단계를 다 계산할 때까지 이전 h를 그대로 두어야 "
    "한다.",
)


def _own_h_alone(step: type[Step]) -> type:
    def from_state(self: Step, h: Tensor, w: Weights) -> Tensor:
        hidden = w.hh.shape[0] // step.gates
        if w.hh.shape[1] == hidden:  # not so with a projection, where h has other nodes
            w = w._replace(hh=w.hh * torch.eye(hidden, dtype=w.hh.dtype, device=w.hh.device).repeat(step.gates, 1))
        return step.from_state(self, h, w)

    return type("OwnHAlone", (step,), {"from_state": from_state})


_ALONE = (
    "Each node reads its own old h alone, weight_hh[j, j] * h[j]; W_hh h sums over all nodes: weight_hh[j] @ h.",
    "노드마다 자기 이전 h만 읽는다(weight_hh[j, j] * h[j]). W_hh h는 모든 노드에 대한 합이다: weight_hh[j] @ h.",
)


def _of_one_block(kind: str, step: type[Step], some: tuple[str, ...]) -> Mistake:
    def first_block(w: Weights) -> Weights:
        first = {name: all_of.chunk(step.gates)[0] for name in some if (all_of := getattr(w, name)) is not None}
        return w._replace(**{name: torch.cat([block] * step.gates) for name, block in first.items()})

    def from_input(self: Step, x: Tensor, w: Weights) -> Tensor:
        return step.from_input(self, x, first_block(w))

    def from_state(self: Step, h: Tensor, w: Weights) -> Tensor:
        return step.from_state(self, h, first_block(w))

    told = ", ".join(_WEIGHTS[name] for name in some)
    return _mistake(
        kind,
        f"first-block-of-{'-and-'.join(some)}",
        type("OneBlock", (step,), {"from_input": from_input, "from_state": from_state}),
        f"All gates take the same rows of {told}, the first H; each gate has H rows of its own, one block below the "
        "other.",
        f"모든 게이트가 {told}의 같은 행(처음 H개)을 쓴다. 게이트마다 자기 행 H개가 있고, 차례로 쌓여 있다.",
    )
