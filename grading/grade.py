"""The grade of one submission: points for what positively held, and what to tell the student."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import parts
from checks.language import phrase
from grading.hand_ins.people import Person
from grading.parts import parts_of
from grading.points import Points
from results.causes import BAD, Cause, causes_of
from results.judgement import Judgement
from results.kinds import judged_and_absent
from results.model import Case, Claim, Word

MISSING: tuple[Word, ...] = ("not attempted", "not run")


@dataclass
class ClaimGrade:
    """One claim's part. cases: how many came to each word. shown: the case that the student is told about, if any.

    judged, absent: the classes that it was judged on, and those that it speaks of and that were not attempted.
    """

    claim: Claim
    word: Word
    points: float
    max_points: float
    required: bool
    hidden: bool
    cases: dict[str, int]
    shown: Case | None = None
    judged: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


@dataclass
class Grade:
    """score: None where the machine is to blame (``trouble`` says why), or where nothing can be read and the teacher
    leaves that open. message: on the file as a whole. notes: what else a student is told on top. capped: the required
    claim for whose sake the score is less than what the claims earned. asked: the parts asked for. people: whose it is.
    causes: of what does not hold among the claims that are not hidden.
    """

    submission: str
    sha256: str
    score: float | None
    max_score: float
    message: str = ""
    trouble: str = ""
    seconds: float = 0.0
    environment: dict[str, Any] = field(default_factory=dict)
    claims: list[ClaimGrade] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    capped: str = ""
    asked: tuple[str, ...] = field(default_factory=parts.names)
    people: tuple[Person, ...] = ()
    no_code: bool = False
    causes: tuple[Cause, ...] = ()

    @classmethod
    def of(cls, judgement: Judgement, points: Points) -> Grade:
        """Only what positively held counts. A claim that was not judged leaves the grade open."""
        claims = [_claim_grade(judgement, claim, points) for claim in points.claims]
        trouble = judgement.trouble
        if not trouble:
            open_ones = [c for c in claims if c.word == "not judged"]
            whys = [claim.shown.why for claim in open_ones if claim.shown and claim.shown.why]
            trouble = (whys or [claim.claim.id for claim in open_ones] or [""])[0]
        score = sum(claim.points for claim in claims)
        lacking = [claim.claim.id for claim in claims if claim.required and claim.word != "holds"]
        capped = lacking[0] if lacking and score > points.required_cap else ""
        score = min(score, points.required_cap) if capped else score
        return cls(
            judgement.submission,
            judgement.sha256,
            None if trouble else round(score, 6),
            points.max_score,
            judgement.message,
            trouble,
            judgement.seconds,
            judgement.environment,
            claims,
            list(judgement.notes),
            capped,
            points.parts or parts_of(points.claims) or parts.names(),
            causes=_causes(judgement, claims),
        )

    def count(self, *words: str) -> int:
        """How many claims came to one of these words."""
        return sum(claim.word in words for claim in self.claims)

    def count_shown(self, *words: str) -> int:
        """How many of those that are not hidden: the others' results can't be told from it."""
        return sum(claim.word in words for claim in self.claims if not claim.hidden)

    @property
    def verdict(self) -> str:
        """judged; or no code, not judged, not loaded, nothing attempted: what no claim has failed for."""
        if self.no_code:
            return "no code"
        if self.score is None:
            return "not judged"
        if self.message:
            return "not loaded"
        return "judged" if self.count(*MISSING) < len(self.claims) else "nothing attempted"

    @property
    def mistakes(self) -> list[str]:
        """Names of the mistakes that were recognised, the most frequent first."""
        seen = Counter(c.shown.mistake for c in self.claims if c.shown and c.shown.mistake)
        return [name for name, _ in seen.most_common()]

    def as_dict(self) -> dict[str, Any]:
        """Plain types only; NaN and infinity in evidence become words."""
        claims = []
        for one in self.claims:
            data = asdict(one)
            data["shown"] = one.shown.as_dict() if one.shown else None
            claims.append(data)
        people = [asdict(person) for person in self.people]
        causes = [{"about": c.case.about, "mistake": c.case.mistake, "claims": c.claims} for c in self.causes]
        return {**vars(self), "claims": claims, "people": people, "causes": causes}


def text_of(grade: Grade, lang: str) -> str:
    """Score and counts in one line."""
    if grade.score is None:
        return f"{phrase('not judged', lang)}: {grade.trouble or grade.message}"
    points = (
        f"{grade.score:g}/{grade.max_score:g}점" if lang == "ko" else f"{grade.score:g} of {grade.max_score:g} points"
    )
    if grade.message:
        return f"{points}: {grade.message}"
    if grade.verdict == "nothing attempted":
        return f"{points}: {'; '.join(grade.notes) or phrase('nothing attempted', lang, names=', '.join(grade.asked))}"
    if grade.capped:
        points += f" ({phrase('capped', lang, claim=grade.capped)})"
    counts = [grade.count_shown(*words) for words in (("holds",), BAD, MISSING)]
    if lang == "ko":
        return f"{points}: 성립 {counts[0]}, 불성립 {counts[1]}, 시도 안 함 {counts[2]}"
    return f"{points}: {counts[0]} hold, {counts[1]} do not, {counts[2]} not attempted"


def _causes(judgement: Judgement, claims: list[ClaimGrade]) -> tuple[Cause, ...]:
    told = {claim.claim.id for claim in claims if not claim.hidden}
    found = causes_of(case for case in judgement.cases if case.claim in told)
    if len(told) == len(claims):
        return tuple(found)
    # The step is the same for everybody, and says nothing of the hidden claim whose case it was kept with.
    worked = {case.about: case for case in judgement.cases if case.worked}
    return tuple(_with_step(cause, worked.get(cause.case.about), told) for cause in found)


def _with_step(cause: Cause, kept: Case | None, told: set[str]) -> Cause:
    case = cause.case
    if kept is None or case.row is None or kept.claim in told:
        return cause
    return replace(cause, case=replace(case, worked=kept.worked, lines=kept.lines))


def _claim_grade(judgement: Judgement, claim: Claim, points: Points) -> ClaimGrade:
    cases = judgement.cases_of(claim)
    # Of a file that can't be loaded no claim was run: neither failed nor left out.
    without: Word = "not judged" if judgement.trouble else "not run" if judgement.message else "not attempted"
    word = judgement.word_of(claim) if cases else without
    worth = points.of(claim)
    held = sum(case.word == "holds" for case in cases)
    # What was not attempted is in neither: no claim fails for that, whichever way points are given.
    attempted = sum(case.word not in MISSING for case in cases)
    share = held / max(1, attempted) if points.by == "cases" else float(word == "holds")
    judged, absent = judged_and_absent(cases)
    # Of the cases with the claim's word the first that says something new; of a claim that holds what of a class that
    # is there was not attempted, an option say.
    lacking = [c for c in cases if c.word == "not attempted" and c.about not in absent]
    alike = lacking if word == "holds" else [c for c in cases if c.word == word]
    told = sorted(alike, key=lambda c: bool(c.as_before))
    return ClaimGrade(
        claim,
        word,
        worth * share,
        worth,
        claim.id in points.required,
        claim.id in points.hidden,
        dict(Counter(case.word for case in cases)),
        told[0] if told else None,
        judged,
        absent,
    )
