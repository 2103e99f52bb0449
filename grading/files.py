"""Writing files that are whole or not there, and folder names from the names of submissions."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def write_text(file: Path, text: str, encoding: str = "utf-8") -> Path:
    """Write ``file`` whole or not at all, its folder too where it is missing.

    A lone surrogate, as in a file name that is no UTF-8, is written as ``\\udc80``; that is also its JSON.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as stream:
            stream.write(text.encode(encoding, "backslashreplace"))
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(part, file)
    finally:
        part.unlink(missing_ok=True)
    return file


def write_json(file: Path, data: Any) -> Path:
    """Write ``data`` as JSON that people can read; NaN and infinity are no JSON and raise ValueError."""
    return write_text(file, json.dumps(data, ensure_ascii=False, allow_nan=False, indent=2) + "\n")


def folder_names(submissions: Iterable[tuple[str, str]]) -> list[str]:
    """A folder name for each (submission, sha256): readable, safe on every system, no two the same.

    What a folder's name can't hold becomes ``_``. A name that is taken already, by case or not, gets the first
    letters of the sha256 and, for the same bytes, a number.
    """
    names: list[str] = []
    taken: set[str] = set()
    for submission, sha256 in submissions:
        first = _safe(submission)
        tries = [first, f"{first}-{sha256[:8]}", *(f"{first}-{sha256[:8]}-{n}" for n in range(2, len(names) + 3))]
        name = next(name for name in tries if name.casefold() not in taken)
        taken.add(name.casefold())
        names.append(name)
    return names


def _safe(name: str) -> str:
    # Composed Hangul: macOS hands file names over in pieces.
    name = unicodedata.normalize("NFC", name)
    name = "".join("_" if unicodedata.category(letter)[0] == "C" else letter for letter in name)
    name = re.sub(r'[\\/:*?"<>|]', "_", name)
    # File systems count bytes, and a syllable takes three.
    name = name.encode()[:150].decode(errors="ignore").strip(" .")
    return name or "_"
