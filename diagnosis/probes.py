"""What a network is asked, so that two of them can be told apart: a fixed series of calls, few enough for a remote one.

Each group of probes is one network, made with the group's options and called probe after probe. The judge owns the
weights: torch's, under a fixed seed. Torch's own random stream is left where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from diagnosis.answers import RAISED, TAKEN, Answer, pressed, with_gradients
from diagnosis.groups import has, options
from submissions.signals import LeftOut

Make = Callable[..., nn.Module]
Size = tuple[int, ...]

INPUTS, NODES = 5, 4
"""No length or batch below is one of these, so that axes which are mixed up show in a shape."""


class Probe(NamedTuple):
    """One call of the network of ``group``: sizes of x and of the state's parts; state None leaves it out.

    gradients: asked for too. wrong: the sizes do not fit, and an exception is the right answer.
    """

    group: str
    name: str
    x: Size
    state: Size | None = None
    gradients: bool = False
    wrong: bool = False

    def __str__(self) -> str:
        return f"{self.group}: {self.name} {self.x} {self.state}"


_NETWORKS = (
    Probe("plain", "first", (3, 5), gradients=True),
    Probe("plain", "again", (3, 5)),
    Probe("plain", "state", (3, 5), (1, 4)),
    Probe("plain", "batch", (6, 3, 5)),
    Probe("plain", "long", (7, 2, 5), (1, 2, 4), gradients=True),
    Probe("batch first", "first", (2, 6, 5)),
    Probe("batch first", "state", (2, 6, 5), (1, 2, 4)),
    Probe("directions", "first", (6, 3, 5)),
    Probe("stacked", "first", (6, 3, 5)),
    Probe("stacked", "state", (6, 5), (2, 4), gradients=True),
    Probe("layers", "first", (6, 3, 5)),
    Probe("layers", "state", (6, 5), (4, 4), gradients=True),
    Probe("double", "state", (3, 5), (1, 4), gradients=True),
    Probe("special", "state", (3, 5), (1, 4), gradients=True),
    Probe("plain", "wrong", (6, 3, 5), (1, 4), wrong=True),
    Probe("plain", "wrong", (3, 5), (1, 1, 4), wrong=True),
    Probe("plain", "wrong", (6, 3, 5), (1, 1, 4), wrong=True),
    Probe("plain", "wrong", (6, 3, 5), (2, 3, 4), wrong=True),
    Probe("plain", "wrong", (6, 3, 1), wrong=True),
)
_CELLS = (
    Probe("plain", "first", (5,), gradients=True),
    Probe("plain", "again", (5,)),
    Probe("plain", "state", (5,), (4,), gradients=True),
    Probe("plain", "one", (1, 5), (1, 4)),
    Probe("plain", "batch", (3, 5), (3, 4), gradients=True),
    Probe("double", "state", (5,), (4,), gradients=True),
    Probe("special", "state", (5,), (4,), gradients=True),
    Probe("plain", "wrong", (5,), (1, 4), wrong=True),
    Probe("plain", "wrong", (5,), (5,), wrong=True),
    Probe("plain", "wrong", (2, 5), (1, 4), wrong=True),
    Probe("plain", "wrong", (2, 5), (2, 1), wrong=True),
    Probe("plain", "wrong", (2, 2, 5), wrong=True),
    Probe("plain", "wrong", (2, 1), wrong=True),
)
_RARE = (
    Probe("plain", "member", (3, 1, 5)),
    Probe("plain", "member", (3, 1, 5), (1, 1, 4)),
    Probe("plain", "step", (1, 5)),
    Probe("plain", "step", (1, 3, 5), (1, 3, 4)),
    Probe("batch first", "member", (1, 6, 5)),
    Probe("no bias", "first", (3, 5), gradients=True),
    Probe("no bias", "state", (7, 2, 5), (1, 2, 4), gradients=True),
    Probe("batch first directions", "first", (2, 6, 5)),
    Probe("batch first directions", "state", (2, 6, 5), (2, 2, 4)),
    Probe("batch first stacked", "first", (2, 6, 5)),
    Probe("batch first stacked", "state", (2, 6, 5), (2, 2, 4)),
    Probe("special stacked", "first", (6, 3, 5)),
    Probe("special stacked", "state", (6, 5), (2, 4), gradients=True),
    Probe("special directions", "first", (6, 3, 5)),
    Probe("special directions", "state", (6, 5), (2, 4), gradients=True),
)
_RARE_OF_CELLS = (
    Probe("plain", "one", (1, 5)),
    Probe("no bias", "first", (5,), gradients=True),
    Probe("no bias", "state", (3, 5), (3, 4), gradients=True),
)


def probes(kind: str) -> Iterator[Probe]:
    """All probes of ``kind``, the plain ones first and those that must raise last."""
    for probe in _CELLS if kind.endswith("Cell") else _NETWORKS:
        if has(kind, probe.group):
            yield probe


@cache
def rare(kind: str) -> tuple[Probe, ...]:
    """What is asked where no number of all that is wrong: a batch of one member, a series of one step, no bias, two
    options at once."""
    every = _RARE_OF_CELLS if kind.endswith("Cell") else _RARE
    return tuple(probe for probe in every if has(kind, probe.group))


class Asked:
    """The answers of the networks that ``make`` makes, each asked for when it is looked up first, then remembered.

    A probe comes after those of its group that stand before it: what a call leaves behind shows in the next. None
    where ``make`` refuses the options. What is random is drawn under ``seed``.
    """

    def __init__(self, make: Make, kind: str, seed: int = 0) -> None:
        self.make, self.kind, self.seed = make, kind, seed
        self._answers: dict[Probe, Answer | None] = {}
        self._groups: dict[str, Iterator[tuple[Probe, Answer | None]]] = {}

    def __getitem__(self, probe: Probe) -> Answer:
        answer = self.get(probe)
        assert answer is not None, f"{self.kind} refuses the options of {probe}"
        return answer

    def get(self, probe: Probe) -> Answer | None:
        """None where ``make`` refuses the options, or the network's contract has no such call."""
        if probe not in self._answers:
            calls = self._groups.setdefault(probe.group, self._calls(probe.group))
            for asked, answer in calls:
                self._answers[asked] = answer
                if asked == probe:
                    break
        return self._answers.get(probe)

    def _calls(self, group: str) -> Iterator[tuple[Probe, Answer | None]]:
        net = made(self.make, self.kind, group)
        if net is not None:
            every = *probes(self.kind), *rare(self.kind)
            for place, probe in enumerate(p for p in every if p.group == group):
                answer = None
                with suppress(LeftOut):
                    answer = called(net, self.kind, probe, self.seed + place)
                yield probe, answer


