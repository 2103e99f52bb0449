"""One case in two records: which of its evidence moved beyond its allowance, and why."""

from __future__ import annotations

import copy
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from results.comparison import Lane, Row, turned
from results.model import Case, Claim, Evidence
from results.record import Record
from versions import reasons
from versions.allowances import allowance, quantity
from versions.reasons import gaps_of_outputs
from versions.words import text

TOLD = ("options", "words")
"""Checks that are recorded and not judged, but held against another record's."""

Moved = tuple[str, float | str | None, float | str | None, float | None, float | None, Evidence | None]
"""what, recorded, now, gap, allowed, and the evidence that moved, as it is now."""


def row(claim: Claim, case: Case, level: Any, before: Any, after: Any, detail: str = "", **more: Any) -> Row:
    return Row(claim.id, case.node, case.device, claim.kind, level, before, after, detail=detail, **more)


class Pair:
    """One case in both records."""

    def __init__(
        self, claim: Claim, before: Case, after: Case, lane: Lane, one: Record, two: Record, lang: str
    ) -> None:
        self.claim, self.before, self.after, self.lane, self.lang = claim, before, after, lane, lang
        # A run that was given no --lecture-seed has each lecture's own.
        self.options = _options(one, claim), _options(two, claim)
        self.other_seed = two.seed_of(claim) != two.lecture_of(claim).seed
        self.largest = 0.0
        self.other_claims = one.sources.get("claims") != two.sources.get("claims")

    def rows(self) -> list[Row]:
        """What moved."""
        if self._by_chance():
            return []
        if level := turned(self.before.word, self.after.word):
            return [self._told(level, self._turning_point())]
        moves = [moved for moved in self._moves() if self._beyond(moved)]
        return [self._told("drift", moved) for moved in moves or [*self._bits(), *self._starts()]]

    def _by_chance(self) -> bool:
        """Whether both are a known fault, or it did not show in a release that has it. Whether and how it does may be
        chance: one that reads memory that is not its own finds this or that there."""
        words = (self.before.word, self.after.word)
        held = any(one.word == "holds" and one.has_fault for one in (self.before, self.after))
        return words == ("known fault", "known fault") or ("known fault" in words and held)

    def _told(self, level: Any, moved: Moved) -> Row:
        what, recorded, now, gap, allowed, item = moved
        why: tuple[Any, str]
        if self.other_claims and what == text("the checks", self.lang):
            why = ("", text("checks of the claim", self.lang))
        elif self.before.word == "known fault" and recorded == now:
            why = ("", text("fault remains", self.lang, fault=self.before.fault))
        elif item is not None and _is_ratio(self.claim, item):
            why = ("speed", text("ratio", self.lang))
        else:
            far = reasons.is_trained(self.claim.kind, self.before, self.after) and self._far()
            why = reasons.reason(self.claim.kind, self.before, self.after, item, self.options, self.lang, far=far)
        return row(
            self.claim,
            self.after,
            level,
            self.before.word,
            self.after.word,
            what=what,
            recorded=recorded,
            now=now,
            gap=gap,
            allowed=allowed,
            reason=why[0],
            detail=why[1],
        )

    def _far(self) -> bool:
        """Whether a number moved further than rounding was measured to drive it, on whatever machine."""
        loosest = copy.copy(self)
        loosest.lane = "device" if self.lane == "device" else "machine"
        return any(moved[3] is not None and loosest._beyond(moved) for moved in loosest._moves())

    def _turning_point(self) -> Moved:
        """The evidence on which the word turned: the last one of the case that does not hold."""
        bad, good = (self.after, self.before) if self.after.word != "holds" else (self.before, self.after)
        if bad.word == "error" or not bad.evidence:
            return bad.why or bad.word, self.before.word, self.after.word, None, None, None
        last = bad.evidence[-1]
        same = [item for item in good.evidence if item.what == last.what]
        other = same[sum(item.what == last.what for item in bad.evidence[:-1])] if same else Evidence(last.what, "")
        return self._moved(*((other, last) if bad is self.after else (last, other)))

    def _moves(self) -> Iterator[Moved]:
        old, new = _by_name(_judged(self.before)), _by_name(_judged(self.after))
        for name, after in new.items():
            if name in old:
                yield self._moved(old[name], after)
        if old.keys() != new.keys():
            # What has no partner can't be compared, and is told: a check of another name is another check.
            alone = ["; ".join(sorted({what for what, *_ in one - two})) for one, two in _both_ways(old, new)]
            yield text("the checks", self.lang), alone[0] or "–", alone[1] or "–", None, None, None
        told = {(item.check, item.what): item for item in self.before.evidence if item.check in TOLD}
        for after in self.after.evidence:
            if (after.check, after.what) in told:
                yield self._moved(told[after.check, after.what], after)
        yield from self._figures()

    def _figures(self) -> Iterator[Moved]:
        """How far the outputs themselves lie apart."""
        shapes = [case.digests.get("shapes") for case in (self.before, self.after)]
        if shapes[0] != shapes[1]:
            # Of hashes nobody can read more than that they differ.
            told = reasons.other_forms_of_outputs(self.before, self.after) or self._other_ones()
            yield text("shapes", self.lang), *told, None, None, None
            return
        digests = [case.digests.get("outputs") for case in (self.before, self.after)]
        if digests[0] == digests[1]:
            return
        for dtype, recorded, now, gap in gaps_of_outputs(self.before, self.after):
            allowed = allowance(f"outputs {dtype}", self.lane)
            yield text("outputs", self.lang, dtype=dtype), recorded, now, gap, allowed, None

    def _bits(self) -> Iterator[Moved]:
        """Outputs of which only the digest is known, where nothing may move."""
        digests = [case.digests.get("outputs") for case in (self.before, self.after)]
        untold = not any(True for _ in gaps_of_outputs(self.before, self.after))
        if self.lane == "same" and digests[0] != digests[1] and untold:
            yield text("bits", self.lang), *self._other_ones(), None, None, None

    def _starts(self) -> Iterator[Moved]:
        """What a case began from that computes nothing with it: of other draws nothing else would tell."""
        if self.lane != "device" and not any("outputs" in case.digests for case in (self.before, self.after)):
            for what in reasons.other_starts(self.before, self.after):
                yield text(what, self.lang), *self._other_ones(), None, None, None

    def _other_ones(self) -> tuple[str, str]:
        return text("recorded ones", self.lang), text("other ones", self.lang)

    def _moved(self, before: Evidence, after: Evidence) -> Moved:
        if before.value is None or after.value is None:
            none = text("no error", self.lang) if after.check == "raises" else None
            recorded, now = (item.text or item.value or none for item in (before, after))
            return after.what, recorded, now, None, None, after
        # Infinity stays where it is, and so does NaN: their difference would be no number.
        same = before.value == after.value or (math.isnan(before.value) and math.isnan(after.value))
        gap = 0.0 if same else abs(after.value - before.value)
        return after.what, before.value, after.value, gap, self._allowed(before, after), after

    def _allowed(self, before: Evidence, after: Evidence) -> float:
        """How far the value of one check may move, in its own unit."""
        if _is_ratio(self.claim, after):
            least = min(before.value or 0.0, after.value or 0.0)
            spread = sum(_spread(case) for case in (self.before, self.after))
            call = "speed of a call on CUDA" if self.after.device == "cuda" else "speed of a call"
            name = "speed" if after.check == "above" else call
            return max((allowance(name, self.lane) - 1.0) * least, spread)
        name, unit = quantity(self.claim, self.after, after, other_seed=self.other_seed)
        return allowance(name, self.lane) * unit

    def _beyond(self, moved: Moved) -> bool:
        _, recorded, now, gap, allowed, _ = moved
        if gap is None or allowed is None:
            return recorded != now
        if allowed:
            self.largest = max(self.largest, gap / allowed)
        return not gap <= allowed  # NaN is beyond


