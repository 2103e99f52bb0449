"""The magics %check and %%claim, and what a kernel keeps for them: its cells and the judge beside it."""

from __future__ import annotations

import atexit
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring

import parts as registry
from checks.arguments import positive
from checks.language import of_locale
from grading.notebook import SECONDS, beside
from grading.notebook.beside import Lost
from grading.notebook.cells import Cells, as_notebook
from grading.notebook.helpers import imported_from
from grading.notebook.own_claim import own_claim
from grading.notebook.screen import Screen
from grading.notebook.words import word
from submissions.contract.file import ANY, read_contract

_LOADED: dict[int, Loaded] = {}
"""By IPython shell; there is one in a kernel."""


class Interrupted(KeyboardInterrupt):
    """Ends the cell, and a "run all", without a stack: who interrupts knows where."""

    def _render_traceback_(self) -> list[str]:
        return ["KeyboardInterrupt"]


class Loaded:
    """What one kernel has of this extension."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.cells = Cells(shell)
        self.judge = beside.taken()
        self._lang = of_locale()
        shell.register_magic_function(self._check, "line", "check")
        shell.register_magic_function(self._claim, "cell", "claim")
        atexit.register(self.judge.close)

    def close(self) -> None:
        """Leave nothing behind."""
        self.cells.close()
        self.judge.close()
        atexit.unregister(self.judge.close)
        for kind, name in (("line", "check"), ("cell", "claim")):
            self.shell.magics_manager.magics[kind].pop(name, None)

    def check(
        self, what: Iterable[str], lang: str | None, seconds: float, parts: Mapping[str, Any], contract: str = ""
    ) -> None:
        """Judge, and show it on the way and at the end. Raises ValueError, see :func:`_renamed`."""
        lang = self._lang = lang or self._lang
        # The judge stands in another folder.
        contract = contract if contract in ("", ANY) else str(Path(contract).expanduser().absolute())
        renamed = _renamed(parts, self.shell.user_ns, lang, contract)
        sources = [*self.cells.sources(), *renamed]
        files = imported_from(Path.cwd(), sources)
        request = {"notebook": as_notebook(sources).decode("ascii"), "files": files, "lang": lang, "renamed": renamed}
        request |= {"what": [*what, *parts], "contract": contract}
        screen = Screen(self.shell, lang, seconds)
        try:
            for message in self.judge.ask(request, seconds):
                screen.show(message)
        except Lost as lost:
            screen.show({"end": "trouble", "sentence": word("lost", lang, why=lost)})
        except KeyboardInterrupt:
            screen.show(self.judge.stop())
            raise Interrupted from None

    @magic_arguments("check")
    @argument("what", nargs="*", help="a part (LSTM), a claim (lstm/omit-water), a section's claims (lstm/); else all")
    @argument("--lang", choices=("en", "ko"), help="language of this card and later ones (at first the locale's)")
    @argument("--seconds", type=positive, default=SECONDS, help="how long it may take (default %(default)g)")
    @argument("--contract", default="", metavar="FILE", help="by the course's own names (TOML); any: look for them")
    @argument("-h", "--help", action="store_true", help="show this")
    def _check(self, line: str) -> None:
        """Judge the cells that were run by the lecture's claims; the card stands below."""
        asked = parse_argstring(self._check, line)
        if asked.help:
            print(self._check.parser.format_help())
            return
        # A name with spaces stands in quotes, and IPython leaves them there.
        self.check(asked.what, asked.lang, asked.seconds, {}, asked.contract.strip("\"'"))

    def _claim(self, line: str, cell: str) -> None:
        """%%claim STATEMENT: run the cell, in which ``check`` has the claims' comparisons, and tell what it showed."""
        lang = self._lang
        Screen(self.shell, lang, 0).show({"end": "judged", **own_claim(self.shell, line.strip(), cell, lang)})


def load(shell: Any) -> Loaded:
    """Once for a kernel."""
    if id(shell) not in _LOADED:
        _LOADED[id(shell)] = Loaded(shell)
    return _LOADED[id(shell)]


def unload(shell: Any) -> None:
    """The judge ends, the magics are gone."""
    if id(shell) in _LOADED:
        _LOADED.pop(id(shell)).close()


def _renamed(parts: Mapping[str, Any], names: Mapping[str, Any], lang: str, contract: str) -> list[str]:
    """Cells that give what is to be judged the names of the contract. Raises ValueError for what has none here."""
    cells = []
    terms = read_contract(contract if parts else "")
    for part, value in parts.items():
        if part not in registry.names():
            raise ValueError(word("no part", lang, name=part, parts=", ".join(registry.names())))
        own = getattr(value, "__name__", "")
        called = [own] if names.get(own) is value else [n for n, v in names.items() if v is value and n[:1] != "_"]
        if not called:
            raise ValueError(word("not by a name", lang, part=part))
        asked = terms.own(part)
        cells += [f"{asked} = {called[0]}"] if called[0] != asked else []
    return cells
