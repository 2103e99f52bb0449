"""Modules that lie beside a notebook and that it imports: a folder that is handed in has them, too."""

from __future__ import annotations

from pathlib import Path

from submissions import asked
from submissions.encodings import NotText, text_of


def imported_from(folder: Path, sources: list[str]) -> dict[str, str]:
    """Texts of the .py files in ``folder`` that the cells import, and of those that these import, by name."""
    found: dict[str, str] = {}
    texts = list(sources)
    while texts:
        for module in asked.imported_by(texts.pop()):
            name = f"{module.lstrip('.').partition('.')[0]}.py"
            file = folder / name
            if name not in found and file.is_file():
                try:
                    found[name] = text_of(file.read_bytes())
                except (OSError, NotText):
                    continue
                texts.append(found[name])
    return found
