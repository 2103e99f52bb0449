"""The networks that are asked, each made with the options of its group of calls, and those options in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from diagnosis.wording import Wording

_OPTIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "batch first": {"batch_first": True},
    "directions": {"bidirectional": True},
    "layers": {"num_layers": 2, "bidirectional": True},
    "stacked": {"num_layers": 2},
    "double": {"dtype": torch.float64},
    "no bias": {"bias": False},
    "batch first directions": {"batch_first": True, "bidirectional": True},
    "batch first stacked": {"batch_first": True, "num_layers": 2},
}
SPECIAL = "special"
"""Begins the names of the groups with an option that only some kinds have."""
_SPECIAL: dict[str, dict[str, Any]] = {"LSTM": {"proj_size": 2}}
_SPECIAL |= {kind: {"nonlinearity": "relu"} for kind in ("RNN", "RNNCell")}
_OTHERWISE = {
    "directions": ("with bidirectional=True and one layer", "한 층, bidirectional=True"),
    "double": ("for float64", "float64"),
}
"""What is told in other words than its options."""


def has(kind: str, group: str) -> bool:
    """Whether torch's ``kind`` takes the options of the group."""
    return not group.startswith(SPECIAL) or kind in _SPECIAL


def options(kind: str, group: str) -> dict[str, Any]:
    """What the constructor of a group's network is given."""
    return (_SPECIAL[kind] if group.startswith(SPECIAL) else {}) | _made_with(group)


def options_told(kind: str, group: str) -> Wording:
    """What is special about a group's network; of none that is ``plain``."""
    if group in _OTHERWISE:
        return _OTHERWISE[group]
    made_with = options(kind, group).items()
    told = [f'{name}="{value}"' if isinstance(value, str) else f"{name}={value}" for name, value in made_with]
    return f"with {' and '.join(told)}", ", ".join(told)


def where_told(kind: str, groups: Sequence[str]) -> list[Wording]:
    """In which of these ``groups``, as they are told, something shows: two layers stand for all that are more than
    one."""
    return [
        tuple(words.replace("num_layers=2", "num_layers > 1") for words in options_told(kind, group))  # type: ignore[misc]
        for group in groups
    ]


def in_order(groups: frozenset[str] | set[str]) -> list[str]:
    """As they are told: by name, those with an option that only some kinds have last."""
    return sorted(groups, key=lambda group: (group.startswith(SPECIAL), [*_OPTIONS, group].index(group), group))


def fewest(kind: str, groups: frozenset[str] | set[str]) -> list[str]:
    """Those, as they are told, without which of the same ``groups`` none has some of their options alone."""
    made = {group: options(kind, group).items() for group in groups}
    return [group for group in in_order(groups) if not any(other < made[group] for other in made.values())]


def directions(group: str) -> int:
    return 2 if _made_with(group).get("bidirectional") else 1


def layers(group: str) -> int:
    count: int = _made_with(group).get("num_layers", 1)
    return count


def time_axis(group: str) -> int:
    """Of an input of three axes, and of its output."""
    return 1 if _made_with(group).get("batch_first") else 0


def _made_with(group: str) -> dict[str, Any]:
    return _OPTIONS[group.removeprefix(SPECIAL).strip() or "plain"]
