"""What a %check asks: the notebook as it was run, and what of the claims."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial

import parts
from fixtures.claim import named
from grading.claims import judged_claims
from grading.notebook.cells import NAME
from grading.notebook.words import word
from grading.parts import is_about
from results.model import Claim
from submissions.contract.file import read_contract
from submissions.contract.model import Contract
from submissions.files import Source, Stored, gather


class UnknownName(Exception):
    """Neither a part nor a claim that there is to check; a sentence."""


@dataclass(frozen=True)
class Asked:
    """notebook: its text. files: texts of the modules beside it that it imports, by name. what: a part, a claim's id,
    a section's with a slash, or empty: all. lang: en or ko. renamed: the lines after its cells that give
    what it defines the names of the contract: ``LSTM = MyLSTM``. contract: the file of one, ``any``, or empty. known:
    the claims that there are; collecting them takes a second, and a judge has them."""

    notebook: str
    files: dict[str, str] = field(default_factory=dict)
    what: tuple[str, ...] | list[str] = ()
    lang: str = "en"
    renamed: tuple[str, ...] | list[str] = ()
    contract: str = ""
    known: Callable[[], tuple[Claim, ...]] = field(default=judged_claims, repr=False, compare=False)

    @cached_property
    def terms(self) -> Contract:
        """What the contract says. Raises ContractError."""
        return read_contract(self.contract)

    def source(self) -> Source:
        """As ``python -m grading`` takes the files. Raises UnusableFile, ContractError."""
        texts = {NAME: self.notebook, **self.files}
        contents = {name: text.encode("utf-8", "surrogatepass") for name, text in texts.items()}
        # The name of a folder whose notebook is the one to judge, whatever lies beside it.
        stored = {name: Stored(len(one), partial(bytes, one)) for name, one in contents.items()}
        found = gather("notebook", stored, self.terms)
        return Source(NAME, found.main, found.files, found.notes)

    def chosen_parts(self) -> tuple[str, ...]:
        """The parts that are asked for; all, or those of the contract, where none is named. Raises UnknownName."""
        self._require_known()
        return tuple(name for name in parts.names() if name in self.what) or self.terms.asked or parts.names()

    def chosen_claims(self) -> tuple[str, ...]:
        """The claims that are asked for, as :func:`grading.judge.takes` reads them. Raises UnknownName."""
        self._require_known()
        wanted = tuple(one for one in self.what if one not in parts.names())
        if not self.contract:
            return wanted
        about = [one for one in self.known() if is_about(one, self.chosen_parts(), self.terms)]
        return tuple(one.id for one in about if not wanted or named(one.id, wanted))

    def _require_known(self) -> None:
        claims = [one for one in self.what if one not in parts.names()]
        # Waited for only where one is named, or the contract says which are meant.
        known = self.known() if claims or self.contract else ()
        ids = [claim.id for claim in known]
        meant = [claim.id for claim in known if is_about(claim, self.terms.asked, self.terms)]
        for one in self.what:
            is_known = one in (self.terms.asked or parts.names()) or any(named(id, [one]) for id in meant)
            if not is_known and (one in parts.names() or any(named(id, [one]) for id in ids)):
                raise UnknownName(word("not in the contract", self.lang, name=one))
            if one in parts.names() or any(named(id, [one]) for id in ids):
                continue
            raise UnknownName(self._unknown(one, ids))

    def _unknown(self, name: str, ids: list[str]) -> str:
        """A sentence on a name that is none, with one that is near."""
        section = name.partition("/")[0] + "/"
        of_section = [id for id in ids if id.startswith(section)]
        # What has a slash is meant for a claim.
        names = ids if "/" in name else [*parts.names(), *ids]
        lower = {one.lower(): one for one in names}
        near = difflib.get_close_matches(name.lower(), lower, n=1)
        if near:
            return word("did you mean", self.lang, name=name, near=lower[near[0]])
        if "/" in name and of_section:
            return word("unknown in section", self.lang, name=name, section=section, ids=", ".join(of_section))
        return word("unknown", self.lang, name=name, parts=", ".join(parts.names()))
