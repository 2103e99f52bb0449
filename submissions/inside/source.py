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
from collections.abc import Callable, Collection, Iterator
from typing import Any

IMPORTS = (ast.Import, ast.ImportFrom)
DEFINITIONS = (ast.FunctionDef, ast.ClassDef)
ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign)
PARTED = (ast.If, ast.Try, ast.With)
"""Statements whose parts are looked at one by one."""

Cell = tuple[str, str]  # what tracebacks call it, and its text

_MAGIC = re.compile(r"^\s*[%!?]|^\s*[\w.]+\?{1,2}\s*$")
_DEFINED = re.compile(r"^(?:class|def)[ \t]+(\w+)", re.MULTILINE)
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


def run(name: str, text: str, wanted: Collection[str], *, forgiven: Callable[[], object] = bool) -> dict[str, Any]:
    """The names that the file called ``name`` defines, among them those ``wanted`` that it has.

    Raises what it raises; ValueError for a broken notebook.

    Where ``forgiven`` says so after an exception, a .py ends there: what stands above it counts, as in a notebook.
    """
    module = types.ModuleType("_submission")
    # dataclasses and inspect ask sys.modules for the module of a class. No helper's name begins so: it hides none.
    sys.modules[module.__name__] = module
    if name.lower().endswith(".ipynb"):
        _run_notebook(list(notebook_cells(name, text)), module.__dict__, wanted)
    else:
        _remember(name, text)
        module.__file__ = name
        code = compile(text, name, "exec", dont_inherit=True)
        try:
            exec(code, module.__dict__)
        except Exception as error:
            if not forgiven():
                raise
            _leave_missing(text, module.__dict__, f"{type(error).__name__}: {error} ({name} was left there)")
    return module.__dict__


def _run_notebook(cells: list[Cell], names: dict[str, Any], wanted: Collection[str]) -> None:
    """What of it is kept. A cell that is no Python sinks what it defines, as there; the file where that is all."""
    nodes: list[tuple[Cell, ast.stmt]] = []
    broken: list[tuple[Cell, SyntaxError]] = []
    for cell in cells:
        try:
            nodes += [(cell, node) for node in _parsed(cell).body]
        except SyntaxError as slip:
            broken.append((cell, slip))
    flags = 0
    for (title, _), node in needed(nodes, wanted):
        flags |= _future(node)
        _run_leniently(node, title, names, flags)
    for (title, text), error in broken:
        _leave_missing(text, names, f"{type(error).__name__}: {error.msg} ({title} line {error.lineno})")
    if broken and not any(name in names and not isinstance(names[name], Missing) for name in wanted):
        raise broken[0][1]


def _leave_missing(text: str, names: dict[str, Any], why: str) -> None:
    """Of what ``text`` would define, what is not there yet."""
    for name in _DEFINED.findall(text):
        names.setdefault(name, Missing(name, why))


