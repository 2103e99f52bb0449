"""The words of a result: a claim, a case of it, its verdict, and the evidence behind the verdict."""

from __future__ import annotations

import math
import re
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from results.texts import Both as Both
from results.worked import OwnLine, WorkedStep

CLAIM_KINDS = ("exact", "printed", "error", "trained", "tendency", "speed")
ORIGINS = ("lecture", "ours")

TRAINS = ("language model",)
"""What a claim of kind trained may say that it trains, where rounding grows further than in one small network: how far
each may move between two runs stands in versions/allowances.py."""

Word = Literal["holds", "fails", "undecided", "error", "known fault", "not judged", "not attempted", "not run"]
WORDS: tuple[Word, ...] = (
    "holds",
    "fails",
    "undecided",
    "error",
    "known fault",
    "not judged",
    "not attempted",
    "not run",
)
"""error: it broke off (an exception, a limit). known fault: it fails by a reported fault of torch, in a release that
has it. not judged: through the machine's fault. not attempted: a part or an
option that a submission does not have. A claim's word comes from those of its cases, see :func:`claim_word`."""


@dataclass(frozen=True)
class Claim:
    """One statement of the lecture, or one that we add.

    id: a slug such as ``lstm/omit-water``. section: a key of its lecture.toml. kind: one of CLAIM_KINDS.
    statement: what holds, in the present tense. likely: the mistake to look for first where it fails.
    lecture_says: the lecture's own wording in our words, with the witness against it, where that is loose.
    judges: the parts of a submission that it is run on (parts.judged); empty where it is not run on submissions.
    lecture: key of the lecture whose folder it stands in; known when it is collected. trains: one of TRAINS, or empty.
    asks: of each of its cases on submissions the parts that it makes together; known where grades are made. form: what
    of a submission's form it is about (submissions.contract.model.FORM).
    """

    id: str
    section: str
    kind: str
    statement: Both
    likely: Both
    points: float = 1
    origin: str = "lecture"
    lecture_says: Both | None = None
    judges: tuple[str, ...] = ()
    lecture: str = ""
    trains: str = ""
    asks: tuple[tuple[str, ...], ...] = ()
    form: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain types only."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Claim:
        """The inverse of :meth:`as_dict`; what is missing has its default."""
        texts = {key: Both(**data[key]) for key in ("statement", "likely", "lecture_says") if data.get(key)}
        asks = tuple(tuple(needed) for needed in data.get("asks", ()))
        plain = {name: tuple(data.get(name, ())) for name in ("judges", "form")}
        return cls(**{**data, **texts, **plain, "asks": asks})


@dataclass(frozen=True)
class Evidence:
    """What one check measured.

    what: the thing that was checked. check: equal, close, printed, raises, holds, above, below, options, words or note;
    ends where the process of a call ended in its place.
    value: the number that was measured (a largest gap, a probability …); allowed: what it was held against.
    margin: how far from changing its word, 1 is all of the allowance, 0 the boundary, negative beyond it.
    where: place of the largest gap. text: further words, the same in both languages.
    """

    what: str
    check: str
    value: float | None = None
    allowed: float | None = None
    margin: float | None = None
    where: str = ""
    text: str = ""


@dataclass(frozen=True)
class Matrix:
    """A part of what a submission answered, and of the right answer: rows of numbers, at most 12 × 12.

    what: the answer's name. start: index of its first number in the whole answer, such as ``[0, 12, 0]``.
    """

    what: str
    start: str
    seen: list[list[float]]
    right: list[list[float]]


@dataclass(frozen=True)
class Row:
    """The first row of an answer that is not the right one, at most SIDE numbers of it (checks.compare).

    at: where it stands, as code: ``output[2]``. allowed: how far a right number may lie off. recurrent: whether it is
    a recurrent network's, whose rows are steps.
    """

    at: str
    seen: list[float]
    right: list[float]
    allowed: float
    recurrent: bool = True

    @property
    def gap(self) -> float:
        """The largest of the numbers that are shown."""
        return max(abs(one - other) for one, other in zip(self.seen, self.right, strict=True))

    @property
    def step(self) -> int | None:
        """Of a series without a batch axis the step, which sentences count from 1 as code counts rows from 0."""
        found = re.fullmatch(r"output\[(\d+)(, \d+:\d+)?\]", self.at) if self.recurrent else None
        return int(found[1]) + 1 if found else None


