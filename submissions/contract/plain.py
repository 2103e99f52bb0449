"""A network that is no torch.nn.Module, in the worker: a class of Python's own, whose weights are tensors it keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import FunctionType, MethodType
from typing import Any

from submissions.contract import notation

DEEP = 3
"""How far down they may lie, in objects, dicts and lists."""


def as_network(net: Any, plan: Mapping[str, Any] | None, *, looked_for: bool) -> Any:
    """What was made, called and given weights as a module is; as it is where it is one, or where no contract says what
    its weights are and none is looked for."""
    import torch

    weights = (plan or {}).get("weights")
    has_its_own = isinstance(net, torch.nn.Module) and next(net.parameters(), None) is not None
    if has_its_own or not (weights or looked_for):
        return net
    return Plain(net, [notation.view(text).name for views in (weights or {}).values() for text in views])


class Plain:
    """names: of the weights, as paths (``W``, ``cells.0.W``, ``params.W_xh``); empty: whatever may be one."""

    def __init__(self, net: Any, names: list[str]) -> None:
        self._net = net
        there = dict(_tensors(net, "", DEEP))
        known = {name: there[name] for name in names if name in there}
        self._weights = known if names and len(known) == len(set(names)) else _once(there)

    def named_parameters(self) -> Any:
        """Its weights by path."""
        return self._weights.items()

    def to(self, what: Any) -> Plain:
        """Its weights of this dtype or on this device, in place, as leaves that want their gradient."""
        for weight in self._weights.values():
            weight.detach_()
            weight.data = weight.data.to(what)
            weight.requires_grad_()
        return self

    def __call__(self, *given: Any) -> Any:
        return self._net(*given) if callable(self._net) else self._net.forward(*given)


def _tensors(thing: Any, path: str, deep: int) -> Iterator[tuple[str, Any]]:
    import torch

    if isinstance(thing, (list, tuple)):
        inside: Any = enumerate(thing)
    else:
        inside = (thing if isinstance(thing, dict) else getattr(thing, "__dict__", {})).items()
    for name, value in list(inside):
        if isinstance(value, torch.nn.Module):
            yield from ((f"{path}{name}.{below}", weight) for below, weight in value.named_parameters())
        elif type(value) in (torch.Tensor, torch.nn.Parameter):
            yield from [(f"{path}{name}", value)] if value.is_floating_point() else []
        elif deep and not isinstance(value, (type, str, FunctionType, MethodType)):
            yield from _tensors(value, f"{path}{name}.", deep - 1)


def _once(there: Mapping[str, Any]) -> dict[str, Any]:
    """Each under its first name; those alone that want a gradient, where any does."""
    kept: dict[int, tuple[str, Any]] = {}
    for name, weight in there.items():
        kept.setdefault(id(weight), (name, weight))
    trained = [pair for pair in kept.values() if pair[1].requires_grad]
    return dict(trained or kept.values())
