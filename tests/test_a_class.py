"""A class of twenty in two processes, one of which is killed: every grade is there, and is what it is alone."""

from __future__ import annotations

import sys

import pytest

from tests import a_class

CLAIM = "lstm/hT-is-the-last-row"


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_lost_process_changes_no_grade():
    """Right, wrong and hostile files, each alone and then among nineteen others."""
    kinds, chosen = a_class.texts(), a_class.settings(CLAIM)
    wanted = a_class.alone(a_class.class_of(len(kinds), kinds), chosen)
    killed = []

    def after(count, dask):
        if count == 4:
            killed.append(a_class.kill_one(dask))

    found = a_class.together(a_class.class_of(20, kinds), chosen, 2, after)
    assert killed
    assert len(found) == 20
    for number in range(20):
        seen, alone = found[f"student {number}"], wanted[f"student {number % len(kinds)}"]
        assert seen["trouble"] == ""
        assert seen == alone, number
    words = [{case["word"] for case in one["cases"]} - {"not attempted"} for one in wanted.values()]
    assert words[0] == {"holds"}
    assert sum("holds" in found for found in words) == 2
