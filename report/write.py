"""The folder of a report: index.html, and the pictures as files."""

from __future__ import annotations

from pathlib import Path

from report.claims_page import claims_page
from report.pictures import draw_all
from report.source import code_of
from results.files import write_text
from results.record import Record


def write_report(record: Record, folder: Path, root: Path, lang: str = "en") -> Path:
    """The page that was written. root: where the claims' files are looked for; lang: what the page opens in."""
    pictures = draw_all(record)
    for picture in pictures:
        write_text(folder / "pictures" / f"{picture.name}.svg", picture.alone(lang))
    code = {claim.id: code_of(record.cases_of(claim.id), root) for claim in record.claims}
    return write_text(folder / "index.html", claims_page(record, pictures, code, lang))
