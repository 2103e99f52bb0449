"""From which state a layer, a direction or a member of the batch starts, where it is not its own."""

from __future__ import annotations

import pytest

from diagnosis import naming
from grading.judge import Round
from mistakes.families import firsts
from results.causes import causes_of
from submissions.files import Source
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


OF_BATCH_FIRST = STACKED.replace("num_layers=1", "num_layers=1, batch_first=False").replace(
    "        if state is None",
    """        if batched := self.batch_first and x.dim() == 3:
            x = x.transpose(0, 1)
        if state is None""",
)
OF_BATCH_FIRST = OF_BATCH_FIRST.replace(
    "super().__init__()", "super().__init__()\n        self.batch_first = batch_first"
)
OF_BATCH_FIRST = OF_BATCH_FIRST.replace("return x,", "return x.transpose(0, 1) if batched else x,")
SIZED = "*x.shape[1:-1]"
AXES = [
    (STACKED, "*x.shape[:-2]", "first-axis"),
    (OF_BATCH_FIRST, "*x.shape[:-2]", "steps"),
    (OF_BATCH_FIRST, "*(x.transpose(0, 1) if batched else x).shape[:-2]", "first-axis"),
    (OF_BATCH_FIRST, "*(x.transpose(0, 1) if batched else x).shape[1:-1]", "second-axis"),
]


@pytest.mark.parametrize(("text", "instead", "axis"), AXES, ids=lambda value: str(value)[-12:])
def test_zeros_sized_by_a_wrong_axis_are_told(text, instead, axis):
    found = diagnosed("RNN", text, SIZED, instead)
    assert found is not None
    assert found.names == (f"RNN-left-out-{axis}",)


def test_all_that_raises_and_all_that_broadcasts_by_such_zeros_is_one_cause(judge):
    text = STACKED.replace(SIZED, "*x.shape[:-2]")
    found = judge.round(Round(Source("own", "own.py", {"own.py": text.encode()}), claims=("lstm/", "practice/")))
    [cause, *others] = causes_of(found.cases)
    assert "sized by the first axis of x" in cause.case.advice.en
    assert {"error", "fails"} <= {case.word for case in (cause.case, *cause.others)}
    assert all("No exception is raised" in other.case.advice.en for other in others)


def _of_several(name: str) -> bool:
    return "go-on" in name or "goes-on" in name or name.endswith(("of-the-layer", "before-layers", "all-h", "all-c"))


@pytest.mark.parametrize("mistake", [m for m in firsts.of_kind("LSTM") if _of_several(m.name)], ids=lambda m: m.name)
def test_what_layers_and_directions_start_from_is_told(mistake):
    """All of the state or a part of it, from another layer or direction; no two of them are one."""
    found = naming.diagnose("LSTM", mistake.networks["LSTM"])
    assert found is not None
    assert found.names == (mistake.name,)