@dataclass
class Case:
    """One parametrization of a claim, as it came out.

    Of a submission's case also: part: which of these. about: the class or function whose answer it came to, such as
    LSTMCell. mistake: the name of the mistake that was recognised, else empty. advice: the sentence for the student.
    as_before: id of the claim whose case said the same already; cause: that case's node, the first's its own. prints:
    what the submission printed, cut at a limit.
    matrix: the first answer that was not the right one; row: its first wrong row. lines: of the submission, that are
    spoken of. worked: one step with the right values along the way, where a step's numbers depart.

    fault: of a case that a reported fault of torch concerns, the report and the releases that have it; has_fault:
    whether the release that ran is one of them. A fault that reads memory which is not its own shows by chance.

    Of a run that is recorded also: digests: sha256 of what the case began from ("weights": the first weights that
    were made for it, "inputs": what was drawn or encoded for it), of what networks returned ("outputs") and of its
    shapes, in the order in which they came; "trained" where the implementation's loop ran; "each of weights", "each of
    inputs" and "each of draws": short ones of the first few, one by one; "lengths of weights", "forms of outputs": of
    the first tensors (see checks.digests). figures: by the outputs' dtype how far they lie in a fixed direction, their
    length, and how far in other directions, of which older records have fewer: two runs' figures say how far their
    outputs lie apart. arrays: numpy arrays kept
    for pictures, by name; they are not in :meth:`as_dict`.
    """

    claim: str
    node: str
    device: str = ""
    word: Word = "not run"
    seconds: float = 0.0
    why: str = ""
    evidence: list[Evidence] = field(default_factory=list)
    part: str = ""
    about: str = ""
    mistake: str = ""
    advice: Both | None = None
    as_before: str = ""
    cause: str = ""
    prints: str = ""
    matrix: Matrix | None = None
    fault: str = ""
    has_fault: bool = False
    row: Row | None = None
    lines: list[OwnLine] = field(default_factory=list)
    worked: WorkedStep | None = None
    digests: dict[str, str] = field(default_factory=dict)
    figures: dict[str, tuple[float, ...]] = field(default_factory=dict)
    arrays: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Plain types only, so that it crosses process borders as JSON; NaN and infinity become words."""
        # By hand: asdict copies all the way down, which takes longer than many a case does.
        data = {**vars(self), "evidence": [{**vars(item)} for item in self.evidence]}
        del data["arrays"]
        figures = {name: tuple(map(_plain, numbers)) for name, numbers in self.figures.items()}
        data.update(digests=dict(self.digests), figures=figures)
        for key in ("advice", "matrix", "row", "worked"):
            data[key] = asdict(data[key]) if data[key] is not None else None
        data["lines"] = [asdict(line) for line in self.lines]
        for item in data["evidence"]:
            for key in ("value", "allowed", "margin"):
                item[key] = _plain(item[key])
        return data

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Case:
        """The inverse of :meth:`as_dict`; what is missing has its default."""
        found = dict(data)
        found["evidence"] = [Evidence(**_with_numbers(item)) for item in data.get("evidence", ())]
        forms: dict[str, Any] = {"advice": Both, "matrix": Matrix, "row": Row}
        found |= {key: form(**data[key]) if data.get(key) else None for key, form in forms.items()}
        found["lines"] = [OwnLine(**line) for line in data.get("lines", ())]
        found["worked"] = WorkedStep.from_dict(data["worked"]) if data.get("worked") else None
        figures = {name: tuple(map(float, numbers)) for name, numbers in data.get("figures", {}).items()}
        if short := [name for name, numbers in figures.items() if len(numbers) < 2]:
            raise ValueError(f"figures of {short[0]} lack their length")
        return cls(**{**found, "figures": figures})


def _plain(number: float | None) -> float | str | None:
    """NaN and infinity, which JSON lacks, as words; float() reads them."""
    return str(number) if isinstance(number, float) and not math.isfinite(number) else number


def _with_numbers(item: dict[str, Any]) -> dict[str, Any]:
    """An evidence's fields, infinity and NaN back from their words. A record has a million of them: most are as they
    should be."""
    words = [key for key in ("value", "allowed", "margin") if not isinstance(item.get(key), (float, type(None)))]
    return {**item, **{key: float(item[key]) for key in words}} if words else item


def claim_word(words: list[Word]) -> Word:
    """The word of a claim from the words of its cases.

    Any failing case makes it fail; then error, undecided, not judged, known fault. It holds when at least one case held
    and the rest held, were not attempted or not run.
    """
    order: tuple[Word, ...] = ("fails", "error", "undecided", "not judged", "known fault", "holds", "not attempted")
    for word in order:
        if word in words:
            return word
    return "not run"
