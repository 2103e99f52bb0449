"""Stops torch's own recurrent kernels in the worker, so that a submission has to be written from scratch.

The operators are overridden where every road to them ends, in the dispatcher: module, functional call, ``torch._VF``,
``torch.ops``, TorchScript, a thread. What this can't see: kernels of other libraries, a copy of torch in another
process, and a submission that takes the override out again: it runs beside it.
"""

from __future__ import annotations

import warnings
from typing import Any

import torch

_RECURRENT = ("lstm", "gru", "rnn_tanh", "rnn_relu", "quantized_lstm", "quantized_gru")
OPERATORS = (
    *(f"{name}.{form}" for name in _RECURRENT for form in ("input", "data")),
    *("lstm_cell", "gru_cell", "rnn_tanh_cell", "rnn_relu_cell"),
    *("quantized_lstm_cell", "quantized_gru_cell", "quantized_rnn_tanh_cell", "quantized_rnn_relu_cell"),
    *("mkldnn_rnn_layer", "_thnn_fused_lstm_cell", "_thnn_fused_gru_cell", "_cudnn_rnn", "miopen_rnn"),
)
# An operator made of others is entered at the first key that has an override: plain, with autograd, under vmap.
KEYS = ("CPU", "CUDA", "AutogradCPU", "AutogradCUDA", "FuncTorchBatched")


class Guard:
    """Once set, every recurrent operator of torch raises; ``reached`` is the name of the first that was called."""

    def __init__(self) -> None:
        self.reached = ""
        self._library: Any = None

    def set(self) -> None:
        """Put the overrides in place; they stay as long as this object."""
        self._library = torch.library.Library("aten", "IMPL")
        with warnings.catch_warnings():
            # torch remarks on each override of a kernel of its own: that is the intention.
            warnings.simplefilter("ignore")
            for name in OPERATORS:
                for key in KEYS:
                    try:
                        self._library.impl(name, self._stop(name), key)
                    except RuntimeError:
                        continue  # this torch has no such operator

    def take(self) -> str:
        """The operator that was reached since the last time, or the empty word."""
        reached, self.reached = self.reached, ""
        return reached

    def _stop(self, name: str) -> Any:
        def stop(*args: Any, **kwargs: Any) -> Any:
            self.reached = self.reached or f"aten::{name.partition('.')[0]}"
            raise RuntimeError(f"{self.reached} is torch's own recurrent kernel")

        return stop
