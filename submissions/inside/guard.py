"""Stops kernels of torch's own in the worker, so that a submission has to be written from scratch.

The operators are overridden where every road to them ends, in the dispatcher: module, functional call, ``torch._VF``,
``torch.ops``, TorchScript, a thread. What this can't see: kernels of other libraries, a copy of torch in another
process, and a submission that takes the override out again: it runs beside it.
"""

from __future__ import annotations

import ctypes
import inspect
import sys
import warnings
from collections.abc import Sequence
from typing import Any

import torch

# An operator made of others is entered at the first key that has an override: plain, with autograd, under vmap; the
# last is the kernel that takes it apart, which would serve every other key.
KEYS = ("CPU", "CUDA", "AutogradCPU", "AutogradCUDA", "FuncTorchBatched", "CompositeImplicitAutograd")
IN_PYTHON = ("torch._decomp.decompositions", "torch.ao.nn.quantizable.modules.rnn")
"""Where torch has recurrent networks in plain Python, past the operators."""


class Guard:
    """Once set, the forbidden operators of torch raise; ``reached`` is the name of the first that was called."""

    def __init__(self) -> None:
        self.reached = ""

    def set(self, operators: Sequence[str]) -> None:
        """Put the overrides in place, for good."""
        # Below torch.library, whose objects a submission finds among all others and takes down. This one is kept by a
        # count that no name holds.
        library = torch._C._dispatch_library("IMPL", "aten", "", __file__, 0)
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(library))
        with warnings.catch_warnings():
            # torch remarks on each override of a kernel of its own: that is the intention.
            warnings.simplefilter("ignore")
            for name in operators:
                for key in KEYS:
                    try:
                        library.impl(name, getattr(torch._C.DispatchKey, key), self._stop(name))
                    except (RuntimeError, AttributeError):
                        continue  # this torch has no such operator or key

        for module in IN_PYTHON if "lstm_cell" in operators else ():
            for name, value in list(vars(sys.modules.get(module, object)).items()):
                if any(word in name.lower() for word in ("lstm", "gru", "rnn")):
                    _stop_python(value)

    def take(self) -> str:
        """The operator that was reached since the last time, or the empty word."""
        reached, self.reached = self.reached, ""
        return reached

    def _stop(self, name: str) -> Any:
        def stop(*args: Any, **kwargs: Any) -> Any:
            self.reached = self.reached or f"aten::{name.partition('.')[0]}"
            raise RuntimeError(f"{self.reached} is torch's own kernel")

        return stop


def _stop_python(function_or_class: Any) -> None:
    # Its code is replaced, not its name: who has imported it already, or registered it, is stopped too.
    function = inspect.unwrap(getattr(function_or_class, "forward", function_or_class))
    if inspect.isfunction(function) and not function.__closure__:
        function.__code__ = _call_operator.__code__


def _call_operator(*args: Any, **kwargs: Any) -> Any:
    # Runs with the names of another module. The operator is overridden, which is what tells of the call.
    import torch

    one = torch.zeros(1, 1)
    return torch.lstm_cell(one, (one, one), torch.zeros(4, 1), torch.zeros(4, 1))
