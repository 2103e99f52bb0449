"""What is told in both languages, before it is one sentence."""

from __future__ import annotations

Wording = tuple[str, str]
"""In English and in Korean: a sentence, or words that go into one."""
