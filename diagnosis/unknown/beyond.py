"""What shows in long series alone: a case's own comparison with torch's answer, and a state that is begun anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from diagnosis.answers import flat
from diagnosis.probes import INPUTS, NODES, Probe, given, weights
from diagnosis.unknown.relations import relation, same
from diagnosis.wording import Wording
from mistakes.model import RIGHT


@dataclass(frozen=True)
class Compared:
    """The first answer of a case that was not torch's. name: of the tensor, such as ``output``, or ``grad of x``. net:
    torch's own network with the case's weights. x, state: what the call was given; state empty where it was left out.
    """

    name: str
    seen: Tensor
    right: Tensor
    net: nn.Module | None = None
    x: Tensor | None = None
    state: tuple[Any, ...] = ()


def beyond(found: Compared) -> Wording:
    """Where the tensor departs first, and what it is instead where that can be told."""
    seen, right = found.seen.detach().cpu(), found.right.detach().cpu()
    bad = ~torch.isclose(seen.double(), right.double(), rtol=1e-4, atol=1e-5)
    if not bool(bad.any()):  # the gap is one that only the check's own tolerance sees
        bad = (seen - right).abs() == (seen - right).abs().max()
    index = tuple(int(i) for i in bad.nonzero()[0])
    given_x = "" if found.x is None else f", for x {tuple(found.x.shape)}"
    given_ko = "" if found.x is None else f"(x {tuple(found.x.shape)})"
    numbers = f"{float(seen[index]):.5g}", f"{float(right[index]):.5g}"
    axis = _time_axis(found)
    fit = None
    if axis is None:
        at = f" at {list(index)}" if index else ""
        en = f"Your {found.name} is wrong first{at} ({numbers[0]} in place of {numbers[1]}){given_x}."
        ko = f"{found.name}의 값이 {list(index)}에서 처음 틀린다(맞는 값 {numbers[1]}, 나온 값 {numbers[0]}){given_ko}."
        fit = relation(found.name, [(seen, {found.name: right}, None)])
    else:
        rows = bad.movedim(axis, 0).flatten(1).any(1).nonzero().flatten().tolist()
        index = tuple(int(i) for i in (bad & _only(bad, axis, rows[0])).nonzero()[0])
        step, length = rows[0] + 1, bad.shape[axis]
        numbers = f"{float(seen[index]):.5g}", f"{float(right[index]):.5g}"
        upto = f"right up to step {rows[0]} of {length} and wrong " if rows[0] else "wrong "
        extent = f"at step {step}" if len(rows) == 1 else f"from step {step} on"
        en = f"Your {found.name} is {upto}{extent} ({numbers[0]} in place of {numbers[1]}){given_x}."
        upto_ko = f"{length}단계 중 {rows[0]}번째 단계까지 맞고 " if rows[0] else ""
        extent_ko = f"{step}번째 단계{'에서만' if len(rows) == 1 else '부터'} 틀린다"
        ko = f"{found.name}이(가) {upto_ko}{extent_ko}(맞는 값 {numbers[1]}, 나온 값 {numbers[0]}){given_ko}."
        if rows[0] and found.net is not None and found.x is not None and axis == 0:
            fit = restarted(found.net, found.x, seen, step)
    if fit:
        return f"{en} {fit[0][0].upper()}{fit[0][1:]}.", f"{ko} {fit[1]}."
    return en, ko


def _time_axis(found: Compared) -> int | None:
    """Of an output, which has a row for each step; a backward direction departs from its end, and has no such axis."""
    net = found.net
    if found.name != "output" or net is None or found.x is None or getattr(net, "bidirectional", False):
        return None
    return 1 if found.x.dim() == 3 and getattr(net, "batch_first", False) else 0


def _only(flags: Tensor, axis: int, row: int) -> Tensor:
    keep = torch.zeros_like(flags)
    keep.select(axis, row).fill_(True)
    return keep


def restarted(net: nn.Module, x: Tensor, output: Tensor, step: int) -> Wording | None:
    """Whether from ``step`` on (the first is 1) the ``output`` is that of the right ``net`` on the rest of ``x`` alone,
    time first: a state that was lost. Of all rows up to the next loss, at least two."""
    with torch.no_grad():
        fresh = net(x[step - 1 :])[0].cpu()
    rest = output[step - 1 :]
    rows = min(2, len(rest))
    if rest.shape != fresh.shape or not same(rest[:rows], fresh[:rows]):
        return None
    more = "" if same(rest, fresh) else ", and is lost again later"
    more_ko = "" if same(rest, fresh) else " 그 뒤에 다시 사라진다."
    return (
        f"from step {step} on it equals a new start from zeros: the state is lost before it{more}",
        f"{step}번째 단계부터는 0에서 새로 시작한 값과 같다. 그 앞에서 상태가 사라졌다{more_ko}".removesuffix("."),
    )


def layer_one(kind: str, probe: Probe) -> Tensor:
    """What the first layer alone of the right network with two gives, both directions side by side."""
    net = RIGHT[kind](INPUTS, NODES, bidirectional=True)
    net.load_state_dict({n: w for n, w in weights(kind, probe.group).items() if "_l0" in n})
    x, state = given(kind, probe)
    first = () if state is None else tuple(part[:2] for part in state)
    with torch.no_grad():
        found = net(x) if not first else net(x, first if len(first) == 2 else first[0])
    output: Tensor = flat(found)[0]
    return output
