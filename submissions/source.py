"""A student's file, run: a .py whole; of a notebook the imports, the definitions, and the assignments that these use.

Runs in the worker. An import or assignment of a notebook that fails sinks only what uses it.
"""

from __future__ import annotations
import __future__

import ast
import contextlib
import functools
import json
import linecache
import operator
import re
import symtable
import sys
import types
from collections.abc import Iterator
from typing import Any

from submissions.contract import NAMES

Cell = tuple[str, str]  # what tracebacks call it, and its text

_MAGIC = re.compile(r"^\s*[%!?]|^\s*[\w.]+\?{1,2}\s*$")
_SHELL_VALUE = re.compile(r"^(\s*)(\w+)\s*=\s*[%!].*$")


class Missing:
    """Stands for a name whose import or assignment failed; says so wherever it is used."""

    def __init__(self, name: str, why: str) -> None:
        self.__dict__["_why"] = f"{name} is missing: {why}"

    def _raise(self, *args: Any, **kwargs: Any) -> Any:
        raise ImportError(self.__dict__["_why"])

    def __getattr__(self, name: str) -> Any:
        return self._raise()

    __call__ = __getitem__ = __iter__ = __len__ = __add__ = __mul__ = __contains__ = __mro_entries__ = _raise


def run(name: str, text: str) -> dict[str, Any]:
    """The names that the file called ``name`` defines. Raises what it raises; ValueError for a broken notebook."""
    module = types.ModuleType("_submission")
    # dataclasses and inspect ask sys.modules for the module of a class. No helper's name begins so: it hides none.
    sys.modules[module.__name__] = module
    if name.endswith(".ipynb"):
        cells = list(notebook_cells(name, text))
        kept = needed([(cell, node) for cell in cells for node in _parsed(cell).body])
        flags = 0
        for (title, _), node in kept:
            flags |= _future(node)
            _run_leniently(node, title, module.__dict__, flags)
    else:
        _remember(name, text)
        module.__file__ = name
        exec(compile(text, name, "exec", dont_inherit=True), module.__dict__)
    return module.__dict__


def notebook_cells(name: str, text: str) -> Iterator[Cell]:
    """The code cells with magics and shell lines taken out; a cell of another language (%%bash) is left out whole."""
    try:
        cells = json.loads(text)["cells"]
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"{name} is not a notebook (.ipynb is JSON with a list of cells)") from None
    number = 0
    for cell in cells:
        if cell.get("cell_type") != "code":
            continue
        number += 1
        source = cell.get("source", "")
        lines = (source if isinstance(source, str) else "".join(source)).splitlines()
        first = next((line.strip() for line in lines if line.strip()), "")
        if first.startswith("%%") and not re.match(r"%%(time|timeit|capture|prun)\b", first):
            continue
        yield f"{name} cell {number}", _without_magics(lines)


def _without_magics(lines: list[str]) -> str:
    """The text of a cell. What is Python as it stands stays: there a line that begins with % goes on with a product."""
    with contextlib.suppress(SyntaxError, ValueError):
        ast.parse(text := "\n".join(lines))
        return text
    # A blank line for each dropped one, so that line numbers stay those of the cell.
    kept = [_SHELL_VALUE.sub(r"\1\2 = None", "" if _MAGIC.match(line) else line) for line in lines]
    return "\n".join(kept)


def needed(nodes: list[tuple[Cell, ast.stmt]]) -> list[tuple[Cell, ast.stmt]]:
    """Imports, definitions, and assignments that they use, directly or through other assignments; in order."""
    used: set[str] = set(NAMES)
    kept: set[int] = set()
    for place, (_, node) in enumerate(nodes):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            kept.add(place)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            kept.add(place)
            used |= _names_read(node)
    grew = True
    while grew:
        grew = False
        for place, (_, node) in enumerate(nodes):
            if place not in kept and _names_assigned(node) & used:
                kept.add(place)
                used |= _names_read(node)
                grew = True
    return [nodes[place] for place in sorted(kept)]


def _parsed(cell: Cell) -> ast.Module:
    title, text = cell
    _remember(title, text)
    return ast.parse(text, title)


def _remember(title: str, text: str) -> None:
    # Tracebacks and inspect find the lines there, though no such file is on disk.
    linecache.cache[title] = (len(text), None, text.splitlines(keepends=True), title)


def _names_read(node: ast.stmt) -> set[str]:
    """The notebook's names that a statement reads. A local ``losses`` of a function is not the experiment's."""
    outside = symtable.symtable(ast.unparse(node), "", "exec")
    found, scopes = set(), [outside]
    for scope in scopes:
        scopes += scope.get_children()
        read = (symbol for symbol in scope.get_symbols() if symbol.is_referenced())
        found |= {symbol.get_name() for symbol in read if scope is outside or symbol.is_global()}
    return found


def _names_assigned(node: ast.stmt) -> set[str]:
    if not isinstance(node, (ast.Assign, ast.AnnAssign)):
        return set()
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return {n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)}


def _future(node: ast.stmt) -> int:
    """What ``from __future__ import`` switches on from here to the notebook's end, as compile wants it."""
    if not isinstance(node, ast.ImportFrom) or node.module != "__future__":
        return 0
    return functools.reduce(operator.or_, (getattr(__future__, alias.name).compiler_flag for alias in node.names))


def _run_leniently(node: ast.stmt, title: str, names: dict[str, Any], flags: int) -> None:
    # Ours must not be inherited: annotations would be strings, which TorchScript and others can't read.
    code = compile(ast.Module([node], []), title, "exec", flags, dont_inherit=True)
    try:
        exec(code, names)
    except Exception as error:
        why = f"{type(error).__name__}: {error} ({title} line {node.lineno})"
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            bound = [(alias.asname or alias.name).partition(".")[0] for alias in node.names]
        else:
            bound = [node.name] if isinstance(node, (ast.FunctionDef, ast.ClassDef)) else [*_names_assigned(node)]
        names.update({name: Missing(name, why) for name in bound})
