"""The folder of a report: index.html, and the pictures as files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from report.claims_page import claims_page
from report.pictures import draw_all
from report.source import code_of
from results.files import write_text
from results.record import Record


@dataclass(frozen=True)
class Written:
    """page: index.html. faults: why pictures could not be drawn."""

    page: Path
    faults: list[str]


def write_report(record: Record, folder: Path, root: Path, lang: str = "en") -> Written:
    """What was written. root: where the claims' files are looked for; lang: what the page opens in."""
    drawn = draw_all(record, root)
    for picture in drawn.pictures:
        write_text(folder / "pictures" / f"{picture.name}.svg", picture.alone(lang))
    code = {claim.id: code_of(record.cases_of(claim.id), root) for claim in record.claims}
    page = claims_page(record, drawn.pictures, code, lang, drawn.faults)
    return Written(write_text(folder / "index.html", page), drawn.faults)