def _is_ratio(claim: Claim, item: Evidence) -> bool:
    """A speed claim's ratio of times; what else such a claim checks is compared as any other."""
    return claim.kind == "speed" and item.check in ("above", "below") and item.value is not None


def _options(record: Record, claim: Claim) -> dict[str, Any]:
    return {**record.options, "lecture_seed": record.seed_of(claim)}


def quantities(
    claim: Claim, before: Case, after: Case, *, other_seed: bool = False
) -> Iterator[tuple[str, float, str]]:
    """Of each number in two cases: what it is counted as (versions.allowances), the gap in that unit, what it is of."""
    new = _by_name(after.evidence)
    for one, two in ((one, new[name]) for name, one in _by_name(before.evidence).items() if name in new):
        if two.check != "note" and not _is_ratio(claim, two) and one.value is not None and two.value is not None:
            name, unit = quantity(claim, after, two, other_seed=other_seed)
            yield name, abs(two.value - one.value) / (unit or 1.0), two.what
    for dtype, _, _, gap in gaps_of_outputs(before, after):
        yield f"outputs {dtype}", gap, case_name(after)


def _by_name(items: list[Evidence]) -> dict[tuple[str, str, int], Evidence]:
    """By what was checked, how, and the how-manieth time it was."""
    found: dict[tuple[str, str, int], Evidence] = {}
    seen: Counter[tuple[str, str]] = Counter()
    for item in items:
        found[item.what, item.check, seen[item.what, item.check]] = item
        seen[item.what, item.check] += 1
    return found


def _both_ways(old: Mapping[Any, Any], new: Mapping[Any, Any]) -> list[tuple[set[Any], set[Any]]]:
    return [(set(old), set(new)), (set(new), set(old))]


def _judged(case: Case) -> list[Evidence]:
    """Without notes, and without what is recorded alone, which one of two records may lack."""
    return [item for item in case.evidence if item.check not in ("note", *TOLD)]


def case_name(case: Case) -> str:
    """The test and its parameters, without the file."""
    return case.node.rpartition("::")[2]


def _spread(case: Case) -> float:
    """The interquartile range of a speed's turns."""
    return next((e.value or 0.0 for e in case.evidence if "interquartile" in e.what), 0.0)
