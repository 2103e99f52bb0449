"""Arithmetic of the judge and its workers, from one place: settings that make it repeatable, and gradients. Imports
torch when called."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

CUBLAS = {"CUBLAS_WORKSPACE_CONFIG": ":4096:8"}
"""To stand in the environment before CUDA starts: cuBLAS reads it once, and without it refuses to be deterministic."""


def repeatable_arithmetic(*, strict: bool = True, cudnn: bool = True) -> None:
    """One thread, no TF32, deterministic algorithms: the same numbers whatever the number of cores.

    strict: what has no deterministic algorithm raises; else it warns, for in a submission that is no fault. cudnn:
    False takes torch's own CUDA kernels in cuDNN's place, whose float32 tanh and sigmoid are 7e-6 off
    (checks/tolerances.py): what a submission is held against must not be an approximation.

    One thread is also the fastest for networks of 3 to 20 nodes: work this small is not worth sharing.
    """
    import torch

    torch.set_num_threads(1)
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = False
    torch.backends.cudnn.enabled = cudnn
    # The same as use_deterministic_algorithms(True), which also brings sympy: most of a second.
    torch.set_deterministic_debug_mode("error" if strict else "warn")
    # Filling every new tensor with NaN first would cost time and change no number that we read.
    if deterministic := getattr(torch.utils, "deterministic", None):
        deterministic.fill_uninitialized_memory = False
    put_off_the_compiler()


def compute_on(device: str) -> None:
    """Raise RuntimeError where nothing can be computed on ``device``: none is there, its memory is full, or an error of
    a kernel (an index out of range, for one) has ended this process's use of it."""
    import torch

    torch.zeros(1, device=device).add_(1).item()


def hold_to(device: str, most: float) -> None:
    """Let this process take ``most`` MiB of a GPU's memory; torch raises its OutOfMemoryError for more."""
    if device == "cuda":
        import torch

        whole = torch.cuda.get_device_properties(0).total_memory / 2**20
        torch.cuda.set_per_process_memory_fraction(min(1.0, most / whole), 0)


def finish_on(device: str) -> None:
    """Wait for what was begun on a GPU: an error of a kernel is raised here, and not by the next call."""
    if device == "cuda":
        import torch

        torch.cuda.synchronize()


def stopped(device: str) -> str:
    """Why this process can use a GPU no more, or not now, by trying: a line of torch's. Empty where it can."""
    try:
        if device == "cuda":
            compute_on(device)
    except Exception as error:
        return (str(error).splitlines() or [type(error).__name__])[0]
    return ""


def put_off_the_compiler() -> None:
    """Let torch's compiler be imported by what needs it alone. Since torch 2.0 the first step of any optimizer does,
    for 1.4 CPU seconds: to tell it where not to compile."""
    import torch

    name = "torch._dynamo"
    if name not in sys.modules and (spec := importlib.util.find_spec(name)) is not None:
        sys.modules[name] = torch._dynamo = awaited = _Awaited(name)
        awaited.__file__ = spec.origin


class _Awaited(ModuleType):
    """torch's compiler, as long as nobody compiles: the two of its functions that an optimizer calls. Any other name of
    it imports the real one in its place."""

    @staticmethod
    def graph_break(*_: Any, **__: Any) -> None:
        """Outside of compiled code the real one does nothing, either."""

    @staticmethod
    def disable(function: Callable[..., Any], *_: Any, **__: Any) -> Callable[..., Any]:
        """Which is not compiled, as nothing is here."""
        return function

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__path__":  # as it is asked of all modules, by inspect for one
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


def pulled_back(outputs: Sequence[Any], wanted: Sequence[Any], cotangents: Sequence[Any]) -> tuple[Any, ...]:
    """Of each tensor of ``wanted`` the gradient of the sum over ``outputs`` of output times cotangent, to the bit what
    ``torch.autograd.grad(outputs, wanted, cotangents, allow_unused=True)`` gives; None where nothing depends on it.

    That imports sympy and 480 modules more for cotangents: 0.6 CPU seconds and up (over two were seen beside an H100),
    once in every process.

    Raises RuntimeError where a cotangent has another shape than its output, or an output no gradient.
    """
    import torch

    for output, cotangent in zip(outputs, cotangents, strict=True):
        if not output.requires_grad:
            raise RuntimeError("an output does not require a gradient: it is cut from the graph")
        if output.shape != cotangent.shape:  # the engine itself would broadcast
            raise RuntimeError(f"an answer has the shape {tuple(output.shape)}; {tuple(cotangent.shape)} is asked")
    root = _root().apply(cotangents, *outputs)
    found: tuple[Any, ...] = torch.autograd.grad(root, wanted, allow_unused=True)
    return found


def pulled_back_or_zero(outputs: Sequence[Any], wanted: Sequence[Any], cotangents: Sequence[Any]) -> list[Any]:
    """The same of the outputs that have a gradient; zeros for what none of them depends on."""
    import torch

    live = [pair for pair in zip(outputs, cotangents, strict=True) if pair[0].requires_grad]
    found: tuple[Any, ...] = (None,) * len(wanted)
    if live and wanted:
        found = pulled_back([output for output, _ in live], wanted, [cotangent for _, cotangent in live])
    return [torch.zeros_like(w) if g is None else g for w, g in zip(wanted, found, strict=True)]


@functools.lru_cache(maxsize=1)
def _root() -> Any:
    """What autograd.grad itself puts above several outputs: a node that hands each its cotangent."""
    import torch

    class Root(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, cotangents: Sequence[Any], *outputs: Any) -> Any:
            ctx.cotangents = cotangents
            return torch.zeros((), device=outputs[0].device)

        @staticmethod
        def backward(ctx: Any, _: Any) -> tuple[Any, ...]:
            return (None, *ctx.cotangents)

    return Root
