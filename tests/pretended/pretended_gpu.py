"""Run as an interpreter starts (machine.py): the device is there before torch is, and torch.cuda says so."""

from __future__ import annotations

import ctypes
import importlib.util
import os
from pathlib import Path
from types import SimpleNamespace

HERE = Path(__file__).resolve().parent


def begin() -> None:
    """Load the device into torch's libraries, then import torch, which asks for hooks once, while it is imported.
    Nothing where CUDA_VISIBLE_DEVICES shows no device, as to a worker that computes on the CPU."""
    if os.environ.get("CUDA_VISIBLE_DEVICES") == "":
        return
    found = importlib.util.find_spec("torch")
    assert found is not None
    assert found.origin is not None
    libraries = Path(found.origin).parent / "lib"
    needed = [*libraries.glob("libgomp*"), *(libraries / f"lib{name}.so" for name in ("c10", "torch_cpu", "torch"))]
    for library in [*needed, HERE / "cuda.so"]:
        ctypes.CDLL(str(library), ctypes.RTLD_GLOBAL)
    import torch

    told = SimpleNamespace(name="a pretended GPU", total_memory=2**33, major=9, minor=0, multi_processor_count=1)
    answers = {
        "is_available": True,
        "is_initialized": True,
        "device_count": 1,
        "current_device": 0,
        "get_device_name": told.name,
        "get_device_capability": (9, 0),
        "get_device_properties": told,
        "memory_allocated": 0,
        "max_memory_allocated": 0,
    }
    nothing = (
        "_lazy_init",
        "synchronize",
        "set_per_process_memory_fraction",
        "empty_cache",
        "manual_seed",
        "manual_seed_all",
        "set_rng_state",
    )
    for name, answer in {**answers, **dict.fromkeys(nothing)}.items():
        setattr(torch.cuda, name, lambda *_, answer=answer, **__: answer)
    torch.cuda.get_rng_state = lambda *_, **__: torch.zeros(16, dtype=torch.uint8)
    torch.backends.cuda.is_built = lambda: True
    torch.version.cuda = "pretended"
