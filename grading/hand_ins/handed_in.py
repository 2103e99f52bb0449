"""What was handed in: a row for everything that lies in files, folders and archives, and who it is of."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from grading.files import folder_names
from grading.hand_ins.hands import Hand, Layout, hand_of
from grading.hand_ins.layouts import laid_out
from grading.hand_ins.people import Person, Roster, looks_like_a_roster
from grading.hand_ins.trees import LINK, Tree, is_archive, is_in, is_zip, of_archive, of_folder, opened
from submissions.contract.model import STRICT, Contract
from submissions.files import Source, Stored, UnusableFile, closed, gather, is_code, is_like_code, on_disk, refused
from submissions.texts import in_a_sentence

CLOSED = (".rar", ".7z", ".alz", ".egg", ".gz")
"""Archives that nothing here can open."""
DOCUMENTS = (".txt", ".text", ".json", ".pyw", ".pdf", ".docx", ".doc", ".hwp", ".html", ".md", ".rtf", ".png", ".jpg")
"""Endings of files, so that what stands before one is a name."""
DEEPEST = 3
"""Archives in one another."""


@dataclass(frozen=True)
class HandedIn:
    """One submission. key: its folder's name among the grades. problem: why it can't be read. people: whose it is;
    may_be: where a roster has several whose it may be, and nothing says which, those."""

    key: str
    source: Source
    problem: UnusableFile | None = None
    people: tuple[Person, ...] = ()
    may_be: tuple[Person, ...] = ()


@dataclass
class Found:
    """All that was handed in, by name. layouts: for each path what was recognised there, how many hand-ins, and what
    was left out. rosters: files beside the hand-ins that are none."""

    all: list[HandedIn] = field(default_factory=list)
    layouts: list[tuple[str, str, int, list[str]]] = field(default_factory=list)
    rosters: list[str] = field(default_factory=list)


def find(
    paths: Iterable[Path], roster: Roster | None = None, contract: Contract = STRICT, teachers: Iterable[Path] = ()
) -> Found:
    """Everything under ``paths``. contract: by whose names a file is the one to judge. teachers: files and folders that
    may lie there and are no hand-ins, the roster itself say.

    Raises FileNotFoundError for a path that isn't there, ValueError for an archive that can't be read, or where it
    can't be said whose files are whose.
    """
    roster, found, own = roster or Roster(), Found(), frozenset(path.resolve() for path in teachers)
    paths = [path for path in paths if not is_in(path, own)]
    for path in paths:
        with ExitStack() as open_files:
            layout = _layout(path, roster, found, open_files, own, alone=len(paths) == 1)
            found.all += [_handed_in(hand, roster, open_files, contract) for hand in layout.hands]
        found.layouts.append((path.name, layout.key, len(layout.hands), layout.left_out))
    found.all.sort(key=lambda one: (one.source.name, one.source.sha256))
    keys = folder_names((one.source.name, one.source.sha256) for one in found.all)
    found.all = [replace(one, key=key) for one, key in zip(found.all, keys, strict=True)]
    return found


def duplicates(found: Iterable[HandedIn]) -> list[list[str]]:
    """Keys of submissions whose bytes are the same, in groups of two or more."""
    # The names are left out: a copy that was renamed is a copy.
    return _together((tuple(sorted(one.source.files.values())), one.key) for one in found if one.source.files)


def claimed_twice(found: Iterable[HandedIn], roster: Roster) -> list[list[str]]:
    """Keys of hand-ins that are the same student's, in groups of two or more."""
    # A roster may have both Abe and abe; elsewhere they are one.
    known = set(roster.people)
    pairs = [(person, one.key) for one in found for person in one.people]
    return _together((person if person in known else person.id.casefold(), key) for person, key in pairs)


def _together(pairs: Iterable[tuple[object, str]]) -> list[list[str]]:
    groups: dict[object, list[str]] = {}
    for what, key in pairs:
        groups.setdefault(what, []).append(key)
    return [keys for keys in groups.values() if len(keys) > 1]


def _layout(
    path: Path, roster: Roster, found: Found, open_files: ExitStack, own: frozenset[Path], *, alone: bool
) -> Layout:
    if not path.exists():
        raise FileNotFoundError(f"{path}: there is no such file or folder")
    stored = on_disk(path)
    if path.is_file() and not is_archive(path.name):
        if alone or not _is_roster(path.name, stored):
            return Layout("layout file", [hand_of(path.name, {(path.name,): stored})])
        found.rosters.append(path.name)
        return Layout("layout file", [])
    try:
        tree = _archive(path, open_files) if path.is_file() else of_folder(path, own)
    except UnusableFile as problem:
        if not alone:  # one student's among others
            return Layout("layout file", [hand_of(path.name, {("",): refused(problem)})])
        raise ValueError(f"{path.name} can't be read: {problem.values.get('why', problem)}") from None
    top = 1 if len({parts[0] for parts in tree}) > 1 else 2
    beside = {parts for parts, stored in tree.items() if len(parts) <= top and _is_roster(parts[-1], stored)}
    found.rosters += ["/".join(parts) for parts in sorted(beside)]
    rest = {parts: stored for parts, stored in tree.items() if parts not in beside}
    return laid_out(path.name, rest, lambda word: roster.find([_id(word)]) is not None, packed=path.is_file())


