"""Text from a submission, made fit to be shown: cut, and without what steers a terminal. Done once, where it enters."""

from __future__ import annotations

import re

LONGEST = 2000
"""Characters of any one text."""
LONGEST_LINE = 200
"""Characters of a line of code that is quoted, of a name, or of anything else that stands within a sentence."""

_CONTROL = re.compile(r"[^\S\n\t ]|[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def readable(text: str) -> str:
    """Without what would steer a terminal or can't be written."""
    return _CONTROL.sub("�", text)


def cut(text: str, most: int = LONGEST) -> str:
    """At most ``most`` characters, the last of them an ellipsis where there were more."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def in_a_sentence(text: str) -> str:
    """A name or the like: one line, readable, short."""
    return cut(readable(" ".join(text.split())), LONGEST_LINE)
