"""A student's file, run: of a .py and of a notebook what the parts that are judged need (:mod:`inside.needed`).

Runs in the worker. A statement that fails sinks only what uses the names that it would have given.
"""

from __future__ import annotations
import __future__

import ast
import contextlib
import functools
import linecache
import operator
import posixpath
import re
import sys
import types
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from submissions.asked import Wanted
from submissions.inside import notebooks
from submissions.inside.effects import DEFINITIONS, PARTED, PUT_NAMES, binds, leaves, now, reads
from submissions.inside.helpers import Helpers, is_helper
from submissions.inside.needed import Placed, needed
from submissions.replies import is_the_machines

MODULE = "_submission"
_DEFINED = re.compile(r"^(?:class|def)[ \t]+(\w+)", re.MULTILINE)
DEEPEST = 10_000
"""Frames for looking through a statement: a sum of 300 terms is as deep."""


class MissingName(ImportError):
    """A name was used whose import or assignment had failed. place: file, line number and line of that. module: the one
    that there is none of, where that was the reason."""

    def __init__(self, message: str, place: tuple[str, int, str], module: str = "") -> None:
        super().__init__(message)
        self.place, self.module = place, module


class Missing:
    """Stands for a name whose import or assignment failed; says so wherever it is used."""

    def __init__(self, name: str, why: str, place: tuple[str, int, str], module: str = "") -> None:
        self.__dict__.update(_why=f"{name} is missing: {why}", _place=place, _module=module)

    def _raise(self, *args: Any, **kwargs: Any) -> Any:
        raise MissingName(self.__dict__["_why"], self.__dict__["_place"], self.__dict__["_module"])

    def __getattr__(self, name: str) -> Any:
        return self._raise()

    __call__ = __getitem__ = __iter__ = __len__ = __contains__ = __mro_entries__ = _raise
    # A comparison would just be false, and a text would say nothing of what is missing.
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __repr__ = __str__ = __format__ = _raise
    __bool__ = __int__ = __float__ = __index__ = __neg__ = __abs__ = __round__ = __enter__ = _raise
    __add__ = __sub__ = __mul__ = __matmul__ = __truediv__ = __floordiv__ = __mod__ = __pow__ = _raise
    __radd__ = __rsub__ = __rmul__ = __rmatmul__ = __rtruediv__ = __rfloordiv__ = __rmod__ = __rpow__ = _raise
    __hash__ = object.__hash__


def run(name: str, text: str, wanted: Wanted, beside: Mapping[str, str] | None = None, top: str = "") -> dict[str, Any]:
    """The names that the file at the place ``name`` defines, those ``wanted`` among them. beside: the texts of helper
    files by their places; top: the folder that these are in.

    Where nothing of the contract comes of it, raises what stood in the way. Raises ValueError for a broken notebook.
    """
    module = types.ModuleType(MODULE)
    # dataclasses and inspect ask sys.modules for the module of a class. No helper's name begins so: it hides none.
    sys.modules[MODULE] = module
    _, written = notebooks.read(name, text)
    files = {**(beside or {}), **{posixpath.join(posixpath.dirname(name), file): it for file, it in written.items()}}
    words = set(re.findall(r"\w+", "\n".join(notebooks.python_of(*file) for file in ((name, text), *files.items()))))
    # The package that it belongs to may import it as well, as a module of its own.
    files |= {} if notebooks.is_notebook(name) else {name: text}
    helpers = Helpers(files, name, top, lambda place, it, module: _run_in(place, it, module, words, helpers))
    helpers.install()
    names = module.__dict__
    trouble = _run_in(name, text, module, wanted.names, helpers)
    if not _there(names, wanted.names):
        # A notebook that writes its work into a file, and is not asked to import it.
        for file in [file for file, content in written.items() if wanted.defined_in(content)]:
            exec(f"from {notebooks.module_of(file)} import *", names)
    if trouble is not None and not _there(names, wanted.names):
        raise trouble
    return names


