"""Layers that share one state: the loop over the steps goes through all layers with a single h or c."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

from mistakes.model import NETWORKS, Mistake, wrong
from mistakes.reference import Network
from mistakes.steps import State

CLAIMS = ("lstm/state-rows", "practice/observation-axis")

Ends = Callable[[list[State]], list[State]]
"""Of the states after each layer of the last step: what is returned for the last state."""
_ENDS: dict[str, Ends] = {
    "": lambda ends: ends,
    "one-row": lambda ends: ends[-1:],
    "the-last-in-all-rows": lambda ends: ends[-1:] * len(ends),
}


def of_kind(kind: str) -> Iterator[Mistake]:
    """All of the state, or h or c of it; begun with the first or the last row of what is given."""
    if kind not in NETWORKS:
        return
    yield Mistake(
        f"{kind}-one-buffer-for-layers",
        "Each upper layer writes its output into the tensor that it still reads: every layer needs an output of its "
        "own.",
        "위층이 아직 읽고 있는 텐서에 자기 출력을 덮어쓴다. 층마다 출력을 담을 텐서를 따로 둘 것.",
        CLAIMS,
        wrong(OneBuffer, kind),
    )
    yield Mistake(
        f"{kind}-layers-read-the-step-before",
        "Each upper layer reads what the layer below gave in the step before; it has to read that of the same step.",
        "위층이 아래층의 바로 앞 단계 출력을 읽는다. 같은 단계의 출력을 읽어야 한다.",
        CLAIMS,
        wrong(BelowOfTheStepBefore, kind),
    )
    places = {"state": (0, 1), "h": (0,), "c": (1,)} if kind == "LSTM" else {"h": (0,)}
    for (what, shared), (name, ends) in itertools.product(places.items(), _ENDS.items()):
        told = "h and c" if what == "state" else what
        yield Mistake(
            f"{kind}-layers-go-on-from-{what}-below{name and '-'}{name}",
            f"In your loop over the steps each upper layer goes on from the {told} that the layer below has just "
            f"computed; it has to go on from its own {told} of the step before.",
            f"단계를 도는 반복문에서 위층이 바로 아래층의 새 {told.replace(' and ', ', ')}에서 이어 계산한다. 바로 앞 "
            f"단계의 자기 {told.replace(' and ', ', ')}에서 이어야 한다.",
            CLAIMS,
            wrong(type("FromBelow", (Network,), {"all_layers": _all_layers(shared, None, ends)}), kind),
        )
    for (what, shared), row, (name, ends) in itertools.product(places.items(), (0, -1), _ENDS.items()):
        told = "h and c" if what == "state" else what
        yield Mistake(
            f"{kind}-layers-share-{what}-of-row-{row}{name and '-'}{name}",
            f"In your loop over the steps all layers share one {told}: each layer goes on from what the layer below "
            f"has just computed. Keep {_own(told)} for each layer, and return them all.",
            f"단계를 도는 반복문에서 모든 층이 {told.replace(' and ', ', ')} 하나를 함께 써서, 위층이 바로 아래층의 새 "
            f"값에서 이어 계산한다. {told.replace(' and ', ', ')}를 층마다 따로 두고 모두 반환해야 한다.",
            CLAIMS,
            wrong(type("Shared", (Network,), {"all_layers": _all_layers(shared, row, ends)}), kind),
        )


class OneBuffer(Network):
    """What the forward direction writes there the backward one reads; a backward pass finds it overwritten."""

    def one_layer(self, x: Tensor, state: State, layer: int) -> tuple[Tensor, list[State]]:
        if not layer:
            return super().one_layer(x, state, layer)
        buffer, width, ends = x.clone(), x.shape[-1] // self.directions, []
        for direction in range(self.directions):
            now, w = self.row_of_state(state, layer, direction), self.weights(self.suffix(layer, direction))
            for step in reversed(range(len(x))) if direction else range(len(x)):
                now = self.next_state(self.from_input(buffer[step], w), self.carried(now), w)
                buffer[step, :, direction * width : (direction + 1) * width] = self.shown(now)
            ends.append(now)
        return buffer, ends


def _own(told: str) -> str:
    return "an h and a c" if told == "h and c" else f"{'an' if told == 'h' else 'a'} {told}"


class BelowOfTheStepBefore(Network):
    def all_layers(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        if self.directions == 2:
            return super().all_layers(x, state)
        now = [self.row_of_state(state, layer, 0) for layer in range(self.num_layers)]
        weights = [self.weights(self.suffix(layer, 0)) for layer in range(self.num_layers)]
        outputs = []
        for below in x:
            inputs = [below, *(self.shown(before) for before in now[:-1])]
            every = zip(inputs, now, weights, strict=True)
            now = [self.next_state(self.from_input(one, w), self.carried(first), w) for one, first, w in every]
            outputs.append(self.shown(now[-1]))
        return torch.stack(outputs), self.collect_states(now)


def _all_layers(shared: tuple[int, ...], row: int | None, ends: Ends) -> Callable[..., tuple[Tensor, State]]:
    """shared: which parts of the state are one for all layers. row: with whose they begin; None where that is so in
    each step anew, and the first layer's are its own."""

    def all_layers(self: Any, x: Tensor, state: State) -> tuple[Tensor, State]:
        if self.directions == 2:  # a layer reads both directions of the one below, so that its steps have to wait
            return Network.all_layers(self, x, state)
        rows = [self.row_of_state(state, layer, 0) for layer in range(self.num_layers)]
        now, outputs = list(rows), []
        common = rows[row or 0]
        for below in x:
            common = now[0] if row is None else common
            for layer in range(self.num_layers):
                first = tuple(common[k] if k in shared else part for k, part in enumerate(now[layer]))
                w = self.weights(self.suffix(layer, 0))
                now[layer] = common = self.next_state(self.from_input(below, w), self.carried(first), w)
                below = self.shown(common)
            outputs.append(below)
        return torch.stack(outputs), self.collect_states(ends(now))

    return all_layers
