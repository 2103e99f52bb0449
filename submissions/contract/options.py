"""The options of a network's constructor, when a contract is looked for: each one that is called like one of torch's
is tried, and kept where the network with it gives the right numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from parts.model import flat
from submissions import proxies
from submissions.contract import notation
from submissions.contract.forms import H, L, N, V
from submissions.contract.model import Contract, PartContract
from submissions.signals import Broken, Raised, Signal
from submissions.submission import Submission

LIKE = {
    "num_layers": r"layer|depth|stack",
    "bias": r"bias",
    "batch_first": r"batch_?first",
    "bidirectional": r"bi_?dir|^bi$|direction",
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
Views = tuple[tuple[str, tuple[str, ...]], ...]
OF_NETWORKS = ("num_layers", "batch_first", "bidirectional", "proj_size")
OF_ONE = {"nonlinearity": "RNN", "proj_size": "LSTM"}


def with_options(
    contract: PartContract, names: Sequence[str], submission: Submission, near: float
) -> tuple[PartContract, tuple[tuple[str, str], ...]]:
    """The contract with those of ``names``, arguments that may be left out, that are torch's options; and those that
    are only called like one, with its name. Raises Broken."""
    before, unlike = submission.contract, list[tuple[str, str]]()
    try:
        for option, like in LIKE.items():
            if contract.right.kind == "cell" and option in OF_NETWORKS:
                continue
            if not contract.part.startswith(OF_ONE.get(option, "")):
                continue
            for name in [name for name in names if re.search(like, name, re.I)]:
                tried = _named(submission, contract, option, name)
                submission.contract = Contract((tried,))
                if all(_is_right(submission, tried, {option: value}, near) for value in TRIED[option]):
                    contract = tried
                    break
                unlike.append((name, option))
    finally:
        submission.contract = before
    return contract, tuple(unlike)


def _named(submission: Submission, contract: PartContract, option: str, name: str) -> PartContract:
    """With this option, and what it brings of weights: layers called as the first is, others as they come."""
    weights = contract.weights
    if weights is not None and option == "bidirectional":
        weights = (*weights, *_backwards(weights, _parameters(submission, contract, name, True)))
    if weights is not None and option == "proj_size":
        size = TRIED[option][0]
        shapes = _parameters(submission, contract, name, size)
        turned = {(size, H): "", (H, size): ".T"}
        new = [f"{own}{turned[shape]}" for own, shape in shapes.items() if not _is_in(own, weights) and shape in turned]
        weights = (*weights, *(("weight_hr_l0", (view,)) for view in new[:1]))
    if weights is not None and option == "num_layers":
        weights = tuple(
            (own.replace("_l0", f"_l{layer}"), tuple(_of_layer(view, layer) for view in views))
            for layer in range(TRIED[option][-1])
            for own, views in weights
        )
    return replace(contract, arguments=(*(contract.arguments or ()), (option, name)), weights=weights)


def _parameters(submission: Submission, contract: PartContract, name: str, value: Any) -> dict[str, tuple[int, ...]]:
    """The shapes of its own weights, made with this option; none where it can't be made so. Raises Broken."""
    made = contract.made_with((V, H), {}, {})
    assert made is not None
    sizes, named, options = made
    header: dict[str, Any] = {"sizes": sizes, "named": named, "options": {**options, name: value}}
    header |= {"do": "make", "kind": contract.name, "dtype": "float32", "plain": True}
    try:
        reply, _ = submission.ask(contract.part, header, None)
    except Broken:
        raise
    except (Signal, Raised):
        return {}
    return {str(own): tuple(shape) for own, shape in reply.get("parameters", {}).items()}


def _is_in(own: str, weights: Views) -> bool:
    return any(notation.view(view).name == own for _, views in weights for view in views)


def _backwards(weights: Views, shapes: Mapping[str, tuple[int, ...]]) -> Views:
    """The views of the other direction: its weights come in the order and the shapes of the first one's."""
    first = [own for own in shapes if _is_in(own, weights)]
    other = [own for own in shapes if own not in first]
    if [shapes[own] for own in first] != [shapes[own] for own in other]:
        return ()
    called = dict(zip(first, other, strict=True))
    return tuple(
        (f"{name}_reverse", tuple(view.replace(own := notation.view(view).name, called[own], 1) for view in views))
        for name, views in weights
        if name.endswith("_l0")
    )


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
