"""Where a check is shown: in a notebook one output that is drawn over, in a console text, once."""

from __future__ import annotations

import sys
from html import escape
from typing import Any

from grading.notebook.words import word

Message = dict[str, Any]


class Screen:
    """``show(message)`` of the judge's; the first ones stand until the last one comes."""

    def __init__(self, shell: Any, lang: str, seconds: float) -> None:
        self._lang, self._seconds = lang, seconds
        self._notebook = hasattr(shell, "kernel")
        self._handle: Any = None
        self._begun = False
        if seconds:
            self._on_the_way(word("starting", lang, seconds=seconds))

    def show(self, message: Message) -> None:
        """What is known by now."""
        if "done" in message:
            self._begun = True
            told = word("judging", self._lang, done=message["done"], of=message["of"], seconds=self._seconds)
            self._on_the_way(told, message["html"], message["text"])
            return
        if "html" not in message:
            told = message.get("sentence") or word("ended" if self._begun else "not begun", self._lang)
            message = {"html": f"<p>{escape(told)}</p>", "text": told}
        self._draw(message["html"], message["text"])

    def _on_the_way(self, told: str, html: str = "", text: str = "") -> None:
        if self._notebook:
            self._draw(f"<p>{escape(told)}</p>{html}", f"{told}\n{text}")
        elif self._handle is None and sys.stderr.isatty():
            self._handle = True
            print(told, file=sys.stderr)

    def _draw(self, html: str, text: str) -> None:
        if not self._notebook:
            print(text)
            return
        from IPython.display import display

        bundle = {"text/html": html, "text/plain": text}
        if self._handle is None:
            self._handle = display(bundle, raw=True, display_id=True)
        else:
            self._handle.update(bundle, raw=True)
