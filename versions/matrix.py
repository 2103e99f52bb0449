"""Claims by torch version: the verdict and the largest drift of each, the ratio beside claims about speed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from checks.language import phrase
from results.comparison import Comparison
from results.evidence import ratios
from results.model import Case, Claim, claim_word
from results.record import Record, read
from versions.asked import other_seeds
from versions.compare import compare
from versions.words import text

if TYPE_CHECKING:
    import pandas

RECORDS = Path(__file__).resolve().parent / "records"
BASELINE = "2.13.0"


@dataclass
class Column:
    """All records of one torch on one device, and each against the baseline's record of the same run seed. alone: those
    for which the baseline has none."""

    torch: str
    device: str
    records: list[Record] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
    alone: list[Record] = field(default_factory=list)

    @property
    def name(self) -> str:
        """``2.13.0`` for the CPU, ``2.13.0 cuda`` for a GPU."""
        return self.torch if self.device == "cpu" else f"{self.torch} {self.device}"

    def cell(self, claim: Claim, lang: str = "en") -> str:
        """``holds 0.12``: the word over all records, and the largest drift from the baseline in parts of its allowance
        (beyond 1 with the reason); for a speed the ratios."""
        word = self._word(claim)
        if not word:
            return "–"
        if claim.kind == "speed":
            return f"{phrase(word, lang)} {ratios(self._ran(claim))}"
        return phrase(word, lang) + self._moved([claim] if word == "holds" else [], [claim], lang)

    def cell_of_section(self, claims: Sequence[Claim], lang: str = "en") -> str:
        """``16 hold, 1 known fault 0.31``: how many of these claims got which word, and the largest drift of those that
        hold (beyond 1 with the reasons); speeds have none."""
        words = {claim.id: self._word(claim) for claim in claims}
        counts = Counter(word for word in words.values() if word)
        if not counts:
            return "–"
        told = [_counted(word, n, lang) for word, n in counts.most_common()]
        judged = [claim for claim in claims if claim.kind != "speed"]
        return ", ".join(told) + self._moved([claim for claim in judged if words[claim.id] == "holds"], judged, lang)

    def _word(self, claim: Claim) -> str:
        ran = self._ran(claim)
        return claim_word([case.word for case in ran]) if ran else ""

    def _ran(self, claim: Claim) -> list[Case]:
        return [case for record in self.records for case in record.cases_of(claim.id) if case.word != "not run"]

    def _moved(self, holding: Sequence[Claim], judged: Sequence[Claim], lang: str) -> str:
        """The largest drift of the claims that hold, and the reasons of what moved further than it may in any. How far
        other draws lie apart, or another meaning, is no drift."""
        rows = [
            row for found in self.comparisons for claim in judged for row in found.rows_of(claim.id) if row.alarming
        ]
        others = {row.claim for row in rows if row.reason in ("stream", "meaning")}
        kept = [claim.id for claim in holding if claim.id not in others]
        drifts = [found.largest.get(claim, 0.0) for found in self.comparisons for claim in kept]
        # In English by the key: "stream" fits a cell where "start or stream" does not.
        told = (row.reason if lang == "en" else text(row.reason, lang) for row in rows if row.reason)
        reasons = "/".join(dict.fromkeys(told))
        drift = f" {max(drifts):.2f}" if any(drifts) else ""
        return f"{drift}{' ' + reasons if reasons else ''}"


def _counted(word: str, n: int, lang: str) -> str:
    """``16 hold``, ``16개 성립``."""
    several = {"holds": "hold", "fails": "fail"}
    return f"{n}개 {phrase(word, lang)}" if lang == "ko" else f"{n} {several.get(word, word)}"


def records_in(files: Iterable[Path]) -> list[Record]:
    """The records of ``files``; of those in versions/records/ where none is given. Raises UnreadableRecord."""
    return [read(file) for file in list(files) or sorted(RECORDS.glob("*.json"))]


def columns(records: Sequence[Record], baseline: str = BASELINE) -> list[Column]:
    """One for each torch and device, the oldest torch first."""
    found: dict[tuple[str, str], Column] = {}
    for record in sorted(records, key=lambda record: (_numbers(record), _device(record))):
        key = release(record), _device(record)
        column = found.setdefault(key, Column(*key))
        column.records.append(record)
        others = [other for other in records if other is not record and _is_baseline_of(other, record, baseline)]
        compared = [compare(other, record) for other in others]
        column.comparisons += compared
        if release(record) != baseline and not any(one.cases for one in compared):
            column.alone.append(record)
    return list(found.values())


def _is_baseline_of(other: Record, record: Record, baseline: str) -> bool:
    same = other.options.get("seed") == record.options.get("seed") and other_seeds(other, record) is None
    return release(other) == baseline and _device(other) == _device(record) and same


def frame(found: Sequence[Column], lang: str = "en") -> pandas.DataFrame:
    """Claims down, versions across, in the order of the lecture."""
    import pandas

    claims = _claims(found)
    cells = {column.name: [column.cell(claim, lang) for claim in claims.values()] for column in found}
    return pandas.DataFrame(cells, index=pandas.Index(claims, name=text("claim", lang)))


def frame_of_sections(found: Sequence[Column], lang: str = "en") -> pandas.DataFrame:
    """Sections down, versions across: what can be read at a glance."""
    import pandas

    lectures = [lecture for column in found for record in column.records for lecture in record.lectures]
    titles = {(one.key, part.key): part.heading.in_language(lang) for one in lectures for part in one.sections}
    # Headings of two lectures may be the same.
    sections: dict[tuple[str, str], list[Claim]] = {}
    for claim in _claims(found).values():
        sections.setdefault((claim.lecture, claim.section), []).append(claim)
    cells = {column.name: [column.cell_of_section(inside, lang) for inside in sections.values()] for column in found}
    return pandas.DataFrame(cells, index=pandas.Index([titles[key] for key in sections], name=text("section", lang)))


def _claims(found: Sequence[Column]) -> dict[str, Claim]:
    """All of them, section by section."""
    claims = {claim.id: claim for column in found for record in column.records for claim in record.claims}
    lectures = [lecture for column in found for record in column.records for lecture in record.lectures]
    sections = [(lecture.key, section.key) for lecture in lectures for section in lecture.sections]
    return dict(sorted(claims.items(), key=lambda item: sections.index((item[1].lecture, item[1].section))))


def summary(found: Sequence[Column], lang: str = "en") -> list[str]:
    """For each column one line: of how many claims it holds, under which seeds and fastai."""
    lines = []
    for column in found:
        claims = dict.fromkeys(claim.id for record in column.records for claim in record.claims)
        words = [
            claim_word([case.word for record in column.records for case in record.cases_of(claim)]) for claim in claims
        ]
        seeds = ", ".join(str(record.options.get("seed")) for record in column.records)
        environment = column.records[0].environment
        known = text("known faults of", lang, n=n) if (n := words.count("known fault")) else ""
        packages = ", ".join(f"{name} {environment.get(name.lower())}" for name in ("fastai", "numpy", "Python"))
        held = text("of claims hold", lang, n=words.count("holds"), claims=len(claims)) + known
        lines.append(f"torch {column.name}: {held} ({packages}, {text('under seeds', lang, seeds=seeds)})")
    return lines


def show(table: pandas.DataFrame, form: str) -> str:
    """The table as text, markdown or csv; ends in a line break."""
    import pandas

    if form == "csv":
        return str(table.to_csv(lineterminator="\n"))
    if form == "text":
        with pandas.option_context("display.width", None, "display.max_rows", None, "display.max_columns", None):
            return table.to_string(justify="left") + "\n"
    head = [str(table.index.name), *map(str, table.columns)]
    rows = [
        head,
        ["---"] * len(head),
        *([str(index), *row] for index, row in zip(table.index, table.to_numpy(), strict=True)),
    ]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def alone(found: Sequence[Column], baseline: str, lang: str = "en") -> list[str]:
    """For each column of which something was compared with nothing one line, so that it does not look as if nothing had
    moved; none where there is no baseline at all."""
    if not any(column.torch == baseline for column in found):
        return []
    seeds = {column.name: [str(record.options.get("seed")) for record in column.alone] for column in found}
    return [
        text("alone", lang, name=name, seeds=", ".join(those), baseline=baseline)
        for name, those in seeds.items()
        if those
    ]


def no_cuda(found: Sequence[Column], lang: str = "en") -> str:
    """The line that says that no GPU has been seen; empty where one has."""
    return "" if any(column.device == "cuda" for column in found) else text("no cuda", lang)


def release(record: Record) -> str:
    """``2.13.0`` of ``2.13.0+cpu``."""
    return str(record.environment["torch"]).partition("+")[0]


def _device(record: Record) -> str:
    ran = {case.device for case in record.cases if case.word != "not run"}
    return "cuda" if "cuda" in ran else "cpu"


def _numbers(record: Record) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", release(record)))
