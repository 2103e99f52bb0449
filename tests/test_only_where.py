"""A sentence says "only where" when numbers were seen to be right without it; else what was measured, and no more."""

from __future__ import annotations

import pytest

from diagnosis import naming
from tests.a_class import RIGHT
from tests.test_instead import GRU_CELL, STACKED, made
from tests.test_partly import CELL

LSTM, GRU = ("LSTMCell", CELL), ("GRUCell", GRU_CELL)
# What stands instead is right with the weights of a product at zero, or a gate held shut, and in all but the first of
# each pair wrong where h, x, c or g itself is zero.
SENTENCES = [
    (LSTM, "h @ self", "1.3 * h @ self", "It shows only where h enters the step: look at W_hh h + b_hh,"),
    (
        LSTM,
        "self.bias_hh + h @ self.weight_hh.T",
        "1.3 * (self.bias_hh + h @ self.weight_hh.T)",
        "right where W_hh and b_hh are zero: look at W_hh h + b_hh,",
    ),
    (LSTM, "row = x @", "row = 0.7 * x @", "It shows only where x enters the step: look at W_ih x + b_ih,"),
    (
        LSTM,
        "x @ self.weight_ih.T + self.bias_ih",
        "1.3 * (x @ self.weight_ih.T + self.bias_ih)",
        "right where W_ih and b_ih are zero: look at W_ih x + b_ih,",
    ),
    (
        LSTM,
        "f.sigmoid() * c",
        "f.sigmoid() * c.cos() * c",
        "It shows only where some of the old c is kept: look at f * c",
    ),
    (LSTM, "g.tanh()\n", "g.tanh() + 0.1 * f.sigmoid()\n", "right where f is 0: look at f, f * c,"),
    (LSTM, "g.tanh()\n", "0.9 * g.tanh()\n", "It shows only where something is added to c: look at g, i * g,"),
    (LSTM, "f.sigmoid() *", "(f.sigmoid() + 0.1 * i.sigmoid()) *", "right where i is 0: look at i, g, i * g,"),
    (GRU, "+ z * h", "+ z * h * h.cos()", "It shows only where some of the old h is kept: look at z, z * h."),
    (GRU, "(zx + zh)", "(zx + zh.flip(-1))", "right where z is 0: look at z, z * h, 1 - z."),
]


@pytest.mark.parametrize(("cell", "line", "instead", "told"), SENTENCES, ids=lambda value: str(value)[:24])
def test_it_shows_only_where_it_was_seen_to(cell, line, instead, told):
    kind, text = cell
    assert line in text
    found = naming.diagnose(kind, made(text.replace(line, instead, 1), kind))
    assert found is not None
    assert told in found.en
    assert ("It shows only" in found.en) == ("It shows only" in told) == ("때에만 드러난다" in found.ko)
    assert ("맞는 값이 나온다" in found.ko) == ("right where" in told)


BIASES = "look at b_ih and b_hh, at sigmoid and tanh, and at what is made of them"
# Of two mistakes at once, of which no place in the step explains both.
OF_TWO = [
    ("self.bias_hh + h", "h", "g.tanh()", "(g / 2).tanh()", f"biases alone stand before the functions: {BIASES}"),
    (
        "f.sigmoid()",
        "(f + 1).sigmoid()",
        "g.tanh()",
        "g.erf()",
        "where all weights and biases are zero: look at sigmoid",
    ),
]


@pytest.mark.parametrize(("line", "instead", "other", "there", "told"), OF_TWO, ids=["a bias", "a function"])
def test_functions_are_looked_at_where_biases_did_nothing(line, instead, other, there, told):
    """A bias that is missing shows with biases alone, too."""
    assert line in CELL
    assert other in CELL
    found = naming.diagnose("LSTMCell", made(CELL.replace(line, instead, 1).replace(other, there, 1), "LSTMCell"))
    assert found is not None
    assert told in found.en


def test_of_a_state_that_is_lost_no_function_is_blamed():
    """After an odd number of steps: one step shows a right h, and returns a wrong one."""
    text = RIGHT.replace("rows.append(h)", "rows.append(h); h = h * (1 - len(rows) % 2)")
    found = naming.diagnose("LSTM", made(text, "LSTM"))
    assert found is not None
    assert "from step 2 of 3 on" in found.en
    assert "look at" not in found.en


def test_of_rows_that_are_turned_round_no_function_is_blamed():
    """Nor is a step looked at where all is right of one step alone but the gates' order of rows, which is told."""
    text = RIGHT.replace("i, f, g, o = (row", "f, i, g, o = (row").replace(
        "torch.stack(rows)", "torch.stack(rows).flip(0)"
    )
    found = naming.diagnose("LSTM", made(text, "LSTM"))
    assert found is not None
    assert found.names == ("lstm-gates-figo",)
    assert "What is left then: Your output is wrong" in found.en
    assert "Its rows are torch's in the reverse order. Right: hT, cT." in found.en


GOES_ON = "enumerate(state):\n            h = ends[-1] if {} else h"
CALLS = [
    # Of several layers the probes give a state to one sequence, and none to a batch: what it is needs another call.
    ("left_out and k", "only with num_layers > 1 and where the state is left out"),
    ("k and h.dim() > 1", "only with num_layers > 1 and with a batch"),
    ("k and h.dim() > 1 and left_out", "only with num_layers > 1 and with a batch and where the state is left out"),
]


@pytest.mark.parametrize(("where", "told"), CALLS, ids=lambda value: value[:24])
def test_the_calls_that_it_shows_in_are_seen_apart(where, told):
    """A state that goes on from layer to layer, scaled so that it is no known mistake."""
    text = STACKED.replace("if state is None", "left_out = state is None\n        if left_out")
    text = text.replace("enumerate(state):", GOES_ON.format(where)).replace("ends[-1] if", "0.7 * ends[-1] if")
    found = naming.diagnose("RNN", made(text, "RNN"))
    assert found is not None
    assert f"{told}." in found.en