def own(names: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Names of the classes and of the functions that the file defines itself."""
    inside = {MODULE, *(name for name, module in list(sys.modules.items()) if is_helper(module))}
    found = {name: value for name, value in names.items() if getattr(value, "__module__", None) in inside}
    classes = [name for name, value in found.items() if isinstance(value, type)]
    return classes, [name for name, value in found.items() if isinstance(value, types.FunctionType)]


def is_torchs(value: Any) -> bool:
    """Whether it is what torch.nn calls by some name itself: an import to compare with, and nobody's work."""
    from torch import nn

    return any(value is one for one in (*vars(nn).values(), *vars(nn.functional).values()))


def _there(names: Mapping[str, Any], wanted: Collection[str]) -> list[str]:
    return [name for name in wanted if name in names and not isinstance(names[name], Missing)]


def _run_in(
    name: str, text: str, module: types.ModuleType, wanted: Collection[str], helpers: Helpers
) -> BaseException | None:
    """Run a file in a module so that names are there; the first exception of those that were met on the way."""
    names = module.__dict__
    module.__file__ = name
    cells, _ = notebooks.read(name, text)
    placed: list[Placed] = []
    broken: list[tuple[notebooks.Cell, SyntaxError]] = []
    for cell in cells:
        try:
            found = [node for node in _parsed(cell, notebooks.is_notebook(name)) if not _asks_for_a_check(node)]
            placed += [(cell[0], node) for node in helpers.absolute(found, name, module)]
        except SyntaxError as error:
            broken.append((cell, error))
    troubles: list[BaseException] = []
    flags = 0
    with _deep():
        running = needed(placed, wanted)
    for title, node in running:
        flags |= _future(node)
        trouble = _run_leniently(node, title, names, flags)
        troubles += [trouble] if trouble is not None and (binds(node) or reads(node) & PUT_NAMES) else []
    for (title, body), slip in broken:
        why = f"{type(slip).__name__}: {slip.msg} ({title} line {slip.lineno})"
        # Of what it would define, what is not there yet.
        for lost in _DEFINED.findall(body):
            if lost not in names or is_torchs(names[lost]):
                names[lost] = Missing(lost, why, (title, slip.lineno or 0, (slip.text or "").strip()))
    # A slip of the pen comes first: without its cell others fail.
    return next(iter([*(slip for _, slip in broken), *troubles]), None)


@contextlib.contextmanager
def _deep() -> Iterator[None]:
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(max(usual, DEEPEST))
    try:
        yield
    finally:
        sys.setrecursionlimit(usual)


def _parsed(cell: notebooks.Cell, of_a_notebook: bool) -> list[ast.stmt]:
    title, text = cell
    _remember(title, text)
    try:
        body = notebooks.of_marimo(ast.parse(text, title).body)
    except ValueError as error:  # a null character, before Python 3.12
        raise SyntaxError(str(error), (title, 0, 0, "")) from None
    slips: tuple[type[ast.stmt | ast.expr], ...] = (ast.Return, ast.Yield, ast.YieldFrom)
    # Jupyter awaits what stands in a cell. Here only its own statement fails.
    slips += () if of_a_notebook else (ast.Await,)
    with _deep():
        for slip in (part for node in body if not isinstance(node, DEFINITIONS) for part in now(node)):
            if isinstance(slip, slips):
                # The parser lets it pass.
                word, line = type(slip).__name__.lower(), text.split("\n")[slip.lineno - 1]
                raise SyntaxError(f"'{word}' outside function", (title, slip.lineno, slip.col_offset, line))
    return body


def _asks_for_a_check(node: ast.stmt) -> bool:
    """``from grading.notebook import check``: for the notebook, as %check is; nothing of it is here."""
    modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
    modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
    return "grading.notebook" in modules


def _remember(title: str, text: str) -> None:
    # Tracebacks and inspect find the lines there, though no such file is on disk.
    linecache.cache[title] = (len(text), None, text.splitlines(keepends=True), title)


def _future(node: ast.stmt) -> int:
    """What ``from __future__ import`` switches on from here to the file's end, as compile wants it."""
    if not isinstance(node, ast.ImportFrom) or node.module != "__future__":
        return 0
    found = [getattr(__future__, alias.name, None) for alias in node.names]
    return functools.reduce(operator.or_, (one.compiler_flag for one in found if one is not None), 0)


def _run_leniently(node: ast.stmt, title: str, names: dict[str, Any], flags: int) -> BaseException | None:
    # Ours must not be inherited: annotations would be strings, which TorchScript and others can't read.
    try:
        with _deep():
            code = compile(ast.Module([node], []), title, "exec", flags, dont_inherit=True)
        exec(code, names)
    except BaseException as error:  # sys.exit() is no reason to end, either
        if isinstance(error, RuntimeError) and is_the_machines(_words(error)):
            raise  # nothing that the file lacks
        place = (title, node.lineno, linecache.getline(title, node.lineno).strip())
        if isinstance(error, MissingName):
            why, place = str(error), error.place
        else:
            why = f"{type(error).__name__}: {_words(error)} ({title} line {node.lineno})"
        for name in {name for leaf, _ in leaves(node) for name in binds(leaf)}:
            # Of an if or a try that broke off, what came before it did is there.
            if not (isinstance(node, PARTED) and name in names):
                names[name] = Missing(name, why, place, module_missing(error))
        return error
    return None


def module_missing(error: BaseException) -> str:
    """The module whose import has failed because there is none of the name; else the empty word."""
    if isinstance(error, MissingName):
        return error.module
    # Not by attribute: a submission's own class may answer for it.
    name = ImportError.__dict__["name"].__get__(error) if isinstance(error, ModuleNotFoundError) else ""
    return name if type(name) is str else ""


def _words(error: BaseException) -> str:
    try:
        return str(error)
    except BaseException:  # they are the submission's code too
        return "(its message can't be read)"
