"""From which state a layer, a direction or a member of the batch starts, where it is not its own."""

from __future__ import annotations

import pytest

from diagnosis import naming
from mistakes.families import firsts
from tests.a_class import RIGHT
from tests.test_instead import STACKED, diagnosed
from tests.test_partly import CELL

LAYERS = "for k, h in enumerate(state):"
FILES = [
    ("LSTM", RIGHT, "h[0], c[0]\n", "h[0], h[0]\n", "c starts from h, too: take state[1] for c"),
    ("LSTMCell", CELL, "else state", "else (state[0], state[0])", "c starts from h, too: take state[1] for c"),
    ("LSTMCell", CELL, "else state", "else (state[1], state[1])", "h starts from c, too: take state[0] for h"),
    ("LSTMCell", CELL, "else state", "else (state[0], 0 * state[1])", "you use h alone"),
    (
        "RNN",
        STACKED,
        LAYERS,
        "h = state[0]\n        for k in range(self.layers):",
        "Each upper layer's state starts from the last state of the layer below",
    ),
    ("RNN", STACKED, "(state)", "([state[-1]] * self.layers)", "start from the last row of the state"),
    ("RNN", STACKED, "(state)", "([state[0]] * self.layers)", "All layers start from the first row of the state"),
    ("RNN", STACKED, "(state)", "(reversed(state))", "the state that is given from the last layer on"),
    (
        "RNN",
        STACKED,
        LAYERS,
        f"{LAYERS}\n            h = h[:1].expand_as(h) if h.dim() > 1 else h",
        "Every member of a batch starts from the first member's state",
    ),
]


@pytest.mark.parametrize(("kind", "text", "line", "instead", "told"), FILES, ids=lambda value: value[:24])
def test_a_first_state_from_the_wrong_place_is_told(kind, text, line, instead, told):
    found = diagnosed(kind, text, line, instead)
    assert found is not None
    assert told in found.en


def _of_several(name: str) -> bool:
    return "go-on" in name or "goes-on" in name or name.endswith(("of-the-layer", "before-layers", "all-h", "all-c"))


@pytest.mark.parametrize("mistake", [m for m in firsts.of_kind("LSTM") if _of_several(m.name)], ids=lambda m: m.name)
def test_what_layers_and_directions_start_from_is_told(mistake):
    """All of the state or a part of it, from another layer or direction; no two of them are one."""
    found = naming.diagnose("LSTM", mistake.networks["LSTM"])
    assert found is not None
    assert found.names == (mistake.name,)
