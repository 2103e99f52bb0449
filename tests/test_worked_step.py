"""One step worked out: the right values are torch's, and what is said of a student's own variables is so."""

from __future__ import annotations

import itertools
import textwrap

import pytest
import torch
from torch import nn

from diagnosis.explain import diagnosis
from diagnosis.shown.own_names import is_another, matched
from diagnosis.shown.worked_step import GATES, KINDS, NEAR, STATE, code, given, right_values, weights, worked_step
from grading.judge import Round
from results.model import Case
from results.worked import Own, OwnLine
from submissions.files import Source
from tests.a_class import RIGHT, STYLES
from tests.test_instead import STACKED

HERE = OwnLine("own.py", 1, "")


@pytest.mark.parametrize("kind", KINDS)
def test_the_right_values_are_torchs(kind, capsys):
    """By torch's own network, made by the code that is shown; and each value is told apart from all others."""
    net = getattr(nn, kind)(3, 2)
    net.load_state_dict(weights(kind))
    right = right_values(kind)
    returned = net(*given(kind))
    state = returned if kind.endswith("Cell") else returned[1]
    state = state if isinstance(state, tuple) else (state,)
    for name, part in zip(STATE[kind.removesuffix("Cell")], state, strict=True):
        assert torch.allclose(part.flatten(), right[name], atol=NEAR / 10)
    exec(code(kind), {"torch": torch, kind: getattr(nn, kind)})
    assert capsys.readouterr().out == f"{returned}\n"
    of_gates = [value for value in right.values() if len(value) == 2]
    assert min((a - b).abs().max() for a, b in itertools.combinations(of_gates, 2)) > 100 * NEAR


def test_what_could_be_two_values_is_left_out():
    """And what is none of them is kept, with no meaning."""
    one, other = torch.tensor([0.1, 0.2]), torch.tensor([0.3, 0.4])
    right = {"i": one, "f": other, "o": other, "h'": torch.zeros(2), "W_ih x": torch.zeros(8)}
    weights = torch.tensor([0.7, 0.8, 0.9])
    values = {"a": one, "b": other, "d": one + 1, "e": 0 * one, "W_f": weights[1:]}
    seen = [(name, ("own.py", 1, ""), value) for name, value in values.items()]
    found = matched(seen, right, weights.double(), NEAR)
    assert [(own.name, own.means) for own in found] == [("a", "i"), ("d", "")]


def test_a_right_state_is_no_right_output(judge):
    """Of a network that appends another number than the state. Where the mistake is named, no more is said of it."""
    append = "            rows.append(h)\n"
    text = RIGHT.replace(append, append.replace("(h)", "(h + 0.1 * h * h)"))
    found = judge.round(Round(Source("own.py", "own.py", {"own.py": text.encode()}), claims=("lstm/printed-output",)))
    [case] = [case for case in found.cases if case.word == "fails"]
    assert "the state is right and the output is not" in case.worked.said[0].en


@pytest.mark.parametrize(
    ("gates", "name", "means", "said"),
    [
        ("ifgo", "i_t", "f", True),
        ("ifgo", "ft", "i before sigmoid", True),
        ("ifgo", "input_gate", "g", True),
        ("ifgo", "forget", "o", True),
        ("ifgo", "f", "f", False),
        ("ifgo", "i_gate", "i of W_ih x", False),
        ("ifgo", "output", "h'", False),  # many call h so
        ("ifgo", "output", "f", False),
        ("ifgo", "gates[0]", "f", False),
        ("ifgo", "z", "g", False),  # as some books call the candidate
        ("ifgo", "i", "h'", False),
        ("ifgo", "i", "", False),
        ("rzn", "z", "1 - z", True),
        ("rzn", "r", "z", True),
        ("rzn", "i_r", "r of W_ih x + b_ih", False),
        ("rzn", "h_n", "n of W_hh h + b_hh", False),
    ],
)
def test_a_name_that_says_another_gate(gates, name, means, said):
    """Only where the name says one gate and the numbers another."""
    assert is_another(Own(name, HERE, [0.0, 0.0], means), gates) == said


