"""Two records, held against each other: what broke, what is missing or new, what drifted beyond its allowance, why."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from results.comparison import Comparison, Lane
from results.model import Case
from results.record import Record
from versions.asked import may_lack, was_asked, was_left_out
from versions.pairs import Pair, row
from versions.reasons import by_others

MACHINE = ("system", "machine", "cpu", "cpu capability", "threads", "onednn", "gpu", "gpu capability")
VERSIONS = ("torch", "fastai", "numba", "numpy", "scipy", "cuda", "cudnn")


def compare(
    before: Record, after: Record, *, part: bool = False, left_out: Collection[str] = (), lang: str = "en"
) -> Comparison:
    """What moved from ``before`` to ``after``. part: the later run stopped before its end, so that nothing counts as
    missing. left_out: nodes that it was told to leave out, beside what its options say."""
    lane = lane_of(before.environment, after.environment)
    found = Comparison(before.environment, after.environment, lane, sources=_other_sources(before, after))
    part = part or bool(after.options.get("unfinished"))
    found.stopped = part or bool(before.options.get("unfinished"))
    faults: tuple[set[str], set[str]] = set(), set()
    claims = {claim.id: claim for claim in (*before.claims, *after.claims)}
    recorded = {case.node: case for case in before.cases}
    now = {case.node: case for case in after.cases}
    taken = set()
    for case in filter(_ran, after.cases):
        claim = claims[case.claim]
        same = recorded.get(case.node)
        other = same if _ran(same) else other_device(recorded, case)
        if other is not None:
            taken.add(other.node)
            pair = Pair(claim, other, case, "device" if other.device != case.device else lane, before, after, lang)
            if pair.lane == "device":
                found.lane = "device"
            found.cases += 1
            for one, claims_of in zip((other, case), faults, strict=True):
                claims_of |= {claim.id} if one.word == "known fault" else set()
            found.rows += pair.rows()
            found.largest[claim.id] = max(found.largest.get(claim.id, 0.0), pair.largest)
        elif was_asked(before, claim, case.node, after) and not may_lack(before, claim, after):
            found.rows.append(row(claim, case, "new", "not run", case.word))
    for case in before.cases:
        if part or case.node in taken or not _ran(case):
            continue
        claim, skipped = claims[case.claim], now.get(case.node)
        if skipped is not None and not may_lack(after, claim, before):
            found.rows.append(row(claim, case, "missing", case.word, "not run", skipped.why))
        if skipped is None and case.node not in left_out and not was_left_out(after, claim, case, before):
            found.rows.append(row(claim, case, "missing", case.word, "not run"))
    found.rows = by_others(found.rows, now, lang)
    found.faults = [sorted(claims_of) for claims_of in faults]
    return found


def lane_of(before: dict[str, Any], after: dict[str, Any]) -> Lane:
    """How much two environments have in common."""
    if any(_known(before, name) and _known(after, name) and before[name] != after[name] for name in MACHINE):
        return "machine"
    return "same" if all(before.get(name) == after.get(name) for name in VERSIONS) else "version"


def _other_sources(before: Record, after: Record) -> list[str]:
    """Which of the sources that made the two are not the same; "untold" where one of them does not say."""
    if not before.sources or not after.sources:
        # What is left of a run that was cut short tells none, and that it was is said.
        return [] if any(one.options.get("unfinished") for one in (before, after)) else ["untold"]
    return [name for name in before.sources if before.sources[name] != after.sources.get(name)]


def _known(environment: dict[str, Any], name: str) -> bool:
    """torch 1.13 does not tell the CPU's capability."""
    return environment.get(name) not in (None, "")


def _ran(case: Case | None) -> bool:
    return case is not None and case.word != "not run"


def other_device(recorded: dict[str, Case], case: Case) -> Case | None:
    """The recorded case that differs in its device alone, where this device has none in the record."""
    other = {"cpu": "cuda", "cuda": "cpu"}.get(case.device)
    if other is None or not _ran(case):
        return None
    found = recorded.get(re.sub(rf"(?<=[\[-]){case.device}(?=[\]-])", other, case.node, count=1))
    return found if _ran(found) else None
