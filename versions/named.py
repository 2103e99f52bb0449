"""What a word on the command line names: a record, by file or by torch's release, or claims, by id or its beginning."""

from __future__ import annotations

import difflib
import re
import sys
from pathlib import Path

from lecture import LECTURE_SEED
from results.record import Record, UnreadableRecord, read
from versions import matrix
from versions.words import text

COMMITTED = re.compile(r"torch-(?P<release>.+)-(?P<device>cpu|cuda)-seed(?P<seed>\d+)\.json")

NAME = re.compile(r"(?P<release>[^:+ -]+)(\+[^: -]*)?([ -](?P<device>cpu|cuda))?(:(?P<seed>.*))?")
"""``2.13.0``, ``2.13.0+cpu``, ``2.13.0:7`` for its run seed 7, ``2.11.0-cuda``, and as in the table ``2.11.0 cuda``."""

LARGE = 5_000_000
"""Bytes of a record that takes more than a second to read."""


class Unknown(Exception):
    """A word that names nothing that can be used. The message is one sentence, with what there is."""

    is_sentence = True


def record(name: str, lang: str) -> Record:
    """That in a file, or a committed one by NAME: the one of the CPU and the usual run seed, unless it says so.

    Raises Unknown with the releases that there are, and UnreadableRecord.
    """
    if Path(name).exists():
        return read_telling(Path(name), lang)
    if name.endswith(".json") or "/" in name:
        raise UnreadableRecord(f"{name} can't be read: No such file or directory")
    asked = NAME.fullmatch(name)
    wanted = asked and (asked["release"], asked["device"] or "cpu", asked["seed"] or str(LECTURE_SEED))
    committed = [(match, file) for file in sorted(matrix.RECORDS.glob("*.json")) if (match := _match(file))]
    for match, file in committed:
        if match.groups() == wanted:
            return read(file)
    there = sorted({_told(match) for match, _ in committed}, key=_numbers)
    raise Unknown(text("no such record", lang, name=name, there=", ".join(there)))


def read_telling(file: Path, lang: str) -> Record:
    """The record in ``file``; of a large one a line on stderr first, for it takes a while. Raises UnreadableRecord."""
    size = file.stat().st_size if file.exists() else 0
    if size > LARGE:
        print(text("reading", lang, file=file, size=size / 1e6), file=sys.stderr, flush=True)
    return read(file)


def claims(word: str, records: list[Record], lang: str) -> list[str]:
    """The ids that ``word`` names in ``records``: its own, or those that begin with it where it ends in a slash.

    Raises Unknown with what comes near.
    """
    known = list(dict.fromkeys(claim.id for found in records for claim in found.claims))
    chosen = [id for id in known if id == word or (word.endswith("/") and id.startswith(word))]
    if not chosen:
        near = difflib.get_close_matches(word, known, 3, 0.5) or sorted({f"{id.partition('/')[0]}/" for id in known})
        raise Unknown(text("no such claim", lang, name=word, near=", ".join(near)))
    return chosen


def _match(file: Path) -> re.Match[str] | None:
    return COMMITTED.fullmatch(file.name)


def _told(match: re.Match[str]) -> str:
    device = "" if match["device"] == "cpu" else f"-{match['device']}"
    seed = "" if match["seed"] == str(LECTURE_SEED) else f":{match['seed']}"
    return f"{match['release']}{device}{seed}"


def _numbers(told: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", told)]