@pytest.mark.parametrize("file", STYLES, ids=lambda file: file.name)
def test_a_right_file_is_never_accused(submit, file):
    """Its steps are right, no variable is called after another, and each is a value that is known."""
    submission = submit(file.read_text("utf-8"), file.name, watched=True)
    for kind in set(KINDS) & set(submission.names):
        step = worked_step(submission, kind)
        assert step.is_right
        assert [
            own.name for own in step.own if not own.means or is_another(own, GATES[kind.removesuffix("Cell")])
        ] == []


BASE = """
class {name}(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.weight_ih = nn.Parameter(torch.empty({gates} * hidden_size, input_size))
        self.weight_hh = nn.Parameter(torch.empty({gates} * hidden_size, hidden_size))
        self.bias_ih = nn.Parameter(torch.empty({gates} * hidden_size))
        self.bias_hh = nn.Parameter(torch.empty({gates} * hidden_size))

    def forward(self, x, state):
{body}
"""
LSTM_BODY = """
h, c = state
z = x @ self.weight_ih.T + self.bias_ih + h @ self.weight_hh.T + self.bias_hh
i_t, f_t, g_t, o_t = z.chunk(4, -1)
i_t, f_t, o_t = i_t.sigmoid(), f_t.sigmoid(), o_t.sigmoid()
c = f_t * c + i_t * g_t.tanh()
h = o_t * c.tanh()
return h, c
"""
GRU_BODY = """
gx, gh = x @ self.weight_ih.T + self.bias_ih, state @ self.weight_hh.T + self.bias_hh
(rx, zx, nx), (rh, zh, nh) = gx.chunk(3, -1), gh.chunk(3, -1)
r, z = (rx + rh).sigmoid(), 1 - (zx + zh).sigmoid()
n = (nx + r * nh).tanh()
return (1 - z) * n + z * state
"""
RNN_BODY = "return (x @ self.weight_ih.T + self.bias_ih + state @ self.weight_hh.T + self.bias_hh).tanh()"


def _class(name: str, gates: int, body: str) -> str:
    return BASE.format(name=name, gates=gates, body=textwrap.indent(body.strip("\n"), " " * 8))


FILE = "import torch\nfrom torch import nn\n" + "".join(
    (
        _class("LSTMCell", 4, LSTM_BODY.replace("i_t, f_t, g_t", "f_t, i_t, g_t")),
        _class("GRUCell", 3, GRU_BODY),
        _class("RNNCell", 1, RNN_BODY),
    )
)


def test_a_students_own_variables(submit):
    """At home: swapped gates by name and line, a complement, a step that is right. Elsewhere nothing is looked at."""
    submission = submit(FILE, watched=True)
    lstm = worked_step(submission, "LSTMCell")
    number = FILE.split("\n").index("        f_t, i_t, g_t, o_t = z.chunk(4, -1)") + 1
    assert [text.en for text in lstm.said] == [
        f"the value 0.4800 that you call f_t in own.py line {number} is torch's i before sigmoid",
        f"the value 0.1900 that you call i_t in own.py line {number} is torch's f before sigmoid",
    ]
    assert [(value.name, value.differs) for value in lstm.values if value.seen] == [("c'", True), ("h'", True)]
    assert any(own.name == "g_t" and own.means == "g before tanh" for own in lstm.own)
    gru = worked_step(submission, "GRUCell")
    assert ["call z in own.py" in text.en and "is torch's 1 - z" in text.en for text in gru.said] == [True]
    rnn = worked_step(submission, "RNNCell")
    assert rnn.is_right
    assert "comes out right" in rnn.said[0].en
    assert Case.from_dict(Case("a", "a", worked=lstm).as_dict()).worked == lstm

    judged = worked_step(submit(FILE), "LSTMCell")
    assert judged.own == []
    assert judged.values == lstm.values
    assert "print these" in judged.said[0].en


