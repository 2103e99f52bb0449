"""What shows in long series alone: a case's own comparison with torch's answer, and a state that is begun anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from diagnosis.answers import flat
from diagnosis.groups import directions, options
from diagnosis.probes import INPUTS, NODES, Make, Probe, given, made, weights
from diagnosis.unknown.relations import LAYER_1, relation, same
from diagnosis.wording import Wording
from mistakes.model import NETWORKS, RIGHT


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
    bad = _that_depart(found)
    index = tuple(int(i) for i in bad.nonzero()[0])
    numbers = f"{float(seen[index]):.5g}", f"{float(right[index]):.5g}"
    given = _given_in_words(found)
    given_x, given_ko = (f", for {given}", f"({given})") if given else ("", "")
    if found.name.startswith("grad of "):
        name = found.name.removeprefix("grad of ")
        return (
            f"What you return is right, but the gradient of {name} is {numbers[0]} in place of {numbers[1]}{given_x}.",
            f"반환한 값은 맞지만 {name}의 기울기가 {numbers[1]}이어야 하는데 {numbers[0]}이다{given_ko}.",
        )
    if _time_axis(found) is not None:
        return _in_time(found, bad)
    at = f" at {list(index)}" if index else ""
    en = f"Your {found.name} is wrong first{at} ({numbers[0]} in place of {numbers[1]}){given_x}."
    at_ko = f" {list(index)}에서 처음" if index else ""
    ko = f"{found.name}의 값이{at_ko} 틀린다(맞는 값 {numbers[1]}, 나온 값 {numbers[0]}){given_ko}."
    return _with((en, ko), relation(found.name, [(seen, {found.name: right}, None)]))


def _in_time(found: Compared, bad: Tensor) -> Wording:
    """By steps, counted from 1."""
    axis, seen, right = _time_axis(found), found.seen.detach().cpu(), found.right.detach().cpu()
    assert axis is not None
    assert found.x is not None
    by_step = bad.movedim(axis, 0)
    rows = by_step.flatten(1).any(1).nonzero().flatten().tolist()
    first, length = rows[0], len(by_step)
    place = tuple(by_step[first].nonzero()[0].tolist())
    one, due = (f"{float(part.movedim(axis, 0)[first][place]):.5g}" for part in (seen, right))
    extent, extent_ko = f"at step {first + 1}", f"{first + 1}번째 단계에서"
    if len(rows) == length - first:
        extent, extent_ko = f"from step {first + 1} on", f"{first + 1}번째 단계부터"
    upto, upto_ko = f"right up to step {first} of {length} and ", f"{length}단계 중 {first}번째 단계까지 맞고 "
    upto, upto_ko = (upto, upto_ko) if first else ("", "")
    told = (
        f"Your {found.name} is {upto}wrong {extent} ({one} in place of {due}), for {_given_in_words(found)}.",
        f"{found.name}이(가) {upto_ko}{extent_ko} 틀린다(맞는 값 {due}, 나온 값 {one}, {_given_in_words(found)}).",
    )
    if found.net is not None and (lower := _is_of_layer_one(found)):
        return _with(told, lower)
    if first and axis == 0 and found.net is not None:
        return _with(told, restarted(found.net, found.x, seen, first + 1))
    return told


def _given_in_words(found: Compared) -> str:
    """x, and that the network has several layers; empty where nothing is known."""
    layers = getattr(found.net, "num_layers", 1)
    options = f", num_layers={layers}" if layers > 1 else ""
    return "" if found.x is None else f"x {tuple(found.x.shape)}{options}"


def _is_of_layer_one(found: Compared) -> Wording | None:
    """Whether an output is what the first of several layers of torch's network gives."""
    net = found.net
    if not isinstance(net, nn.RNNBase) or net.num_layers == 1 or found.x is None:
        return None
    options: dict[str, Any] = {"bias": net.bias, "batch_first": net.batch_first, "proj_size": net.proj_size}
    options |= {"nonlinearity": net.nonlinearity} if isinstance(net, nn.RNN) else {}
    options |= {"dtype": net.weight_ih_l0.dtype, "device": found.x.device}
    options = {name: value for name, value in options.items() if name != "proj_size" or value}
    same_kind: Any = type(net)
    lower = same_kind(net.input_size, net.hidden_size, **options)
    lower.load_state_dict({name: weight for name, weight in net.state_dict().items() if name.endswith("_l0")})
    first = tuple(part[:1] for part in flat(found.state, Tensor))
    hx = () if not first else (first if len(first) == 2 else first[0],)
    with torch.no_grad():
        output = lower(found.x, *hx)[0].cpu()
    return relation(
        "output", [(found.seen.detach().cpu(), {"output": found.right.detach().cpu(), LAYER_1: output}, None)]
    )


