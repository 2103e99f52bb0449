"""What of the parts a text defines, and which of its own names come near. By its look: nothing is parsed or run."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

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


def imported_by(text: str) -> dict[str, set[str]]:
    """By module what it imports from there; ``*`` for all; nothing where the module itself is imported."""
    found: dict[str, set[str]] = {}
    for module, names, modules in _IMPORTED.findall(text):
        if module:
            found.setdefault(module, set()).update(re.findall(r"\w+|\*", names))
        for whole in re.findall(r"[\w.]+", modules):
            found.setdefault(whole, set())
    return found


def words_imported_by(text: str) -> set[str]:
    """All words in the names of what it imports."""
    found = {word for module, names in imported_by(text).items() for word in (module, *names)}
    return {word for one in found for word in one.split(".")}


@dataclass(frozen=True)
class Wanted:
    """The names of the parts that are asked for. Plain data: a worker is told them."""

    networks: tuple[str, ...]
    functions: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Networks, then functions."""
        return self.networks + self.functions

    @cached_property
    def _defined(self) -> re.Pattern[str]:
        any_of_them = "|".join(map(re.escape, self.names))
        return re.compile(rf"^(?:(?:class|def)[ \t]+({any_of_them})\b|({any_of_them})[ \t]*=[^=])", re.MULTILINE)

    def defined_in(self, text: str) -> set[str]:
        """Those that a text defines or assigns at the top level."""
        return {name for pair in self._defined.findall(text) for name in pair if name}

    def near_in(self, text: str) -> dict[str, list[str]]:
        """As :meth:`near`, of what a text defines at the top level."""
        found = _ANY.findall(text)
        classes = [name for kind, name in found if kind == "class"]
        return self.near(classes, [name for kind, name in found if kind == "def"])

    def near(
        self, classes: Iterable[str], functions: Iterable[str], defined: Collection[str] = ()
    ) -> dict[str, list[str]]:
        """By part, of those that are not ``defined``, the names that are meant for it: CustomLSTM, onehot_encode."""
        classes, functions = list(classes), list(functions)
        found = {part: [name for name in classes if _is_near_network(name, part)] for part in self.networks}
        found |= {part: [name for name in functions if _is_near_function(name, part)] for part in self.functions}
        return {part: names for part, names in found.items() if names and part not in defined and part not in names}


def _plain(name: str) -> str:
    return name.casefold().replace("_", "")


def _is_near_network(name: str, part: str) -> bool:
    plain, cell = _plain(name), "Cell"
    fits = _plain(part.removesuffix(cell)) in plain and ("cell" in plain) == part.endswith(cell)
    return fits and not any(word in plain for word in _WITH)


def _is_near_function(name: str, part: str) -> bool:
    """The part's name in the other's, or one that everybody has for it."""
    plain, asked = _plain(name), _plain(part)
    return plain.startswith(asked) or ("_" in part and asked in plain) or (part == "train" and plain == "fit")