def made(make: Make, kind: str, group: str) -> nn.Module | None:
    """A network with the weights of ``group``; None where ``make`` or the weights are refused."""
    with torch.random.fork_rng(devices=[]):
        try:
            net = make(INPUTS, NODES, **options(kind, group))
            net.load_state_dict(weights(kind, group))
        except Exception:
            return None
    return net


def called(net: nn.Module, kind: str, probe: Probe, seed: int = 0) -> Answer:
    """What one call gives. Any Exception is an answer; what is no Exception goes through."""
    answer = called_with(net, *given(kind, probe), gradients=probe.gradients, seed=seed)
    return TAKEN if probe.wrong and answer is not RAISED else answer


def called_with(
    net: nn.Module, x: Tensor, state: tuple[Tensor, ...] | None, *, gradients: bool = False, seed: int = 0
) -> Answer:
    """The same, of other tensors than a probe's."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        try:
            return pressed(with_gradients(net, x, state, gradients=gradients))
        except Exception:
            return RAISED


@cache
def weights(kind: str, group: str) -> dict[str, Tensor]:
    """Those of torch's own network under a fixed seed."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(1)
        return getattr(nn, kind)(INPUTS, NODES, **options(kind, group)).state_dict()


@cache
def given(kind: str, probe: Probe) -> tuple[Tensor, tuple[Tensor, ...] | None]:
    """x and the parts of the state; zeros where they do not fit anyway."""
    made_with = options(kind, probe.group)
    stream = torch.Generator().manual_seed(3)
    like: dict[str, Any] = {"dtype": made_with.get("dtype"), "generator": stream}
    x = torch.randn(probe.x, **like)
    if probe.state is None:
        return x, None
    parts = 2 if kind.startswith("LSTM") else 1
    if probe.wrong:
        return x, (torch.zeros(probe.state),) * parts
    sizes = [(*probe.state[:-1], made_with.get("proj_size", NODES)), probe.state]
    return x, tuple(torch.randn(size, **like) for size in sizes[:parts])
