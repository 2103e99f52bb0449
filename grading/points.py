"""What each claim is worth, which claims are required and which are hidden: ``--points FILE.toml``."""

from __future__ import annotations

import difflib
import math
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from grading.parts import is_about, read_parts
from results.model import Claim
from submissions.contract.model import STRICT, Contract

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

By = Literal["claim", "cases"]
KEYS = ("by", "required", "required_cap", "hidden", "sections", "claims", "parts")


class PointsError(ValueError):
    """What is wrong with a points file, in one sentence that names the file."""


@dataclass(frozen=True)
class Points:
    """The points of every claim that submissions are judged on; ``Points(claims)`` takes each claim's own.

    claims: all of them, in the lecture's order, so that the highest score is the same for a whole class.
    per_claim: points by claim id. per_section: points of *each* claim of a section, by section key. An entry for a
    claim beats one for its section; without either the claim's own points stand.

    by: ``"claim"`` gives a claim all its points when it holds and none otherwise. ``"cases"`` gives the share of its
    cases that held, of those that were attempted; a case that fails, errs or is undecided did not hold. Either way what
    was not attempted (an option, a class beside the one that is there) takes nothing from a claim that holds of the
    rest, a claim of which nothing was attempted earns nothing, and the reason is told.

    required: ids of claims without which the rest is worth little. While any of them does not hold, the score is at
    most ``required_cap``. An example: 12 claims are worth 20 points, ``required = ["lstm/printed-output"]``. A
    submission that holds everything but that claim (3 points) earned 17; with ``required_cap = 0``, the default, its
    score is 0; with ``required_cap = 10`` it is 10. One that earned 4 keeps its 4 under a cap of 10: a cap never
    raises a score.

    hidden: ids of claims that count, and whose result no student is shown.

    parts: what is asked for, empty for all; claims that are not about these have no points, and are not in ``claims``
    after :meth:`only`. Nor are those that the contract leaves without a meaning.
    """

    claims: tuple[Claim, ...]
    per_claim: Mapping[str, float] = field(default_factory=dict)
    per_section: Mapping[str, float] = field(default_factory=dict)
    by: By = "claim"
    required: frozenset[str] = frozenset()
    required_cap: float = 0
    hidden: frozenset[str] = frozenset()
    parts: tuple[str, ...] = ()
    contract: Contract = STRICT

    def of(self, claim: Claim) -> float:
        """What the claim is worth."""
        return self.per_claim.get(claim.id, self.per_section.get(claim.section, claim.points))

    def only(self, wanted: Callable[[Claim], bool]) -> Points:
        """Of these claims, those about what is asked for, and of these, those that are worth something or required."""
        about = [claim for claim in self.claims if is_about(claim, self.parts, self.contract)]
        kept = tuple(c for c in about if wanted(c) and (self.of(c) > 0 or c.id in self.required))
        return replace(self, claims=kept, required=self.required & {claim.id for claim in kept})

    @property
    def max_score(self) -> float:
        """What all of them are worth together."""
        return math.fsum(self.of(claim) for claim in self.claims)


def read_points(file: Path, claims: Iterable[Claim]) -> Points:
    """The points of ``claims`` by a TOML file, see ``points-example.toml``. Raises PointsError.

    ``claims``: those that submissions are judged on; an id or a section that none of them has is an error.
    """
    claims = tuple(claims)
    data = _read(file)
    for key in data:
        _known(file, key, KEYS, "key")
    by = data.get("by", "claim")
    if by not in ("claim", "cases"):
        raise PointsError(f'{file}: by is {by!r}; it can be "claim" or "cases".')
    ids = [claim.id for claim in claims]
    required, hidden = _ids(file, data, "required", ids), _ids(file, data, "hidden", ids)
    if both := sorted(required & hidden):
        # The cap would tell the result of a claim that is not to be shown, and the student could not see why.
        raise PointsError(f"{file}: {both[0]!r} is both required and hidden; it can be one of them.")
    return Points(
        claims,
        per_claim=_table(file, data, "claims", "claim", ids),
        per_section=_table(file, data, "sections", "section", list(dict.fromkeys(claim.section for claim in claims))),
        by=by,
        required=required,
        required_cap=_number(file, "required_cap", data.get("required_cap", 0)),
        hidden=hidden,
        parts=_parts(file, data.get("parts", []), claims),
    )


def _read(file: Path) -> dict[str, Any]:
    try:
        # Editors on Windows put a byte order mark first.
        return tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise PointsError(f"{file} can't be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise PointsError(f"{file} is not UTF-8 (byte {error.start}); save it as UTF-8.") from None
    except ValueError as error:
        raise PointsError(f"{file} is no TOML: {error}; ids and section keys stand in quotes.") from None


def _known(file: Path, name: str, names: Iterable[str], what: str) -> None:
    names = list(names)
    if name in names:
        return
    near = difflib.get_close_matches(name, names, n=1) or [other for other in names if name in other][:1]
    hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(names)}."
    raise PointsError(f"{file}: unknown {what} {name!r}; {hint}")


def _table(file: Path, data: dict[str, Any], key: str, what: str, names: list[str]) -> dict[str, float]:
    table = data.get(key, {})
    if not isinstance(table, dict):
        raise PointsError(f"{file}: {key} is {table!r}; it has to be a table, [{key}].")
    for name, value in table.items():
        if isinstance(value, dict):
            raise PointsError(f"{file}: [{key}] holds a table {name!r}; a key with a dot in it stands in quotes.")
        _known(file, name, names, what)
    return {name: _number(file, name, value) for name, value in table.items()}


def _ids(file: Path, data: dict[str, Any], key: str, ids: list[str]) -> frozenset[str]:
    found = data.get(key, [])
    if not isinstance(found, list) or not all(isinstance(id, str) for id in found):
        raise PointsError(f"{file}: {key} is {found!r}; it has to be a list of claim ids.")
    for id in found:
        _known(file, id, ids, f"claim in {key}:")
    return frozenset(found)


def _parts(file: Path, found: Any, claims: Iterable[Claim]) -> tuple[str, ...]:
    if not isinstance(found, list) or not all(isinstance(part, str) for part in found):
        raise PointsError(f"{file}: parts is {found!r}; it has to be a list of what is asked for.")
    try:
        return read_parts(",".join(found), claims)
    except ValueError as error:
        raise PointsError(f"{file}: {error}.") from None


def _number(file: Path, name: str, value: Any) -> float:
    told = f"{name} is" if name in KEYS else f"the points of {name!r} are"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise PointsError(f"{file}: {told} {value!r}; a number is asked.")
    if not 0 <= value <= 1e9:  # also refuses nan and inf
        raise PointsError(f"{file}: {told} {value}; a number from 0 to 1e9 is asked.")
    return value