def test_the_first_value_that_is_none_of_the_right_ones(submit):
    """With its line; where only the state is known, what that says."""
    text = "import torch\nfrom torch import nn\n" + _class("LSTMCell", 4, LSTM_BODY.replace("c.tanh()", "c"))
    said = worked_step(submit(text, watched=True), "LSTMCell").said
    number = text.split("\n").index("        h = o_t * c") + 1
    assert len(said) == 1
    assert f"none of the right ones is h in own.py line {number}: -0.55" in said[0].en
    assert "h' does not" in worked_step(submit(text), "LSTMCell").said[0].en
    right_z = GRU_BODY.replace("1 - (zx + zh).sigmoid()", "(zx + zh).sigmoid()")
    text = _class("GRUCell", 3, right_z.replace("(1 - z) * n + z * state", "z * n + (1 - z) * state"))
    [said] = worked_step(submit(f"import torch\nfrom torch import nn\n{text}", watched=True), "GRUCell").said
    assert said.en == "r, z and n are right in your code; look at what is made of them: h' = (1 - z) * n + z * h"


GRU_RIGHT = GRU_BODY.replace("1 - (zx + zh).sigmoid()", "(zx + zh).sigmoid()").replace("return", "h =") + "return h"


@pytest.mark.parametrize(
    ("kind", "line", "wrong"),
    [
        ("LSTMCell", "z = x @ self.weight_ih.T + self.bias_ih + h @ self.weight_hh.T + self.bias_hh", "z = z * 2"),
        ("LSTMCell", "i_t, f_t, o_t = i_t.sigmoid(), f_t.sigmoid(), o_t.sigmoid()", "f_t = (f_t + 1).sigmoid()"),
        ("LSTMCell", "i_t, f_t, o_t = i_t.sigmoid(), f_t.sigmoid(), o_t.sigmoid()", "o_t = o_t.tanh()"),
        ("LSTMCell", "c = f_t * c + i_t * g_t.tanh()", "c = c + i_t"),
        ("LSTMCell", "h = o_t * c.tanh()", "h = o_t + c.tanh()"),
        ("LSTMCell", "h = o_t * c.tanh()", "c = c.tanh(); c = c * 2"),
        ("GRUCell", "r, z = (rx + rh).sigmoid(), (zx + zh).sigmoid()", "r = rx.sigmoid()"),
        ("GRUCell", "r, z = (rx + rh).sigmoid(), (zx + zh).sigmoid()", "z = (zx - zh).sigmoid()"),
        ("GRUCell", "n = (nx + r * nh).tanh()", "n = (nx + nh).tanh()"),
        ("GRUCell", "n = (nx + r * nh).tanh()", "n = (nx + r * nh).sigmoid()"),
        ("GRUCell", "h = (1 - z) * n + z * state", "h = z * n + (1 - z) * state"),
    ],
)
def test_the_line_that_was_made_wrong_is_the_one_that_is_named(submit, kind, line, wrong):
    """A wrong line behind a right one; at home it is found by its number."""
    gates, body = (4, LSTM_BODY) if kind == "LSTMCell" else (3, GRU_RIGHT)
    assert line in body
    text = f"import torch\nfrom torch import nn\n{_class(kind, gates, body.replace(line, f'{line}{chr(10)}{wrong}'))}"
    number = next(n for n, one in enumerate(text.split("\n"), 1) if one.strip() == wrong)
    step = worked_step(submit(text, watched=True), kind)
    assert f"own.py line {number}" in step.said[0].en


BEHIND_A_RIGHT_STEP = [
    (
        "RNN",
        STACKED,
        "return x,",
        "return outputs[0],",
        "one direction and no options: what is wrong shows with num_layers > 1",
    ),
    (
        "LSTM",
        RIGHT,
        "rows.append(h)",
        "rows.insert(0, h)",
        "elsewhere, such as with other numbers, between the steps, in",
    ),
    (
        "LSTM",
        RIGHT,
        "rows.append(h)",
        "rows.append(h.detach())",
        "the numbers of every call that was tried: gradients alone",
    ),
]


@pytest.mark.parametrize(("kind", "text", "line", "wrong", "said"), BEHIND_A_RIGHT_STEP, ids=lambda value: value[:16])
def test_a_right_step_leaves_what_is_wrong_elsewhere(submit, kind, text, line, wrong, said):
    """In a call of another kind, where those alone are wrong; before a diagnosis, in any that is no single step."""
    assert line in text
    submission = submit(text.replace(line, wrong))
    diagnosis(submission, kind)
    [told] = worked_step(submission, kind).said
    assert said in told.en
    [told] = worked_step(submit(text.replace(line, wrong)), kind).said
    assert "such as with other numbers, between steps, layers or directions, in a batch" in told.en
