"""feedback.md: what a student reads. What does not hold comes first, one message for one bug."""

from __future__ import annotations

import re

from checks.evidence import told
from checks.language import phrase
from grading.grade import BAD, ClaimGrade, Grade, advice, text_of

WORDS = {
    "wrong": ("What does not hold", "성립하지 않은 것"),
    "missing": ("Not attempted", "시도하지 않은 것"),
    "right": ("What holds", "성립한 것"),
    "hidden": ("{n} more claims count and are not shown.", "이 밖에 보이지 않는 주장 {n}개도 점수에 들어간다."),
    "look for": ("Likely mistake", "의심할 점"),
    "seen": ("Seen", "결과"),
    "required": ("required", "필수"),
    "trouble": ("This is not your fault: it will be judged again.", "제출한 사람의 잘못이 아니다. 다시 채점한다."),
    "prints": ("It printed", "출력"),
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
        lines += _part("wrong", [_wrong(c, lang) for c in shown if c.word in BAD], lang)
        lines += _part("missing", [_short(c, lang) for c in shown if c.word in ("not attempted", "not run")], lang)
        lines += _part("right", [_short(c, lang) for c in shown if c.word == "holds"], lang)
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


def _word(key: str, lang: str) -> str:
    return WORDS[key][lang == "ko"]


def _part(key: str, items: list[str], lang: str) -> list[str]:
    return [f"## {_word(key, lang)}", "", *items, ""] if items else []


def _short(claim: ClaimGrade, lang: str) -> str:
    why = f" ({escaped(_reason(claim, lang))})" if claim.shown and claim.shown.why else ""
    statement = escaped(claim.claim.statement.in_language(lang))
    return f"- `{claim.claim.id}` {claim.points:g}/{claim.max_points:g}: {statement}{why}"


def _reason(claim: ClaimGrade, lang: str) -> str:
    """Why it was not attempted; where it holds in part, in how much of it."""
    assert claim.shown is not None
    held, every = claim.cases.get("holds", 0), sum(claim.cases.values())
    return claim.shown.why if not held else f"{phrase('of cases', lang, held=held, all=every)}; {claim.shown.why}"


def _wrong(claim: ClaimGrade, lang: str) -> str:
    case = claim.shown
    required = f" ({_word('required', lang)})" if claim.required else ""
    head = f"### `{claim.claim.id}` {claim.points:g}/{claim.max_points:g}{required}"
    lines = [head, "", escaped(claim.claim.statement.in_language(lang)), ""]
    if case is None:
        return "\n".join(lines)
    if case.as_before:
        return "\n".join([*lines, escaped(phrase("as before", lang, claim=case.as_before)), ""])
    seen = told(case.evidence[-1], lang) if case.word == "fails" and case.evidence else ""
    # The evidence is told in the reader's language; an exception's words are the submission's own.
    if not seen or (case.why and case.evidence[-1].margin is not None and case.evidence[-1].margin >= 0):
        seen = case.why
    lines += [f"- {_word('seen', lang)}: {escaped(seen)}"]
    lines += [f"- {_word('look for', lang)}: {escaped(advice(case, claim.claim).in_language(lang))}", ""]
    if case.prints.strip():
        lines += [f"{_word('prints', lang)}:", "", fenced(case.prints.strip()[:2000]), ""]
    return "\n".join(lines)