def _archive(path: Path, open_files: ExitStack) -> Tree:
    try:
        file = open_files.enter_context(path.open("rb"))
    except OSError as error:
        raise closed(path.name, error) from None
    return of_archive(path.name, file, open_files)


def _is_roster(name: str, stored: Stored) -> bool:
    try:
        table = name.lower().endswith((".csv", ".tsv")) and stored.size < 2**20
        return table and looks_like_a_roster(stored.read())
    except UnusableFile:
        return False


def _handed_in(hand: Hand, roster: Roster, open_files: ExitStack, contract: Contract) -> HandedIn:
    people, may_be = _people(hand, roster)
    try:
        source = gather(hand.name, _files(hand.files, open_files), contract)
        return HandedIn(hand.name, source, None, people, may_be)
    except UnusableFile as problem:
        return HandedIn(hand.name, Source(hand.name, hand.name), _told(problem, hand), people, may_be)


def _files(tree: Tree, open_files: ExitStack, depth: int = 0) -> dict[str, Stored]:
    """By their places, without the folder that all lie in. Archives are opened where no code lies beside them."""
    files = {
        "/".join(parts): stored for parts, stored in _without_common(tree).items() if parts[-1] and stored is not LINK
    }
    archives = [name for name in files if is_archive(name) or (is_like_code(name) and is_zip(files[name]))]
    if depth < DEEPEST and not any(is_code(name) for name in files if name not in archives):
        inside = {name: _files(opened(name, files[name], open_files), open_files, depth + 1) for name in archives}
        files = {name: stored for name, stored in files.items() if not (name in archives and is_like_code(name))}
        places = [place for found in (files, *inside.values()) for place in found]
        # Of two files in one place neither is put over the other.
        apart = len(set(places)) < len(places)
        for name, found in inside.items():
            files |= {f"{name}/{place}" if apart else place: stored for place, stored in found.items()}
    return files


def _without_common(tree: Tree) -> Tree:
    # A package keeps its name: its files may be imported by it.
    while len(tops := {parts[0] for parts in tree}) == 1 and all(len(parts) > 1 for parts in tree):
        if (*tops, "__init__.py") in tree:
            break
        tree = {parts[1:]: stored for parts, stored in tree.items()}
    return tree


def _told(problem: UnusableFile, hand: Hand) -> UnusableFile:
    """Where there is no code, what there is instead."""
    if problem.key != "no python":
        return problem
    try:
        for stored in (stored for parts, stored in hand.files.items() if not parts[-1]):
            stored.read()  # a folder in which nothing was seen
    except UnusableFile as barred:
        return barred
    names = [parts[-1] for parts in hand.files if parts[-1]]
    if names and all(stored is LINK for stored in hand.files.values()):
        return UnusableFile("a link", file=in_a_sentence(", ".join(names)))
    if not names:
        return UnusableFile("empty folder", file=hand.name)
    if closed := [name for name in names if name.lower().endswith(CLOSED)]:
        return UnusableFile("closed archive", file=closed[0])
    listed = "" if names == [hand.name] else f" ({', '.join(names)})"
    return UnusableFile("no python", file=in_a_sentence(f"{hand.name}{listed}"))


def _people(hand: Hand, roster: Roster) -> tuple[tuple[Person, ...], tuple[Person, ...]]:
    """Whose it is; and those of the roster whose it may be, where nothing says which."""
    known = [roster.may_be(map(_id, ids)) for ids in hand.ids]
    people = tuple(
        next(iter(found)) if len(found) == 1 else Person(_id(ids[-1]), "", hand.section)
        for found, ids in zip(known, hand.ids, strict=True)
    )
    several = set().union(*(found for found in known if len(found) > 1))
    return people, tuple(person for person in roster.people if person in several)


def _id(name: str) -> str:
    """A name without the endings of files: those alone, for a name may have dots in it."""
    path = PurePosixPath(unicodedata.normalize("NFC", name))
    while is_code(path.name) or is_archive(path.name) or path.suffix.lower() in (*CLOSED, *DOCUMENTS):
        path = path.with_suffix("")
    return path.name or name
