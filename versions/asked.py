"""What a run was asked for, by its options and paths: what it lacks beyond that is no news."""

from __future__ import annotations

from results.model import Case, Claim
from results.record import Record

SELECTING = ("claim", "keyword", "markexpr")


def was_asked(record: Record, claim: Claim, node: str) -> bool:
    """Whether the run was asked for this case: not where --claim, -k, -m, --lecture or the folder, file or test that
    pytest was pointed at left it out."""
    options = record.options
    if any(options.get(name) for name in SELECTING):
        return False
    if options.get("lecture") and claim.lecture and claim.lecture not in options["lecture"]:
        return False
    if "paths" not in options:  # a record from before they were kept
        return ".py" not in record.command.partition("--")[0]
    return any(_covers(path, node) for path in options["paths"])


def _covers(path: str, node: str) -> bool:
    """Whether pytest, pointed at ``path``, collects ``node``."""
    return path == "." or (node.startswith(path) and node[len(path) : len(path) + 1] in ("", "/", ":", "["))


def may_lack(record: Record, claim: Claim, other: Record) -> bool:
    """Whether it is no news that ``record`` lacks a case of ``other``: a speed, which is not judged under xdist, or any
    case where only the other run was told --slow."""
    return claim.kind == "speed" or bool(other.options.get("slow") and not record.options.get("slow"))


def was_left_out(record: Record, claim: Claim, case: Case) -> bool:
    """Whether the run that made ``record`` was asked for another device, or not for this case."""
    device = record.options.get("device")
    other_device = device in ("cpu", "cuda") and case.device not in ("", device)
    return other_device or not was_asked(record, claim, case.node)
