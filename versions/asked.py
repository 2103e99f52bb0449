"""What a run was asked for, by its options and paths: what it lacks beyond that is no news."""

from __future__ import annotations

from fixtures.claim import named
from results.model import Case, Claim
from results.record import Record

EXPRESSIONS = ("keyword", "markexpr")
"""Whether such an option means a case that is gone, nobody can tell but by a run that had the same one."""


def was_asked(record: Record, claim: Claim, node: str, other: Record) -> bool:
    """Whether the run was asked for this case of ``other``: not where --claim, -k, -m, --lecture or the folder, file or
    test that pytest was pointed at left it out, nor where the run was cut short."""
    options = record.options
    if options.get("unfinished"):
        return False
    if any(options.get(name) and options[name] != other.options.get(name) for name in EXPRESSIONS):
        return False
    if options.get("claim") and not named(claim.id, options["claim"]):
        return False
    if not _lecture_was_asked(record, claim, other):
        return False
    if "paths" not in options:  # a record from before they were kept
        return ".py" not in record.command.partition("--")[0]
    return any(_covers(path, node) for path in options["paths"])


def _lecture_was_asked(record: Record, claim: Claim, other: Record) -> bool:
    asked = record.options.get("lecture")
    if not asked or asked == other.options.get("lecture"):
        return True
    if claim.lecture:
        return claim.lecture in asked
    # A record of one lecture does not tell its key: the claim is of that lecture, which has its title.
    return other.lecture_of(claim).title in [lecture.title for lecture in record.lectures]


def _covers(path: str, node: str) -> bool:
    """Whether pytest, pointed at ``path``, collects ``node``."""
    return path == "." or (node.startswith(path) and node[len(path) : len(path) + 1] in ("", "/", ":", "["))


def may_lack(record: Record, claim: Claim, other: Record) -> bool:
    """Whether it is no news that ``record`` lacks a case of ``other``: a speed, which is not judged under xdist, or any
    case where only the other run was told --slow."""
    return claim.kind == "speed" or bool(other.options.get("slow") and not record.options.get("slow"))


def was_left_out(record: Record, claim: Claim, case: Case, other: Record) -> bool:
    """Whether the run that made ``record`` was asked for another device, or not for this case of ``other``."""
    device = record.options.get("device")
    other_device = device in ("cpu", "cuda") and case.device not in ("", device)
    return other_device or not was_asked(record, claim, case.node, other)


def other_seeds(before: Record, after: Record) -> tuple[str, int, int] | None:
    """The seed under which two records were not made alike, as its option is called, with what either has: nothing of
    them can be compared then."""
    seeds = [record.options.get("seed") for record in (before, after)]
    if None not in seeds and seeds[0] != seeds[1]:
        return "seed", int(seeds[0] or 0), int(seeds[1] or 0)
    now = {claim.id: after.seed_of(claim) for claim in after.claims}
    for claim in before.claims:
        if now.get(claim.id, before.seed_of(claim)) != before.seed_of(claim):
            return "lecture-seed", before.seed_of(claim), now[claim.id]
    return None
