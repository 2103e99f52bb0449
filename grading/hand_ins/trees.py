"""What lies in a folder, a zip or a tar, as one mapping from places to files. Nothing is unpacked to the disk."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import lzma
import os
import shutil
import stat
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Any

from submissions.files import Stored, UnusableFile, closed, on_disk, refused
from submissions.texts import in_a_sentence

Parts = tuple[str, ...]
Tree = Mapping[Parts, Stored]
"""Files by place, in order. A folder with nothing in it is a file of no name in it, of size 0; a link is LINK."""

HIDDEN = ("__MACOSX", "__pycache__", "site-packages", "node_modules", "Thumbs.db", "desktop.ini")
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
COMPRESSED: dict[str, Any] = {"gz": gzip.open, "bz2": bz2.open, "xz": lzma.open}

LARGEST_ZIP = 10_000
"""Members that an archive may have."""
LARGEST_INSIDE = 64 * 2**20
"""Bytes that an archive inside of another may have, packed; four times that unpacked, where it has to be unpacked."""

BROKEN = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError),
    *(NotImplementedError, RuntimeError, OSError),
)
"""What reading an archive raises that is cut, locked by a password, or packed in a way of its own."""


def _not_followed() -> bytes:
    raise UnusableFile("a link", file="")


LINK = Stored(0, _not_followed)
"""In the place of a link: it may lead to another student's file, or out of here."""


def is_archive(name: str) -> bool:
    """Whether a file of this name can be opened here."""
    return name.lower().endswith(ARCHIVES)


def of_folder(folder: Path, teachers: Collection[Path] = ()) -> Tree:
    """Without hidden files, and without teachers: files and folders that are no student's, resolved. A folder that
    can't be opened is a file of no name in it that can't be.

    Raises UnusableFile: the folder itself can't be opened.
    """
    found = {}
    barred: list[OSError] = []
    for above, folders, names in os.walk(folder, onerror=barred.append):
        folders[:] = [
            name
            for name in sorted(folders)
            if not _is_hidden(name)
            and not _is_environment(Path(above, name))
            and not is_in(Path(above, name), teachers)
        ]
        names += [name for name in folders if os.path.islink(Path(above, name))]
        files = [Path(above, name) for name in sorted(names) if not _is_hidden(name)]
        inside = _place(Path(above), folder)
        for file in files:
            if not is_in(file, teachers) and (lies_there := _lies_there(file)):
                found[(*inside, *_place(file, Path(above)))] = lies_there
        if not folders and not files and inside:
            found[(*inside, "")] = Stored(0, bytes)
    for error in barred:
        if not (inside := _place(Path(error.filename), folder)):
            raise closed(folder.name, error)
        found[(*inside, "")] = refused(closed(inside[-1], error))
    return found


def _place(file: Path, folder: Path) -> Parts:
    return _named(tuple(_decoded(os.fsencode(name)) for name in file.relative_to(folder).parts))


def _lies_there(file: Path) -> Stored | None:
    """None for what is no file, a socket say."""
    try:
        return LINK if file.is_symlink() else on_disk(file) if file.is_file() else None
    except OSError as error:
        return refused(closed(file.name, error))


def is_in(path: Path, paths: Collection[Path]) -> bool:
    """Whether it is one of these, which are resolved."""
    return bool(paths) and path.resolve() in paths


def of_archive(name: str, file: IO[bytes], open_files: ExitStack, *, inside: bool = False) -> Tree:
    """Of a zip or tar called ``name``, which stays open. inside: it lies in another one, and is a student's.

    Raises UnusableFile: it is broken, or too large.
    """
    try:
        if name.lower().endswith(".zip"):
            return _of_zip(open_files.enter_context(zipfile.ZipFile(file)), name)
        return _of_tar(_unpacked(name, file, open_files, 4 * LARGEST_INSIDE if inside else None), name, open_files)
    except BROKEN as error:
        raise UnusableFile("broken archive", file=name, why=error) from None


def is_zip(stored: Stored) -> bool:
    """Whether it begins as a zip does, whatever it is called."""
    try:
        return stored.size <= LARGEST_INSIDE and stored.read().startswith(b"PK\x03\x04")
    except UnusableFile:  # which is said where the file is needed
        return False


