"""What a worker's reply may look like. The submission runs beside the worker's code and may write its own."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from submissions.texts import cut, in_a_sentence, readable

Tensors = Mapping[str, Tensor]

_WRONG = (
    "not a module",
    "not a list",
    "not losses",
    "not a loss",
    *(f"contract {what}" for what in ("weights", "shape", "structure", "axes")),
)
_NOTES = ("not compiled",)
_FULL = ("CUDA out of memory", "CUDA error: out of memory", "STATUS_ALLOC_FAILED", "CUBLAS_STATUS_NOT_INITIALIZED")
"""In what torch says where a GPU has no memory left: its allocator, the driver, a library that begins. A library may
say it, too, where a kernel before has stopped the GPU."""
_BROKEN = ("devices are busy or unavailable", "uncorrectable ECC error")
"""The same of a GPU that fails, or is another's."""
_AMOUNT = r"([\d.]+) (bytes|KiB|MiB|GiB)"
_ASKED = re.compile(f"Tried to allocate {_AMOUNT}")
_HELD = re.compile(f"Of the allocated memory {_AMOUNT} is allocated by PyTorch")
_KEPT = re.compile(f"{_AMOUNT} is reserved by PyTorch but unallocated")
ROUNDED = 16
"""MiB by which the sum of a message's amounts may be off: gibibytes are told to two digits."""
_UNITS = {"bytes": 2.0**-20, "KiB": 2.0**-10, "MiB": 1.0, "GiB": 2.0**10}
_NEEDED = {
    "load": "names",
    "describe": "arguments",
    "make": "parameters",
    **dict.fromkeys(("call", "steps", "watch", "function"), "structure"),
}
"""What the answer to a verb must have. train and gradients answer with tensors alone."""


def cleaned(value: Any) -> Any:
    """A JSON value with every string readable and cut: here text of a submission enters the judge."""
    if isinstance(value, str):
        return readable(cut(value))
    if isinstance(value, list):
        return [cleaned(part) for part in value]
    if isinstance(value, dict):
        return {readable(cut(name)): cleaned(part) for name, part in value.items()}
    return value


def unsound(header: Mapping[str, Any], found: Tensors, request: Mapping[str, Any], sent: Tensors) -> str:
    """The key of the reply that is not as the worker writes it, or the empty word."""
    for key, value in header.items():
        if key in _FORMS and not _FORMS[key](value):
            return key
    if "structure" in header and not set(tensors_of(header["structure"])) <= set(found):
        return "structure"
    if not all(f"watched {place}" in found for place in range(len(header.get("watched", ())))):
        return "watched"
    given = tensors_of(request.get("arguments", []))
    for name in header.get("changed", ()):
        part = found.get(f"changed {name}")
        if part is None or name not in given or part.shape != sent[name].shape or part.dtype != sent[name].dtype:
            return "changed"
    if any(key in header for key in ("raised", "forbidden", "lacks", "wrong")):
        return ""
    if request["do"] == "train":
        weights = {name for name in sent if name.startswith("weight ")}
        fits = {"losses", *weights} <= set(found) and found["losses"].dim() == 1
        if not (fits and found["losses"].dtype == torch.float64):
            return "losses"
        if not all(_is_like(found[name], sent[name].shape) for name in weights):
            return "weights"
    if not all(_is_like(found[name], shape) for name, shape in request.get("of", {}).items() if name in found):
        return "gradients"
    needed = _NEEDED.get(request["do"])
    return needed if needed and needed not in header else ""


