"""A machine that is slow fails no property: neither a draw nor an example has a time that is too long."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.mark.parametrize("where", ["draw", "example"])
def test_how_long_it_takes_is_no_verdict(where):
    """On a machine with a GPU and sixteen cores the first draw of a process took 2.6 s, and a right rule failed."""
    waits = iter([0.0, 2.0])  # the first example of all is not among those that are timed

    def wait(number):
        time.sleep(next(waits, 0.0))
        return number

    @settings(max_examples=20, database=None)
    @given(st.integers().map(wait) if where == "draw" else st.integers())
    def rule(number):
        if where == "example":
            wait(number)

    rule()
