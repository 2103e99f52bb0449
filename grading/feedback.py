"""feedback.md: what a student reads. What is to be mended comes first, one part for each cause."""

from __future__ import annotations

import re

from checks.cards import worked
from checks.cards.causes import DIRECT, headline
from checks.cards.own import beside, lead, quoted, seen, seen_first
from checks.language import phrase
from grading.grade import MISSING, ClaimGrade, Grade, text_of
from results.causes import Cause, numbered

WORDS = {
    "missing": ("Not attempted", "시도하지 않은 것"),
    "right": ("What holds", "성립한 것"),
    "hidden": ("{n} more claims count and are not shown.", "이 밖에 보이지 않는 주장 {n}개도 점수에 들어간다."),
    "fails for it": ("Fails for it", "이 때문에 성립하지 않은 주장"),
    "only on": ("on {judged} alone; not attempted: {absent}", "{judged}만 확인함. 시도하지 않은 것: {absent}"),
    "required": ("required", "필수"),
    "trouble": ("This is not your fault: it will be judged again.", "제출한 사람의 잘못이 아니다. 다시 채점한다."),
}


def feedback(grade: Grade, lang: str) -> str:
    """Markdown in ``"en"`` or ``"ko"``."""
    lines = [f"# {escaped(grade.submission)}", "", escaped(text_of(grade, lang)), ""]
    if grade.score is None:
        return "\n".join([*lines, *([_word("trouble", lang), ""] if grade.trouble else [])])
    if grade.verdict != "nothing attempted":  # there they stand in the line above
        lines += [line for note in grade.notes for line in (escaped(note), "")]
    shown = [claim for claim in grade.claims if not claim.hidden]
    # A file that can't be loaded has one message, and that stands above.
    if not grade.message:
        lines += _causes(grade, shown, lang)
        lines += _part("missing", _missing([c for c in shown if c.word in MISSING], lang), lang)
        lines += _part("right", _held([c for c in shown if c.word == "holds"], lang), lang)
    if hidden := len(grade.claims) - len(shown):
        lines += [_word("hidden", lang).format(n=hidden), ""]
    return "\n".join(lines)


def escaped(text: str) -> str:
    """Text that Markdown shows as it stands, in one line."""
    return re.sub(r"([\\`*_\[\]<>#|~])", r"\\\1", " ".join(text.split()))


def fenced(text: str) -> str:
    """Text in a block that it can't close itself."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"


def code(text: str) -> str:
    """One line of code; where it has a backtick in it, as text."""
    return escaped(text) if "`" in text else f"`{text}`"


def _word(key: str, lang: str) -> str:
    return WORDS[key][lang == "ko"]


def _part(key: str, items: list[str], lang: str) -> list[str]:
    return [f"## {_word(key, lang)}", "", *items, ""] if items else []


def _causes(grade: Grade, shown: list[ClaimGrade], lang: str) -> list[str]:
    """What there is to mend, one part for each cause."""
    by_id = {claim.claim.id: claim for claim in shown}
    lines = [f"## {escaped(headline(grade.causes, lang))}", ""] if grade.causes else []
    for number, cause in numbered(grade.causes):
        claim = by_id[cause.case.claim].claim
        lines += [f"### {number}. {escaped(lead(claim, cause.case, lang))}", "", *_evidence(cause, lang)]
        lines += [f"{_word('fails for it', lang)}: {', '.join(_id(by_id[id], lang) for id in cause.claims)}", ""]
    return lines


def _evidence(cause: Cause, lang: str) -> list[str]:
    """The line, the first wrong row, what was seen, one step: in the order in which a mistake is looked for."""
    case = cause.case
    raised = [] if case.row else case.lines[-1:]
    lines = [f"- {escaped(line.place.in_language(lang))}: {code(line.text)}" for line in raised]
    lines += [*([""] if lines else []), fenced("\n".join(beside(case.row, lang))), ""] if case.row else []
    told = [seen_first(case, lang)[0], *(seen(one, lang)[0] for one in cause.direct[:DIRECT])]
    lines += [f"- {escaped(text)}" for text in dict.fromkeys(told)]
    if case.lines and case.row:
        lines += ["", f"{phrase('your step', lang)}:", "", fenced("\n".join(quoted(case, lang)))]
    if case.worked:
        sentences = [escaped(said.in_language(lang)) for said in case.worked.said]
        lines += ["", f"{phrase('one step', lang)}: {'; '.join(sentences)}"]
        table = worked.rows(case.worked, lang)
        lines += ["", fenced("\n".join(table))] if table else []
    if case.prints.strip():
        lines += ["", f"{phrase('prints', lang)}:", "", fenced(case.prints.strip()[:2000])]
    return [*lines, ""]


def _missing(claims: list[ClaimGrade], lang: str) -> list[str]:
    """By the reason, which many share."""
    by_reason: dict[str, list[ClaimGrade]] = {}
    for claim in claims:
        by_reason.setdefault(claim.shown.why if claim.shown else "", []).append(claim)
    return [
        f"- {f'{escaped(why)}: ' if why else ''}{', '.join(_id(claim, lang) for claim in inside)}"
        for why, inside in by_reason.items()
    ]


def _held(claims: list[ClaimGrade], lang: str) -> list[str]:
    """By what they were judged on, and what of it was not attempted; those on all of it first."""
    alike: dict[str, list[ClaimGrade]] = {"": []}
    for claim in claims:
        alike.setdefault(_in_part(claim, lang), []).append(claim)
    return [
        f"- {', '.join(_id(claim, lang) for claim in inside)}{f': {told}' if told else ''}"
        for told, inside in alike.items()
        if inside
    ]


def _in_part(claim: ClaimGrade, lang: str) -> str:
    told = [claim.shown.why] if claim.shown and claim.shown.why else []
    if claim.absent:
        judged, absent = ", ".join(claim.judged), ", ".join(claim.absent)
        told.append(_word("only on", lang).format(judged=judged, absent=absent))
    return escaped("; ".join(told))


def _id(claim: ClaimGrade, lang: str) -> str:
    told = [_word("required", lang)] if claim.required else []
    if 0 < claim.points < claim.max_points:
        held, attempted = claim.cases["holds"], sum(n for word, n in claim.cases.items() if word not in MISSING)
        told.append(phrase("of cases", lang, held=held, all=attempted))
    more = f" ({', '.join(told)})" if told else ""
    return f"`{claim.claim.id}` {round(claim.points, 2):g}/{claim.max_points:g}{more}"
