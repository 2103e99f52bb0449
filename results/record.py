"""A record: what one run of the claims came to, and the environment it ran in. JSON, arrays in a file beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from results.files import write_together
from results.lecture import USUAL_SEED, Lecture
from results.model import Both, Case, Claim

SCHEMA = 2
"""Version of the file's form. A reader takes its own and older ones and refuses newer ones. Schema 1 knows one lecture,
whose seed is the usual one, and does not tell its key; it is written wherever that says all."""

FORM = "claims-record"
ARRAYS_SUFFIX = ".arrays"

TRAINED_BEFORE = {"human numbers 100": "language model"}
"""By section: what trained claims trained, in records from before they said it. Those are of week 12 alone."""


class UnreadableRecord(Exception):
    """The file is no record, is cut short, or has a newer schema. The message is one whole sentence."""

    is_sentence = True


@dataclass
class Record:
    """One run.

    environment: plain types, see checks.environment. options: those that choose what runs and under which seeds
    (seed, lecture_seed, implementation, device, slow …; paths: what pytest was pointed at, from the project's folder).
    lectures: those that had claims in this run. claims: in the lectures' order; cases: in the order in which they were
    collected. sources: digests of what made it, the files of the claims ("claims") and of what runs them ("suite");
    empty in records from before they were kept. seconds: wall time of the whole run. started: when, in UTC, ISO 8601.
    command: as typed.
    """

    environment: dict[str, Any]
    options: dict[str, Any]
    lectures: list[Lecture]
    claims: list[Claim]
    cases: list[Case]
    seconds: float = 0.0
    started: str = ""
    command: str = ""
    sources: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> Both:
        """Of its lecture, or of all of them in a row."""
        titles = [lecture.title for lecture in self.lectures]
        return Both(" · ".join(title.en for title in titles), " · ".join(title.ko for title in titles))

    @property
    def schema(self) -> int:
        """The oldest form that says all of it."""
        return 1 if [lecture.seed for lecture in self.lectures] == [USUAL_SEED] else 2

    def lecture_of(self, claim: Claim) -> Lecture:
        """That of one of its claims. A claim of a record that tells no keys belongs to the only lecture there is."""
        return next((one for one in self.lectures if one.key == claim.lecture), self.lectures[0])

    def seed_of(self, claim: Claim) -> int:
        """Under which the networks of the claim's lecture were made: its own seed, or what --lecture-seed asked for."""
        asked = self.options.get("lecture_seed")
        return self.lecture_of(claim).seed if asked is None else int(asked)

    def cases_of(self, claim_id: str, device: str | None = None) -> list[Case]:
        """The cases of one claim, of one device or of all."""
        return [case for case in self.cases if case.claim == claim_id and device in (None, case.device)]

    def arrays_of(self, claim_id: str, device: str | None = None) -> dict[str, Any]:
        """All numpy arrays that the cases of a claim kept, by the names they were kept under."""
        found: dict[str, Any] = {}
        for case in self.cases_of(claim_id, device):
            found.update(case.arrays)
        return found


def arrays_file(file: Path) -> Path:
    """Where the arrays of a record lie: ``run.json`` -> ``run.json.arrays``, in safetensors' format."""
    return file.with_name(file.name + ARRAYS_SUFFIX)


def is_replaceable(file: Path) -> bool:
    """Whether a record may take this place: nothing lies there, or an empty file, or a record, also one that is cut."""
    try:
        with file.open("rb") as stream:
            head = stream.read(100).decode("utf-8", "replace")
    except FileNotFoundError:
        return True
    return not head or FORM in head


def write(record: Record, file: Path) -> None:
    """Write the record with its arrays, both or neither. Between the moments in which they take their places, only the
    digest in the record tells that the arrays are not yet its own (or no longer)."""
    arrays = {f"{case.node}\n{name}": array for case in record.cases for name, array in case.arrays.items()}
    beside, data = {}, b""
    if arrays:
        from safetensors.numpy import save

        data = save(arrays)
        beside[arrays_file(file)] = data
    text = _text(record, _digest(data))
    write_together({**beside, file: text.encode("utf-8", "backslashreplace")})
    if not beside:
        arrays_file(file).unlink(missing_ok=True)


def _digest(arrays: bytes) -> str:
    return hashlib.sha256(arrays).hexdigest()[:16]


def read(file: Path) -> Record:
    """The record in ``file``, with its arrays where they lie beside it; of one that is unfinished, what had ended.

    Raises UnreadableRecord.
    """
    from results import unfinished  # which writes and reads records of this form

    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise UnreadableRecord(f"{file} can't be read: {reason}") from None
    if unfinished.is_unfinished(text):
        return _checked(file, lambda: unfinished.record_of(text))
    try:
        data = json.loads(text)
    except ValueError:
        known = text.lstrip()[:60].startswith(f'{{\n"form": "{FORM}"')
        raise UnreadableRecord(f"{file} is cut short" if known else f"{file} is not a record of the claims") from None
    if not isinstance(data, dict) or data.get("form") != FORM:
        raise UnreadableRecord(f"{file} is not a record of the claims")
    if not isinstance(data.get("schema"), int):
        raise UnreadableRecord(f"{file} is a damaged record (its schema is no number: {data.get('schema')!r})")
    if data["schema"] > SCHEMA:
        raise UnreadableRecord(
            f"{file} has schema {data.get('schema')}, newer than {SCHEMA}, which this version reads: update the claims"
        )
    record = _checked(file, lambda: _record(data))
    _add_arrays(record, file, data.get("arrays"))
    return record


def _checked(file: Path, made: Callable[[], Record]) -> Record:
    try:
        return _whole(made())
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableRecord(f"{file} is a damaged record ({type(error).__name__}: {error})") from None


def _whole(record: Record) -> Record:
    """``record``, if whoever reads it can rely on what it has. Raises ValueError."""
    if not isinstance(record.environment.get("torch"), str):
        raise ValueError("its environment does not tell its torch")
    sections = {(lecture.key, section.key) for lecture in record.lectures for section in lecture.sections}
    for claim in record.claims:
        if (claim.lecture, claim.section) not in sections:
            raise ValueError(f"{claim.id} stands in no section of its lecture: {claim.section!r}")
    known = {claim.id for claim in record.claims}
    for case in record.cases:
        if case.claim not in known:
            raise ValueError(f"{case.node} belongs to no claim: {case.claim!r}")
        if not isinstance(case.digests, dict) or not all(isinstance(part, str) for part in case.digests.values()):
            raise ValueError(f"the digests of {case.node} are no texts by name")
    return record


def _text(record: Record, arrays: str) -> str:
    """One line for each claim and case, so that two records can be compared by eye, too. arrays: their digest."""
    head = {"form": FORM, "schema": record.schema, "arrays": arrays}
    for name in ("started", "seconds", "command", "environment", "options", "sources"):
        head[name] = getattr(record, name)
    lists = {"claims": [claim.as_dict() for claim in record.claims], "cases": [case.as_dict() for case in record.cases]}
    if record.schema == 1:
        [lecture] = record.lectures
        head["title"] = asdict(lecture.title)
        for claim in lists["claims"]:
            del claim["lecture"]
        lists = {"sections": [asdict(section) for section in lecture.sections], **lists}
    else:
        lists = {"lectures": [lecture.as_dict() for lecture in record.lectures], **lists}
    lines = [f'"{name}": {_json(value)}' for name, value in head.items()]
    for name, items in lists.items():
        lines.append(f'"{name}": [\n' + ",\n".join(_json(_slim(item)) for item in items) + "\n]")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _slim(value: Any) -> Any:
    """Without what is empty: those are the defaults."""
    if isinstance(value, dict):
        # Most parts are numbers and words: asking here spares a call for each.
        return {
            key: _slim(part) if isinstance(part, (dict, list, tuple)) else part
            for key, part in value.items()
            if part not in (None, "", [], {}, ())
        }
    return [_slim(part) for part in value] if isinstance(value, (list, tuple)) else value


def _claim(data: dict[str, Any], schema: int) -> Claim:
    if schema == 1 and data["kind"] == "trained" and "trains" not in data:
        data = {**data, "trains": TRAINED_BEFORE.get(data["section"], "")}
    return Claim.from_dict(data)


def _record(data: dict[str, Any]) -> Record:
    return Record(
        environment=dict(data["environment"]),
        options=dict(data["options"]),
        lectures=[Lecture.from_dict(one) for one in (data["lectures"] if data["schema"] > 1 else [data])],
        claims=[_claim(claim, data["schema"]) for claim in data["claims"]],
        cases=[Case.from_dict(case) for case in data["cases"]],
        seconds=float(data["seconds"]),
        started=str(data["started"]),
        command=str(data["command"]),
        sources=dict(data.get("sources", {})),
    )


def _add_arrays(record: Record, file: Path, digest: str | None) -> None:
    """digest: what the record says of them; None of one from before it said so."""
    beside = arrays_file(file)
    if not beside.exists():
        return
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        found = beside.read_bytes()
        arrays = load(found)
    except (OSError, SafetensorError, ValueError, KeyError) as error:
        raise UnreadableRecord(f"{beside} can't be read as arrays: {error}") from None
    if digest not in (None, _digest(found)):
        raise UnreadableRecord(f"{beside} has the arrays of another run than {file}; without it the record can be read")
    by_node = {case.node: case for case in record.cases}
    for key, array in arrays.items():
        node, _, name = key.partition("\n")
        if node in by_node:
            by_node[node].arrays[name] = array
