"""A hand-in: the files of one student, or of a group, before it is said which of them is run."""

from __future__ import annotations

from dataclasses import dataclass, field

from grading.hand_ins.trees import Parts, Tree
from submissions.files import Stored


@dataclass(frozen=True)
class Hand:
    """What one student, or a group, handed in.

    name: shown. files: by their places within it. ids: for each student of the group (one, as a rule) the words by
    which a roster may know them, the surest first. section: the folder above, where there are such.
    """

    name: str
    files: Tree
    ids: tuple[tuple[str, ...], ...] = ()
    section: str = ""


@dataclass(frozen=True)
class Layout:
    """key: of the sentence that says what was recognised. hands: of everything that lies there. left_out: earlier
    attempts, by whom and when."""

    key: str
    hands: list[Hand]
    left_out: list[str] = field(default_factory=list)


def hand_of(name: str, files: Tree, *ids: str) -> Hand:
    return Hand(name, files, ((*ids, name),))


def plain(tree: Tree) -> list[Hand]:
    """One for each file and each folder at the top."""
    groups: dict[str, dict[Parts, Stored]] = {}
    for parts, stored in tree.items():
        groups.setdefault(parts[0], {})[parts[1:] or parts] = stored
    return [hand_of(name, files) for name, files in sorted(groups.items())]
