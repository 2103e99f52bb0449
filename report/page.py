"""One page: a template filled in, with style and script in it, and a rule that lets the browser load nothing else."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from report.evidence import percent, told
from report.matrices import figures, panels
from report.words import counted, word
from results.model import Both
from results.texts import label

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

TEMPLATES = Path(__file__).resolve().parent / "templates"

GLYPHS = {
    "holds": "✓",
    "fails": "✗",
    "undecided": "?",
    "error": "!",
    "known fault": "⚑",
    "not judged": "…",
    "not attempted": "–",
    "not run": "·",
}
"""A verdict is a glyph, a word and a colour: none of them alone."""


def render(template: str, lang: str, **values: Any) -> str:
    """The page as text. Everything in ``values`` that is not Markup is text, whatever it looks like."""
    style, script = (_read(name) for name in ("page.css", "page.js"))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    from markupsafe import Markup

    # ids in the page are the record's and the submission's own words; the script is ours, and no other runs.
    rule = f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{digest}'"
    page = _environment().get_template(template)
    return page.render(lang=lang, rule=rule, style=Markup(style), script=Markup(script), **values)


def fragment(template: str, lang: str, **values: Any) -> str:
    """A part for somebody else's page, in one language, with its style and no script. As in :func:`render`, what is not
    Markup is text."""
    from markupsafe import Markup

    style = Markup(_read(template.replace(".html", ".css")))
    return _environment(lang).get_template(template).render(lang=lang, style=style, **values)


def both(text: Both | str) -> Markup:
    """A text in both languages, of which the page shows one."""
    from markupsafe import Markup, escape

    if isinstance(text, str) or text.en == text.ko:
        return escape(text if isinstance(text, str) else text.en)
    return Markup('<span lang="en">{}</span><span lang="ko">{}</span>').format(text.en, text.ko)


def slug(word: str) -> str:
    """A verdict's word as a class of the style sheet."""
    return word.replace(" ", "-")


@lru_cache(maxsize=3)
def _environment(lang: str = "") -> Environment:
    """For pages that show one of two languages, or for a text that has one."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import escape

    def shown(text: Both | str) -> Markup:
        return escape(text.in_language(lang)) if lang and isinstance(text, Both) else both(text)

    found = Environment(
        loader=FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals.update(
        say=lambda key, **values: shown(word(key, **values)), both=shown, told=told, percent=percent, panels=panels
    )
    found.globals["label"] = label
    found.globals["figures"] = found.filters["figures"] = figures
    found.globals.update(glyphs=GLYPHS, slug=slug, counted=lambda *args: shown(counted(*args)))
    return found


@lru_cache(maxsize=4)
def _read(name: str) -> str:
    return (TEMPLATES / name).read_text("utf-8")
