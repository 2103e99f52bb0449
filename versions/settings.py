"""Runs of claims in this process: silent, recorded, and under another setting of torch's arithmetic."""

from __future__ import annotations

import contextlib
import io
import os
import re
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from results.record import Record, read
from versions.words import text

ROOT = Path(__file__).resolve().parent.parent
XDIST = ("PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_ADDOPTS")


class NotRun(Exception):
    """Nothing that was asked for ran to its end. Told by a text of versions.words."""

    is_sentence = True

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(text(key, "en", **values))
        self._key, self._values = key, values

    def told(self, lang: str) -> str:
        """In one sentence."""
        return text(self._key, lang, **self._values)


@dataclass(frozen=True)
class Setting:
    """name: as it is shown. always: whether the claims run under it anyway. switch: turns it on for a while."""

    name: str
    always: bool
    switch: Callable[[], AbstractContextManager[None]]


@contextlib.contextmanager
def onednn_off() -> Iterator[None]:
    """torch's own kernels in place of oneDNN's."""
    import torch

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # torch warns of a GPU's setting that the switch sets, too
        flags = torch.backends.mkldnn.flags(enabled=False)
        with flags:
            yield


@contextlib.contextmanager
def tf32_off() -> Iterator[None]:
    """No TF32 in matrix products and cuDNN."""
    import torch

    before = torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    try:
        yield
    finally:
        torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32 = before


def threads(count: int) -> Callable[[], AbstractContextManager[None]]:
    """``count`` threads for torch's kernels."""

    @contextlib.contextmanager
    def switch() -> Iterator[None]:
        import torch

        before = torch.get_num_threads()
        torch.set_num_threads(count)
        try:
            yield
        finally:
            torch.set_num_threads(before)

    return switch


ONEDNN_OFF = Setting("oneDNN off", False, onednn_off)
TF32_OFF = Setting("TF32 off", True, tf32_off)
ONE_THREAD = Setting("one thread", True, threads(1))
TWO_THREADS = Setting("two threads", False, threads(2))


class _Under:
    """A pytest plugin that turns a setting on after the claims' own have been made."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._stack = contextlib.ExitStack()

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self) -> None:
        self._stack.enter_context(self._setting.switch())

    def pytest_unconfigure(self) -> None:
        self._stack.close()


def run(*options: str, setting: Setting | None = None, device: str = "cpu", tests: Sequence[str] = ("",)) -> Record:
    """The record of ``pytest claims/`` with ``options``, in this process, without a word.

    tests: files of claims/ (the whole folder is collected otherwise, which takes a second).
    Raises NotRun where it did not come to an end.
    """
    plugins = [_Under(setting)] if setting else []
    said = io.StringIO()
    with tempfile.TemporaryDirectory() as folder, _no_workers():
        file = Path(folder) / "record.json"
        files = [str(ROOT / "claims" / name) for name in tests]
        words = ["-p", "no:cacheprovider", "-n", "0", "--rootdir", str(ROOT), *files]
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            status = pytest.main([*words, "--device", device, "--record", str(file), *options], plugins=plugins)
        if file.exists():
            return read(file)
        if status == pytest.ExitCode.NO_TESTS_COLLECTED:
            raise NotRun("no cases", device=device, options=" ".join(options))
        raise NotRun("did not end", said=_error(said.getvalue()))


def _error(said: str) -> str:
    """The sentence of pytest's that says what is wrong: after it come its folders, before it its usage."""
    lines = [line.strip() for line in said.strip().splitlines()]
    told = [found[1] for line in lines if (found := re.match(r"(?:ERROR|.*: error): (?!usage: )(.+)", line))]
    return (told or lines[-1:] or ["pytest said nothing"])[0]


@contextlib.contextmanager
def _no_workers() -> Iterator[None]:
    """What an outer pytest sets for its workers must not reach this one."""
    kept = {name: os.environ.pop(name) for name in XDIST if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)
