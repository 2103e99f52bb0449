"""How a contract is written: tensors in their nesting, axes by letter, and a weight as a view of the network's own."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

Nested = str | tuple[Any, ...]

AXES = "DLNVH1"
"""D: layers times directions; L: time; N: batch; V, H: input_size, hidden_size; 1: an axis of one."""

_VIEW = re.compile(r"(-?) *([A-Za-z_]\w*(?:\.\w+)*?)((?:\.T|\[[^\[\]]*\])*)")
_STEP = re.compile(r"\.T|\[[^\[\]]*\]")


def nested(text: str) -> Nested:
    """``output, (hT, cT)`` as nested tuples of names. Raises ValueError."""
    try:
        return _nested(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, TypeError):
        raise ValueError(f"{text!r} is not names with commas and brackets") from None


def _nested(node: ast.expr) -> Nested:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, (ast.Tuple, ast.List)) and node.elts:
        return tuple(map(_nested, node.elts))
    raise TypeError


@lru_cache(maxsize=256)
def axes(text: str) -> tuple[str, ...]:
    """``N, L, V`` as letters of AXES. Raises ValueError."""
    found = tuple(word.strip() for word in text.strip("() ").split(",") if word.strip())
    if not all(word in tuple(AXES) for word in found):
        raise ValueError(f"{text!r} is not letters of {', '.join(AXES)} with commas")
    if any(found.count(word) > 1 for word in found if word != "1"):
        raise ValueError(f"{text!r} has a letter twice")
    return found


@dataclass(frozen=True)
class View:
    """A part of the network's own tensor ``name``. steps: ``T`` turns it, what else is an index as Python writes it."""

    name: str
    negative: bool
    steps: tuple[str, ...]

    def of(self, tensor: Any, sizes: Mapping[str, int]) -> Any:
        """The view of a tensor, sharing its memory. Raises IndexError, ValueError where it has no such part."""
        for step in self.steps:
            if step == "T":
                if tensor.dim() != 2:
                    raise ValueError(f"{self.name} has {tensor.dim()} axes; .T asks for two")
                tensor = tensor.transpose(0, 1)
            else:
                tensor = tensor[_index(step, sizes)]
        return tensor


@lru_cache(maxsize=1024)
def view(text: str) -> View:
    """``cell.W.T``, ``gates.weight[:, :input_size]``, ``-Wz``. Raises ValueError."""
    found = _VIEW.fullmatch(text.strip())
    if not found:
        raise ValueError(f"{text!r} is not a name with .T or [...] behind it")
    steps = tuple("T" if step == ".T" else step[1:-1] for step in _STEP.findall(found[3]))
    for step in steps:
        if step != "T":
            _index(step, {"input_size": 1, "hidden_size": 1})
    return View(found[2], found[1] == "-", steps)


def _index(text: str, sizes: Mapping[str, int]) -> tuple[Any, ...]:
    try:
        found = ast.parse(f"x[{text}]", mode="eval").body
        assert isinstance(found, ast.Subscript)
        inside = found.slice.elts if isinstance(found.slice, ast.Tuple) else [found.slice]
        return tuple(_bounds(part, sizes) for part in inside)
    except (SyntaxError, KeyError, TypeError):
        raise ValueError(f"[{text}] is not an index of numbers, input_size and hidden_size") from None


def _bounds(node: ast.expr, sizes: Mapping[str, int]) -> Any:
    if not isinstance(node, ast.Slice):
        return _number(node, sizes)
    if node.step is not None:
        raise TypeError
    return slice(*(None if end is None else _number(end, sizes) for end in (node.lower, node.upper)))


def _number(node: ast.expr, sizes: Mapping[str, int]) -> int:
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node.value
    if isinstance(node, ast.Name):
        return sizes[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_number(node.operand, sizes)
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub, ast.Mult)):
        first, second = _number(node.left, sizes), _number(node.right, sizes)
        if isinstance(node.op, ast.Mult):
            return first * second
        return first + second if isinstance(node.op, ast.Add) else first - second
    raise TypeError
