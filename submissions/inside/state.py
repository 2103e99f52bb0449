"""torch's settings that a process has once for all: where a submission changes them, the next call does not feel it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch


class State:
    """What they are when this is made; ``restore`` sets them so again.

    The default device is the one that the file's own lines have set, where it is the one that is computed on."""

    def __init__(self) -> None:
        self._device: torch.device | None = None
        self._dtype = torch.get_default_dtype()
        self._threads = torch.get_num_threads()
        self._deterministic = torch.are_deterministic_algorithms_enabled()
        self._warn_only = torch.is_deterministic_algorithms_warn_only_enabled()

    def loaded(self, device: str) -> None:
        """The file has run: tensors made without a device may lie on ``device`` from here on, if it says so."""
        set_by_file = _default_device()
        self._device = set_by_file if set_by_file.type == device != "cpu" else None

    def restore(self) -> None:
        """Gradients on, no anomaly mode; dtype, device, threads and determinism as they were."""
        torch.set_grad_enabled(True)
        if torch.is_anomaly_enabled():
            torch.autograd.set_detect_anomaly(False)
        if torch.get_default_dtype() != self._dtype:
            torch.set_default_dtype(self._dtype)
        if torch.get_num_threads() != self._threads:
            torch.set_num_threads(self._threads)
        if torch.are_deterministic_algorithms_enabled() != self._deterministic:
            torch.use_deterministic_algorithms(self._deterministic, warn_only=self._warn_only)
        if _default_device() != (self._device or torch.device("cpu")):
            torch.set_default_device(self._device)


def _default_device() -> torch.device:
    # torch 1.13 has none.
    found: torch.device = getattr(torch, "get_default_device", lambda: torch.device("cpu"))()
    return found


def without_compiler(note: Callable[[], None]) -> None:
    """torch.compile gives back what it is given, and says so by ``note``: the compiler starts programs, which no
    submission may, and a step that is not compiled gives the same numbers."""

    def compile(model: Any = None, **options: Any) -> Any:
        note()
        return (lambda found: found) if model is None else model

    def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
        torch._C._set_deterministic_algorithms(mode, warn_only=warn_only)

    torch.compile = compile
    # torch's own also tells the compiler, for which it imports it: 1.4 CPU seconds of the call's limit.
    torch.use_deterministic_algorithms = use_deterministic_algorithms
