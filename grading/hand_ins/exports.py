"""What learning platforms export: whose each file is, by how they name files and folders.

Each function takes what lies there, and gives None where no such platform has laid it out.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from grading.hand_ins.hands import Hand, Layout, hand_of, plain
from grading.hand_ins.trees import Parts, Tree
from submissions.encodings import NotText, text_of
from submissions.files import Stored, UnusableFile

CANVAS = re.compile(r"(?P<who>(?P<name>.+?)_(LATE_)?(?P<id>\d{3,}))_(?P<number>\d{3,})_(?P<file>.+)")
MOODLE = re.compile(r"(?P<who>(?P<name>.+)_(?P<id>\d+))_assignsubmission_(file|onlinetext)(_(?P<file>.*))?")
BLACKBOARD = re.compile(r"(?P<who>.+)_attempt_(?P<when>\d{4}(-\d\d){5})(_(?P<file>.+)|\.txt)")
BRIGHTSPACE = re.compile(
    r"(?P<id>\d+)-\d+ ?- ?(?P<name>.+?) ?- ?(?P<when>\w+\.? \d{1,2}, \d{4} \d{1,2}:?\d\d [AP]M)", re.IGNORECASE
)
"""How they name files or folders: the person, numbers, the time, the file's own name."""
VERSION = re.compile(r"Version (\d+)", re.IGNORECASE)
"""What Teams calls an attempt: Kim Hana/Week 12/Version 2/lstm.py."""
GRADESCOPE = "submission_metadata.yml"
RESUBMITTED = re.compile(r"(.+)-\d{1,2}(\.\w+)")
"""Canvas puts a number to the name of a file that comes again."""


def _matched(tree: Tree, pattern: re.Pattern[str]) -> dict[Parts, re.Match[str]]:
    return {parts: found for parts in tree if (found := pattern.fullmatch(parts[0]))}


def _rest(tree: Tree, taken: Iterable[Parts]) -> list[Hand]:
    """What does not lie there as the platform lays it."""
    taken = set(taken)
    return plain({parts: stored for parts, stored in tree.items() if parts not in taken})


def _placed(match: re.Match[str], parts: Parts) -> Parts:
    """The place of a file within what its owner handed in: in a folder, or its own name in a heap."""
    return parts[1:] if len(parts) > 1 else (match.groupdict().get("file") or parts[0],)


def moodle(tree: Tree) -> Layout | None:
    return _by_owner("layout moodle", tree, _matched(tree, MOODLE))


def canvas(tree: Tree) -> Layout | None:
    found: dict[Parts, re.Match[str]] = {p: match for p, match in _matched(tree, CANVAS).items() if len(p) == 1}
    # Canvas numbers every file: where a number comes twice, somebody's own names only look like that.
    if len({match["number"] for match in found.values()}) < len(found):
        return None
    layout = _by_owner("layout canvas", tree, found)
    return layout and replace(layout, hands=[_as_first_named(hand) for hand in layout.hands])


def _as_first_named(hand: Hand) -> Hand:
    """Helpers are imported by the names that they had before they came again."""
    first = {parts: RESUBMITTED.sub(r"\1\2", parts[0]) for parts in hand.files if len(parts) == 1}
    if len(set(first.values())) < len(first) or len(first) < 2:
        return hand
    files = {(first[parts],) if parts in first else parts: stored for parts, stored in hand.files.items()}
    return replace(hand, files=files)


def _by_owner(key: str, tree: Tree, found: Mapping[Parts, re.Match[str]]) -> Layout | None:
    if not found:
        return None
    owners: dict[str, dict[Parts, Stored]] = {}
    ids = {match["who"]: (match["id"], match["name"]) for match in found.values()}
    for parts, match in found.items():
        owners.setdefault(match["who"], {})[_placed(match, parts)] = tree[parts]
    return Layout(
        key, [*(hand_of(who, files, *ids[who]) for who, files in sorted(owners.items())), *_rest(tree, found)]
    )


