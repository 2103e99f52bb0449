"""What of the contract a text defines, and which of its own names come near. By its look: nothing is parsed or run."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from submissions.contract import FUNCTIONS, NAMES, NETWORKS

_PARTS = "|".join(NAMES)
_DEFINED = re.compile(rf"^(?:(?:class|def)[ \t]+({_PARTS})\b|({_PARTS})[ \t]*=[^=])", re.MULTILINE)
_ANY = re.compile(r"^(class|def)[ \t]+(\w+)", re.MULTILINE)
_PYTHON = re.compile(r"^(?:class \w+ *[(:]|def \w+ *\(|import \w|from [\w.]+ import )", re.MULTILINE)
_IMPORTED = re.compile(
    r"^[ \t]*from[ \t]+\.?([\w.]+)[ \t]+import[ \t]+(\([^)]*\)|.*)|^[ \t]*import[ \t]+(.*)", re.MULTILINE
)

_WITH = ("classifier", "tagger", "generator", "encoder", "decoder", "dataset", "config", "trainer", "test")
"""Words in the name of a class that has a network rather than being one."""


def looks_like_python(text: str) -> bool:
    """Whether a line begins as an import or a definition does."""
    return _PYTHON.search(text) is not None


def looks_like_a_notebook(text: str) -> bool:
    """Whether it is JSON that speaks of cells."""
    return text.lstrip()[:1] == "{" and '"cells"' in text


def defined_in(text: str) -> set[str]:
    """The parts that it defines or assigns at the top level."""
    return {name for pair in _DEFINED.findall(text) for name in pair if name}


def imported_by(text: str) -> dict[str, set[str]]:
    """By module what it imports from there; ``*`` for all; nothing where the module itself is imported."""
    found: dict[str, set[str]] = {}
    for module, names, modules in _IMPORTED.findall(text):
        if module:
            found.setdefault(module, set()).update(re.findall(r"\w+|\*", names))
        for whole in re.findall(r"[\w.]+", modules):
            found.setdefault(whole, set())
    return found


def near_in(text: str) -> dict[str, list[str]]:
    """As :func:`near`, of what a text defines at the top level."""
    found = _ANY.findall(text)
    return near([name for kind, name in found if kind == "class"], [name for kind, name in found if kind == "def"])


def near(classes: Iterable[str], functions: Iterable[str], defined: Collection[str] = ()) -> dict[str, list[str]]:
    """By part, of those that are not ``defined``, the names that are meant for it: CustomLSTM, lstm, onehot_encode."""
    classes, functions = list(classes), list(functions)
    found = {part: [name for name in classes if _is_near_network(name, part)] for part in NETWORKS}
    found |= {part: [name for name in functions if _is_near_function(name, part)] for part in FUNCTIONS}
    return {part: names for part, names in found.items() if names and part not in defined and part not in names}


def _plain(name: str) -> str:
    return name.casefold().replace("_", "")


def _is_near_network(name: str, part: str) -> bool:
    plain, cell = _plain(name), "Cell"
    fits = _plain(part.removesuffix(cell)) in plain and ("cell" in plain) == part.endswith(cell)
    return fits and not any(word in plain for word in _WITH)


def _is_near_function(name: str, part: str) -> bool:
    plain = _plain(name)
    return "onehot" in plain if part == "one_hot" else plain.startswith("train") or plain == "fit"
