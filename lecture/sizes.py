"""Sizes and options that exact claims go through: the lecture's own first, general ones after."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from lecture import texts

Draw = Callable[..., Tensor]

KINDS = ("LSTM", "GRU", "RNN")
"""torch.nn's recurrent networks."""


@dataclass(frozen=True)
class Sizes:
    """One network and one input. ``str(sizes)`` is the id of the case.

    batch: None for an input without a batch axis. lecture: the input is section 4's text, one-hot, and not drawn; its
    first rows, where length is not its own.
    """

    kind: str = "LSTM"
    input_size: int = 7
    hidden_size: int = 4
    length: int = 12
    batch: int | None = None
    num_layers: int = 1
    bidirectional: bool = False
    batch_first: bool = False
    nonlinearity: str = "tanh"
    bias: bool = True
    proj_size: int = 0
    dtype: torch.dtype = torch.float32
    lecture: bool = False

    def __str__(self) -> str:
        if self.lecture:
            return f"lecture-{self.kind}({self.input_size},{self.hidden_size})"
        marks = [
            f"{self.kind}({self.input_size},{self.hidden_size})",
            f"L{self.length}" if self.kind in ("RNN", "LSTM", "GRU") else "",
            "" if self.batch is None else f"N{self.batch}",
            f"layers{self.num_layers}" if self.num_layers > 1 else "",
            "both" if self.bidirectional else "",
            "batch_first" if self.batch_first else "",
            "relu" if self.nonlinearity == "relu" else "",
            "" if self.bias else "nobias",
            f"proj{self.proj_size}" if self.proj_size else "",
            "" if self.dtype == torch.float32 else "float64",
        ]
        return "-".join(mark for mark in marks if mark)

    @property
    def directions(self) -> int:
        """1, or 2 for a bidirectional network."""
        return 2 if self.bidirectional else 1

    @property
    def options(self) -> dict[str, Any]:
        """The constructor's options that differ from torch.nn's defaults, and the dtype."""
        usual = {"num_layers": 1, "bidirectional": False, "batch_first": False, "nonlinearity": "tanh", "bias": True}
        chosen = {name: getattr(self, name) for name, value in usual.items() if getattr(self, name) != value}
        if self.proj_size:
            chosen["proj_size"] = self.proj_size
        return {**chosen, "dtype": self.dtype}

    def redrawn(self, seed: int) -> Sizes:
        """The same kind, options and number of axes in sizes drawn from ``seed``; the lecture's own as they are."""
        if self.lecture:
            return self
        draw = random.Random(seed).randint
        return replace(
            self,
            input_size=draw(2, 9),
            hidden_size=self.proj_size + draw(2, 9),
            # The long ones are long on purpose.
            length=self.length if self.length > 100 else draw(4, 24),
            batch=self.batch and self.batch + draw(0, 3),
            num_layers=self.num_layers if self.num_layers == 1 else draw(2, 4),
        )

    def within(self, steps: int) -> Sizes:
        """The same with ``steps`` at most."""
        return replace(self, length=min(self.length, steps))

    def make(self, implementation: Any, **changes: Any) -> Any:
        """The network from ``implementation``, with options changed where ``changes`` says so."""
        options = replace(self, **changes).options
        return implementation.make(self.kind, self.input_size, self.hidden_size, **options)

    def input(self, draw: Draw) -> Tensor:
        """The input: (L, V), (L, N, V), or (N, L, V) with batch_first; (V,) or (N, V) for a cell."""
        if self.lecture:
            return texts.hello_rows()[: self.length].to(draw(1).device)
        shape: tuple[int, ...]
        if self.kind.endswith("Cell"):
            shape = (self.input_size,) if self.batch is None else (self.batch, self.input_size)
        elif self.batch is None:
            shape = (self.length, self.input_size)
        elif self.batch_first:
            shape = (self.batch, self.length, self.input_size)
        else:
            shape = (self.length, self.batch, self.input_size)
        return draw(*shape, dtype=self.dtype)

    def state(self, draw: Draw) -> Any:
        """A first state: h0, or (h0, c0) for LSTM and LSTMCell; each part of shape (D * layers, N, H)."""
        h_size = self.proj_size or self.hidden_size
        rows = () if self.kind.endswith("Cell") else (self.directions * self.num_layers,)
        batch = () if self.batch is None else (self.batch,)
        h0 = draw(*rows, *batch, h_size, dtype=self.dtype)
        if not self.kind.startswith("LSTM"):
            return h0
        return h0, draw(*rows, *batch, self.hidden_size, dtype=self.dtype)


def each(value: Any, change: Callable[[Tensor], Tensor]) -> Any:
    """``change`` done to a tensor, or to each tensor of a nested tuple."""
    if isinstance(value, (tuple, list)):
        return tuple(each(part, change) for part in value)
    return change(value)


def state_of(kind: str, part: Tensor) -> Any:
    """A state whose parts all equal ``part``: a pair for LSTM and LSTMCell, else the tensor itself."""
    return (part, part.clone()) if kind.startswith("LSTM") else part


LECTURE_SIZES = [Sizes(length=999, lecture=True)]

STEPS = [("RNN", "tanh"), ("RNN", "relu"), ("GRU", "tanh"), ("LSTM", "tanh")]
"""Each kind of step, with its nonlinearity."""


def _grid() -> list[Sizes]:
    """Kinds x layers x directions x batched or not; dtypes take turns, so that each meets every option."""
    grid = []
    for number, (kind, nonlinearity) in enumerate(STEPS):
        for layers in (1, 2, 3):
            for both in (False, True):
                for batch in (None, 3):
                    turn = (number + layers + both + (batch is None)) % 2
                    grid.append(
                        Sizes(
                            kind,
                            input_size=5,
                            hidden_size=3 + number,
                            length=9,
                            batch=batch,
                            num_layers=layers,
                            bidirectional=both,
                            nonlinearity=nonlinearity,
                            dtype=(torch.float32, torch.float64)[turn],
                        )
                    )
    return grid


GENERAL_SIZES = _grid()
PROJECTED_SIZES = [
    Sizes("LSTM", 5, 6, 9, 2, num_layers=layers, bidirectional=both, proj_size=3, dtype=dtype)
    for layers, both, dtype in ((1, False, torch.float32), (2, True, torch.float64))
]
LONG_SIZES = [Sizes("GRU", 5, 4, 120), Sizes("RNN", 5, 4, 120)]
"""Where no cell is asked, too, gradients go back over more than a few steps; the LSTM's over the lecture's series."""
UNBATCHED_SIZES = [sizes for sizes in GENERAL_SIZES if sizes.batch is None]
BATCHED_SIZES = [sizes for sizes in GENERAL_SIZES if sizes.batch is not None]

LECTURE_CELLS = [Sizes("LSTMCell")]
GENERAL_CELLS = [
    Sizes(kind, 5, 4, batch=batch, bias=bias, nonlinearity=nonlinearity, dtype=dtype)
    for kind, nonlinearity in (("RNNCell", "tanh"), ("RNNCell", "relu"), ("GRUCell", "tanh"), ("LSTMCell", "tanh"))
    for batch, bias, dtype in ((None, True, torch.float64), (3, True, torch.float32), (2, False, torch.float64))
]
