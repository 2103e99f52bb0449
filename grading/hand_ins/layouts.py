"""Whose files are whose: as a learning platform exports them, else as teachers and students put them into folders."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from grading.hand_ins.exports import EXPORTS
from grading.hand_ins.hands import Layout, hand_of, plain
from grading.hand_ins.trees import Tree, is_archive
from grading.hand_ins.words import says_only_what_it_is
from submissions import asked
from submissions.encodings import NotText, text_of
from submissions.files import Stored, UnusableFile, is_code

SECTION = re.compile(
    r"(section|sec|class|lab|tutorial|분반|반)([\s_-]*\d{1,3}|[\s_-]+[a-z])|\w{1,3}[\s_-]*(section|분반|반)",
    re.IGNORECASE,
)
NOT_OWN = {"torch", "numpy", *sys.stdlib_module_names}
"""Modules that are nobody's own file, though somebody may call one so."""


def laid_out(name: str, tree: Tree, known: Callable[[str], bool], *, packed: bool) -> Layout:
    """Of what lies in a folder, or in an archive (packed), called ``name``.

    known: whether a roster has a student by this word. Raises ValueError: it can't be said whose files are whose.
    """
    for recognise in EXPORTS:
        if (found := recognise(tree)) is not None:
            return found
    tops = list(dict.fromkeys(parts[0] for parts in tree))
    if len(tops) == 1 and all(len(parts) > 1 for parts in tree) and not (_is_section(tops[0]) or known(tops[0])):
        # One folder that holds all is the assignment or the student. A folder of a teacher's own is looked into where
        # it is an export, else it is a student as any other.
        above = name if says_only_what_it_is(tops[0]) else tops[0]
        below = laid_out(above, {parts[1:]: stored for parts, stored in tree.items()}, known, packed=packed)
        if packed or below.key not in ("layout plain", "layout one"):
            return below
    if (found := _sections(tree, known)) is not None:
        return found
    if packed and _is_one_student(tree):
        return Layout("layout one", [hand_of(name, tree)])
    return Layout("layout plain", plain(tree))


def _sections(tree: Tree, known: Callable[[str], bool]) -> Layout | None:
    """Folders of students below folders of sections: known by their names, or by a roster."""
    tops = dict.fromkeys(parts[0] for parts in tree if len(parts) > 1)
    below = {parts[:2] for parts in tree if len(parts) > 1}
    named = bool(tops) and all(map(_is_section, tops))
    by_roster = any(known(name) for _, name in below) and not any(map(known, tops))
    if not tops or not (named or by_roster):
        return None
    hands = plain({parts: stored for parts, stored in tree.items() if len(parts) == 1})
    for top in tops:
        inner = plain({parts[1:]: stored for parts, stored in tree.items() if parts[0] == top and len(parts) > 1})
        hands += [replace(hand, section=top) for hand in inner if hand.name]
    return Layout("layout sections", hands)


def _is_section(name: str) -> bool:
    return SECTION.fullmatch(name) is not None


def _is_one_student(tree: Tree) -> bool:
    """One file imports all others; or there is one file alone, whose name does not say whose it is."""
    code = {PurePosixPath(parts[0]).stem: stored for parts, stored in tree.items() if is_code(parts[0])}
    if any(len(parts) == 1 and is_archive(parts[0]) for parts in tree):
        return False
    if len(tree) == 1:
        return all(map(says_only_what_it_is, code))
    own = {parts[0] for parts in tree if len(parts) > 1} | set(code)
    below = {stem: _imports(stored) & own - NOT_OWN for stem, stored in code.items()}
    inside = [(parts[0], stored) for parts, stored in tree.items() if code and len(parts) > 1 and is_code(parts[-1])]
    for folder, stored in inside:
        below[folder] = below.get(folder, set()) | (_imports(stored) & own - NOT_OWN)
    return any(_reached(stem, below) >= own for stem in code)


def _imports(stored: Stored) -> set[str]:
    try:
        return {module.split(".")[0] for module in asked.imported_by(text_of(stored.read()))}
    except (NotText, UnusableFile):
        return set()


def _reached(start: str, below: Mapping[str, set[str]]) -> set[str]:
    reached, new = set(), {start}
    while new:
        reached |= new
        new = set().union(*(below.get(name, set()) for name in new)) - reached
    return reached