def _with(told: Wording, fit: Wording | None) -> Wording:
    return (f"{told[0]} {fit[0][0].upper()}{fit[0][1:]}.", f"{told[1]} {fit[1]}.") if fit else told


def place_in_words(found: Compared) -> str:
    """What two cases have in common that depart for one reason: the tensor, and the first step. No sentence."""
    if found.name.startswith("grad of "):
        return "gradients"
    axis = _time_axis(found)
    steps = [] if axis is None else _that_depart(found).movedim(axis, 0).flatten(1).any(1).nonzero().flatten().tolist()
    return f"{found.name} {steps[:1]}"


def _that_depart(found: Compared) -> Tensor:
    """Flags. Of a gap that only the check's own allowance sees, the largest alone."""
    seen, right = found.seen.detach().cpu().double(), found.right.detach().cpu().double()
    bad = ~torch.isclose(seen, right, rtol=1e-4, atol=1e-5)
    return bad if bool(bad.any()) else (seen - right).abs() == (seen - right).abs().max()


def _time_axis(found: Compared) -> int | None:
    """Of an output, which has a row for each step; a backward direction departs from its end, and has no such axis."""
    net = found.net
    if found.name != "output" or net is None or found.x is None or getattr(net, "bidirectional", False):
        return None
    return 1 if found.x.dim() == 3 and getattr(net, "batch_first", False) else 0


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
    """What the first layer alone of the right network with two gives, both directions side by side where it has two."""
    net = RIGHT[kind](INPUTS, NODES, **options(kind, probe.group) | {"num_layers": 1})
    net.load_state_dict({n: w for n, w in weights(kind, probe.group).items() if "_l0" in n})
    x, state = given(kind, probe)
    first = () if state is None else tuple(part[: directions(probe.group)] for part in state)
    with torch.no_grad():
        found = net(x) if not first else net(x, first if len(first) == 2 else first[0])
    output: Tensor = flat(found)[0]
    return output


def cells_of_all_steps(kind: str, probe: Probe) -> Tensor:
    """The c of each step of the right LSTM, as its output has the h."""
    net, (x, state) = made(RIGHT[kind], kind, probe.group), given(kind, probe)
    assert net is not None
    rows = []
    with torch.no_grad():
        for row in x.split(1):
            _, state = net(row) if state is None else net(row, state)
            rows.append(state[1][0])
    return torch.stack(rows)


LENGTH = 999


def in_a_long_series(kind: str, make: Make) -> Compared | None:
    """The output of a long series that ``make``'s network answers otherwise than torch's; None where it does not. For a
    case whose own comparison does not say what was asked. Signals of a submission go through."""
    if kind not in NETWORKS:
        return None
    net, right = made(make, kind, "plain"), made(getattr(nn, kind), kind, "plain")
    if net is None or right is None:
        return None
    x = torch.randn(LENGTH, INPUTS, generator=torch.Generator().manual_seed(3))
    with torch.no_grad():
        seen, wanted = flat(net(x), Tensor)[0], right(x)[0]
    if seen.shape != wanted.shape or torch.allclose(seen, wanted, rtol=1e-4, atol=1e-5):
        return None
    return Compared("output", seen, wanted, right, x)
