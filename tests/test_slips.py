"""A gate that takes a weight's rows of another is named."""

from __future__ import annotations

import random

import pytest

from diagnosis import naming
from mistakes.families import slips
from tests.test_instead import GRU_CELL, diagnosed
from tests.test_partly import CELL

FILES = [
    (
        "GRUCell",
        GRU_CELL,
        "(zx + zh)",
        "(zx + rh)",
        "Your z is computed with r's rows of weight_hh and bias_hh, block 1",
    ),
    ("GRUCell", GRU_CELL, "nx + r * nh", "zx + r * nh", "Your n is computed with z's rows of weight_ih and bias_ih"),
    (
        "LSTMCell",
        CELL,
        "i, f, g, o = row.chunk(4, -1)",
        "i, f, g, o = row.chunk(4, -1); o = o + h @ (self.weight_hh.chunk(4)[1] - self.weight_hh.chunk(4)[3]).T",
        "Your o is computed with f's rows of weight_hh, block 2 of 4; its own are block 4.",
    ),
]


@pytest.mark.parametrize(("kind", "text", "line", "instead", "told"), FILES, ids=lambda value: value[:16])
def test_a_slip_in_an_index_is_told(kind, text, line, instead, told):
    found = diagnosed(kind, text, line, instead)
    assert found is not None
    assert told in found.en


@pytest.mark.parametrize("kind", ["LSTM", "LSTMCell", "GRU", "GRUCell"])
def test_no_two_slips_are_one(kind):
    """Some of them, each by its own name."""
    for mistake in random.Random(kind).sample(list(slips.of_kind(kind)), 6):
        found = naming.diagnose(kind, mistake.networks[kind])
        assert found is not None
        assert found.names == (mistake.name,)
