"""Behind a wrong order of the gates: what is left where the judge gives the weights in the submission's own order.

An order can be undone from outside, so that what else is wrong shows as if the order were mended.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

import mistakes
import parts
from diagnosis.answers import RAISED, Answer, right_at, values_differ
from diagnosis.matching.glances import alike, glance_of_answer, of_mistake
from diagnosis.matching.known import drawn_names, known, right
from diagnosis.probes import Asked, Make, Probe, probes
from diagnosis.unknown.gates import ROWS
from mistakes import families
from mistakes.families import orders
from mistakes.model import Mistake


@dataclass(frozen=True)
class Behind:
    """An order of the gates, and what is left where it is undone.

    mistake: that explains all values that are left. make, seen: the network in that order, and its answers where no
    known mistake does. wrong: the probes whose values are wrong still; where there is none, gradients alone are.
    """

    order: Mistake
    make: Make
    seen: Mapping[Probe, Answer]
    mistake: Mistake | None = None
    wrong: tuple[Probe, ...] = ()


def behind_an_order(kind: str, make: Make, seen: Mapping[Probe, Answer]) -> Behind | None:
    """The one order without which the last tensor that is returned is right in every call, or all that is wrong is a
    known mistake. None where no order is it, or several.

    seen: answers in the right shapes. Signals of a submission go through.
    """
    first = next(probes(kind))
    if kind.removesuffix("Cell") not in ROWS or first not in seen or not _differs(kind, first, seen[first]):
        return None
    found = [
        behind
        for letters, order in orders.every(kind)
        if (behind := _without(kind, order, _in_order(make, kind, letters), seen)) is not None
    ]
    return found[0] if len(found) == 1 else None


def _without(kind: str, order: Mistake, make: Make, given: Mapping[Probe, Answer]) -> Behind | None:
    first, asked = next(probes(kind)), Asked(make, kind)
    answer = asked.get(first)
    if answer is None or answer is RAISED:
        return None
    wanted, allowed = glance_of_answer(answer)
    if _differs(kind, first, answer) or any(_differs(kind, probe, asked.get(probe)) for probe in given):
        for mistake in _steady(kind):
            if alike(of_mistake(kind, mistake, first), wanted, allowed) and _is(kind, mistake, asked, given):
                return Behind(order, make, {}, mistake)
    if not _last_is_right(kind, first, answer):
        return None
    seen = {probe: one for probe in given if (one := asked.get(probe)) is not None}
    if len(seen) < len(given) or not all(_last_is_right(kind, probe, one) for probe, one in seen.items()):
        return None
    return Behind(order, make, seen, None, tuple(probe for probe, one in seen.items() if _differs(kind, probe, one)))


def _last_is_right(kind: str, probe: Probe, seen: Answer) -> bool:
    """cT, or the one tensor of a state: what no gate is without."""
    wanted = right(kind)[probe]
    if seen.shapes != wanted.shapes:
        return False
    return right_at(len(parts.named(kind).returned) - 1, seen, wanted)


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
    gates = ROWS[kind.removesuffix("Cell")]

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
