"""The Python in a file: a .py is one text, a notebook its code cells without magics. Also files that cells write."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

Cell = tuple[str, str]
"""What tracebacks call it, and its text."""

_TIMED = re.compile(r"%%(time|timeit|capture|prun)\b")
_MAGIC = re.compile(r"^\s*[%!?]|^\s*[\w.]+\?{1,2}\s*$")
_SHELL_VALUE = re.compile(r"^(\s*)(\w+)\s*=\s*[%!].*$")
_RUN = re.compile(r"^(\s*)%run\s+(?:-\w+\s+)*[\"']?(?:\./)?([^\"'\n]+?\.(?:py|ipynb)|[\w.]+)[\"']?\s*$")
_WRITES = re.compile(r"^\s*%%(?:writefile|file)\s+(-a\s+)?[\"']?(?P<name>[^\"'\s]+)[\"']?\s*$")
_CAT = re.compile(r"^\s*!?\s*cat\s*>(>?)\s*[\"']?(?P<name>[^\"'\s<]+)[\"']?\s*(?:<<-?\s*[\"']?(?P<end>\w+)[\"']?)?\s*$")

FILE = "_file_"
"""What the module of a file begins with whose name is no name of a module; its letters follow."""


def is_notebook(name: str) -> bool:
    """By its ending."""
    return name.lower().endswith(".ipynb")


def read(name: str, text: str) -> tuple[list[Cell], dict[str, str]]:
    """The cells of a file, and the files that cells write beside it, by name.

    Raises ValueError for a broken notebook.
    """
    if not is_notebook(name):
        return [(name, without_magics(text.split("\n")))], {}
    cells: list[Cell] = []
    written: dict[str, str] = {}
    for title, source in _code_cells(name, text):
        lines = source.split("\n")
        first = next((number for number, line in enumerate(lines) if line.strip()), 0)
        if found := _writes(lines[first:]):
            file, more, rest = found
            written[file] = (written.get(file, "") if more else "") + rest
        elif _TIMED.match(lines[first].strip()) or not lines[first].strip().startswith("%%"):
            cells.append((title, without_magics(lines)))
    return cells, written


def python_of(name: str, text: str) -> str:
    """All Python of a file, one cell after the other; nothing of a broken notebook."""
    try:
        return "\n".join(cell for _, cell in read(name, text)[0])
    except ValueError:
        return ""


def _code_cells(name: str, text: str) -> Iterator[Cell]:
    try:
        cells = [(cell.get("cell_type"), _source_of(cell)) for cell in json.loads(text)["cells"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ValueError(f"{name} is not a notebook (.ipynb is JSON with a list of cells)") from None
    code = [source for kind, source in cells if kind == "code"]
    yield from ((f"{name} cell {number}", source) for number, source in enumerate(code, 1))


def _source_of(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def _writes(lines: list[str]) -> tuple[str, bool, str] | None:
    """The file that a cell writes, whether more is added to it, and the text: %%writefile, and cat in a shell."""
    if found := _WRITES.match(lines[0]):
        return _beside(found["name"]), bool(found[1]), "\n".join(lines[1:]) + "\n"
    if re.match(r"\s*%%(bash|sh|shell|script)\b", lines[0]):
        lines = lines[1:]
    if not (lines and (found := _CAT.match(lines[0]))):
        return None
    body = lines[1:]
    ends = [number for number, line in enumerate(body) if found["end"] and line.strip() == found["end"]]
    return _beside(found["name"]), bool(found[1]), "\n".join(body[: ends[0] if ends else None]) + "\n"


def _beside(name: str) -> str:
    """A place beside the notebook: /content/model.py is one on the machine where it was written."""
    return name.rpartition("/")[2] if name.startswith(("/", "~", "..")) else name.removeprefix("./")


def without_magics(lines: Iterable[str]) -> str:
    """The text. What is Python as it stands stays: there a line that begins with % goes on with a product."""
    text = "\n".join(lines)
    if not any(map(_is_magic, text.split("\n"))):
        return text
    try:
        ast.parse(text)
        return text
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # A blank line for each dropped one, so that line numbers stay those of the cell.
        return "\n".join(map(_without_magic, text.split("\n")))


def _is_magic(line: str) -> bool:
    return bool(_MAGIC.match(line) or _SHELL_VALUE.match(line))


def _without_magic(line: str) -> str:
    if found := _RUN.match(line):
        return f"{found[1]}from {module_of(found[2])} import *"
    return _SHELL_VALUE.sub(r"\1\2 = None", "" if _MAGIC.match(line) else line)


def module_of(file: str) -> str:
    """The module that a file beside the notebook is imported as."""
    stem = re.sub(r"\.(py|ipynb)$", "", file).replace("/", ".")
    if all(part.isidentifier() for part in stem.split(".")):
        return stem
    return FILE + file.encode("utf-8").hex()
