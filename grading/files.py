"""What is called how in the folder of grades: the class's own files, and a folder for each submission."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

OF_THE_CLASS = ("index.html", "grades.csv", "claims.csv", "junit.xml", "nbgrader.csv")
"""Files that the class itself may have there."""


def folder_names(submissions: Iterable[tuple[str, str]]) -> list[str]:
    """A folder name for each (submission, sha256): readable, safe on every system, no two the same.

    What a folder's name can't hold becomes ``_``. A name that is taken already, by case or not, by another submission
    or by a file of the class, gets the first letters of the sha256 and, for the same bytes, a number.
    """
    names: list[str] = []
    taken = set(OF_THE_CLASS)
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
