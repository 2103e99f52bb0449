"""What keeps a network's constructor from being called with its two sizes, read off the text of its signature."""

from __future__ import annotations

import inspect
import re

from torch import nn

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
