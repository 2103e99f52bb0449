"""The files of a submission: which of them is run, under which name, and how large they may be. The judge's side."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

import parts as registry
from submissions import asked
from submissions.contract.model import STRICT, Contract
from submissions.encodings import NotText, text_of

SUFFIXES = (".py", ".ipynb")
WRONG_SUFFIXES = (".pyw", ".txt", ".text", ".json", ".py3", ".ipy", "")
"""Endings under which code is handed in by mistake."""

LARGEST_FILE = 8 * 2**20
"""Bytes that the files of a submission may have together; notebooks without their outputs."""
LARGEST_NOTEBOOK = 64 * 2**20
MOST_VALUES = 5_000_000
"""Values that the JSON of a notebook may have; each takes memory here."""
MAIN_STEMS = ("submission", "solution", "main")

Note = tuple[str, dict[str, str]]
"""Key and values of a sentence that a student is told."""


class UnusableFile(Exception):
    """There is no file, or it is not text, or too large; key and values of a sentence."""

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(f"{key} {values}")
        self.key, self.values = key, values


@dataclass(frozen=True)
class Stored:
    """A file where it lies: its size in bytes, and what reads it. Reading may raise UnusableFile."""

    size: int
    read: Callable[[], bytes]


@dataclass(frozen=True)
class Source:
    """The bytes of a submission. name: shown to people. main: the file that is run. files: all, by their places in it.
    notes: what was done to make it fit. left: names of those handed in that are no code, and go nowhere."""

    name: str
    main: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Of names and bytes."""
        found = hashlib.sha256()
        for name in sorted(self.files):
            found.update(f"{name}\0{len(self.files[name])}\0".encode("utf-8", "surrogatepass") + self.files[name])
        return found.hexdigest()

    def text(self, name: str) -> str:
        """A file as text. Raises UnusableFile."""
        try:
            return text_of(self.files[name])
        except NotText:
            raise UnusableFile("not text", file=name) from None


def on_disk(file: Path) -> Stored:
    """A file on this machine. Raises OSError where it is not there, or lies in a folder that can't be entered."""
    return Stored(file.stat().st_size, partial(_read, file))


def refused(problem: UnusableFile) -> Stored:
    """In the place of what can't be opened: that is said where it is read."""
    return Stored(0, partial(_refuse, problem))


def closed(file: str, error: OSError) -> UnusableFile:
    """What is said of a file or folder that can't be opened."""
    return UnusableFile("broken archive", file=file, why=error.strerror or error)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise closed(file.name, error) from None


def _refuse(problem: UnusableFile) -> NoReturn:
    raise problem


def wanted(contract: Contract = STRICT) -> asked.Wanted:
    """The names of all parts that are registered, or of those of a contract as it calls them."""
    known = [part for part in registry.registered() if not contract.parts or contract.of(part.name)]
    networks = tuple(contract.own(part.name) for part in known if part.is_network)
    return asked.Wanted(networks, tuple(contract.own(part.name) for part in known if not part.is_network))


def is_code(name: str) -> bool:
    """Whether a file of this name is code by its ending. Some systems write endings in capitals."""
    return PurePosixPath(name).suffix.lower() in SUFFIXES


def is_like_code(name: str) -> bool:
    """Whether it has an ending of code, or one under which code is handed in by mistake."""
    return PurePosixPath(name).suffix.lower() in (*SUFFIXES, *WRONG_SUFFIXES)


def read(path: Path, contract: Contract = STRICT) -> Source:
    """The submission at ``path``: a .py or .ipynb file, or a folder, see :func:`gather`. Raises UnusableFile."""
    try:
        if path.is_dir():
            files = {p.name: on_disk(p) for p in sorted(path.iterdir()) if p.is_file()}
        elif path.is_file():
            files = {path.name: on_disk(path)}
        else:
            raise UnusableFile("no file", file=str(path))
    except OSError as error:
        raise closed(str(path), error) from None
    return gather(path.name, files, contract)


