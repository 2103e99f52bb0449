"""Behind a wrong order of the gates: what is left where the judge gives the weights in the submission's own order.

An order can be undone from outside, so that what else is wrong shows as if the order were mended.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn

import mistakes
from diagnosis.answers import RAISED, Answer, values_differ
from diagnosis.glances import alike, glance_of_answer, of_mistake
from diagnosis.known import drawn_names, known, right
from diagnosis.probes import Asked, Make, Probe, probes
from mistakes import families
from mistakes.families import orders
from mistakes.model import Mistake

GATES = {"LSTM": "ifgo", "GRU": "rzn"}
"""torch's order of the blocks of rows."""


def behind_an_order(kind: str, make: Make, seen: Mapping[Probe, Answer]) -> tuple[Mistake, ...]:
    """The order of the gates, and the one mistake that explains the values that are left without it; the order alone
    where the values are right without it, so that gradients alone are wrong. Empty where no order is it, or several.

    seen: answers in the right shapes. Signals of a submission go through.
    """
    first = next(probes(kind))
    if kind.removesuffix("Cell") not in GATES or first not in seen or not _differs(kind, first, seen[first]):
        return ()
    found = [
        (order, *rest)
        for letters, order in orders.every(kind)
        if (rest := _left(kind, Asked(_in_order(make, kind, letters), kind), seen)) is not None
    ]
    return found[0] if len(found) == 1 else ()


def _left(kind: str, asked: Asked, seen: Mapping[Probe, Answer]) -> tuple[Mistake, ...] | None:
    """Empty where the values are right; None where they fit no mistake."""
    first = next(probes(kind))
    answer = asked.get(first)
    if answer is None or answer is RAISED:
        return None
    if not _differs(kind, first, answer) and not any(_differs(kind, probe, asked.get(probe)) for probe in seen):
        return ()
    wanted, allowed = glance_of_answer(answer)
    for mistake in _steady(kind):
        if alike(of_mistake(kind, mistake, first), wanted, allowed) and _is(kind, mistake, asked, seen):
            return (mistake,)
    return None


def _steady(kind: str) -> Iterator[Mistake]:
    """What draws no random numbers. Of an order behind another no one would be told anything."""
    another = {order.name for _, order in orders.every(kind)}
    for mistake in (*mistakes.ALL, *families.of_kind(kind)):
        if kind in mistake.networks and mistake.name not in drawn_names(kind) | another:
            yield mistake


def _is(kind: str, mistake: Mistake, asked: Asked, seen: Mapping[Probe, Answer]) -> bool:
    for probe in seen:
        one, other = asked.get(probe), known(kind, mistake).first.get(probe)
        if one is None or other is None or values_differ(one, other):
            return False
    return True


def _differs(kind: str, probe: Probe, answer: Answer | None) -> bool:
    return answer is None or values_differ(answer, right(kind)[probe])


def _in_order(make: Make, kind: str, letters: str) -> Make:
    """What ``make`` makes, with the blocks of the weights that it is given in the order of ``letters``."""
    gates = GATES[kind.removesuffix("Cell")]

    def turned(name: str, weight: Tensor) -> Tensor:
        blocks = weight.chunk(len(gates))
        return weight if "weight_hr" in name else torch.cat([blocks[gates.index(gate)] for gate in letters])

    def made(*sizes: int, **options: Any) -> nn.Module:
        net: Any = make(*sizes, **options)
        load = net.load_state_dict
        net.load_state_dict = lambda given: load({name: turned(name, weight) for name, weight in given.items()})
        kept: nn.Module = net
        return kept

    return made
