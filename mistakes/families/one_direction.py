"""A slip in one direction of a network alone, as where its loop was copied; and steps whose rows stay zero."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

from mistakes import week12
from mistakes.model import NETWORKS, RIGHT, Mistake, seen_as
from mistakes.reference import Network
from mistakes.steps import State, Weights

CLAIMS = ("lstm/hT-is-the-last-row", "lstm/state-rows")
_OF_STEPS = (
    "lstm-output-from-the-old-c",
    "lstm-hidden-without-tanh",
    "lstm-no-output-gate",
    "lstm-no-forget-gate",
    "lstm-input-and-forget-exchanged",
    "lstm-candidate-without-tanh",
    "gru-update-inverted",
    "gru-reset-before-the-product",
    "gru-bias-outside-the-reset",
    "rnn-no-nonlinearity",
    "rnn-weight-hh-transposed",
    "bias-ih-forgotten",
    "bias-hh-forgotten",
    "bias-ih-twice",
    "no-bias",
    "state-product-missing",
    "h-not-carried",
    "c-not-carried",
    "history-detached",
    "output-one-step-late",
    "every-row-the-last",
)
"""Of the catalogue, what may be wrong in one loop and right in the other."""


def of_kind(kind: str) -> Iterator[Mistake]:
    """Of networks: rows of steps that a loop leaves out, in both directions or one; and what else goes wrong in one."""
    if kind not in NETWORKS:
        return
    for name, (steps, en, ko) in _LEFT_OUT.items():
        fault = type("LeftOut", (Network,), {"all_steps": _zeros_where_left_out(steps)})
        yield _mistake(kind, name, type(kind, (fault, RIGHT[kind]), {}), en, ko)
        yield from _in_one(kind, name, fault, en, ko)
    yield from _in_one(kind, *_IGNORED)
    yield from _with_forward_weights(kind)
    yield _mistake(
        kind,
        "batch-reversed",
        type(kind, (AlongTheBatch, RIGHT[kind]), {}),
        "Your backward direction turns the batch round, not the steps: it has to reverse the axis of time.",
        "역방향에서 시간축이 아니라 배치축을 뒤집는다. 시간축을 뒤집어야 한다.",
    )
    for mistake in week12.MISTAKES:
        if mistake.name in _OF_STEPS and kind in mistake.networks:
            yield from _in_one(kind, mistake.name, mistake.networks[kind], mistake.en, mistake.ko)


def _mistake(kind: str, name: str, made: type, en: str, ko: str) -> Mistake:
    return Mistake(f"{kind}-{name}", en, ko, CLAIMS, {kind: made})


def _in_one(kind: str, name: str, faulty: type, en: str, ko: str) -> Iterator[Mistake]:
    for direction, (told, told_ko) in enumerate((("forward", "정방향"), ("backward", "역방향"))):
        whole = faulty if issubclass(faulty, RIGHT[kind]) else type(kind, (faulty, RIGHT[kind]), {})
        made = type(kind, (RIGHT[kind],), {"one_layer": _one_layer(whole, direction)})
        where = f"In the {told} direction of a bidirectional network alone: ", f"양방향 네트워크의 {told_ko}에서만: "
        yield _mistake(kind, f"{name}-{told}", made, where[0] + en, where[1] + ko)


def _one_layer(faulty: type, wrong: int) -> Callable[..., tuple[Tensor, list[State]]]:
    """``Network.one_layer``, where the direction ``wrong`` of two is made as ``faulty`` makes it."""

    def one_layer(self: Any, x: Tensor, state: State, layer: int) -> tuple[Tensor, list[State]]:
        if self.directions == 1:
            return Network.one_layer(self, x, state, layer)
        both: Any = (self, seen_as(self, faulty))
        (output, ends), (other, others) = (Network.one_layer(net, x, state, layer) for net in both)
        halves, its = list(output.chunk(2, -1)), other.chunk(2, -1)
        halves[wrong], ends[wrong] = its[wrong], others[wrong]
        return torch.cat(halves, -1), ends

    return one_layer


class StateIgnored(Network):
    def row_of_state(self, state: State, layer: int, direction: int) -> State:
        return tuple(torch.zeros_like(part) for part in super().row_of_state(state, layer, direction))


_IGNORED = (
    "state-ignored",
    StateIgnored,
    "The state that is given has no effect: you always start from zeros.",
    "넘겨준 상태가 무시되었다. 언제나 0에서 시작한다.",
)


def _with_forward_weights(kind: str) -> Iterator[Mistake]:
    """The backward direction reads one of the forward direction's; all of them is in the catalogue."""
    for wrong in (*((name,) for name in Weights._fields if kind == "LSTM" or name != "hr"), ("b_ih", "b_hh")):

        def weights(self: Any, suffix: str = "", wrong: tuple[str, ...] = wrong) -> Weights:
            forward = Network.weights(self, suffix.removesuffix("_reverse"))
            return Network.weights(self, suffix)._replace(**{name: getattr(forward, name) for name in wrong})

        read = [f"bias_{name[2:]}" if name.startswith("b_") else f"weight_{name}" for name in wrong]
        particle = "을" if read[-1].endswith("r") else "를"
        yield _mistake(
            kind,
            f"backward-with-forward-{'-and-'.join(wrong)}",
            type(kind, (RIGHT[kind],), {"weights": weights}),
            f"Your backward direction uses the forward direction's {' and '.join(read)}; it has its own, under "
            "names that end in _reverse.",
            f"역방향이 정방향의 {', '.join(read)}{particle} 쓴다. 역방향의 것은 이름이 _reverse로 끝난다.",
        )


class AlongTheBatch(Network):
    def order_of_time(self, x: Tensor, direction: int) -> Tensor:
        return x.flip(1) if direction else x

    def order_back(self, output: Tensor, direction: int) -> Tensor:
        return self.order_of_time(output, direction)


Steps = Callable[[int], range]
"""Of a number of steps those that are made, counted from 0 in the order of the direction."""
_LEFT_OUT: dict[str, tuple[Steps, str, str]] = {
    "last-row-zero": (
        lambda length: range(length - 1),
        "Your loop leaves out its last step: that row of the output stays zero, and the last state is the one before.",
        "반복문이 마지막 단계를 건너뛴다. output의 그 행이 0으로 남고, 마지막 상태는 그 앞의 것이다.",
    ),
    "first-row-zero": (
        lambda length: range(1, length),
        "Your loop leaves out its first step: that row of the output stays zero.",
        "반복문이 첫 단계를 건너뛴다. output의 그 행이 0으로 남는다.",
    ),
}


def _zeros_where_left_out(steps: Steps) -> Callable[..., tuple[Tensor, State]]:
    def all_steps(self: Any, x: Tensor, state: State, w: Weights) -> tuple[Tensor, State]:
        made = steps(len(x))
        if not len(made):
            return x.new_zeros(*x.shape[:-1], state[0].shape[-1]), state
        rows, last = Network.all_steps(self, x[made.start : made.stop], state, w)
        before, after = (rows.new_zeros(n, *rows.shape[1:]) for n in (made.start, len(x) - made.stop))
        return torch.cat([before, rows, after]), last

    return all_steps