def opened(name: str, stored: Stored, open_files: ExitStack) -> Tree:
    """Of an archive that lies in a tree. Raises UnusableFile."""
    if stored.size > LARGEST_INSIDE:
        raise UnusableFile("too large", file=name, size=LARGEST_INSIDE // 2**20)
    return of_archive(name if is_archive(name) else f"{name}.zip", io.BytesIO(stored.read()), open_files, inside=True)


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name in HIDDEN


def _is_environment(folder: Path) -> bool:
    try:
        return (folder / "pyvenv.cfg").is_file()
    except OSError:  # it can't be entered, which is said of what lies in it
        return False


def _named(parts: Parts) -> Parts:
    # Names go to terminals and pages.
    return tuple(map(in_a_sentence, parts))


def _of_zip(archive: zipfile.ZipFile, name: str) -> Tree:
    members = [(_parts(member), member) for member in archive.infolist()]
    members = [(parts, member) for parts, member in members if parts and not any(map(_is_hidden, parts))]
    _require_few(len(members), name)
    found = {
        p: LINK
        if stat.S_ISLNK(m.external_attr >> 16)
        else Stored(m.file_size, partial(_locked, m.filename))
        if m.flag_bits & 0x1
        else Stored(m.file_size, partial(_member, m.filename, archive.read, m))
        for p, m in members
        if not m.is_dir()
    }
    return _kept(_with_empty(found, [parts for parts, member in members if member.is_dir()]))


def _of_tar(file: IO[bytes], name: str, open_files: ExitStack) -> Tree:
    archive = open_files.enter_context(tarfile.open(fileobj=file, mode="r:"))  # noqa: SIM115 - the stack closes it
    found, folders = {}, []
    for count, member in enumerate(archive, 1):
        _require_few(count, name)
        parts = _split(_decoded(member.name.encode("utf-8", "surrogateescape")))
        if not parts or any(map(_is_hidden, parts)):
            continue
        if member.isfile():
            found[parts] = Stored(member.size, partial(_member, member.name, _tar_bytes, archive, member))
        elif member.issym() or member.islnk():
            found[parts] = LINK
        elif member.isdir():
            folders.append(parts)
    return _kept(_with_empty(found, folders))


def _with_empty(found: dict[Parts, Stored], folders: list[Parts]) -> dict[Parts, Stored]:
    full = {parts[:depth] for parts in (*found, *folders) for depth in range(1, len(parts))} | {()}
    return found | {(*folder, ""): Stored(0, bytes) for folder in folders if folder not in full}


def _kept(found: Mapping[Parts, Stored]) -> Tree:
    environments = {parts[:-1] for parts in found if parts[-1] == "pyvenv.cfg"}
    kept = [p for p in found if ".." not in p and not any(p[:n] in environments for n in range(1, len(p)))]
    return {_named(parts): found[parts] for parts in kept}


def _require_few(members: int, name: str) -> None:
    if members > LARGEST_ZIP:
        raise UnusableFile("many members", file=name, n=LARGEST_ZIP)


def _locked(name: str) -> bytes:
    raise UnusableFile("locked", file=PurePosixPath(name).name)


def _member(name: str, read: Any, *what: Any) -> bytes:
    try:
        return read(*what)
    except BROKEN as error:
        raise UnusableFile("broken archive", file=name, why=error) from None


def _tar_bytes(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    found = archive.extractfile(member)
    return found.read() if found else b""


def _unpacked(name: str, file: IO[bytes], open_files: ExitStack, most: int | None) -> IO[bytes]:
    """A plain tar, in which one can go to a member. most: bytes that it may have."""
    ending = {"tgz": "gz", "tbz2": "bz2", "txz": "xz"}.get(found := name.lower().rpartition(".")[2], found)
    if ending not in COMPRESSED:
        return file
    plain = open_files.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
    with COMPRESSED[ending](file) as packed:
        for piece in _pieces(packed):
            plain.write(piece)
            if most is not None and plain.tell() > most:
                raise UnusableFile("too large", file=name, size=most // 2**20)
    plain.seek(0)
    return plain


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(shutil.COPY_BUFSIZE):  # type: ignore[attr-defined]
        yield piece


def _parts(member: zipfile.ZipInfo) -> Parts:
    name = member.filename
    # Without the UTF-8 flag zipfile reads code page 437.
    return _split(name if member.flag_bits & 0x800 else _decoded(name.encode("cp437"), name))


def _split(name: str) -> Parts:
    return PurePosixPath(name.replace("\\", "/").lstrip("/")).parts


def _decoded(name: bytes, otherwise: str = "") -> str:
    """macOS writes UTF-8 and does not say so, Windows in Korea 949; what is no UTF-8 is told by its bytes."""
    for encoding in ("utf-8", "cp949"):
        with contextlib.suppress(UnicodeError):
            return name.decode(encoding)
    return otherwise or name.decode("latin-1")
