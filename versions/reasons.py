"""Why a number moved, from what two cases began from and what they returned."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch

from checks import tolerances
from checks.digests import LENGTHS_MOST, TURNS
from results.comparison import Reason, Row
from results.model import Case, Evidence
from versions.words import text

STREAM = ("weights", "inputs")
CHOICES = ("seed", "lecture_seed", "implementation")
"""Options that change what is computed; the others choose what runs."""

ALIKE = 1e-5
"""Within this part of their length two tensors of float32 are multiples of each other, as they were written down."""

TRAININGS = ("trained", "tendency")
"""Kinds of claims in which rounding can grow into another word or another share."""

NO_ROUNDING = {"float32": 3e-2, "float64": 1e-4, "float16": 1e-2, "bfloat16": 3e-2}
"""How far outputs and gradients lie apart, in parts of their length, where no kernel's rounding explains it: another
torch means something else by the same call. float32: a kernel may use a shorter number inside. Networks of the claims'
sizes move by 9e-4 where weights and input are rounded to TF32, by 8e-3 to bfloat16, and by 1.4e-2 where every step is
in bfloat16, the shortest that there is. float64: kernels in float32 move by 3e-6. Networks in
bfloat16 move by 8.3e-3 from kernel to kernel, in float16 by 9.9e-4."""


def reason(
    kind: str,
    before: Case,
    after: Case,
    first: Evidence | None,
    options: tuple[dict[str, Any], dict[str, Any]],
    lang: str,
    *,
    far: bool = False,
) -> tuple[Reason, str]:
    """The reason, and by what it is told. ``first``: the evidence that moved, as it is now, where it was one. far:
    whether a number moved further than rounding was measured to drive one (versions.allowances).

    Words, shapes and other plain values mean something, unless a training of this ``kind`` led to them.
    """
    if differing := [name for name in CHOICES if options[0].get(name) != options[1].get(name)]:
        said = ", ".join(
            f"--{name.replace('_', '-')} {options[0].get(name)} → {options[1].get(name)}" for name in differing
        )
        return "meaning", said
    if other := other_starts(before, after):
        if other[0] == "weights" and _renamed(before, after):
            return "meaning", text("renamed", lang)
        if _other_forms(before, after, other[0]):
            return "meaning", text("other forms", lang)
        if said := _multiple(before, after, lang):
            return "meaning", said
        return "stream", text(f"other {other[0]}", lang)
    # What breaks off on one side alone has left no numbers to lay side by side: no kernel can be told from it.
    if (before.word == "error") != (after.word == "error"):
        return "meaning", after.why if after.word == "error" else before.why
    if changed := _changed_options(before, after):
        return "meaning", changed
    if first is not None and first.check == "words":
        return "meaning", text("other words", lang)
    if first is not None and first.check in ("raises", "ends"):
        return "meaning", text("errors", lang)
    if forms := other_forms_of_outputs(before, after):
        return "meaning", text("other outputs", lang, was=forms[0], now=forms[1])
    if _shapes_differ(before, after):
        return "meaning", text("other shapes", lang)
    if kind not in TRAININGS and (said := _beyond_rounding(before, after, first, lang)):
        return ("stream", text("other draws", lang)) if _drew_otherwise(before, after) else ("meaning", said)
    if not _same_start_other_outputs(before, after):
        return "unknown", text("nothing recorded", lang)
    # What a loop and an optimizer did, no record says: only what rounding was seen to do there is put down to it.
    if far and is_trained(kind, before, after):
        return "unknown", text("beyond training", lang)
    return "kernel", text("same start", lang)


def by_others(rows: Sequence[Row], cases: Mapping[str, Case], lang: str) -> list[Row]:
    """The rows, of which a kernel's are told anew where other rows say more. No kernel's rounding in float32 moves a
    claim's float64 cases; and where one training moved further than rounding drives one, what it was may have driven
    the others. cases: of the later run, by node."""
    meant = {
        row.claim
        for row in rows
        if row.reason == "meaning" and row.gap is not None and set(cases[row.case].figures) == {"float64"}
    }
    trained = any(row.detail == text("beyond training", lang) for row in rows)

    def told(row: Row) -> Row:
        if row.reason == "kernel" and row.claim in meant:
            return replace(row, reason="meaning", detail=text("as in float64", lang))
        if row.reason == "kernel" and trained and row.kind in TRAININGS:
            return replace(row, reason="unknown", detail=text("as other trainings", lang))
        return row

    return list(map(told, rows))


def _beyond_rounding(before: Case, after: Case, first: Evidence | None, lang: str) -> str:
    """By what it is told that numbers lie further apart than any rounding; empty where they don't."""
    if (
        first is not None
        and first.value is None
        and first.check == "equal"
        and not _may_be_rounding(before, after, first)
    ):
        return text("plain values", lang)
    if _outputs_beyond_rounding(before, after):
        return text("other values", lang)
    if first is not None and _departs(after, first) > NO_ROUNDING[dtype_of(after)]:
        return text("departs", lang, value=first.value, where=first.where or first.what)
    return ""


