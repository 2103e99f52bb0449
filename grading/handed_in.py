"""What was handed in: files, folders (one file or folder a student), or a zip as a learning platform exports it."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath

from grading.files import folder_names
from submissions.submission import SUFFIXES, Source, UnusableFile, gather, read

HIDDEN = ("__MACOSX", "__pycache__", ".ipynb_checkpoints")
LARGEST_ZIP = 10_000
"""Members that a zip may have."""


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
    if path.suffix.lower() == ".zip":
        yield from _in_zip(path)
    elif path.is_file():
        yield _handed_in(path.name, partial(read, path))
    else:
        for inside in sorted(path.iterdir()):
            if inside.name.startswith(".") or inside.name in HIDDEN:
                continue
            if inside.is_dir() or inside.suffix in SUFFIXES:
                yield _handed_in(inside.name, partial(read, inside))


def _handed_in(name: str, source: Callable[[], Source]) -> HandedIn:
    try:
        return HandedIn(name, source())
    except UnusableFile as problem:
        return HandedIn(name, Source(name, name), problem)


def _in_zip(path: Path) -> Iterator[HandedIn]:
    """One submission for each file at the top, and for each folder at the top (or below one folder that holds all)."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if _is_plain(m)]
            if len(members) > LARGEST_ZIP:
                raise ValueError(f"{path.name}: more than {LARGEST_ZIP} files")
            names = {member: _parts(member) for member in members}
            roots = {parts[0] for parts in names.values()}
            if len(roots) == 1 and all(len(parts) > 1 for parts in names.values()):
                names = {member: parts[1:] for member, parts in names.items()}
            groups: dict[str, list[zipfile.ZipInfo]] = {}
            for member, parts in names.items():
                groups.setdefault(parts[0], []).append(member)
            for name in sorted(groups):
                yield _handed_in(name, partial(_from_members, archive, name, groups[name]))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise ValueError(f"{path.name} can't be read as a zip: {error}") from None


def _from_members(archive: zipfile.ZipFile, name: str, members: list[zipfile.ZipInfo]) -> Source:
    files = {_parts(member)[-1]: member for member in members}
    return gather(name, {file: m.file_size for file, m in files.items()}, lambda file: archive.read(files[file]))


def _is_plain(member: zipfile.ZipInfo) -> bool:
    """A file of ours, neither a folder, nor a link, nor one that climbs out of the zip."""
    parts = PurePosixPath(member.filename.replace("\\", "/")).parts
    link = stat.S_ISLNK(member.external_attr >> 16)
    hidden = any(part.startswith(".") or part in HIDDEN for part in parts)
    suffix = PurePosixPath(member.filename).suffix
    return not (member.is_dir() or link or hidden or ".." in parts) and suffix in SUFFIXES


def _parts(member: zipfile.ZipInfo) -> tuple[str, ...]:
    name = member.filename
    if not member.flag_bits & 0x800:
        # Without the UTF-8 flag zipfile reads code page 437; Windows in Korea writes 949.
        try:
            name = name.encode("cp437").decode("cp949")
        except UnicodeError:
            name = member.filename
    return PurePosixPath(name.replace("\\", "/").lstrip("/")).parts
