"""Exceptions that tell a person what to do: files that are not as they should be, packages that are not there."""

from __future__ import annotations

import errno
from pathlib import Path

from checks.language import phrase

ROOT = Path(__file__).resolve().parent.parent
_KEYS = {
    errno.ENOENT: "no file",
    errno.EEXIST: "file for a folder",
    errno.ENOTDIR: "file for a folder",
    errno.EISDIR: "folder for a file",
    errno.EACCES: "no permission",
    errno.EPERM: "no permission",
    errno.EROFS: "no permission",
}


def told(error: BaseException, lang: str) -> str:
    """A sentence: of the file that it is about, where it is of the system's or comes of such; else its own."""
    found = error if isinstance(error, OSError) else error.__cause__
    if not isinstance(found, OSError) or found.filename is None:
        return str(error)
    why = found.strerror or str(found)
    return phrase(_KEYS.get(found.errno or 0, "not readable"), lang, file=found.filename, why=why)


def missing(error: ModuleNotFoundError, lang: str) -> str:
    """A sentence on a package that is not installed. Raises ``error`` where it is no package but ours."""
    package = (error.name or "").partition(".")[0]
    if not package or (ROOT / package).is_dir():
        raise error
    return phrase("not installed", lang, package=package)
