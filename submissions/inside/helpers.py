"""Imports the files of a hand-in: those handed in with the file that is run, and those that a notebook's cells write.

What is installed comes first, so that a torch.py beside the file does not stand for torch. They run by the same rule as
the file.
"""

from __future__ import annotations

import ast
import contextlib
import importlib.abc
import importlib.machinery
import os
import posixpath
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from submissions.inside.notebooks import FILE, is_notebook

Run = Callable[[str, str, types.ModuleType], BaseException | None]
"""Runs a file's text under its name in a module, and gives the first exception that it met."""


def is_helper(module: Any) -> bool:
    """Whether it was made of a file of the hand-in."""
    return isinstance(getattr(getattr(module, "__spec__", None), "loader", None), Helpers)


def lie_on_disk(files: Mapping[str, str], main: str) -> str:
    """Put them where they may be opened, and stand in the folder of ``main``, as one runs it; the folder of all."""
    top = os.getcwd()
    # What can't lie there, for a name that is too long say, is imported all the same.
    for name, text in files.items():
        with contextlib.suppress(OSError):
            os.makedirs(os.path.dirname(name) or top, exist_ok=True)
            with open(name, "w", encoding="utf-8", newline="") as file:
                file.write(text)
    with contextlib.suppress(OSError):
        os.makedirs(os.path.dirname(main) or top, exist_ok=True)
        os.chdir(os.path.dirname(main) or top)
    return top


class Helpers(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """files: texts by place in the hand-in, ``gates.py`` or ``parts/gates.py``. main: the place of the one that is run.
    top: the folder in which they lie on the disk.

    Looked for in the folder of ``main`` and in those above it; then in all others, where only one has it: a path that
    somebody has set leads there. A package is imported from above.
    """

    def __init__(self, files: Mapping[str, str], main: str, top: str, run: Run) -> None:
        self.files = dict(files)
        above = [str(folder) for folder in PurePosixPath(main).parents]
        self._folders = sorted(above, key=lambda folder: posixpath.normpath(f"{folder}/__init__.py") in files)
        self._top, self._run = os.path.abspath(top), run
        self._installed = list(sys.path)

    def install(self) -> None:
        """In the place of any others; modules that they made are forgotten."""
        for name, module in list(sys.modules.items()):
            if is_helper(module):
                del sys.modules[name]
        others = [one for one in sys.meta_path if not isinstance(one, Helpers)]
        # Ahead of what looks into folders: a path that the file adds leads to the same files, which would run whole.
        usual: Any = importlib.machinery.PathFinder
        place = others.index(usual) if usual in others else len(others)
        sys.meta_path[:] = [*others[:place], self, *others[place:]]

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: Any = None) -> Any:
        """The module of a file of the hand-in, or a package of such."""
        if self._is_installed(name, path):
            return None
        stem = _stem(name)
        if (place := self._place(stem)) is not None:
            return importlib.machinery.ModuleSpec(name, self, origin=place, is_package=_is_package(place))
        if any(f"/{stem}/" in f"/{file}" for file in self.files):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def _is_installed(self, name: str, path: Sequence[str] | None) -> bool:
        found = importlib.machinery.PathFinder.find_spec(name, self._installed if path is None else path)
        # A folder without __init__.py comes after every file, as always.
        return found is not None and found.loader is not None

    def _place(self, stem: str) -> str | None:
        ends = (f"{stem}.py", f"{stem}/__init__.py", f"{stem}.ipynb", stem)
        for folder in self._folders:
            for file in (posixpath.normpath(posixpath.join(folder, end)).lstrip("/") for end in ends):
                if file in self.files:
                    return file
                on_disk = os.path.join(self._top, file)
                if file.endswith(".py") and os.path.isfile(on_disk):  # one that the submission has written itself
                    with open(on_disk, encoding="utf-8", errors="replace") as written:
                        self.files[file] = written.read()
                    return file
        elsewhere = [file for file in self.files if file.endswith(tuple(f"/{end}" for end in ends))]
        return elsewhere[0] if len(elsewhere) == 1 else None

    def create_module(self, spec: Any) -> types.ModuleType | None:
        """As usual."""
        return None

    def exec_module(self, module: types.ModuleType) -> None:
        """A name that fails there says so where it is used; a slip of the pen fails the import."""
        place = getattr(module.__spec__, "origin", None)
        if place is not None:
            module.__file__ = place
            trouble = self._run(place, self.files[place], module)
            if isinstance(trouble, SyntaxError) and not is_notebook(place):
                raise trouble

    def absolute(self, body: list[ast.stmt], place: str, module: types.ModuleType) -> list[ast.stmt]:
        """The statements of a file at a place, where it is run in a module that is no package's: ``from .gates import
        split``, ``from . import gates`` and ``from ..gates import split`` by names that lead there."""
        deep = len(module.__package__.split(".")) if module.__package__ else 0
        whole = ast.Module(body, [])
        for node in ast.walk(whole):
            for name in ("body", "orelse", "finalbody"):
                below = getattr(node, name, None)
                if isinstance(below, list):
                    below[:] = [self._absolute(inner, place, deep) for inner in below]
        return whole.body

    def _absolute(self, node: ast.stmt, place: str, deep: int) -> ast.stmt:
        above = [str(folder) for folder in PurePosixPath(place).parents]
        if not isinstance(node, ast.ImportFrom) or not deep < node.level <= len(above):
            return node
        folder = above[node.level - 1]
        if node.module:
            node.module, node.level = self._name(folder, node.module), 0
            return node
        for one in node.names:
            one.name, one.asname = self._name(folder, one.name), one.asname or one.name
        return ast.copy_location(ast.Import(node.names), node)

    def _name(self, folder: str, module: str) -> str:
        """Under which the ``module`` of a folder is found, whatever else is called so; as it stands, where it is not
        there."""
        stem = PurePosixPath("/", folder, _stem(module))
        if (place := self._place(str(stem))) is None:
            return module
        for above in (PurePosixPath("/", one) for one in self._folders):
            name = ".".join(stem.relative_to(above).parts) if above in stem.parents else ""
            if name and self._place(_stem(name)) == place and self._is_own(name.partition(".")[0]):
                return name
        return FILE + str(stem).encode().hex()

    def _is_own(self, top: str) -> bool:
        return is_helper(sys.modules[top]) if top in sys.modules else not self._is_installed(top, None)


def _is_package(place: str) -> bool:
    return PurePosixPath(place).name == "__init__.py"


def _stem(name: str) -> str:
    """A module's place, without its ending."""
    top, dot, rest = name.partition(".")
    if top.startswith(FILE):
        top = bytes.fromhex(top.removeprefix(FILE)).decode("utf-8")
    return top + dot.replace(".", "/") + rest.replace(".", "/")
