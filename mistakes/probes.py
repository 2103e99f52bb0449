"""What a network is asked, so that two of them can be told apart: values, gradients, structure, errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

NOISE = {torch.float32: 256 * torch.finfo(torch.float32).eps, torch.float64: 256 * torch.finfo(torch.float64).eps}
"""Between two right answers, as a share of the largest number: gradients here are sums of at most 7 * 3 terms."""

Make = Callable[..., nn.Module]
Answer = list[Tensor] | str | None
"""All tensors that a call gives; ``"raised"`` for an exception; None where there is no network with these options."""

INPUTS, NODES = 5, 4


class Probe(NamedTuple):
    """One call. x, state: their sizes; state None leaves it out. again: the answer is that of a second call."""

    name: str
    x: tuple[int, ...]
    state: tuple[int, ...] | None = None
    options: dict[str, Any] = {}  # noqa: RUF012
    again: bool = False
    wrong: bool = False

    def __str__(self) -> str:
        return f"{self.name} {self.x} {self.state}{' again' if self.again else ''}"


def probes(kind: str) -> Iterator[Probe]:
    """All probes of ``kind``, the plain ones first."""
    cell = kind.endswith("Cell")
    special: dict[str, dict[str, Any]] = {"LSTM": {"proj_size": 2}}
    special |= {name: {"nonlinearity": "relu"} for name in ("RNN", "RNNCell")}
    for name, x, given in _CELLS if cell else _NETWORKS:
        options = {**given, **(special.get(kind, {}) if name == "special" else {})}
        batch = x[:-1] if cell else (3,) if len(x) == 3 else ()
        rows = () if cell else (4,) if "num_layers" in options else (1,)
        yield Probe(name, x, None, options)
        yield Probe(name, x, None, options, again=True)
        yield Probe(name, x, (*rows, *batch, NODES), options)
    for x, state in _WRONG_CELLS if cell else _WRONG_NETWORKS:
        yield Probe("wrong", x, state, wrong=True)


_NETWORKS: list[tuple[str, tuple[int, ...], dict[str, Any]]] = [
    ("plain", (5, 5), {}),
    ("batch", (5, 3, 5), {}),
    ("batch first", (3, 5, 5), {"batch_first": True}),
    ("layers and directions", (5, 3, 5), {"num_layers": 2, "bidirectional": True}),
    ("double", (5, 5), {"dtype": torch.float64}),
    ("special", (5, 5), {}),
]
_CELLS: list[tuple[str, tuple[int, ...], dict[str, Any]]] = [
    ("plain", (5,), {}),
    ("batch of one", (1, 5), {}),
    ("batch", (3, 5), {}),
    ("double", (5,), {"dtype": torch.float64}),
    ("special", (5,), {}),
]
_WRONG_CELLS: list[tuple[tuple[int, ...], tuple[int, ...] | None]] = [
    *[((5,), (1, 4)), ((5,), (5,)), ((2, 5), (1, 4)), ((2, 5), (2, 1)), ((2, 2, 5), None), ((2, 1), None)]
]
_WRONG_NETWORKS: list[tuple[tuple[int, ...], tuple[int, ...] | None]] = [
    *[((5, 3, 5), (1, 4)), ((5, 5), (1, 1, 4)), ((5, 3, 5), (1, 1, 4)), ((5, 3, 5), (2, 3, 4))],
    *[((5, 3, 5), (1, 3, 1)), ((6, 3, 1), None), ((5,), None), ((6, 3, 2, 5), None)],
]


def ask(make: Make, kind: str, probe: Probe) -> Answer:
    """The answer of the networks that ``make`` makes (torch.nn's constructor) to one probe; torch's stream is kept."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(1)
        reference = getattr(nn, kind)(INPUTS, NODES, **probe.options)
        try:
            net = make(INPUTS, NODES, **probe.options)
            net.load_state_dict(reference.state_dict())
        except Exception:
            return None
        torch.default_generator.manual_seed(3)
        dtype = probe.options.get("dtype", torch.float32)
        x, state = torch.randn(probe.x, dtype=dtype), _state(kind, probe, dtype)
        try:
            torch.default_generator.manual_seed(4)
            if probe.again:
                net(x.clone())
            return with_gradients(net, x, state)
        except Exception:
            return "raised"


def _state(kind: str, probe: Probe, dtype: torch.dtype) -> tuple[Tensor, ...] | None:
    if probe.state is None:
        return None
    *lead, size = probe.state
    if probe.wrong:
        return (torch.zeros(probe.state),) * (2 if kind.startswith("LSTM") else 1)
    h = torch.randn(*lead, probe.options.get("proj_size", size), dtype=dtype)
    return (h, torch.randn(*lead, size, dtype=dtype)) if kind.startswith("LSTM") else (h,)


def with_gradients(net: Callable[..., Any], x: Tensor, state: tuple[Tensor, ...] | None) -> list[Tensor]:
    """What a call gives, and the gradients of weights, input and state for fixed cotangents.

    What it gives: outputs and last states, input and state as the call has left them, and how it is nested.
    """
    x = x.clone().requires_grad_()
    state = None if state is None else tuple(part.clone().requires_grad_() for part in state)
    first: list[Any] = [] if state is None else [state if len(state) == 2 else state[0]]
    raw = net(x, *first)
    result = flat(raw)
    live = [part for part in result if part.requires_grad]
    generator = torch.Generator().manual_seed(0)
    cotangents = [torch.randn(part.shape, generator=generator, dtype=part.dtype) for part in live]
    parameters = list(net.parameters()) if isinstance(net, nn.Module) else []
    wanted = [*parameters, x, *(state or ())]
    found = torch.autograd.grad(live, wanted, cotangents, allow_unused=True) if live else [None] * len(wanted)
    gradients = [torch.zeros_like(w) if g is None else g for g, w in zip(found, wanted, strict=True)]
    left = [part.detach().clone() for part in (*result, x, *(state or ()))]
    return [*left, _nesting(raw), *gradients]


def flat(value: Any) -> list[Tensor]:
    """The tensors of a nested tuple, in order."""
    if isinstance(value, (tuple, list)):
        return [part for item in value for part in flat(item)]
    return [] if value is None else [value]


def _nesting(value: Any) -> Tensor:
    """How many parts a returned value has, and how many each of them has; 0 for a tensor."""
    parts = value if isinstance(value, (tuple, list)) else ()
    return torch.tensor([float(len(parts)), *(len(part) * isinstance(part, (tuple, list)) for part in parts)])


def close(seen: list[Tensor], wanted: list[Tensor]) -> bool:
    """Same number of tensors, shapes, dtypes, and numbers up to NOISE; NaN equals NaN."""
    return len(seen) == len(wanted) and all(
        s.shape == w.shape and s.dtype == w.dtype and _near(s, w) for s, w in zip(seen, wanted, strict=True)
    )


def _near(seen: Tensor, wanted: Tensor) -> bool:
    if wanted.numel() == 0:
        return True
    finite = wanted[torch.isfinite(wanted)].abs()
    allowed = NOISE.get(wanted.dtype, 0.0) * max(1.0, float(finite.max()) if finite.numel() else 1.0)
    return bool(torch.isclose(seen, wanted, rtol=0.0, atol=allowed, equal_nan=True).all())


def differ(seen: Answer, wanted: Answer) -> bool:
    """Whether two answers tell the networks apart."""
    if isinstance(seen, list) and isinstance(wanted, list):
        return not close(seen, wanted)
    return type(seen) is not type(wanted)
