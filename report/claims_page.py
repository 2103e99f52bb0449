"""The lecture on one page: its claims in its order, each with what it came to and the picture that shows it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from report.evidence import faults_of, seen_in
from report.page import render
from report.pictures.sheet import Picture
from report.student_page import Line, ToMend, headline, to_mend
from results.causes import causes_of
from results.evidence import closest, margin_of
from results.lecture import USUAL_SEED, Lecture, Section
from results.model import WORDS, Both, Case, Claim, Evidence, Matrix, Word, claim_word
from results.record import Record

IDLE = ("not run", "not attempted")
BAD = ("fails", "error", "undecided", "not judged")


@dataclass(frozen=True)
class Device:
    """What a claim came to on one device; ``name`` is empty for a claim that has none."""

    name: str
    word: Word
    seconds: float
    ran: int
    evidence: list[tuple[Evidence, int]]


@dataclass(frozen=True)
class Shown:
    """A claim as the page shows it. closest: the smallest margin. idle: why cases did not run, and how many. advice,
    matrix: where it does not hold, the mistake to look for and, of a submission, its first wrong answer."""

    claim: Claim
    word: Word
    devices: list[Device]
    seconds: float
    ran: int
    closest: float | None
    whys: list[Both]
    idle: list[tuple[str, int]]
    code: str
    again: str
    pictures: list[Picture]
    advice: Both
    matrix: Matrix | None


@dataclass(frozen=True)
class Part:
    """A section that had claims. key, anchor: of all sections on the page this one's. number: its place in its lecture.
    opens: the lecture that begins with it, where the page has several."""

    key: str
    anchor: str
    number: int
    section: Section
    shown: list[Shown]
    opens: Lecture | None


def claims_page(
    record: Record,
    pictures: Sequence[Picture],
    code: Mapping[str, str],
    lang: str = "en",
    faults: Sequence[str] = (),
) -> str:
    """The page as text. code: of each claim, by its id. faults: why pictures could not be drawn."""
    parts = [part for lecture in record.lectures for part in _parts(record, lecture, pictures, code)]
    everything = [shown for part in parts for shown in part.shown]
    words = Counter(shown.word for shown in everything)
    # Of torch itself nothing is to be mended.
    causes = causes_of(record.cases) if record.options.get("submission") else []
    mend = to_mend(causes, [Line(shown.claim, shown.word, 0, 0) for shown in everything])
    return render(
        "claims.html",
        lang,
        title=record.title,
        record=record,
        parts=parts,
        mend=mend,
        headline=headline(mend),
        explained=_by_claim(mend),
        words={word: words[word] for word in WORDS if words[word]},
        total=len(everything),
        devices=sorted({device.name for shown in everything for device in shown.devices if device.name}),
        environment={key: value for key, value in record.environment.items() if value not in (None, "")},
        svg={picture.name: Markup(picture.inline()) for picture in pictures},
        bad=BAD,
        faults=faults,
        idle=Counter(case.why for case in record.cases if case.word in IDLE).most_common(),
    )


def _by_claim(mend: Sequence[ToMend]) -> dict[str, list[int]]:
    """Of each claim the numbers of what is to be mended for it."""
    found: dict[str, list[int]] = {}
    for number, one in enumerate(mend, 1):
        for line in one.lines:
            found.setdefault(line.claim.id, []).append(number)
    return found


def _parts(record: Record, lecture: Lecture, pictures: Sequence[Picture], code: Mapping[str, str]) -> list[Part]:
    parts: list[Part] = []
    several = len(record.lectures) > 1
    for number, section in enumerate(lecture.sections, 1):
        inside = [claim for claim in record.claims if (claim.lecture, claim.section) == (lecture.key, section.key)]
        if inside:
            shown = [_shown(record, claim, pictures, code.get(claim.id, "")) for claim in inside]
            key = f"{lecture.key}/{section.key}" if several else section.key
            anchor = f"{lecture.key}-{number}" if several else str(number)
            parts.append(Part(key, anchor, number, section, shown, lecture if several and not parts else None))
    return parts


def _shown(record: Record, claim: Claim, pictures: Sequence[Picture], code: str) -> Shown:
    cases = record.cases_of(claim.id)
    devices = [_device(name, record.cases_of(claim.id, name)) for name in dict.fromkeys(c.device for c in cases)]
    bad = [case for case in cases if case.word in BAD]
    margins = [margin for case in cases for item in case.evidence if math.isfinite(margin := margin_of(item))]
    return Shown(
        claim,
        claim_word([case.word for case in cases]),
        devices,
        sum(case.seconds for case in cases),
        sum(device.ran for device in devices),
        min(margins, default=None),
        list(dict.fromkeys([*(seen_in(case) for case in bad if case.why), *faults_of(cases)])),
        list(Counter(case.why for case in cases if case.word in IDLE).items()),
        code,
        _again(record, claim),
        [picture for picture in pictures if picture.claim == claim.id],
        next((case.advice for case in bad if case.advice), claim.likely),
        next((case.matrix for case in bad if case.matrix), None),
    )


def _device(name: str, cases: list[Case]) -> Device:
    ran = [case for case in cases if case.word not in IDLE]
    word = claim_word([case.word for case in cases])
    return Device(name, word, sum(case.seconds for case in cases), len(ran), closest(ran))


def _again(record: Record, claim: Claim) -> str:
    options = record.options
    words = ["pytest", *_folder(record, claim), f"--claim {claim.id}"]
    if options.get("slow"):
        words.append("--slow")
    usual = {"seed": USUAL_SEED, "lecture_seed": record.lecture_of(claim).seed, "implementation": "torch"}
    for name, plain in usual.items():
        if options.get(name, plain) not in (None, plain):
            words.append(f"--{name.replace('_', '-')} {options[name]}")
    words += [f'--submission "{file}"' for file in options.get("submission") or ()]
    return " ".join(words)


def _folder(record: Record, claim: Claim) -> list[str]:
    """Where the claim stands. From outside of the project it needs the project's conftest.py beside it."""
    node = next((case.node for case in record.cases_of(claim.id)), "")
    folder = node.partition("::")[0].rpartition("/")[0] or "claims"
    return ["conftest.py", f"{folder}/"] if folder.startswith("../") else [f"{folder}/"]
