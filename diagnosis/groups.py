"""The networks that are asked, each made with the options of its group of calls, and those options in words."""

from __future__ import annotations

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
_IN_WORDS = {
    "batch first": ("with batch_first=True", "batch_first=True"),
    "directions": ("with bidirectional=True and one layer", "한 층, bidirectional=True"),
    "layers": ("with num_layers=2 and bidirectional=True", "num_layers=2, bidirectional=True"),
    "stacked": ("with num_layers=2", "num_layers=2"),
    "double": ("for float64", "float64"),
    "no bias": ("with bias=False", "bias=False"),
    "batch first directions": ("with batch_first=True and bidirectional=True", "batch_first=True, bidirectional=True"),
    "batch first stacked": ("with batch_first=True and num_layers=2", "batch_first=True, num_layers=2"),
}


def has(kind: str, group: str) -> bool:
    """Whether torch's ``kind`` takes the options of the group."""
    return not group.startswith(SPECIAL) or kind in _SPECIAL


def options(kind: str, group: str) -> dict[str, Any]:
    """What the constructor of a group's network is given."""
    if not group.startswith(SPECIAL):
        return _OPTIONS[group]
    return _SPECIAL[kind] | _OPTIONS[group.removeprefix(SPECIAL).strip() or "plain"]


def options_told(kind: str, group: str) -> Wording:
    """What is special about a group's network; of none that is ``plain``."""
    if not group.startswith(SPECIAL):
        return _IN_WORDS[group]
    [[name, value]] = _SPECIAL[kind].items()
    option = f'{name}="{value}"' if isinstance(value, str) else f"{name}={value}"
    if group == SPECIAL:
        return f"with {option}", option
    [[name, value]] = _made_with(group).items()
    return f"with {option} and {name}={value}", f"{option}, {name}={value}"


def in_order(groups: frozenset[str] | set[str]) -> list[str]:
    """As they are told: by name, those with an option that only some kinds have last."""
    return sorted(groups, key=lambda group: (group.startswith(SPECIAL), [*_IN_WORDS, group].index(group), group))


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
