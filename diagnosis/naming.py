"""The likely mistake of a foreign implementation: one that is known, two of them together, or where it departs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import mistakes
import parts
from diagnosis.answers import RAISED, Answer, as_shaped, differ, values_differ
from diagnosis.by_answers import by_calls, by_rows, by_training
from diagnosis.found import Diagnosis, named, told
from diagnosis.matching.alone import alone, in_order_of, the_only
from diagnosis.matching.known import (
    Known,
    drawn_names,
    draws_the_same,
    is_drawn,
    is_more_than_chance,
    known,
    matches,
    matches_but_for_ones,
    moved_where_it_matches,
    right,
    that_differ,
)
from diagnosis.matching.pairs import drawn_pairs, pairs
from diagnosis.matching.reordered import behind_an_order
from diagnosis.matching.subsets import beneath_another, only_with_options
from diagnosis.probes import Asked, Make, Probe, probes, rare
from diagnosis.unknown.departure import departure
from diagnosis.unknown.shapes import misshapen, raises_of_writing, unfit
from diagnosis.unknown.when import groups_in_which
from mistakes.model import Mistake

THEN = "Mend that first. What is left then:", "그것부터 고칠 것. 그러고도 남는 문제:"
BUT_GRADIENTS = "your numbers are right, but gradients are wrong.", "값은 맞지만 기울기가 틀렸다."

MORE = "That does not explain all numbers {where}.", "{where} 이것으로 설명되지 않는 값이 있다."


def diagnose(name: str, own: Callable[..., Any]) -> Diagnosis | None:
    """What is wrong with ``own``: a constructor or a function that stands for the part ``name``, by the part's method.

    None where every answer is right. A constructor may refuse options: what needs them is not asked. Some mistakes
    answer every probe alike: then the one that stands first in ``mistakes.ALL`` is named. Signals of a submission,
    which are no Exception, are not caught.
    """
    return METHODS[parts.named(name).diagnosed](name, own)


def _recurrent(kind: str, make: Make) -> Diagnosis | None:
    asked = Asked(make, kind)
    seen, wrong = _answers(kind, asked, probes(kind))
    if all(probe.wrong or seen[probe] is RAISED for probe in wrong):
        more, also = _answers(kind, asked, rare(kind))
        if also and all(probe.wrong for probe in wrong):
            return _of_rare(kind, make, seen, more, also)
        seen, wrong = seen | more, wrong + also
    if not wrong:
        return None
    groups = groups_in_which(kind, make, seen, [p for p in wrong if not p.wrong and seen[p] is not RAISED])
    gradients = not any(probe.wrong or values_differ(seen[probe], right(kind)[probe]) for probe in wrong)
    refusals = all(probe.wrong for probe in wrong)
    found = _of_wrong(kind, make, seen, wrong)
    changes = any(_is_changed(kind, probe, seen[probe]) for probe in wrong)
    return replace(found, groups=frozenset(groups), gradients=gradients, refusals=refusals, changes=changes)


def _is_changed(kind: str, probe: Probe, seen: Answer) -> bool:
    """Whether a tensor that was given is another after the call: those stand behind what is returned."""
    wanted, returned = right(kind)[probe], len(parts.named(kind).returned)
    return seen.shapes == wanted.shapes and any(place >= returned for place in that_differ(seen, wanted))


def _answers(kind: str, asked: Asked, every: Iterable[Probe]) -> tuple[dict[Probe, Answer], list[Probe]]:
    """Those that there are, and which of the probes are answered wrongly."""
    seen = {probe: answer for probe in every if (answer := asked.get(probe)) is not None}
    return seen, [probe for probe in seen if differ(seen[probe], right(kind)[probe])]


def _of_rare(
    kind: str, make: Make, seen: Mapping[Probe, Answer], more: Mapping[Probe, Answer], wrong: Sequence[Probe]
) -> Diagnosis:
    """Where all that was ``seen`` before is right, but for sizes that are not refused. more: rare calls."""
    groups = frozenset(groups_in_which(kind, make, more, wrong))
    if unfitting := [probe for probe in wrong if unfit(more[probe], right(kind)[probe])]:
        return Diagnosis((), *misshapen(kind, make, more, unfitting))
    if found := only_with_options(kind, more, wrong, rare=True):
        mistake, words = found
        return replace(told(words, (mistake.name,)), groups=groups)
    return replace(told(departure(kind, make, {**seen, **more}, wrong)), groups=groups)


def _of_wrong(kind: str, make: Make, seen: dict[Probe, Answer], wrong: list[Probe]) -> Diagnosis:
    if not wrong[0].wrong:
        # Wrong numbers weigh more than a call that should have raised: many who make a mistake check no sizes either.
        seen = {probe: answer for probe, answer in seen.items() if not probe.wrong}
        wrong = [probe for probe in wrong if not probe.wrong]
    if found := _exactly(kind, seen, wrong):
        return named(*found)
    unfitting = [probe for probe in wrong if unfit(seen[probe], right(kind)[probe]) and not probe.wrong]
    if not unfitting:
        return _unknown(kind, make, seen, wrong)
    numbers = _numbers(kind, make, seen)
    if any(_is_changed(kind, probe, seen[probe]) for probe in wrong):
        # What is written into and needed by a gradient raises: that is said by what is changed.
        unfitting = [probe for probe in unfitting if not raises_of_writing(kind, make, probe)]
        if not unfitting and numbers is not None:
            return numbers
    shapes = misshapen(kind, make, seen, unfitting)
    if numbers is None or numbers.numbers is None:
        return Diagnosis((), *shapes)
    en, ko = numbers.numbers
    return Diagnosis(numbers.names, f"{en} Besides: {_small(shapes[0])}", f"{ko} 그 밖에: {shapes[1]}", (en, ko))


def _exactly(kind: str, seen: Mapping[Probe, Answer], wrong: Sequence[Probe]) -> tuple[Mistake, ...]:
    """One mistake, or two, whose answers are those that were seen; of what is random, the rest of them."""
    order = in_order_of(seen, wrong)
    if found := alone(kind, seen, order)[:1]:
        return found
    if any(seen[probe] is RAISED for probe in wrong) and alone(kind, _answered(seen), list(_answered(seen))):
        # What explains all that was answered needs no second mistake beside it.
        return ()
    return _two(kind, seen, order, wrong[0]) or (_drawn(kind, seen, order) if is_drawn(kind, seen) else ())


def _answered(seen: Mapping[Probe, Answer]) -> dict[Probe, Answer]:
    """What is no exception."""
    return {probe: answer for probe, answer in seen.items() if answer is not RAISED and not probe.wrong}


def _numbers(kind: str, make: Make, seen: Mapping[Probe, Answer]) -> Diagnosis | None:
    """By the calls alone that have an answer, then by those whose answer has the right shapes but for axes of 1."""
    if found := _the_one(kind, _answered(seen)):
        return found
    shaped = {probe: as_shaped(answer, right(kind)[probe]) for probe, answer in _answered(seen).items()}
    fitting = {probe: answer for probe, answer in shaped.items() if not unfit(answer, right(kind)[probe])}
    wrong = [probe for probe in fitting if differ(fitting[probe], right(kind)[probe])]
    if not wrong:
        return None
    return _the_one(kind, fitting) or _unknown(kind, make, fitting, wrong)


def _unknown(kind: str, make: Make, seen: Mapping[Probe, Answer], wrong: Sequence[Probe]) -> Diagnosis:
    """What lies behind a wrong order of the gates; else where it departs. All in the right shapes."""
    behind = None if wrong[0].wrong or is_drawn(kind, seen) else behind_an_order(kind, make, seen)
    if behind is None:
        return _in_some_calls(kind, seen, wrong) or told(departure(kind, make, seen, wrong))
    if behind.mistake is not None:
        return named(behind.order, behind.mistake)
    left = departure(kind, behind.make, behind.seen, behind.wrong) if behind.wrong else BUT_GRADIENTS
    en, ko = f"{behind.order.en} {THEN[0]} {left[0]}", f"{behind.order.ko} {THEN[1]} {left[1]}"
    return told((en, ko), (behind.order.name,))


def _in_some_calls(kind: str, seen: Mapping[Probe, Answer], wrong: Sequence[Probe]) -> Diagnosis | None:
    """A mistake with some options alone; or one that explains all but some calls, and what is wrong in those."""
    if wrong[0].wrong or is_drawn(kind, seen):
        return None
    if with_options := only_with_options(kind, seen, wrong):
        return told(with_options[1], (with_options[0].name,))
    if (found := beneath_another(kind, seen, wrong)) is None:
        return None
    both, where_more = found
    if len(both) > 1 or where_more is None:
        return named(*both)
    [mistake], (where, where_ko) = both, where_more
    words = f"{mistake.en} {MORE[0].format(where=where)}", f"{mistake.ko} {MORE[1].format(where=where_ko)}"
    return told(words, (mistake.name,))


def _the_one(kind: str, seen: Mapping[Probe, Answer]) -> Diagnosis | None:
    """The mistake that alone explains these few answers; none where there are several."""
    found = the_only(kind, alone(kind, seen, list(seen), matches_but_for_ones))
    return named(found) if found else None


def _two(kind: str, seen: Mapping[Probe, Answer], order: Sequence[Probe], wrong: Probe) -> tuple[Mistake, ...]:
    for first, second, both in pairs(kind, seen, wrong):
        if matches(both, kind, seen, order) and _shows(kind, first, seen) and _shows(kind, second, seen):
            return first, second
    return ()


def _shows(kind: str, other: Mistake, seen: Mapping[Probe, Answer]) -> bool:
    """Whether the ``other`` of two mistakes leaves something to explain, besides calls that raise, and is one by
    itself in the calls that were asked."""
    alone = known(kind, other).first
    return any(answer is not RAISED and differ(answer, alone.get(probe)) for probe, answer in seen.items()) and any(
        differ(alone.get(probe), right(kind)[probe]) for probe in seen
    )


def _small(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


def _drawn(kind: str, seen: Mapping[Probe, Answer], order: Sequence[Probe]) -> tuple[Mistake, ...]:
    """Among what draws random numbers, that which leaves least to chance and has the rest as it was seen."""
    candidates: list[tuple[tuple[Mistake, ...], Known]] = [
        ((m,), known(kind, m)) for m in mistakes.ALL if m.name in drawn_names(kind)
    ]
    candidates += [((first, second), both) for first, second, both in drawn_pairs(kind)]
    counts = [
        moved_where_it_matches(candidate, seen, order)
        if draws_the_same(candidate, kind, seen)
        and (len(names) == 1 or is_more_than_chance(candidate, kind, seen, order))
        else None
        for names, candidate in candidates
    ]
    fitting = [place for place, count in enumerate(counts) if count]
    return candidates[min(fitting, key=lambda place: counts[place] or 0)][0] if fitting else ()


METHODS: dict[str, Callable[[str, Callable[..., Any]], Diagnosis | None]] = {
    "recurrent": _recurrent,
    "rows": by_rows,
    "training": by_training,
    "calls": by_calls,
}
"""By what a part says of itself (``diagnosed``)."""
