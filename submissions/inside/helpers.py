"""Imports the files beside a submission: those handed in with it, and those that a notebook's cells write.

Last of all finders, so that a torch.py beside the file does not stand for torch. They run by the same rule as the file.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import os
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from submissions.inside.notebooks import FILE, is_notebook

Run = Callable[[str, str, types.ModuleType], BaseException | None]
"""Runs a file's text under its name in a module, and gives the first exception that it met."""


def is_helper(module: Any) -> bool:
    """Whether it was made of a file beside the submission."""
    return isinstance(getattr(getattr(module, "__spec__", None), "loader", None), Helpers)


class Helpers(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """files: texts by place, ``gates.py`` or ``parts/gates.py``."""

    def __init__(self, files: Mapping[str, str], run: Run) -> None:
        self.files = dict(files)
        self._run = run

    def install(self) -> None:
        """In the place of any others; modules that they made are forgotten."""
        for name, module in list(sys.modules.items()):
            if is_helper(module):
                del sys.modules[name]
        sys.meta_path[:] = [*(one for one in sys.meta_path if not isinstance(one, Helpers)), self]

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: Any = None) -> Any:
        """The module of a file beside the submission, or a package of such."""
        place = self._place(name)
        if place is not None:
            return importlib.machinery.ModuleSpec(name, self, origin=place, is_package=place.endswith("/__init__.py"))
        folder = name.replace(".", "/") + "/"
        if any(file.startswith(folder) for file in self.files):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def _place(self, name: str) -> str | None:
        stem = name.replace(".", "/")
        if name.startswith(FILE):
            stem = bytes.fromhex(name.removeprefix(FILE)).decode("utf-8")
        for file in (f"{stem}.py", f"{stem}/__init__.py", f"{stem}.ipynb", stem):
            if file in self.files:
                return file
            if file.endswith(".py") and os.path.isfile(file):  # one that the submission has written itself
                with open(file, encoding="utf-8", errors="replace") as written:
                    self.files[file] = written.read()
                return file
        return None

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
