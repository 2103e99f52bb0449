"""The options of a network's constructor, when a contract is looked for: each one that is called like one of torch's
is tried, and kept where the network with it gives the right numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from parts.model import flat
from submissions import proxies
from submissions.contract.forms import H, L, N, V
from submissions.contract.model import Contract, PartContract
from submissions.signals import Broken, Raised, Signal
from submissions.submission import Submission

LIKE = {
    "num_layers": r"layer|depth|stack",
    "bias": r"bias",
    "batch_first": r"batch_?first",
    "bidirectional": r"bi_?dir|^bi$",
    "nonlinearity": r"non_?lin|activ",
    "proj_size": r"proj",
}
TRIED: dict[str, tuple[Any, ...]] = {
    "num_layers": (2, 3),
    "bias": (False,),
    "batch_first": (True,),
    "bidirectional": (True,),
    "nonlinearity": ("relu",),
    "proj_size": (2,),
}
"""The values that are none of the usual."""
OF_NETWORKS = ("num_layers", "batch_first", "bidirectional", "proj_size")
OF_ONE = {"nonlinearity": "RNN", "proj_size": "LSTM"}


def with_options(contract: PartContract, names: Sequence[str], submission: Submission, near: float) -> PartContract:
    """The contract with those of ``names``, arguments that may be left out, that are torch's options. Raises Broken."""
    before = submission.contract
    try:
        for option, like in LIKE.items():
            if contract.right.kind == "cell" and option in OF_NETWORKS:
                continue
            if not contract.part.startswith(OF_ONE.get(option, "")):
                continue
            for name in [name for name in names if re.search(like, name, re.I)]:
                tried = _named(contract, option, name)
                submission.contract = Contract((tried,))
                if all(_is_right(submission, tried, {option: value}, near) for value in TRIED[option]):
                    contract = tried
                    break
    finally:
        submission.contract = before
    return contract


def _named(contract: PartContract, option: str, name: str) -> PartContract:
    """With this option, and what it brings of weights, called as those of the first layer are."""
    weights = contract.weights
    if weights is not None and option == "num_layers":
        weights = tuple(
            (own.replace("_l0", f"_l{layer}"), tuple(_of_layer(view, layer) for view in views))
            for layer in range(TRIED[option][-1])
            for own, views in weights
        )
    return replace(contract, arguments=(*(contract.arguments or ()), (option, name)), weights=weights)


def _of_layer(view: str, layer: int) -> str:
    """A view of layer 0 in another one, which reads H numbers and not V: ``cells.0.W`` is ``cells.1.W`` there."""
    if not layer:
        return view
    path, *index = re.split(r"(?=\[)", view, maxsplit=1)
    path = re.sub(r"(?<=\.)0(?=\.|$)|(?<=[A-Za-z_])0(?=\.|$)", str(layer), path, count=1)
    return path + "".join(index).replace("input_size", "hidden_size")


def _is_right(submission: Submission, contract: PartContract, options: dict[str, Any], near: float) -> bool:
    """Whether the network with these options gives what is right."""
    if not all(map(contract.offers, options)):
        return False
    stream = torch.Generator().manual_seed(11)
    try:
        net = proxies.networks(submission)[contract.part](V, H, **options)
        right = contract.made(V, H, **{**options, **contract.fixed})
        with torch.no_grad():
            for weight in right.parameters():
                weight.copy_(0.5 * torch.randn(weight.shape, generator=stream))
        net.load_state_dict(right.state_dict())
        x = torch.randn(_shape(contract, "batch_first" in options), generator=stream)
        with torch.no_grad():
            seen, wanted = (_flat(one(x)) for one in (net, right))
    except Broken:
        raise
    except (Signal, Raised, RuntimeError, TypeError, ValueError):
        return False
    asked = [place for place, name in enumerate(flat(contract.right.returns)) if name in contract.returned]
    return all(seen[n].shape == wanted[n].shape and torch.allclose(seen[n], wanted[n], atol=near) for n in asked)


def _shape(contract: PartContract, batch_first: bool) -> tuple[int, ...]:
    batch = (N,) if contract.offers("batch") else ()
    if contract.right.kind == "cell":
        return (*batch, V)
    return (*batch, L, V) if batch_first else (L, *batch, V)


def _flat(value: Any) -> list[Tensor]:
    return [one for part in value for one in _flat(part)] if isinstance(value, tuple) else [value]
