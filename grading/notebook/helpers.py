"""Modules that lie beside a notebook and that it imports: a folder that is handed in has them, too."""

from __future__ import annotations

from pathlib import Path

from grading import ROOMS, ROOT
from submissions import asked
from submissions.encodings import NotText, text_of

OWN = {ROOT / room for room in ROOMS}


def imported_from(folder: Path, sources: list[str]) -> dict[str, str]:
    """Texts of the .py files in ``folder`` that the cells import, packages whole, and what these import, by place."""
    found: dict[str, str] = {}
    texts, looked_for = list(sources), {""}
    while texts:
        tops = {module.lstrip(".").partition(".")[0] for module in asked.imported_by(texts.pop())} - looked_for
        looked_for |= tops
        # A notebook may lie among this project's own folders, and import %check from there.
        packages = [folder / top for top in sorted(tops) if (folder / top).resolve() not in OWN]
        for file in (*(folder / f"{top}.py" for top in sorted(tops)), *(f for p in packages for f in p.rglob("*.py"))):
            name = file.relative_to(folder).as_posix()
            if name not in found and file.is_file():
                try:
                    found[name] = text_of(file.read_bytes())
                except (OSError, NotText):
                    continue
                texts.append(found[name])
    return found
