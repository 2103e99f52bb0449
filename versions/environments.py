"""Which Python, fastai and numpy go with which torch: the one table behind ``nox -s versions``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Environment:
    """What one torch is tried with.

    torch: release, or path or URL of a wheel. python: that nox makes the environment with. fastai: release. pins:
    further requirements, as pip takes them. reason: why these.
    """

    torch: str
    python: str
    fastai: str
    pins: tuple[str, ...]
    reason: str

    @property
    def session(self) -> str:
        """Name of its nox session and of the folder of its environment."""
        return f"torch-{label(self.torch)}"

    @property
    def packages(self) -> list[str]:
        """What pip installs beside requirements.txt."""
        torch = self.torch if is_wheel(self.torch) else f"torch=={self.torch}"
        return [torch, f"fastai=={self.fastai}", *self.pins]


ENVIRONMENTS: tuple[Environment, ...] = (
    Environment(
        "1.13.1",
        "3.10",
        "2.7.10",
        ("numpy<2", "pandas<3"),
        "the last fastai made for torch 1.13; this torch was built against numpy 1, and has wheels up to Python 3.10",
    ),
    Environment(
        "2.4.1", "3.10", "2.8.12", (), "the last of 2.0 to 2.4, with the older Python; numpy 2 since torch 2.3"
    ),
    Environment("2.6.0", "3.11", "2.8.12", (), "the first whose torch.load reads weights alone by default"),
    Environment("2.8.0", "3.11", "2.8.12", (), "from the middle of 2.6 to 2.9"),
    Environment("2.11.0", "3.11", "2.8.12", (), "the one that was seen on an H200 and an H100"),
    Environment("2.13.0", "3.11", "2.8.12", (), "the one that constraints.txt pins and CI runs"),
    Environment("2.14.0", "3.11", "2.8.12", (), "between the pinned one and the newest"),
    Environment("2.15.0", "3.11", "2.8.12", (), "the newest"),
)

SEEDS = (43052, 7)
"""Run seeds of the committed records."""


def find(torch: str) -> Environment:
    """The row of a release; for a wheel and for a release that has none, the newest row's fastai and Python.

    Raises ValueError for what is neither a release number nor a wheel.
    """
    for row in ENVIRONMENTS:
        if row.torch == torch:
            return row
    newest = ENVIRONMENTS[-1]
    if is_wheel(torch):
        python = _python_of(torch) or newest.python
        return Environment(_place(torch), python, newest.fastai, (), "a wheel that was given")
    if not re.fullmatch(r"\d+\.\d+(\.\d+)?", torch):
        raise ValueError(f"{torch} is neither a release of torch nor a wheel (a path or URL that ends in .whl)")
    if _numbers(torch) < (2, 0):
        oldest = ENVIRONMENTS[0]
        return Environment(torch, oldest.python, oldest.fastai, oldest.pins, oldest.reason)
    return Environment(torch, newest.python, newest.fastai, (), "no row of its own: as the newest")


def is_wheel(torch: str) -> bool:
    """Whether it is a path or URL of a wheel, not a release number."""
    return torch.partition("#")[0].endswith(".whl")


def label(torch: str) -> str:
    """A short name for a release or a wheel: the release number that stands in the wheel's name."""
    if not is_wheel(torch):
        return torch
    name = Path(torch.partition("#")[0]).name.replace("%2B", "+")
    parts = name.split("-")
    return parts[1] if len(parts) > 2 else name


def _place(torch: str) -> str:
    return torch if "://" in torch else str(Path(torch).absolute())


def _python_of(wheel: str) -> str:
    """``3.12`` from ``…-cp312-…``; empty where the name does not say."""
    found = re.search(r"-cp3(\d+)-", wheel)
    return f"3.{found[1]}" if found else ""


def _numbers(torch: str) -> tuple[int, ...]:
    return tuple(int(part) for part in torch.split("."))
