"""Bytes to text, as editors, PowerShell and Windows in Korea write it. Nothing of it is parsed."""

from __future__ import annotations

import codecs
import re

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # Before UTF-16's little-endian mark, which theirs begins with.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

COOKIE = re.compile(r"^([ \t\f]*#.*?coding[:=][ \t]*)([-\w.]+)")
"""https://peps.python.org/pep-0263/"""
SLOW = ("idna", "punycode")
"""Encodings of single names, whose time grows with the square of the length."""


class NotText(ValueError):
    """The bytes are no text."""


def text_of(content: bytes) -> str:
    """The text, with line ends as Python has them and without a mark: what follows compiles it as text.

    By its mark (PowerShell writes UTF-16 with ``>``), its coding cookie, else UTF-8, the Korean code page that older
    editors write, the Western one. A cookie says UTF-8 afterwards, for so it is written beside the main file.
    Raises NotText.
    """
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except (UnicodeError, LookupError):
            continue
        if "\0" not in text:
            return _with_cookie_utf_8(text.replace("\r\n", "\n").replace("\r", "\n"))
    raise NotText


def _encodings(content: bytes) -> list[str]:
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return [encoding]
    cookie = _cookie(content[:1000].decode("latin-1"))
    found = [cookie[1][2].lower()] if cookie and cookie[1][2].lower() not in SLOW else []
    return [*found, "utf-8", "cp949", "cp1252"]


def _cookie(text: str) -> tuple[int, re.Match[str]] | None:
    """In the first line, or in the second if the first is a comment or empty; and in which."""
    for number, line in enumerate(text.splitlines()[:2]):
        if found := COOKIE.match(line):
            return number, found
        if line.strip() and not line.lstrip().startswith("#"):
            break
    return None


def _with_cookie_utf_8(text: str) -> str:
    found = _cookie(text[:1000])
    if found is None:
        return text
    lines = text.split("\n", 2)
    lines[found[0]] = COOKIE.sub(r"\1utf-8", lines[found[0]])
    return "\n".join(lines)
