"""The Python in a file: a .py is one text, a notebook its code cells without magics. Also files that cells write, and
marimo's notebooks, which are Python whose cells are functions."""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

Cell = tuple[str, str]
"""What tracebacks call it, and its text."""

_TIMED = re.compile(r"%%(time|timeit|capture|prun)\b")
_RUN = re.compile(r"%run\s+(?:-\w+\s+)*[\"']?(?:\./)?([^\"'\n]+?\.(?:py|ipynb)|[\w.]+)[\"']?\s*$")
_TIME = re.compile(r"%(?:time|prun(?:\s+-[qr]|\s+-[lsTD]\s+\S+)*)\s+(.*)", re.DOTALL)
_WRITES = re.compile(r"^\s*%%(?:writefile|file)\s+(-a\s+)?[\"']?(?P<name>[^\"'\s]+)[\"']?\s*$")
_CAT = re.compile(r"^\s*!?\s*cat\s*>(>?)\s*[\"']?(?P<name>[^\"'\s<]+)[\"']?\s*(?:<<-?\s*[\"']?(?P<end>\w+)[\"']?)?\s*$")

_MAGIC = re.compile(r"[ \t]*[%!?](?:\\\n|[^\n])*(?:\n|\Z)")
"""A magic, a line of a shell or of help, where a statement begins; it goes on behind a backslash."""

_IN_A_LINE = r"[:;=][ \t]*[!%](?:\\\n|[^\n])*"
_HELP = r"\?(?=[ \t]*(?:#|\n|\Z))"
_PIECE = re.compile(
    r"'''(?:[^'\\]+|\\.?|'(?!''))*(?:'''|\Z)"
    r'|"""(?:[^"\\]+|\\.?|"(?!""))*(?:"""|\Z)'
    r"|'(?:[^'\\\n]|\\.)*'?"
    r'|"(?:[^"\\\n]|\\.)*"?'
    rf"|#[^\n]*|\\\n|[()\[\]{{}}\n]|{_IN_A_LINE}|{_HELP}",
    re.DOTALL,
)
"""What says where a statement ends: strings, comments, brackets; and magics that stand at the end of a line."""

FILE = "_file_"
"""What the module of a file begins with whose name is no name of a module; its letters follow."""

IN_CELLS = ("cell", "setup")
WHOLE = ("function", "class_definition")
"""What an app of marimo's calls its cells, and those that are one definition."""


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
    """The text as Python. A magic is one where a statement begins: inside of brackets and strings a line may begin with
    % and ! as it likes."""
    text = "\n".join(lines)
    if _is_python(text):
        return text
    opens, done = False, []
    for statement in _statements(text):
        done.append(_without_magic(statement, "pass" if opens else ""))
        if code := _PIECE.sub(lambda piece: "" if piece[0][0] == "#" else piece[0], done[-1]).strip():
            opens = code.endswith(":")
    return "".join(done)


