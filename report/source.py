"""The code of a claim's cases, from the file that the node names."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from results.model import Case


def code_of(cases: Iterable[Case], root: Path) -> str:
    """The test function of the first case, without its @claim(...), which the page shows in full; else empty.

    A node is ``claims/test_4_lstm.py::test_name[parameters]``, the file's path from ``root``.
    """
    node = next((case.node for case in cases), "")
    file, _, name = node.partition("[")[0].partition("::")
    return _functions(root / file).get(name, "") if name else ""


@lru_cache(maxsize=64)
def _functions(file: Path) -> dict[str, str]:
    try:
        text = file.read_text("utf-8")
        tree = ast.parse(text)
    except (OSError, ValueError, SyntaxError):  # a record from elsewhere: the page does without
        return {}
    lines = text.splitlines()
    found = {}
    for item in tree.body:
        if isinstance(item, ast.FunctionDef):
            kept = [decorator for decorator in item.decorator_list if not _is_claim(decorator)]
            parts = [(part.lineno, part.end_lineno or part.lineno) for part in kept]
            parts.append((item.lineno, item.end_lineno or item.lineno))
            found[item.name] = "\n".join("\n".join(lines[first - 1 : last]) for first, last in parts)
    return found


def _is_claim(decorator: ast.expr) -> bool:
    """By what it says: a file may have a shorter name for claims that have much in common."""
    return isinstance(decorator, ast.Call) and {"en", "ko"} <= {keyword.arg for keyword in decorator.keywords}
