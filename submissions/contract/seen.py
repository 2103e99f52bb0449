"""What of torch's answers stands where in what a network returned, by its numbers."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from parts.model import Part, flat
from submissions.contract import notation


@dataclass(frozen=True)
class Returned:
    """text: as a contract has ``returns``. output, state: their axes; empty where nothing of it was returned."""

    text: str
    output: str
    state: str


def axes(part: Part, name: str, batch: bool = True) -> str:
    """torch's axes of one of a recurrent part's tensors."""
    of_cell, of_network = {"x": "NV"}.get(name, "NH"), {"x": "LNV", "output": "LNH"}.get(name, "DNH")
    found = of_cell if part.kind == "cell" else of_network
    return found if batch else found.replace("N", "")


def laid(tensor: Tensor, letters: str, text: str) -> Tensor:
    """A tensor of these axes in those of ``text``; of a batch the first, where that has none."""
    wanted, found = notation.axes(text), list(letters)
    for letter in [letter for letter in found if letter not in wanted]:
        tensor = tensor.select(found.index(letter), 0)
        found.remove(letter)
    tensor = tensor.permute([found.index(letter) for letter in wanted if letter != "1"])
    for place in [place for place, letter in enumerate(wanted) if letter == "1"]:
        tensor = tensor.unsqueeze(place)
    return tensor.contiguous()


def arguments(call: str) -> list[Any]:
    """As a request to a worker has them."""
    names = ast.literal_eval(f"[{call}]".replace("x", "'x'").replace("h0", "'h0'").replace("c0", "'c0'"))
    return [list(name) if isinstance(name, tuple) else name for name in names]


def named(part: Part, answer: Any) -> dict[str, Tensor]:
    """torch's answer by the names of the part's."""
    return dict(zip(flat(part.returns), _flat(answer), strict=True))


def returned(
    part: Part, structure: Any, tensors: Sequence[Tensor], wanted: Mapping[str, Tensor], batch: bool, near: float
) -> Returned | None:
    """Where each of ``wanted`` stands; None where neither the output nor a hidden state is there. batch: they have
    one."""
    told: dict[str, str] = {}

    def text(node: Any) -> str:
        if isinstance(node, list):
            if rows := _rows(node, tensors, wanted, axes(part, "output", batch), near):
                told["output"] = rows
                return "rows"
            inside = [text(one) for one in node]
            return f"({', '.join(inside)})" if node else "_"
        if not isinstance(node, str):
            return "_"
        tensor = tensors[int(node[1:])]
        for name, right in wanted.items():
            if name not in told and (found := _axes_of(tensor, right, axes(part, name, batch), near)) is not None:
                told[name] = found
                return name
        return "_"

    whole = text(structure)
    if not {"output", "hT", "h"} & set(told):
        return None
    state = next((told[name] for name in ("hT", "cT", "h", "c") if name in told), "")
    return Returned(whole[1:-1] if whole.startswith("(") else whole, told.get("output", ""), state)


def _rows(node: list[Any], tensors: Sequence[Tensor], wanted: Mapping[str, Tensor], letters: str, near: float) -> str:
    """The axes of the output whose rows these are; empty where they are none."""
    if "output" not in wanted or not all(isinstance(one, str) for one in node):
        return ""
    if len(node) != wanted["output"].shape[0]:
        return ""
    own = [tensors[int(one[1:])] for one in node]
    if any(one.shape != own[0].shape for one in own):
        return ""
    return _axes_of(torch.stack(own), wanted["output"], letters, near) or ""


def _axes_of(tensor: Tensor, right: Tensor, letters: str, near: float) -> str | None:
    """The letters of a tensor's axes, where its numbers are those of ``right``; what is of size 1 there may lack."""
    if tensor.dtype != right.dtype or tensor.numel() != right.numel():
        return None
    needed = [letter for letter, size in zip(letters, right.shape, strict=True) if size > 1]
    rest = [letter for letter in letters if letter not in needed]
    for more in ([], rest, ["1"], [*rest, "1"]):
        for order in itertools.permutations([*needed, *more]) if len(needed) + len(more) == tensor.dim() else ():
            if "D" in order and order[0] != "D":  # an axis of one behind others is no row of a layer
                continue
            text = ", ".join(order)
            turned = laid(right, letters, text)
            if turned.shape == tensor.shape and torch.allclose(turned, tensor, atol=near):
                return text
    return None


def _flat(value: Any) -> list[Tensor]:
    if isinstance(value, (tuple, list)):
        return [part for item in value for part in _flat(item)]
    return [value]
