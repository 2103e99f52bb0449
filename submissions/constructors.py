"""What of a constructor's arguments does not fit, by its signature's text; and which of them it takes for nothing."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from torch import nn

from submissions.files import Source

SIZES = ("input_size", "hidden_size")


def to_mend(name: str, signature: str) -> tuple[str, str]:
    """The key of a sentence that says more than that the call fails, and the arguments that it names; for torch.nn's
    network ``name``. signature: such as ``(input_size, hidden_size, output_size, bias=True)``."""
    asked = _without_default(signature)
    # An inner class may have the sizes under other names; the first two are them wherever they stand.
    if not {*asked} >= {*SIZES} or tuple(asked[:2]) == SIZES:
        further = [argument for argument in asked[2:] if argument not in SIZES]
        strange = [argument for argument in further if argument not in _torchs(name)]
        if strange:
            return "signature foreign", ", ".join(strange)
        if further:
            return "signature options", ", ".join(further)
    return "signature sizes", ""


def unnoticed(
    options: Mapping[str, Any],
    seen: Mapping[str, Sequence[int]],
    shapes: Callable[[Mapping[str, Any]], Mapping[str, Sequence[int]]],
    source: Source,
) -> str:
    """The options that a constructor swallows by its ``**``: the network's parameters are those that it has without
    them, and their names, by which alone they could be asked for, are nowhere in the file. Empty where there are none.

    seen: shapes by name; shapes: those of the right network with such options.
    """
    found, due = ({name: list(shape) for name, shape in one.items()} for one in (seen, shapes(options)))
    if found == due:
        return ""
    words = set(re.findall(r"\w+", "\n".join(map(source.text, source.files))))
    without = shapes({option: value for option, value in options.items() if option in words})
    return ", ".join(o for o in options if o not in words) if found == {n: list(s) for n, s in without.items()} else ""


def _without_default(signature: str) -> list[str]:
    """The arguments that have to be given, in order; the types of some are cut out with what is in brackets."""
    text = signature.partition("->")[0].strip().removeprefix("(").removesuffix(")")
    while (shorter := re.sub(r"\[[^][]*\]|\([^()]*\)", "", text)) != text:
        text = shorter
    arguments = [part.strip() for part in text.split(",")]
    plain = [part.partition(":")[0].strip() for part in arguments if part and "=" not in part]
    return [part for part in plain if part not in ("*", "/") and not part.startswith("*")]


def _torchs(name: str) -> set[str]:
    """The arguments that torch.nn's constructor has."""
    kind = getattr(nn, name)
    found = {*inspect.signature(nn.RNNBase if issubclass(kind, nn.RNNBase) else kind).parameters}
    return found | ({"nonlinearity"} if name == "RNN" else set())
