"""Where compiled code is kept: made once a machine, loaded in a fraction of a second ever after."""

from __future__ import annotations

import hashlib
import importlib.util
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SOURCES = ("layout", "emitted", "code", "functions", "recurrences", "gradients", "training")


@lru_cache
def numba_works() -> bool:
    """Whether numba can be imported here and compiles. Called only where a training asks: it imports numba."""
    if importlib.util.find_spec("numba") is None:
        return False
    try:
        from numba import config
    except Exception:  # a numba that does not know this numpy or Python says so with errors of several kinds
        return False
    return not config.DISABLE_JIT  # type: ignore[attr-defined]


def must_compile(kind: str, dtype: str) -> bool:
    """Whether the first call of that kernel in this process compiles, which takes some seconds."""
    folder = kept_in(dtype)
    return folder is None or not any(folder.rglob(f"*.{_name(kind)}-*.nbc"))


@lru_cache
def kernel(kind: str, dtype: str) -> Any:
    """``train_rnn`` or ``train_lstm`` of lecture.scan.training for one dtype, compiled or loaded by its first call.

    Each has a folder of its own with one piece of code. In a folder with several, two processes that compile at the
    same time could put one's code under the other's name: numba numbers the pieces as they come.
    """
    from numba import config, njit

    from lecture.scan import training

    function, folder = getattr(training, _name(kind)), kept_in(dtype)
    usual, config.CACHE_DIR = config.CACHE_DIR, str(folder or "")  # type: ignore[attr-defined]
    try:
        # Blocks go to threads; nothing but Python calls it.
        return njit(nogil=True, no_cfunc_wrapper=True, cache=folder is not None)(function)  # type: ignore[call-overload]
    finally:
        config.CACHE_DIR = usual  # type: ignore[attr-defined]


@lru_cache
def kept_in(dtype: str) -> Path | None:
    """The first folder that can be written to: NUMBA_CACHE_DIR, beside this file, in the user's cache.

    Its name stands for all that the code depends on: the sources (numba looks at one file only), numba, and the
    processor, so that a home that several machines share serves each. None where nothing can be written: then each
    process compiles for itself.
    """
    from numba import config
    from numba.misc.appdirs import AppDirs

    places = [HERE / "__pycache__", Path(AppDirs("numba", appauthor=False).user_cache_dir)]
    if config.CACHE_DIR:  # type: ignore[attr-defined]
        places.insert(0, Path(config.CACHE_DIR))  # type: ignore[attr-defined]
    for place in places:
        folder = place / f"scan-{_fingerprint()}" / dtype
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    return None


def _name(kind: str) -> str:
    return f"train_{kind.lower()}"


@lru_cache
def _fingerprint() -> str:
    import llvmlite
    import numba
    from numba.core.registry import cpu_target

    machine = cpu_target.target_context.codegen().magic_tuple()
    parts = [numba.__version__, llvmlite.__version__, *map(str, machine)]
    parts += [(HERE / f"{name}.py").read_text("utf-8") for name in SOURCES]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