def of_the_gpu(header: Mapping[str, Any], most: int) -> tuple[str, str] | None:
    """What a call that raised has done to the GPU it ran on, and a word on it; None where nothing.

    memory: the submission took more of it than ``most`` MiB, which is that number. machine: others have taken it, or it
    fails. gpu: an error after which its process can't use it any more. Both in torch's words.
    """
    if "raised" not in header:
        return None
    said, stopped = header["raised"]["message"], header.get("stopped", "")
    said = said if "RuntimeError" in header["raised"]["kinds"] else ""  # an exception of its own is its own
    if _has(said, _FULL) and _taken(said) > most - ROUNDED:
        return "memory", f"{most}"
    if stopped and not _has(stopped, _FULL) and not _has(said, _BROKEN):
        return "gpu", in_a_sentence(stopped)
    machines = next(filter(is_the_machines, (said, stopped)), "")
    return ("machine", in_a_sentence(machines)) if machines else None


def is_the_machines(message: str) -> bool:
    """Whether this is what torch says of a GPU that is full or fails."""
    return _has(message, _FULL + _BROKEN)


def _has(said: str, words: Sequence[str]) -> bool:
    return any(word in said for word in words)


def _taken(said: str) -> float:
    """MiB on a GPU that a process asked for and held, by torch's message; 0 where it gives no number."""
    if "more than 1EB" in said:
        return math.inf
    found = [match for pattern in (_ASKED, _HELD, _KEPT) if (match := pattern.search(said))]
    return sum(float(match[1]) * _UNITS[match[2]] for match in found)


def _is_like(tensor: Tensor, shape: Sequence[int]) -> bool:
    """Whether it has this shape and real numbers, as a weight has and every gradient: autograd raises for another."""
    return list(tensor.shape) == list(shape) and tensor.is_floating_point()


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(part, str) for part in value)


def _is_number(value: Any) -> bool:
    return type(value) is int


def _is_exception(value: Any) -> bool:
    if not (isinstance(value, dict) and all(isinstance(value.get(key), str) for key in ("type", "message"))):
        return False
    lines = value.get("lines")
    if not (_is_texts(value.get("kinds")) and isinstance(lines, list) and len(lines) <= 3):
        return False
    kinds = [str, int, str, str]
    return len(value["message"]) <= 2000 and all(
        isinstance(line, list) and [type(part) for part in line] == kinds for line in lines
    )


def _is_watched(value: Any) -> bool:
    kinds = [str, str, int, str]
    return isinstance(value, list) and all(
        isinstance(one, list) and [type(part) for part in one] == kinds for one in value
    )


def _is_structure(value: Any) -> bool:
    if isinstance(value, list):
        return all(_is_structure(part) for part in value)
    return isinstance(value, str) or (isinstance(value, dict) and isinstance(value.get("type"), str))


def tensors_of(structure: Any) -> list[str]:
    """The tensors that a structure, or the arguments of a request, name; in order."""
    found, waiting = [], [structure]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += reversed(part)
        elif isinstance(part, str):
            found.append(part)
    return found


def _is_shapes(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(shape, list) and all(_is_number(size) for size in shape) for shape in value.values()
    )


_FORMS: dict[str, Callable[[Any], bool]] = {
    "names": _is_texts,
    "torchs": _is_texts,
    "near": lambda value: isinstance(value, dict) and all(map(_is_texts, value.values())),
    "notes": lambda value: _is_texts(value) and set(value) <= set(_NOTES),
    "live": _is_texts,
    "elsewhere": _is_texts,
    "watched": _is_watched,
    "changed": _is_texts,
    "raised": _is_exception,
    "stopped": lambda value: isinstance(value, str),
    "structure": _is_structure,
    "parameters": _is_shapes,
    "wrong": lambda value: _is_texts(value) and len(value) in (2, 3) and value[0] in _WRONG,
    "forbidden": lambda value: isinstance(value, str),
    "lacks": lambda value: isinstance(value, str),
    "arguments": lambda value: (
        isinstance(value, list) and all(isinstance(one, list) and list(map(type, one)) == [str, bool] for one in value)
    ),
    "signature": lambda value: isinstance(value, str),
    "network": _is_number,
    "call": _is_number,
    "step": _is_number,
    "losses": _is_number,
}
