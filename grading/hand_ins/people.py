"""Who the students are: a roster as learning platforms write it (CSV), and whose of it a hand-in is."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from submissions.encodings import NotText, text_of

COLUMNS = {
    "id": "studentid studentnumber sid idnumber orgdefinedid sisuserid externalid id userid 학번 학생번호",
    "login": "username login loginid sisloginid user netid email emailaddress mail 이메일 아이디",
    "name": "name student studentname fullname displayname 이름 성명 학생",
    "first": "firstname givenname first",
    "last": "lastname surname familyname last",
    "section": "section sections group groups class sectionname 분반 반",
}
"""How Canvas, Moodle, Blackboard, Brightspace, Gradescope, nbgrader and Korean rosters call their columns, the surest
first; in small letters and without marks."""


class RosterError(ValueError):
    """What is wrong with a roster, in one sentence that names the file."""


@dataclass(frozen=True)
class Person:
    """A student. id: as the gradebook has it, or what the hand-in is called."""

    id: str
    name: str = ""
    section: str = ""


class Roster:
    """people: in the file's order. ``find`` says whose a hand-in is."""

    def __init__(self, rows: Iterable[tuple[Person, Sequence[str]]] = ()) -> None:
        self.people: list[Person] = []
        self._by_word: dict[str, set[Person]] = {}
        for person, words in rows:
            self.people.append(person)
            for word in {_plain(word) for word in words if _plain(word)}:
                self._by_word.setdefault(word, set()).add(person)

    def find(self, words: Iterable[str]) -> Person | None:
        """The one student that the first of these words is; then the one that its pieces are."""
        words = [unicodedata.normalize("NFC", word) for word in words]
        for word in words:
            if len(found := self._by_word.get(_plain(word), set())) == 1:
                return next(iter(found))
        for word in words:
            pieces = {piece for piece in re.split(r"[\W_]+", word) if piece}
            people = set().union(*(self._by_word.get(_plain(piece), set()) for piece in pieces))
            if len(people) == 1:
                return next(iter(people))
        return None

    def __bool__(self) -> bool:
        return bool(self.people)


def read_roster(file: Path) -> Roster:
    """Raises RosterError."""
    try:
        text = text_of(file.read_bytes())
    except OSError as error:
        raise RosterError(f"{file} can't be read: {error.strerror or error}") from None
    except NotText:
        raise RosterError(f"{file} is no text; a roster is a CSV file with a column for ids") from None
    first = next(iter(text.splitlines()), "")
    rows = list(csv.reader(io.StringIO(text), delimiter=max(",;\t", key=first.count)))
    columns = _columns(rows[0] if rows else [])
    if "id" not in columns and "login" not in columns:
        seen = ", ".join(rows[0]) if rows else "nothing"
        raise RosterError(
            f"{file}: no column is called id, student id, SID, username or email; there are: {seen[:200]}"
        )
    return Roster(_people(file, rows[1:], columns))


def looks_like_a_roster(content: bytes) -> bool:
    """Whether it is a table with ids and names of people."""
    try:
        first = next(iter(text_of(content).splitlines()), "")
    except NotText:
        return False
    found = _columns(next(csv.reader([first], delimiter=max(",;\t", key=first.count)), []))
    return bool({"id", "login"} & set(found)) and bool({"name", "first", "last", "section"} & set(found))


def _columns(header: Sequence[str]) -> dict[str, list[int]]:
    """The places of the columns of each kind, the surest first."""
    plain = [re.sub(r"[\W_]+", "", cell.casefold()) for cell in header]
    return {
        kind: [plain.index(name) for name in names.split() if name in plain]
        for kind, names in COLUMNS.items()
        if set(names.split()) & set(plain)
    }


def _people(
    file: Path, rows: Sequence[Sequence[str]], columns: dict[str, list[int]]
) -> Iterable[tuple[Person, Sequence[str]]]:
    seen: dict[str, int] = {}
    for number, row in enumerate(rows, 2):

        def cells(kind: str, row: Sequence[str] = row) -> list[str]:
            return [row[place].strip() for place in columns.get(kind, ()) if place < len(row) and row[place].strip()]

        ids = [cell.removeprefix("#") for cell in (*cells("id"), *cells("login"))]
        # Canvas has a row of highest points below its header, and a made-up student at the end.
        if not ids or _plain(cells("name")[0] if cells("name") else "") in ("pointspossible", "studenttest"):
            continue
        if ids[0] in seen:
            raise RosterError(f"{file} line {number}: {ids[0]!r} stands in line {seen[ids[0]]} already")
        seen[ids[0]] = number
        whole = " ".join([*cells("first")[:1], *cells("last")[:1]])
        name = (cells("name") or [whole])[0]
        words = [*ids, *(cell.partition("@")[0] for cell in ids), name, *_turned(name)]
        yield Person(ids[0], name, (cells("section") or [""])[0]), words


def _turned(name: str) -> list[str]:
    """The other order of a name: Kim, Hana is Hana Kim."""
    last, comma, first = name.partition(",")
    return [f"{first} {last}"] if comma else [" ".join([*name.split()[1:], *name.split()[:1]])]


def _plain(word: str) -> str:
    """A word for comparison: Hangul composed, without case, spaces and marks but those in an address."""
    return re.sub(r"[^\w@]+", "", unicodedata.normalize("NFC", word).casefold()).replace("_", "")
