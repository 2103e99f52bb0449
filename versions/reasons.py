"""Why a number moved, from what two cases began from and what they returned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from results.comparison import Reason
from results.model import Case, Evidence
from versions.words import text

STREAM = ("weights", "inputs")
CHOICES = ("seed", "lecture_seed", "implementation")
"""Options that change what is computed; the others choose what runs."""

TRAININGS = ("trained", "tendency")
"""Kinds of claims in which rounding can grow into another word or another share."""

NO_ROUNDING = {"float32": 3e-2, "float64": 1e-4}
"""How far outputs and gradients lie apart, in parts of their length, where no kernel's rounding explains it: another
torch means something else by the same call. float32: a kernel may use a shorter number inside. Networks of the claims'
sizes move by 9e-4 where weights and input are rounded to TF32, by 8e-3 to bfloat16, and by 1.4e-2 where every step is
in bfloat16, the shortest that there is. float64: kernels in float32 move by 3e-6."""


def reason(
    kind: str,
    before: Case,
    after: Case,
    first: Evidence | None,
    options: tuple[dict[str, Any], dict[str, Any]],
    lang: str,
) -> tuple[Reason, str]:
    """The reason, and by what it is told. ``first``: the evidence that moved, as it is now, where it was one.

    Words, shapes and other plain values mean something, unless a training of this ``kind`` led to them.
    """
    if differing := [name for name in CHOICES if options[0].get(name) != options[1].get(name)]:
        said = ", ".join(
            f"--{name.replace('_', '-')} {options[0].get(name)} → {options[1].get(name)}" for name in differing
        )
        return "meaning", said
    if other := [what for what in STREAM if not _began_alike(before, after, what)]:
        return "stream", text(f"other {other[0]}", lang)
    # What breaks off on one side alone has left no numbers to lay side by side: no kernel can be told from it.
    if (before.word == "error") != (after.word == "error"):
        return "meaning", after.why if after.word == "error" else before.why
    if changed := _changed_options(before, after):
        return "meaning", changed
    if first is not None and first.check == "raises":
        return "meaning", text("errors", lang)
    plain = first is not None and first.value is None and first.check == "equal"
    if _shapes_differ(before, after) or (plain and kind not in TRAININGS):
        return "meaning", text("shapes", lang)
    if kind not in TRAININGS and _beyond_rounding(before, after):
        return "meaning", text("other values", lang)
    if not _same_start_other_outputs(before, after):
        return "unknown", text("nothing recorded", lang)
    return "kernel", text("same start", lang)


def _same_start_other_outputs(before: Case, after: Case) -> bool:
    """Whether both cases have left what says so: a claim whose outputs nobody recorded may compute something else."""
    one, two = before.digests, after.digests
    began = any(what in one and what in two for what in STREAM)
    return began and "outputs" in one and "outputs" in two and one["outputs"] != two["outputs"]


def _began_alike(before: Case, after: Case, what: str) -> bool:
    """Whether the weights (or inputs) are the same, as far as both cases came."""
    one, two = before.digests.get(what), after.digests.get(what)
    if one is None or two is None or one == two:
        return True
    each = [case.digests.get(f"each of {what}", "").split() for case in (before, after)]
    if len(each[0]) == len(each[1]) or not all(each):
        return False
    return all(a == b for a, b in zip(*each, strict=False))


def _shapes_differ(before: Case, after: Case) -> bool:
    one, two = before.digests.get("shapes"), after.digests.get("shapes")
    # A case that broke off returned less, so its digest says nothing.
    return None not in (one, two) and one != two and len(before.evidence) == len(after.evidence)


def apart(before: Case, after: Case) -> Iterator[tuple[str, float, float, float]]:
    """By dtype of the outputs: how far they lie in one direction, before and after, and the gap in their length."""
    for dtype in sorted(before.figures.keys() & after.figures.keys()):
        (recorded, length), (now, _) = before.figures[dtype], after.figures[dtype]
        yield dtype, recorded, now, abs(now - recorded) / (length or 1.0)


def _beyond_rounding(before: Case, after: Case) -> bool:
    one, two = before.digests.get("shapes"), after.digests.get("shapes")
    # Figures are sums over all that was returned; a case that broke off returned less.
    return one == two and any(not gap < NO_ROUNDING.get(dtype, 1.0) for dtype, _, _, gap in apart(before, after))


def _changed_options(before: Case, after: Case) -> str:
    """Which options were other ones, such as ``eps 1e-05 → 1e-08``; empty where none was."""

    def own(case: Case) -> list[str]:
        return [part for item in case.evidence if item.check == "options" for part in item.text.split(", ")]

    pairs = zip(own(before), own(after), strict=False)
    return ", ".join(f"{old} → {new.rpartition(' ')[2]}" for old, new in pairs if old != new)