def blackboard(tree: Tree) -> Layout | None:
    found = _matched(tree, BLACKBOARD)
    if not found:
        return None
    # The assignment's name stands first in all, and may itself have such marks in it.
    names = sorted({match["who"] for match in found.values()})
    common = os.path.commonprefix(names) if len(names) > 1 else names[0]  # noqa: RUF071 - letters are compared
    start = common.rpartition("_")[0]
    attempts: dict[str, dict[str, dict[Parts, Stored]]] = {}
    for parts, match in found.items():
        files = attempts.setdefault(match["who"][len(start) :].lstrip("_"), {}).setdefault(match["when"], {})
        if match["file"]:  # the one without a name is Blackboard's own
            files[_placed(match, parts)] = tree[parts]
    return Layout("layout blackboard", *_last(attempts, lambda when: when, _rest(tree, found), {}))


def brightspace(tree: Tree) -> Layout | None:
    found = {parts: match for parts, match in _matched(tree, BRIGHTSPACE).items() if len(parts) > 1}
    if not found:
        return None
    attempts: dict[str, dict[str, dict[Parts, Stored]]] = {}
    ids = {}
    for parts, match in found.items():
        who = f"{match['name']} {match['id']}"
        ids[who] = (match["id"], match["name"])
        attempts.setdefault(who, {}).setdefault(match["when"], {})[parts[1:]] = tree[parts]
    own = [parts for parts in tree if parts == ("index.html",)]
    return Layout("layout brightspace", *_last(attempts, _brightspace_time, _rest(tree, [*found, *own]), ids))


def _brightspace_time(text: str) -> datetime:
    plain = re.sub(r"[.:]", "", text)
    for form in ("%b %d, %Y %I%M %p", "%B %d, %Y %I%M %p"):
        try:
            return datetime.strptime(re.sub(r" (\d{3}) ", r" 0\1 ", plain), form)
        except ValueError:
            continue
    raise ValueError(f"{text!r} is no time as Brightspace writes it (Nov 24, 2026 930 PM): which attempt is the last?")


def _last(
    attempts: Mapping[str, Mapping[Any, Tree]], time_of: Callable[[str], Any], rest: list[Hand], ids: Mapping[str, Any]
) -> tuple[list[Hand], list[str]]:
    """The last attempt of each, what else lies there, and what was left out."""
    hands, left_out = [], []
    for who, made in sorted(attempts.items()):
        last = max(made, key=time_of) if len(made) > 1 else next(iter(made))
        hands.append(hand_of(who, made[last], *ids.get(who, ())))
        left_out += [f"{who} ({when})" for when in made if when != last]
    return [*hands, *rest], left_out


def teams(tree: Tree) -> Layout | None:
    found = {parts: int(match[1]) for parts in tree if len(parts) > 3 and (match := VERSION.fullmatch(parts[2]))}
    if not found:
        return None
    attempts: dict[str, dict[int, dict[Parts, Stored]]] = {}
    for parts, version in found.items():
        attempts.setdefault(parts[0], {}).setdefault(version, {})[parts[3:]] = tree[parts]
    hands, left_out = _last(attempts, lambda version: version, _rest(tree, found), {})
    return Layout("layout teams", hands, left_out)


def gradescope(tree: Tree) -> Layout | None:
    found = next((parts for parts in tree if parts[-1] == GRADESCOPE and len(parts) <= 2), None)
    if found is None:
        return None
    inner = {parts[len(found) - 1 :]: stored for parts, stored in tree.items() if parts != found}
    who = _gradescope_submitters(tree[found])
    hands = []
    for hand in plain(inner):
        people = who.get(hand.name, [])
        name = " + ".join(ids[-2] for ids in people) or hand.name
        hands.append(Hand(name, hand.files, tuple(people) or hand.ids))
    return Layout("layout gradescope", hands)


def _gradescope_submitters(file: Stored) -> dict[str, list[tuple[str, ...]]]:
    """By folder the ids of each who handed it in: number, address, name, and the surest once more."""
    import yaml

    try:
        data = yaml.load(text_of(file.read()), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, NotText, UnusableFile):
        return {}
    found = {}
    for folder, about in (data if isinstance(data, dict) else {}).items():
        people = about.get(":submitters") if isinstance(about, dict) else None
        rows = [[str(one[key]) for key in (":sid", ":email", ":name") if one.get(key)] for one in people or ()]
        # Called by the name, and by the surest id where no roster has it.
        found[str(folder)] = [(*row, row[0]) for row in rows if row]
    return found


EXPORTS = (brightspace, moodle, blackboard, canvas, gradescope, teams)
