"""In a notebook: ``%load_ext grading.notebook``, then ``%check`` beside the cell. ``%check?`` says what it takes.

    %check                       what of this notebook holds so far
    %check LSTM                  one part;  %check lstm/omit-water  one claim;  %check --lang ko
    %check --contract FILE.toml  by the names and layouts of a course's own contract
    %%claim THE STATEMENT        the cell's own code: a claim of one's own with check.close(...), told as a card

    from grading.notebook import check       the same without magics
    check(LSTM=MyLSTM)

What is judged are the cells that were run, in the order in which they were run, as ``python -m grading`` takes them
from the notebook, and by the same judge: a process beside the kernel, whose variables, random streams and memory it
does not touch. Needs what a kernel has by itself: IPython and ipykernel.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from grading.notebook.words import word

SECONDS = 120.0
"""How long a check may take, so that the kernel is not kept longer."""


def load_ipython_extension(shell: Any) -> None:
    """``%load_ext grading.notebook``: the magics, and the judge begins to warm up."""
    _magics().load(shell)


def unload_ipython_extension(shell: Any) -> None:
    """``%unload_ext grading.notebook``: the judge ends."""
    _magics().unload(shell)


def check(*what: str, lang: str | None = None, seconds: float = SECONDS, contract: str = "", **parts: Any) -> None:
    """Show what of this notebook holds, as ``%check`` does.

    what: parts or claims; all where none is given. parts: whatever has a name in this notebook, under the name of the
    part that it is: ``check(LSTM=MyLSTM)``. lang: en or ko. seconds: how long it may take. contract: a file, or
    ``any``. Raises ValueError for what is no part or has no name here, no language or no time, RuntimeError outside of
    IPython.
    """
    if lang not in (None, "en", "ko"):
        raise ValueError(word("no language", "en", name=lang))
    if not 0 < seconds < float("inf"):
        raise ValueError(word("no time", lang or "en", seconds=seconds))
    try:
        from IPython import get_ipython
    except ImportError:
        shell = None
    else:
        shell = get_ipython()
    if shell is None:
        from checks.language import of_locale

        raise RuntimeError(word("no notebook", lang or of_locale()))
    _magics().load(shell).check(what, lang, seconds, parts, contract)


def _magics() -> ModuleType:
    from grading.notebook import magics

    return magics


def _begin() -> None:
    """The judge begins to warm up as soon as a notebook imports this: before the kernel imports torch, which both have
    to, and while the student writes."""
    ipython = sys.modules.get("IPython")
    if ipython is not None and ipython.get_ipython() is not None:
        from grading.notebook import beside

        beside.begin()


_begin()