def notebook_cells(name: str, text: str) -> Iterator[Cell]:
    """The code cells with magics and shell lines taken out; a cell of another language (%%bash) is left out whole."""
    try:
        cells = [(cell.get("cell_type"), _source_of(cell)) for cell in json.loads(text)["cells"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ValueError(f"{name} is not a notebook (.ipynb is JSON with a list of cells)") from None
    number = 0
    for kind, source in cells:
        if kind != "code":
            continue
        number += 1
        lines = source.splitlines()
        first = next((line.strip() for line in lines if line.strip()), "")
        if first.startswith("%%") and not re.match(r"%%(time|timeit|capture|prun)\b", first):
            continue
        yield f"{name} cell {number}", _without_magics(lines)


def _source_of(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def _without_magics(lines: list[str]) -> str:
    """The text of a cell. What is Python as it stands stays: there a line that begins with % goes on with a product."""
    with contextlib.suppress(SyntaxError, ValueError):
        ast.parse(text := "\n".join(lines))
        return text
    # A blank line for each dropped one, so that line numbers stay those of the cell.
    kept = [_SHELL_VALUE.sub(r"\1\2 = None", "" if _MAGIC.match(line) else line) for line in lines]
    return "\n".join(kept)


def needed(nodes: list[tuple[Cell, ast.stmt]], wanted: Collection[str]) -> list[tuple[Cell, ast.stmt]]:
    """Imports, definitions, and the assignments that what is ``wanted`` uses, directly or through others; in order.

    Of an ``if``, ``try`` or ``with`` that part which is needed.
    """
    leaves = [(leaf, headers) for _, node in nodes for leaf, headers in _leaves(node)]
    used: set[str] = set(wanted)
    kept = {id(leaf) for leaf, _ in leaves if isinstance(leaf, (*IMPORTS, *DEFINITIONS))}
    read: set[int] = set()
    grew = True
    while grew:
        grew = False
        for leaf, headers in leaves:
            # A function that draws a picture is kept, but not what it draws: that may be an hour of training.
            # Who is decorated may be put to use by the decorator.
            if id(leaf) not in read and (_names_bound(leaf) & used or getattr(leaf, "decorator_list", None)):
                kept.add(id(leaf))
                read.add(id(leaf))
                used |= set().union(*map(_names_read, (leaf, *headers)))
                grew = True
    pruned = [(cell, _pruned(node, kept)) for cell, node in nodes]
    return [(cell, node) for cell, node in pruned if node is not None]


def _leaves(node: ast.stmt, headers: tuple[ast.AST, ...] = ()) -> Iterator[tuple[ast.stmt, tuple[ast.AST, ...]]]:
    """The simple statements and definitions in a statement, each with the conditions that it stands under."""
    if not isinstance(node, PARTED):
        yield node, headers
        return
    own = [getattr(node, "test", None), *(item.context_expr for item in getattr(node, "items", ()))]
    headers += tuple(header for header in own if header is not None)
    for below in _bodies(node):
        for inner in below:
            yield from _leaves(inner, headers)


def _bodies(node: ast.AST) -> list[list[ast.stmt]]:
    found = [getattr(node, name, []) for name in ("body", "orelse", "finalbody")]
    return found + [handler.body for handler in getattr(node, "handlers", ())]


def _pruned(node: ast.stmt, kept: set[int]) -> ast.stmt | None:
    """The statement without what is not kept in it; None where nothing is left."""
    if not isinstance(node, PARTED):
        return node if id(node) in kept else None
    if not any(id(leaf) in kept for leaf, _ in _leaves(node)):
        return None
    for below in _bodies(node):
        inside = [found for inner in below if (found := _pruned(inner, kept)) is not None]
        # An else or a finally may be empty, the others may not: there a statement without effect stands.
        below[:] = inside or [ast.copy_location(ast.Pass(), below[0])] if below else []
    return node


def _parsed(cell: Cell) -> ast.Module:
    title, text = cell
    _remember(title, text)
    return ast.parse(text, title)


def _remember(title: str, text: str) -> None:
    # Tracebacks and inspect find the lines there, though no such file is on disk.
    linecache.cache[title] = (len(text), None, text.splitlines(keepends=True), title)


def _names_read(node: ast.AST) -> set[str]:
    """The notebook's names that a statement reads. A local ``losses`` of a function is not the experiment's."""
    outside = symtable.symtable(ast.unparse(node), "", "exec")
    found, scopes = set(), [outside]
    for scope in scopes:
        scopes += scope.get_children()
        read = (symbol for symbol in scope.get_symbols() if symbol.is_referenced())
        found |= {symbol.get_name() for symbol in read if scope is outside or symbol.is_global()}
    return found


def _names_bound(node: ast.stmt) -> set[str]:
    """By an import, a definition, an assignment (``a.b`` and ``a[b]`` bind a), or a loop of nothing but assignments."""
    if isinstance(node, IMPORTS):
        return {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    if isinstance(node, DEFINITIONS):
        return {node.name}
    if isinstance(node, PARTED):
        return set().union(*(_names_bound(leaf) for leaf, _ in _leaves(node)))
    if isinstance(node, ast.For) and all(isinstance(inner, ASSIGNMENTS) for inner in node.body):
        return set().union(*map(_names_bound, node.body))
    if not isinstance(node, ASSIGNMENTS):
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
        for name in _names_bound(node):
            # Of an if or a try that broke off, what came before it did is there.
            if not (isinstance(node, PARTED) and name in names):
                names[name] = Missing(name, why)
