"""Who the students are: a roster as learning platforms write it (CSV), and whose of it a hand-in is."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grading.hand_ins.words import says_only_what_it_is
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

PIECES = r"[\W_]+|(?<=\d)(?=[가-힣])|(?<=[가-힣])(?=\d)|(?<=\d{6})(?=[^\W\d_])|(?<=[^\W\d_])(?=\d{6})"
"""Between the words of a name: marks, and where digits meet Hangul, or many of them letters."""
NUMBER = 4
"""Digits of which a word needs as many to be a student's number wherever it stands: fewer are a week or a copy."""


class RosterError(ValueError):
    """What is wrong with a roster, in one sentence that names the file."""


@dataclass(frozen=True)
class Person:
    """A student. id: as the gradebook has it, or what the hand-in is called."""

    id: str
    name: str = ""
    section: str = ""


@dataclass(frozen=True)
class Row:
    """A student of a roster. ids: numbers, logins, addresses. words: what else says who it is, names say."""

    person: Person
    ids: Sequence[str]
    words: Sequence[str] = ()

    @property
    def said(self) -> set[str]:
        """All single words of it, for comparison."""
        return {_plain(piece) for word in (*self.ids, *self.words, self.person.section) for piece in _pieces(word)}


class Roster:
    """people: in the file's order. ``may_be`` says whose a hand-in is."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._rows = {row.person: row for row in rows}
        self.people = list(self._rows)
        # kim.hana and kim_hana may both be there: what is written alike comes before what only reads alike.
        self._levels = [(_composed, _words(self._rows.values(), _composed, ids_alone=True))]
        self._levels += [(_folded, _words(self._rows.values(), _folded, ids_alone=True))]
        self._levels += [(_plain, _words(self._rows.values(), _plain))]

    def may_be(self, words: Iterable[str]) -> set[Person]:
        """The students that these words, the surest first, may speak of: one, where it is known whose a hand-in is."""
        words = list(words)
        # A platform's own number may be another student's in the roster: then the name says another one.
        found = [people for word in words if (people := self._called(word))]
        if found:
            return set.intersection(*found) or set.union(*found)
        return next((people for word in words if (people := self._within(word))), set())

    def find(self, words: Iterable[str]) -> Person | None:
        """The one student that these words speak of."""
        found = self.may_be(words)
        return next(iter(found)) if len(found) == 1 else None

    def _called(self, word: str) -> set[Person]:
        return next((people for alike, known in self._levels if (people := known.get(alike(word), set()))), set())

    def _within(self, word: str) -> set[Person]:
        """Those whom a part of the word speaks of, where the rest of it speaks of nobody else."""
        pieces, known = _pieces(word), self._levels[-1][1]
        runs = [
            (start, end)
            for start in range(len(pieces))
            for end in range(start + 1, len(pieces) + 1)
            if not _is_small(pieces[start:end]) and _plain("".join(pieces[start:end])) in known
        ]
        # Of kim_hana, where both are there, kim says nothing.
        longest = [(a, b) for a, b in runs if not any((a, b) != (c, d) and c <= a and b <= d for c, d in runs)]
        found = [known[_plain("".join(pieces[a:b]))] for a, b in longest]
        people = set.intersection(*found) or set.union(*found) if found else set()
        sure = any(sum(letter.isdigit() for letter in "".join(pieces[a:b])) >= NUMBER for a, b in longest)
        rest = [piece for n, piece in enumerate(pieces) if not any(a <= n < b for a, b in longest)]
        # Hana of kim.hana may be somebody whom the roster calls otherwise; behind a student's number she is that one.
        return {one for one in people if sure or all(self._says_nothing_else(piece, one) for piece in rest)}

    def _says_nothing_else(self, piece: str, person: Person) -> bool:
        return says_only_what_it_is(piece) or _plain(piece) in self._rows[person].said

    def __bool__(self) -> bool:
        return bool(self.people)


def read_roster(file: Path) -> Roster:
    """Raises RosterError."""
    try:
        text = text_of(file.read_bytes())
    except OSError as error:
        raise RosterError(f"{file} can't be read: {error.strerror or error}") from error
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


def _people(file: Path, rows: Sequence[Sequence[str]], columns: dict[str, list[int]]) -> Iterable[Row]:
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
        words = [*(cell.partition("@")[0] for cell in ids), name, *_turned(name)]
        yield Row(Person(ids[0], name, (cells("section") or [""])[0]), ids, words)


def _turned(name: str) -> list[str]:
    """The other order of a name: Kim, Hana is Hana Kim."""
    last, comma, first = name.partition(",")
    return [f"{first} {last}"] if comma else [" ".join([*name.split()[1:], *name.split()[:1]])]


def _words(rows: Iterable[Row], alike: Callable[[str], str], *, ids_alone: bool = False) -> dict[str, set[Person]]:
    found: dict[str, set[Person]] = {}
    for row in rows:
        for word in {alike(word) for word in (*row.ids, *(() if ids_alone else row.words))} - {""}:
            found.setdefault(word, set()).add(row.person)
    return found


def _pieces(word: str) -> list[str]:
    return [piece for piece in re.split(PIECES, _composed(word)) if piece]


def _is_small(pieces: Sequence[str]) -> bool:
    """A number that may count anything: weeks, copies, attempts."""
    return all(piece.isdigit() for piece in pieces) and len("".join(pieces)) < NUMBER


def _composed(word: str) -> str:
    """Hangul as one sign a syllable: macOS hands names over in pieces."""
    return unicodedata.normalize("NFC", word).strip()


def _folded(word: str) -> str:
    return _composed(word).casefold()


def _plain(word: str) -> str:
    """A word for comparison: without case, spaces and marks but those in an address."""
    return re.sub(r"[^\w@]+", "", _folded(word)).replace("_", "")
