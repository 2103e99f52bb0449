"""Why a number moved, from what two cases began from and what they returned."""

from __future__ import annotations

from typing import Any

from results.comparison import Reason
from results.model import Case, Evidence
from versions.words import text

STREAM = ("weights", "inputs")
CHOICES = ("seed", "lecture_seed", "implementation")
"""Options that change what is computed; the others choose what runs."""


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
    if after.word == "error" and before.word != "error":
        return "meaning", after.why
    if changed := _changed_options(before, after):
        return "meaning", changed
    if first is not None and first.check == "raises":
        return "meaning", text("errors", lang)
    plain = first is not None and first.value is None and first.check == "equal"
    if _shapes_differ(before, after) or (plain and kind not in ("trained", "tendency")):
        return "meaning", text("shapes", lang)
    if not any(what in before.digests for what in (*STREAM, "outputs")):
        return "unknown", text("nothing recorded", lang)
    return "kernel", text("same start", lang)


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


def _changed_options(before: Case, after: Case) -> str:
    """Which options were other ones, such as ``eps 1e-05 → 1e-08``; empty where none was."""

    def own(case: Case) -> list[str]:
        return [part for item in case.evidence if item.check == "options" for part in item.text.split(", ")]

    pairs = zip(own(before), own(after), strict=False)
    return ", ".join(f"{old} → {new.rpartition(' ')[2]}" for old, new in pairs if old != new)
