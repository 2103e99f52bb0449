"""``python -m grading template``: the file that a student fills in, or the notebook."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import parts
from checks.arguments import parsed
from checks.language import of_locale
from checks.troubles import told
from grading.claims import ROOT, folder_of_lecture
from grading.notebook.template import notebook
from parts.template import template
from submissions.contract import written
from submissions.contract.file import ContractError, read_contract

USAGE = 2


def main(words: Sequence[str]) -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="python -m grading template", description="Print the file to fill in.")
    parser.add_argument(
        "--lang", choices=("ko", "en"), default=of_locale(), help="of the file and messages (default: the locale's)"
    )
    parser.add_argument(
        "--lecture", default="", metavar="KEY", help="of the lecture with this key; or a folder (default: week 12)"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--notebook", action="store_true", help="a notebook, with a check below each part")
    form.add_argument("--contract", default="", metavar="FILE", help="in this contract's names (TOML)")
    options = parsed(parser, words)
    try:
        folder = _folder_of_lecture(options.lecture, options.notebook, options.lang)
        if folder is not None:
            parts.load(folder)
        if untold := [part.name for part in parts.of_lecture(folder)[1] if not all(part.template)]:
            raise ValueError(f"{folder}: parts.py has no template in English and Korean for {', '.join(untold)}")
        contract = read_contract(options.contract)
    except (OSError, ValueError, parts.UnusableParts, ContractError) as error:
        print(f"python -m grading template: {told(error, options.lang)}", file=sys.stderr)
        return USAGE
    text = notebook(options.lang) if options.notebook else template(options.lang, folder)
    text = written.template(contract, options.lang) if contract.parts else text
    # Written as bytes: a file made with > has to be UTF-8 whatever the console is.
    sys.stdout.buffer.write(text.encode("utf-8"))
    return 0


def _folder_of_lecture(word: str, as_notebook: bool, lang: str) -> Path | None:
    """By its key or folder; None where none is given. Raises ValueError with what is wrong, OSError."""
    folder = folder_of_lecture(word, lang) if word else None
    if as_notebook and folder not in (None, ROOT / "claims"):
        raise ValueError("--notebook: there is one for the lecture in claims/ alone; leave it out")
    return folder
