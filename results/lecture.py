"""A lecture as results know it: its key, its title, its sections in order, its seed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from results.model import Both

USUAL_SEED = 43052
"""Week 12's, and that of a lecture whose lecture.toml names none."""


@dataclass(frozen=True)
class Section:
    """A section of a lecture: its key, which no other of that lecture has, and its heading."""

    key: str
    heading: Both


@dataclass(frozen=True)
class Lecture:
    """key: what ``--lecture`` takes; empty in records of one lecture alone, which do not tell it. sections: in order,
    their places counted from 1 are their numbers. seed: under which its own networks are made."""

    key: str
    title: Both
    sections: tuple[Section, ...]
    seed: int = USUAL_SEED

    def as_dict(self) -> dict[str, Any]:
        """Plain types only."""
        return {**asdict(self), "sections": [asdict(section) for section in self.sections]}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Lecture:
        """The inverse of :meth:`as_dict`; what is missing has its default."""
        sections = tuple(Section(section["key"], Both(**section["heading"])) for section in data["sections"])
        return cls(data.get("key", ""), Both(**data["title"]), sections, int(data.get("seed", USUAL_SEED)))
