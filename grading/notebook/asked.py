"""What a %check asks: the notebook as it was run, and what of the claims."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from functools import partial

import parts
from fixtures.claim import named
from grading.claims import judged_claims
from grading.notebook.cells import NAME
from grading.notebook.words import word
from submissions.files import Source, Stored, gather


class UnknownName(Exception):
    """Neither a part nor a claim; a sentence."""


@dataclass(frozen=True)
class Asked:
    """notebook: its text. files: texts of the modules beside it that it imports, by name. what: a part, a claim's id,
    a section's with a slash, or empty: all. lang: en or ko. renamed: the lines after its cells that give
    what it defines the names of the contract: ``LSTM = MyLSTM``."""

    notebook: str
    files: dict[str, str] = field(default_factory=dict)
    what: tuple[str, ...] | list[str] = ()
    lang: str = "en"
    renamed: tuple[str, ...] | list[str] = ()

    def source(self) -> Source:
        """As ``python -m grading`` takes the files. Raises UnusableFile."""
        texts = {NAME: self.notebook, **self.files}
        contents = {name: text.encode("utf-8", "surrogatepass") for name, text in texts.items()}
        # The name of a folder whose notebook is the one to judge, whatever lies beside it.
        found = gather("notebook", {name: Stored(len(one), partial(bytes, one)) for name, one in contents.items()})
        return Source(NAME, found.main, found.files, found.notes)

    def chosen_parts(self) -> tuple[str, ...]:
        """The parts that are asked for; all where none is named. Raises UnknownName."""
        self._require_known()
        return tuple(name for name in parts.names() if name in self.what) or parts.names()

    def chosen_claims(self) -> tuple[str, ...]:
        """The claims that are asked for, as :func:`grading.judge.takes` reads them. Raises UnknownName."""
        self._require_known()
        return tuple(one for one in self.what if one not in parts.names())

    def _require_known(self) -> None:
        claims = [one for one in self.what if one not in parts.names()]
        # Collecting them takes a second: only where one is named.
        ids = [claim.id for claim in judged_claims()] if claims else []
        for one in claims:
            if any(named(id, [one]) for id in ids):
                continue
            names = [*parts.names(), *ids]
            lower = {name.lower(): name for name in names}
            near = difflib.get_close_matches(one.lower(), lower, n=1)
            key = "did you mean" if near else "unknown"
            raise UnknownName(
                word(key, self.lang, name=one, near=lower[near[0]] if near else "", parts=", ".join(parts.names()))
            )