def gather(name: str, files: Mapping[str, Stored], contract: Contract = STRICT) -> Source:
    """The submission ``name`` of these files, by their places in a folder (``gates.py``, ``parts/cells.py``).

    Which is run: the only one; one that is called like the folder, submission, solution or main; the one that alone
    defines parts of the contract, or imports those of the others; one that imports all. The others stay where they lie.
    Endings count where they are right; what has a wrong one is looked at where no other file defines anything.
    Raises UnusableFile.
    """
    kept = _taken(name, {file: stored for file, stored in files.items() if is_code(file)})
    names = wanted(contract)
    if not any(names.defined_in(one.text) for one in kept.values()):
        small = {f: s for f, s in files.items() if _suffix(f) in WRONG_SUFFIXES and s.size <= LARGEST_NOTEBOOK}
        more = _taken(name, small)
        # Beside code, notes are only looked at for what is missing.
        kept |= {file: one for file, one in more.items() if not kept or names.defined_in(one.text)}
    if not kept:
        raise UnusableFile("no python", file=name)
    if sum(len(one.content) for one in kept.values()) > LARGEST_FILE:
        raise UnusableFile("too large", file=name, size=LARGEST_FILE // 2**20)
    main = _main(name, {file: one.text for file, one in kept.items()}, names)
    # What is no text, and imported by none, is in nobody's way.
    used = {main}.union(*(asked.words_imported_by(one.text) for one in kept.values()))
    placed = {f: one.content for f, one in kept.items() if {f, PurePosixPath(f).stem} & used or one.is_text}
    notes: tuple[Note, ...] = ()
    if kept[main].given != main:
        notes = (("taken as", {"file": kept[main].given, "name": main}),)
    there = set().union(*(names.defined_in(one.text) for one in kept.values()))
    if lost := names.defined_in(kept[main].beside) - there:
        told = ", ".join(part for part in names.names if part in lost)
        notes += (("in no code cell", {"file": kept[main].given, "names": told}),)
    left = tuple(PurePosixPath(file).name for file in sorted(files.keys() - {one.given for one in kept.values()}))
    return Source(name, main, placed, notes, left)


@dataclass(frozen=True)
class _Taken:
    """A file that is code. given: its name as handed in. text: its Python, for a look at it. beside: of a notebook what
    stands in cells that are no code."""

    given: str
    content: bytes
    text: str
    beside: str = ""

    @property
    def is_text(self) -> bool:
        """Whether it can be read at all."""
        try:
            text_of(self.content)
        except NotText:
            return False
        return True


def _taken(name: str, files: Mapping[str, Stored]) -> dict[str, _Taken]:
    """Those that are code, by the name under which they run."""
    if sum(stored.size for file, stored in files.items() if is_code(file) and _suffix(file) == ".py") > LARGEST_FILE:
        raise UnusableFile("too large", file=name, size=LARGEST_FILE // 2**20)
    found = {}
    for file, stored in files.items():
        if stored.size > LARGEST_NOTEBOOK:
            raise UnusableFile("too large", file=file, size=LARGEST_NOTEBOOK // 2**20)
        content = stored.read()
        taken = _taken_as(file, content)
        if taken is not None:
            content, beside = _without_outputs(content) if _suffix(taken) == ".ipynb" else (content, "")
            found[taken] = _Taken(file, content, python_of(taken, content), beside)
    return found


def _suffix(file: str) -> str:
    return PurePosixPath(file).suffix.lower()


def _taken_as(file: str, content: bytes) -> str | None:
    """The name under which a file is run: its own, or with the ending that its text asks for; None: it is no code."""
    try:
        text = text_of(content)
    except NotText:
        return file if is_code(file) else None
    wanted = ".ipynb" if asked.looks_like_a_notebook(text) else ".py" if asked.looks_like_python(text) else ""
    if is_code(file) and wanted in ("", _suffix(file)):
        return file
    if not wanted:
        return None
    path = PurePosixPath(file)
    while path.suffix.lower() in (*SUFFIXES, *WRONG_SUFFIXES) and path.suffix:
        path = path.with_suffix("")
    return f"{path}{wanted}"


def _without_outputs(content: bytes) -> tuple[bytes, str]:
    """A notebook's code cells alone: pictures may be most of it; and what stands in the others. As it is where it is
    none."""
    try:
        text = text_of(content)
        if sum(map(text.count, ",[{")) > MOST_VALUES:
            return content, ""
        cells = json.loads(text)["cells"]
        # Where none is code, what stands there instead: two of them are not the same.
        kept = [cell for cell in cells if cell["cell_type"] == "code"] or cells
        plain = [{"cell_type": cell["cell_type"], "source": cell["source"]} for cell in kept]
        beside = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] != "code")
    except (ValueError, KeyError, TypeError, RecursionError):
        return content, ""
    return json.dumps({"cells": plain, "nbformat": 4}).encode("ascii"), beside


def python_of(file: str, content: bytes) -> str:
    """The Python of a file, for a look at it."""
    try:
        text = text_of(content)
        if _suffix(file) == ".ipynb":
            sources = [cell["source"] for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
            text = "\n".join(source if isinstance(source, str) else "".join(source) for source in sources)
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return text


def _main(name: str, texts: Mapping[str, str], names: asked.Wanted) -> str:
    """The file that is run. Raises UnusableFile."""
    # A copy that a browser has numbered says no more than the file, nor does a notebook's export beside it.
    once: dict[str, str] = {}
    stems = (name, *MAIN_STEMS)
    for file in sorted(texts, key=lambda file: (PurePosixPath(file).stem not in stems, len(file))):
        once.setdefault(_code_alone(texts[file]) or file, file)
    files = {file: texts[file] for file in once.values()}
    if len(files) == 1:
        return next(iter(files))
    parts = {file: found for file, text in files.items() if (found := names.defined_in(text))}
    called = _called(name, [file for file in files if not parts or file in parts or _brings(file, parts, files)])
    whole = [file for file in parts if _brings(file, {other: parts[other] for other in parts if other != file}, files)]
    if parts and not (called or whole) and sum(map(len, parts.values())) == len(set().union(*parts.values())):
        # All is defined once: whichever brings it together brings the same.
        whole = [file for file in files if _brings(file, parts, files)][:1]
    if len(called or whole) == 1:
        return (called or whole)[0]
    if parts:
        told = ", ".join(f"{file} ({', '.join(part for part in names.names if part in parts[file])})" for file in parts)
        raise UnusableFile("several define", file=name, files=told)
    near = [file for file, text in files.items() if names.near_in(text)]
    if len(near) == 1:
        return near[0]
    raise UnusableFile("many files", file=name, files=", ".join(texts))


def _code_alone(text: str) -> str:
    """Without lines that are comments, magics or empty."""
    lines = (line.rstrip() for line in text.splitlines())
    return "\n".join(line for line in lines if not re.match(r"\s*([#%!]|get_ipython\(\)|$)", line))


def _called(name: str, files: Sequence[str]) -> list[str]:
    """Those with the first of the names that say which one to judge, nearest to the top."""
    depth = min((file.count("/") for file in files), default=0)
    for stem in (name, *MAIN_STEMS):
        if found := [f for f in files if PurePosixPath(f).stem == stem and f.count("/") == depth]:
            return found
    return []


def _brings(file: str, parts: Mapping[str, set[str]], texts: Mapping[str, str]) -> bool:
    """Whether the names of all these parts stand in ``file`` by import, from where they are defined."""
    imported = {module.split(".")[-1]: names for module, names in asked.imported_by(texts[file]).items()}
    given = {other: imported.get(PurePosixPath(other).stem, set()) for other in parts}
    return all("*" in given[other] or defined <= given[other] for other, defined in parts.items())
