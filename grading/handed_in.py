"""What was handed in: files, folders (one file or folder a student), or a zip as a learning platform exports it."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from grading.files import folder_names
from submissions.submission import Source, UnusableFile, gather, is_code, read

HIDDEN = ("__MACOSX", "__pycache__", ".ipynb_checkpoints")
LARGEST_ZIP = 10_000
"""Members that a zip may have."""

CANVAS = re.compile(r"(?P<who>.+?_(LATE_)?\d{3,})_(?P<number>\d{3,})_(?P<file>.+)")
MOODLE = re.compile(r"(?P<who>.+_\d+)_assignsubmission_file_(?P<file>.+)")
"""How they name files that are exported in one heap: the person, numbers, the file's own name."""

Parts = tuple[str, ...]


@dataclass(frozen=True)
class HandedIn:
    """One student's submission. key: its folder's name among the grades. problem: why it can't be read."""

    key: str
    source: Source
    problem: UnusableFile | None = None


def find(paths: Iterable[Path]) -> list[HandedIn]:
    """All submissions under ``paths``, by name.

    Raises FileNotFoundError for a path that isn't there, ValueError for a zip that can't be read.
    """
    found = [one for path in paths for one in _at(path)]
    found.sort(key=lambda one: (one.source.name, one.source.sha256))
    keys = folder_names((one.source.name, one.source.sha256) for one in found)
    return [replace(one, key=key) for one, key in zip(found, keys, strict=True)]


def duplicates(found: Iterable[HandedIn]) -> list[list[str]]:
    """Keys of submissions whose bytes are the same, in groups of two or more."""
    groups: dict[tuple[bytes, ...], list[str]] = {}
    for one in found:
        # The names are left out: a copy that was renamed is a copy.
        groups.setdefault(tuple(sorted(one.source.files.values())), []).append(one.key)
    return [keys for content, keys in groups.items() if len(keys) > 1 and content]


def _at(path: Path) -> Iterator[HandedIn]:
    if not path.exists():
        raise FileNotFoundError(f"{path}: there is no such file or folder")
    if path.suffix.lower() == ".zip" and path.is_file():
        yield from _in_zip(path)
    elif path.is_file():
        yield _handed_in(path.name, partial(read, path))
    else:
        files = {file.relative_to(path).parts: file for file in _plain_files(path)}
        sizes = {parts: file.stat().st_size for parts, file in files.items()}
        yield from _grouped(sizes, lambda parts: files[parts].read_bytes())


def _plain_files(folder: Path) -> Iterator[Path]:
    """Those below, hidden ones and links left out: a link may lead to another student's file, or out of here."""
    for above, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _is_hidden(name))
        for name in sorted(names):
            file = Path(above, name)
            if not _is_hidden(name) and file.is_file() and not file.is_symlink():
                yield file


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name in HIDDEN


def _grouped(sizes: Mapping[Parts, int], content: Callable[[Parts], bytes]) -> Iterator[HandedIn]:
    """One submission for each file and each folder at the top, and for all files of one person in a flat export."""
    owners = _owners([parts[0] for parts in sizes if len(parts) == 1])
    groups: dict[str, dict[Parts, Parts]] = {}
    for parts in sizes:
        if len(parts) == 1 and parts[0] in owners:
            who, file = owners[parts[0]]
            groups.setdefault(who, {})[(file,)] = parts
        elif len(parts) > 1 or is_code(parts[0]):
            groups.setdefault(parts[0], {})[parts[1:] or parts] = parts
    for name in sorted(groups):
        yield _handed_in(name, partial(_of_one, name, groups[name], sizes, content))


def _owners(names: list[str]) -> dict[str, tuple[str, str]]:
    """For the files of a flat export whose they are, and their own names."""
    for platform in (MOODLE, CANVAS):
        found = {name: match for name in names if (match := platform.fullmatch(name))}
        # Canvas numbers every file: where a number comes twice, somebody's own names only look like that.
        if found and (platform is MOODLE or len({match["number"] for match in found.values()}) == len(found)):
            return {name: (match["who"], match["file"]) for name, match in found.items()}
    return {}


def _of_one(name: str, files: Mapping[Parts, Parts], sizes: Mapping[Parts, int], content: Any) -> Source:
    """From the files of one person (by their place within what was handed in): those nearest to the top count."""
    code = {inside: parts for inside, parts in files.items() if is_code(inside[-1])}
    depth = min(map(len, code), default=0)
    names = {inside[-1]: parts for inside, parts in code.items() if len(inside) == depth}
    if len(names) < sum(len(inside) == depth for inside in code):
        raise UnusableFile("many files", file=name, files=", ".join("/".join(inside) for inside in code))
    return gather(name, {file: sizes[parts] for file, parts in names.items()}, lambda file: content(names[file]))


def _handed_in(name: str, source: Callable[[], Source]) -> HandedIn:
    try:
        return HandedIn(name, source())
    except UnusableFile as problem:
        return HandedIn(name, Source(name, name), problem)


def _in_zip(path: Path) -> Iterator[HandedIn]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = {_parts(member): member for member in archive.infolist() if _is_plain(member)}
            if len(members) > LARGEST_ZIP:
                raise ValueError(f"{path.name}: more than {LARGEST_ZIP} files")
            # One folder that holds all is the assignment, not a student.
            inner = len({parts[0] for parts in members}) == 1 and all(len(parts) > 1 for parts in members)
            found = {parts[1:] if inner else parts: member for parts, member in members.items()}
            sizes = {parts: member.file_size for parts, member in found.items()}
            yield from _grouped(sizes, lambda parts: archive.read(found[parts]))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise ValueError(f"{path.name} can't be read as a zip: {error}") from None


def _is_plain(member: zipfile.ZipInfo) -> bool:
    """A file of ours, neither a folder, nor a link, nor one that climbs out of the zip."""
    parts = PurePosixPath(member.filename.replace("\\", "/")).parts
    link = stat.S_ISLNK(member.external_attr >> 16)
    return not (member.is_dir() or link or not parts or any(map(_is_hidden, parts)))


def _parts(member: zipfile.ZipInfo) -> tuple[str, ...]:
    name = member.filename
    if not member.flag_bits & 0x800:
        # Without the UTF-8 flag zipfile reads code page 437. macOS writes UTF-8 all the same, Windows in Korea 949;
        # what is no UTF-8 is told by its bytes, so that comes first.
        for encoding in ("utf-8", "cp949"):
            with contextlib.suppress(UnicodeError):
                name = member.filename.encode("cp437").decode(encoding)
                break
    return PurePosixPath(name.replace("\\", "/").lstrip("/")).parts