def _may_be_rounding(before: Case, after: Case, first: Evidence) -> bool:
    """Whether a plain value says only that numbers came within a bound, or did not, and numbers moved."""
    return first.text in ("True ≠ False", "False ≠ True") and before.digests.get("outputs") != after.digests.get(
        "outputs"
    )


def is_trained(kind: str, before: Case, after: Case) -> bool:
    """Whether a training led to the numbers: of an older record it is known where losses are all that was computed."""
    cases = before.digests, after.digests
    return kind in TRAININGS or any("trained" in one or ("outputs" in one and "shapes" not in one) for one in cases)


def _drew_otherwise(before: Case, after: Case) -> bool:
    """Whether torch's random stream stood elsewhere after one of the calls that both cases made, for dropout, say.

    A claim that no longer holds says more: what it says holds of any draws.
    """
    if before.word != after.word:
        return False
    draws = [case.digests.get("each of draws", "").split() for case in (before, after)]
    return any(one != two for one, two in zip(*draws, strict=False))


def _multiple(before: Case, after: Case, lang: str) -> str:
    """That the first weights, or some tensors of them, are those recorded times a number; else empty."""
    kept = [case.digests.get("lengths of weights", "").split() for case in (before, after)]
    found = []
    for old, new in zip(*kept, strict=False):
        (length, along), (longer, further) = (map(float, one.split(":")) for one in (old, new))
        if length == longer == 0.0:
            continue
        if length == 0.0 or abs(further - along * longer / length) > ALIKE * longer:
            return ""
        found.append(longer / length)
    others = [times for times in found if abs(times - 1) > ALIKE]
    if not others or max(others) - min(others) > ALIKE * others[0]:
        return ""
    return text("multiple" if len(others) == len(found) else "multiple of some", lang, times=f"{others[0]:.4g}")


def other_forms_of_outputs(before: Case, after: Case) -> tuple[str, str] | None:
    """Dtype and shape of the first output that has other ones, before and after, as far as the records tell."""
    forms = [case.digests.get("forms of outputs", "").split() for case in (before, after)]
    for one, two in zip(*forms, strict=False):
        if one != two:
            return one, two
    # Older records have but the dtypes of all outputs; a case that broke off may lack one.
    names = [" ".join(sorted(case.figures)) for case in (before, after)]
    if all(names) and names[0] != names[1] and len(before.evidence) == len(after.evidence):
        return names[0], names[1]
    return None


def _same_start_other_outputs(before: Case, after: Case) -> bool:
    """Whether both cases have left what says so: a claim whose outputs nobody recorded may compute something else."""
    one, two = before.digests, after.digests
    began = any(what in one and what in two for what in STREAM)
    return began and "outputs" in one and "outputs" in two and one["outputs"] != two["outputs"]


def other_starts(before: Case, after: Case) -> list[str]:
    """Which of weights and inputs are other ones."""
    return [what for what in STREAM if not _began_alike(before, after, what)]


def _renamed(before: Case, after: Case) -> bool:
    """Whether all of the first weights are there with the same numbers: then their names are other ones, or the order.
    Told where each tensor has left its length."""
    kept = [sorted(case.digests.get("lengths of weights", "").split()) for case in (before, after)]
    return kept[0] == kept[1] and 0 < len(kept[0]) < LENGTHS_MOST


