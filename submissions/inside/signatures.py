"""Whether something of a submission can be called as the judge calls it. In the worker."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from typing import Any


def misfit(
    called: Any, given: Sequence[Any], options: Mapping[str, Any], named: Mapping[str, Any] | None = None
) -> dict[str, str]:
    """The reply where it can't be called so; empty where it can, or has no signature to read.

    given: by place; named: by name.

    lacks: why. signature: its own, where it could not be called without the options, either.
    """
    try:
        signature = inspect.signature(called)
    except (TypeError, ValueError):
        return {}
    named = named or {}
    if not (why := _why_not(signature, given, {**named, **options})):
        return {}
    plain = _why_not(signature, given, named) if options else why
    return {"lacks": plain, "signature": str(signature)} if plain else {"lacks": why}


_UNKNOWN = re.compile(r"unexpected keyword argument '(\w+)'")


def made(
    kind: Any, sizes: Sequence[Any], named: Mapping[str, Any], options: Mapping[str, Any]
) -> tuple[Any, dict[str, str]]:
    """What is made by a constructor that can be called so, and an empty reply.

    Where it hands ``**options`` on to something that does not take one of them, the reply of :func:`misfit`: whoever
    spells them out has one less in the signature.
    """
    try:
        return kind(*sizes, **named, **options), {}
    except TypeError as error:
        why = str(error)
        found = _UNKNOWN.search(why)
        if found is None or found[1] not in options or _names(kind, found[1]):
            raise
        rest = {name: value for name, value in options.items() if name != found[1]}
        if _raised(kind, sizes, {**named, **rest}) == why:
            raise  # whatever it is called with: it is the file's own
        return None, {"lacks": why}


def _names(kind: Any, option: str) -> bool:
    try:
        return option in inspect.signature(kind).parameters
    except (TypeError, ValueError):
        return False


def _raised(kind: Any, given: Sequence[Any], options: Mapping[str, Any]) -> str:
    try:
        kind(*given, **options)
    except TypeError as error:
        return str(error)
    return ""


def is_unwritten(made: Any) -> bool:
    """Whether it is a class of which neither a constructor nor what it computes is written yet, as in a file to fill
    in: that it takes no sizes is then nothing to mend."""
    import torch

    if not isinstance(made, type):
        return False
    constructor, plain = (inspect.getattr_static(one, "__init__") for one in (made, torch.nn.Module))
    forward = inspect.getattr_static(made, "forward", torch.nn.Module.forward)
    names = getattr(getattr(forward, "__code__", None), "co_names", ())
    unwritten = forward is torch.nn.Module.forward or names == ("NotImplementedError",)
    return unwritten and constructor in (plain, object.__init__)


def _why_not(signature: inspect.Signature, given: Sequence[Any], options: Mapping[str, Any]) -> str:
    try:
        signature.bind(*given, **options)
    except TypeError as error:
        return str(error)
    return ""