def _is_python(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # said where it runs
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _statements(text: str) -> Iterator[str]:
    """All of the text, line by line, with what goes on in the next one: in brackets, a string, behind a backslash."""
    begin = at = depth = 0
    while begin < len(text):
        if at == begin and (magic := _MAGIC.match(text, begin)):
            at = magic.end()
        elif piece := _PIECE.search(text, at):
            at = piece.end()
            depth = max(0, depth + (piece[0] in ("(", "[", "{")) - (piece[0] in (")", "]", "}")))
            if depth or piece[0] != "\n":
                continue
        else:
            at = len(text)
        yield text[begin:at]
        begin = at


def _without_magic(statement: str, empty: str) -> str:
    """A statement as Python, on as many lines. empty: what stands for nothing, a block's only line say."""
    lines = "\n" * statement.count("\n")
    begin = statement[: len(statement) - len(statement.lstrip(" \t"))]
    if _MAGIC.match(statement):
        said = _said(statement, empty)
        return (begin + said if said else "") + lines
    pieces = [piece[0] for piece in _PIECE.finditer(statement)]
    if "?" in pieces:  # of such a line Jupyter runs nothing else, either
        return (begin + empty if empty else "") + lines
    whole = _PIECE.sub(_in_a_line, statement)
    return whole + "\n" * (len(lines) - whole.count("\n"))


def _in_a_line(piece: re.Match[str]) -> str:
    sign, magic = piece[0][0], piece[0][1:].lstrip(" \t")
    if not re.match("[:;=]", sign):
        return piece[0]
    return f"{sign} {_said(magic, 'None')}"


def _said(magic: str, empty: str) -> str:
    """What a magic does to the notebook's names, as Python on one line: %run, %time, %prun; else ``empty``."""
    line = magic.replace("\\\n", " ").strip()
    if found := _RUN.match(line):
        return f"from {module_of(found[1])} import *"
    timed = without_magics([found[1]]) if (found := _TIME.match(line)) else ""
    return timed if timed and _is_python(timed) else empty


def module_of(file: str) -> str:
    """The module that a file beside the notebook is imported as."""
    stem = re.sub(r"\.(py|ipynb)$", "", file).replace("/", ".")
    if all(part.isidentifier() for part in stem.split(".")):
        return stem
    return FILE + file.encode("utf-8").hex()


def of_marimo(body: Sequence[ast.stmt]) -> list[ast.stmt]:
    """The statements of a file; of marimo's those of the cells, each behind the cells that give what it takes."""
    apps = {name for node in body for name in _apps(node)}
    if not apps or not any(isinstance(node, ast.Import) and node.names[0].name == "marimo" for node in body):
        return list(body)
    cells = [node for node in body if _called(node, apps) in IN_CELLS]
    rest = [_bare(node, apps) for node in body if node not in cells]
    return [*rest, *(inner for cell in _in_order(cells) for inner in _inside(cell))]


def _apps(node: ast.stmt) -> list[str]:
    """The names under which ``node`` puts a marimo.App()."""
    made = isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and node.value.func
    if not (isinstance(made, ast.Attribute) and made.attr == "App") or not isinstance(node, ast.Assign):
        return []
    return [target.id for target in node.targets if isinstance(target, ast.Name)]


def _called(node: ast.AST, apps: set[str]) -> str:
    """What an app's decorator, or its with, makes of a statement; empty where it has none."""
    marks = [*getattr(node, "decorator_list", ()), *(item.context_expr for item in getattr(node, "items", ()))]
    for mark in [mark.func if isinstance(mark, ast.Call) else mark for mark in marks]:
        if isinstance(mark, ast.Attribute) and isinstance(mark.value, ast.Name) and mark.value.id in apps:
            return mark.attr
    return ""


def _bare(node: ast.stmt, apps: set[str]) -> ast.stmt:
    if _called(node, apps) in WHOLE and isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        node.decorator_list = []
    return node


def _in_order(cells: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """As they lie there, but for those that take what another one gives."""
    waiting = list(cells)
    while waiting:
        due = [cell for cell in waiting if not any(_takes(cell) & _gives(other) for other in waiting if other != cell)]
        waiting.remove(chosen := (due or waiting)[0])
        yield chosen


def _takes(cell: ast.stmt) -> set[str]:
    return {one.arg for one in cell.args.args} if isinstance(cell, (ast.FunctionDef, ast.AsyncFunctionDef)) else set()


def _gives(cell: ast.stmt) -> set[str]:
    if not isinstance(cell, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return set()
    returned = [part for node in cell.body if isinstance(node, ast.Return) for part in ast.walk(node)]
    return {part.id for part in returned if isinstance(part, ast.Name)}


def _inside(cell: ast.stmt) -> list[ast.stmt]:
    return [node for node in getattr(cell, "body", ()) if not isinstance(node, ast.Return)]