def _began_alike(before: Case, after: Case, what: str) -> bool:
    """Whether the weights (or inputs) are the same, as far as both cases came."""
    one, two = before.digests.get(what), after.digests.get(what)
    if one is None or two is None or one == two:
        return True
    each = [case.digests.get(f"each of {what}", "").split() for case in (before, after)]
    if len(each[0]) == len(each[1]) or not all(each):
        return False
    return all(a == b for a, b in zip(*each, strict=False))


def _other_forms(before: Case, after: Case, what: str) -> bool:
    """Whether the weights (or inputs) have other shapes or dtypes, which no random stream gives them."""
    forms = [case.digests.get(f"forms of {what}") for case in (before, after)]
    each = [case.digests.get(f"each of {what}", "").count(" ") for case in (before, after)]
    return None not in forms and forms[0] != forms[1] and each[0] == each[1]


def _shapes_differ(before: Case, after: Case) -> bool:
    one, two = before.digests.get("shapes"), after.digests.get("shapes")
    # A case that broke off returned less, so its digest says nothing.
    return None not in (one, two) and one != two and len(before.evidence) == len(after.evidence)


def gaps_of_outputs(before: Case, after: Case) -> Iterator[tuple[str, float, float, float]]:
    """By dtype of the outputs: how far they lie in one direction, before and after, and the gap in their length, as the
    directions that both have tell it: those that are drawn apart where neither record is older than they are. NaN on
    both sides, or the same infinity, tells none."""
    for dtype in sorted(before.figures.keys() & after.figures.keys()):
        if _same_without_number(before.figures[dtype], after.figures[dtype]):
            continue
        (recorded, length, *more), (now, _, *others) = before.figures[dtype], after.figures[dtype]
        both = list(zip((now, *others), (recorded, *more), strict=False))
        gaps = [one - two for one, two in both[TURNS:] or both]
        yield dtype, recorded, now, math.hypot(*gaps) / math.sqrt(len(gaps)) / (length or 1.0)


def _same_without_number(one: tuple[float, ...], two: tuple[float, ...]) -> bool:
    same = all(a == b or (math.isnan(a) and math.isnan(b)) for a, b in zip(one, two, strict=False))
    return same and not all(map(math.isfinite, one))


def _outputs_beyond_rounding(before: Case, after: Case) -> bool:
    one, two = before.digests.get("shapes"), after.digests.get("shapes")
    # Figures are sums over all that was returned; a case that broke off returned less.
    return one == two and any(
        not gap < NO_ROUNDING.get(dtype, 1.0) for dtype, _, _, gap in gaps_of_outputs(before, after)
    )


def _departs(case: Case, item: Evidence) -> float:
    """How far the two sides of a check lie apart, in parts of the largest number; 0 where it has no bound to tell by.

    A case that broke off, and one number among many, show here and not in the figures of all outputs.
    """
    if item.check == "equal" and "grad" not in item.what:
        return item.value or 0.0  # of bits, which have no bound: what networks return lies between -1 and 1
    if item.check != "close" or not item.value or not item.allowed:
        return 0.0
    dtype = getattr(torch, dtype_of(case))
    sort = "gradients" if "grad" in item.what else "values"
    units = tolerances.TOLERANCES[dtype, case.device or "cpu", sort].units
    return item.value / item.allowed * units * torch.finfo(dtype).eps


def dtype_of(case: Case) -> str:
    """That of what its networks returned; trainings leave no figures and are in float32."""
    [*dtypes] = case.figures
    return dtypes[0] if len(dtypes) == 1 and dtypes[0] in NO_ROUNDING else "float32"


def _changed_options(before: Case, after: Case) -> str:
    """Which options were other ones, such as ``eps 1e-05 → 1e-08``; empty where none was."""

    def own(case: Case) -> dict[tuple[str, str], str]:
        parts = [(item.what, one) for item in case.evidence if item.check == "options" for one in item.text.split(", ")]
        return {(what, name): value for what, one in parts for name, _, value in [one.rpartition(" ")]}

    old, new = own(before), own(after)
    # An older record may lack what was recorded later.
    both = {what for what, _ in old} & {what for what, _ in new}
    keys = [key for key in dict.fromkeys((*old, *new)) if key[0] in both]
    changed = {key: (old.get(key, "–"), new.get(key, "–")) for key in keys}
    if not old or not new:  # a case that broke off before
        return ""
    return ", ".join(f"{name} {was} → {now}" for (_, name), (was, now) in changed.items() if was != now)
