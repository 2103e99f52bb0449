"""A step that is computed node by node, and layer by layer within a step: a slip in such a loop is named."""

from __future__ import annotations

import random

import pytest

from diagnosis import naming
from mistakes.families import layers, nodes
from tests.test_instead import GRU_CELL, STACKED, diagnosed
from tests.test_partly import CELL

OLD = "old @ self.weight_hh[j + k * H]"
LSTM_NODES = """hs, cs, old, H = list(h.unbind(-1)), [], h, self.hidden_size
        for j in range(H):
            i, f, g, o = (row[..., j + k * H] + old @ self.weight_hh[j + k * H] for k in range(4))
            cs.append(f.sigmoid() * c[..., j] + i.sigmoid() * g.tanh())
            hs[j] = o.sigmoid() * cs[j].tanh()
        return torch.stack(hs, -1), torch.stack(cs, -1)
"""
LSTM = CELL.replace(" + h @ self.weight_hh.T", "")
LSTM = LSTM[: LSTM.index("i, f, g, o = ")] + LSTM_NODES
GRU_NODES = """hs, old, H = list(h.unbind(-1)), h, self.hidden_size
        for j in range(H):
            rx, zx, nx = (x @ self.weight_ih[j + k * H] + self.bias_ih[j + k * H] for k in range(3))
            rh, zh, nh = (old @ self.weight_hh[j + k * H] + self.bias_hh[j + k * H] for k in range(3))
            r, z = (rx + rh).sigmoid(), (zx + zh).sigmoid()
            hs[j] = (1 - z) * (nx + r * nh).tanh() + z * hs[j]
        return torch.stack(hs, -1)
"""
GRU = GRU_CELL[: GRU_CELL.index("rx, zx, nx = ")] + GRU_NODES
NEW = "torch.stack(hs, -1) @ self.weight_hh[j + k * H]"
OVERWRITTEN, ALONE = "You overwrite h node by node", "Each node reads its own old h alone"
FILES = [
    ("LSTMCell", LSTM, OLD, NEW, OVERWRITTEN),
    ("GRUCell", GRU, OLD, NEW, OVERWRITTEN),
    ("LSTMCell", LSTM, OLD, "old[..., j] * self.weight_hh[j + k * H, j]", ALONE),
    ("GRUCell", GRU, OLD, "old[..., j] * self.weight_hh[j + k * H, j]", ALONE),
    ("LSTMCell", LSTM, OLD, "old @ self.weight_hh[j]", "All gates take the same rows of weight_hh, the first H"),
    ("LSTMCell", LSTM, "row[..., j + k * H]", "row[..., j]", "the same rows of weight_ih, bias_ih, bias_hh"),
    ("LSTMCell", LSTM, "row[..., j + k * H]", "row[..., 4 * j + k]", "look at which rows of the weights and biases"),
    ("GRUCell", GRU, "self.bias_hh[j + k * H]", "self.bias_hh[j]", "the same rows of bias_hh, the first H"),
    # No gate is to blame for a slip that two of them have: z is wrong here, too.
    (
        "GRUCell",
        GRU,
        "self.bias_hh[j + k * H]",
        "self.bias_hh[j + k]",
        "It shows only where biases are not zero: look at b_ih",
    ),
    ("GRUCell", GRU, "(nx + r * nh).tanh()", "((nx + r * nh).tanh() - 0.1)", "It lies in the candidate n, r included."),
]


@pytest.mark.parametrize(("kind", "text"), [("LSTMCell", LSTM), ("GRUCell", GRU)])
def test_loops_over_nodes_are_right(kind, text):
    """But for sizes that they broadcast."""
    found = diagnosed(kind, text, OLD, OLD)
    assert found is None or found.en.startswith("No exception is raised for")


@pytest.mark.parametrize(("kind", "text", "line", "instead", "told"), FILES, ids=lambda value: value[:24])
def test_a_slip_in_a_loop_over_nodes_is_told(kind, text, line, instead, told):
    found = diagnosed(kind, text, line, instead)
    assert found is not None
    assert told in found.en


STEPS = """ends, outputs, h = [], [], state[0]
        for row in x:
            for k in range(self.layers):
                w, u, a, b = (getattr(self, f"{n}_l{k}") for n in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
                h = torch.tanh(row @ w.T + a + h @ u.T + b)
                row = h
            outputs.append(h)
        return torch.stack(outputs), h[None]
"""


@pytest.mark.parametrize("returned", ["h[None]", "torch.stack([h] * self.layers)"])
def test_one_h_for_all_layers_is_told(returned):
    """In a loop over the steps, from the first row of the state that is given."""
    text = STACKED[: STACKED.index("ends, outputs = ")] + STEPS
    found = diagnosed("RNN", text, "h[None]", returned)
    assert found is not None
    assert "all layers share one h: each layer goes on from what the layer below" in found.en


MIXED = """h = x.new_zeros(1, *x.shape[1:-1], self.hidden_size) if h is None else h
        rows, outputs, h = x @ self.weight_ih_l0.T + self.bias_ih_l0, [], h[0]
        rows = rows.reshape(-1, len(x), rows.shape[-1]).transpose(0, 1).reshape(rows.shape)
        for row in rows:
            rx, zx, nx = row.chunk(3, -1)
            rh, zh, nh = (h @ self.weight_hh_l0.T + self.bias_hh_l0).chunk(3, -1)
            r, z = (rx + rh).sigmoid(), (zx + zh).sigmoid()
            h = (1 - z) * (nx + r * nh).tanh() + z * h
            outputs.append(h)
        return torch.stack(outputs), h[None]
"""


def test_no_gate_is_to_blame_where_one_step_is_right():
    """Products of all steps at once, taken apart in the wrong order: z hides that as it hides all else."""
    text = GRU_CELL[: GRU_CELL.index("h = x.new_zeros")].replace("GRUCell", "GRU")
    for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
        text = text.replace(name, f"{name}_l0")
    found = diagnosed("GRU", text + MIXED, "h[None]", "h[None]")
    assert found is not None
    assert "only with a batch. It shows only where x enters the step: look at W_ih x + b_ih" in found.en


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_no_two_of_them_are_one(kind):
    """Some of them, each by its own name."""
    for mistake in random.Random(kind).sample([*nodes.of_kind(kind), *layers.of_kind(kind)], 6):
        found = naming.diagnose(kind, mistake.networks[kind])
        assert found is not None
        assert found.names == (mistake.name,)
