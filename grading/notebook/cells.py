"""The cells of a kernel's notebook that were run, in the order in which they were run."""

from __future__ import annotations

import json
from typing import Any

NAME = "notebook.ipynb"
"""What a student reads where a cell is named: cell 4 of it is In [4]."""


class Cells:
    """Notes which cell each line of IPython's history came from. Of those that ran before it only the history tells.

    A cell that was changed and run again counts as it is now, in every place where it was run: so does the saved
    notebook, which has no older text of it. Not every front end names its cells; then every run counts as it was, as
    it does for the kernel's own variables.
    """

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._ids: dict[int, str] = {}
        shell.events.register("pre_run_cell", self._note)

    def close(self) -> None:
        """Note no more."""
        self._shell.events.unregister("pre_run_cell", self._note)

    def sources(self) -> list[str]:
        """Their texts, magics and all: what number n has is In [n + 1]. The cell that runs is the last."""
        found = list(self._shell.history_manager.input_hist_raw[1:])
        latest = {self._ids[number]: text for number, text in enumerate(found, 1) if number in self._ids}
        return [latest[self._ids[number]] if number in self._ids else text for number, text in enumerate(found, 1)]

    def _note(self, info: Any) -> None:
        # It is not in the history yet: this is the place that it gets there.
        place = len(self._shell.history_manager.input_hist_raw)
        self._ids.pop(place, None)
        if (cell := getattr(info, "cell_id", None)) and info.store_history and not info.silent:
            self._ids[place] = cell


def as_notebook(sources: list[str]) -> bytes:
    """A notebook of these code cells."""
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": source} for source in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}).encode("ascii")
