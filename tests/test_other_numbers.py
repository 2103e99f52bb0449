"""What is told of a mistake holds for other numbers, too: a bound is not told as a matter of the call, or of a gate."""

from __future__ import annotations

import pytest
import torch

from diagnosis import naming
from diagnosis.advice import advice_of
from grading.judge import Round
from mistakes.families import times
from mistakes.model import NETWORKS, RIGHT
from results.causes import causes_of, is_silence
from submissions.files import Source
from submissions.signals import WrongAnswer
from tests.a_class import RIGHT as LSTM
from tests.test_instead import GRU_CELL, diagnosed, made
from tests.test_partly import CELL

GATES, C = "(row + h @ self.weight_hh_l0.T)", "f.sigmoid() * c + i.sigmoid() * g.tanh()"


@pytest.mark.parametrize(("line", "wrong"), [(GATES, f"{GATES}.clamp(-2, 2)"), (C, f"({C}).clamp(-1, 1)")])
def test_a_bound_is_no_matter_of_a_batch_or_a_bias(line, wrong):
    """Some of the calls that are asked do not come to it."""
    found = diagnosed("LSTM", LSTM, line, wrong)
    assert found is not None
    assert "right where x and the state are small, and wrong where they are large: look for what cuts" in found.en
    assert "x와 상태의 값이 작으면 맞고 크면 틀린다" in found.ko
    assert not any(word in found.en for word in ("only", "member", "step", "b_ih"))


def test_what_float32_rounds_off_is_no_matter_of_float64():
    class More(RIGHT["RNN"]):
        def from_time_first(self, output, batched):
            return super().from_time_first(output, batched) + 1e-6

    found = naming.diagnose("RNN", More)
    assert found is not None
    assert "float64" not in found.en
    assert found.groups == {"double", "plain"}


def test_a_cut_tanh_beside_a_right_relu_is_one_mistake():
    class Cut(RIGHT["RNN"]):
        def activation(self, a):
            return a.relu() if self.nonlinearity == "relu" else a.clamp(-1, 1)

    found = naming.diagnose("RNN", Cut)
    assert found is not None
    assert found.en == "Your numbers fit h = clamp(a, -1, 1), not tanh(a)."


def test_a_gate_that_is_right_and_used_twice_is_not_blamed():
    found = diagnosed("LSTMCell", CELL, "i.sigmoid() * g", "i.sigmoid() * i.sigmoid() * g")
    assert found is not None
    assert found.en == "Your numbers fit c' = f * c + i * i * g; torch's step has c' = f * c + i * g."
    other = diagnosed("LSTMCell", CELL, "f.sigmoid() * c", "f.sigmoid() ** 1.5 * c")
    assert other is not None
    assert "It lies in the forget gate f, or in what it is multiplied by." in other.en
    gate = diagnosed("GRUCell", GRU_CELL, "(1 - z) *", "(1 - r) *")
    assert gate is not None
    assert "and which gate stands where" in gate.en


def test_an_rnn_has_no_sigmoid():
    class Bent(RIGHT["RNNCell"]):
        def activation(self, a):
            return a.tanh() + 0.1 * a.cos()

    found = naming.diagnose("RNNCell", Bent)
    assert found is not None
    assert "look at tanh, and at what is made of them" in found.en


@pytest.mark.parametrize("kind", NETWORKS)
def test_a_history_that_is_cut_at_each_step_is_named(kind):
    """With the place, and the part of the state."""
    cut = [mistake for mistake in times.of_kind(kind) if mistake.name.endswith("-every-step")]
    assert len(cut) == (8 if kind == "LSTM" else 2)
    for mistake in cut:
        found = naming.diagnose(kind, mistake.networks[kind])
        assert found is not None
        assert found.names == (mistake.name,)
        assert ".detach()" in found.en


def test_data_at_the_end_of_a_step_is_named():
    found = diagnosed("LSTM", LSTM, "rows.append(h)", "rows.append(h); h, c = h.data, c.detach()")
    assert found is not None
    assert found.names == ("LSTM-hc-cut-behind-every-step",)


IN_PLACE = GRU_CELL.replace("return (1 - z) * ", "n = ").replace(" + z * h", "; h *= z; h += (1 - z) * n; return h")


def test_what_is_raised_for_a_state_that_is_changed_is_said_once():
    """Where a gradient is asked for; the call without one runs."""
    found = naming.diagnose("GRUCell", made(IN_PLACE, "GRUCell"))
    assert found is not None
    assert found.en.startswith("You change h0, which was given, in place")
    assert "exception" not in found.en


def test_what_raises_where_gradients_are_asked_for_is_told_so():
    """In its own words."""
    text = CELL.replace("return o", "w = o.exp(); c = c + 0 * w; w *= 2; c = c + 0 * w.exp()\n        return o")
    found = naming.diagnose("LSTMCell", made(text.replace("0 * w;", "0 * w * w;"), "LSTMCell"))
    assert found is not None
    assert "state left out, where gradients are asked for: RuntimeError: " in found.en
    assert "modified by an inplace operation" in found.en


def test_what_raises_with_an_option_is_not_told_to_answer():
    class Typo(RIGHT["GRU"]):
        def from_input(self, x, w):
            return super().from_input(x, w) + 0 * w.b_hh

    found = naming.diagnose("GRU", Typo)
    assert found is not None
    assert "raises an exception for x (3, 5), state left out, with bias=False" in found.en
    assert found.numbers is None


def test_what_has_to_be_returned_is_told_by_the_lecture_s_names():
    """And of a pair no stack is asked: a cell has no rows."""
    values = {"name": "LSTMCell", "wanted": "(Tensor, Tensor)"}
    nested = advice_of(WrongAnswer("structure", seen="(Tensor, (Tensor, Tensor))", **values))
    stacked = advice_of(WrongAnswer("structure", seen="Tensor", **values))
    for advice in (nested, stacked):
        assert (
            "It has to return h, c: the lecture's names for what the call makes, not those of your code." in advice.en
        )
        assert "torch.stack" not in advice.en
    assert nested.en.startswith("The second value that you return is a list or tuple of tensors, where one tensor")


@pytest.mark.parametrize(
    ("name", "wanted", "said"),
    [
        ("RNN.weight_ih_l1", "(4, 8)", "reads the output of the layer below, both directions side by side"),
        ("RNN.weight_ih_l0", "(4, 8)", "Rows lie along the first axis"),
        ("RNN.weight_ih_l1", "(3, 4)", "Rows lie along the first axis"),
    ],
)
def test_a_layer_above_the_first_reads_both_directions(name, wanted, said):
    assert said in advice_of(WrongAnswer("parameter shape", name=name, seen="(4, 4)", wanted=wanted)).en


BATCH_FIRST_IGNORED = LSTM.replace("input_size, hidden_size)", "input_size, hidden_size, batch_first=False)")
BATCH_FIRST = BATCH_FIRST_IGNORED.replace(
    "        self.hidden", "        self.turned = batch_first\n        self.hidden"
)
BATCH_FIRST = BATCH_FIRST.replace("torch.stack(rows)", "torch.stack(rows, int(self.turned and x.dim() == 3))").replace(
    "        wanted =", "        x = x.transpose(0, 1) if self.turned and x.dim() == 3 else x\n        wanted ="
)
KEEPS_AN_AXIS = BATCH_FIRST.replace(
    "(h[None], c[None])", "tuple(part.view(1, -1, self.hidden_size) for part in (h, c))"
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (KEEPS_AN_AXIS, "hT has one"),
        (BATCH_FIRST_IGNORED, "batch_first=True has no effect"),
    ],
    ids=["a state that is handed back", "batch_first"],
)
def test_a_right_check_of_shapes_is_not_to_be_mended(judge, text, said):
    """It raises for what another mistake has made wrong."""
    found = judge.round(Round(Source("own", "own.py", {"own.py": text.encode()}), claims=("lstm/", "practice/")))
    causes = [cause for cause in causes_of(found.cases) if not is_silence(cause.case)]
    assert [said in cause.case.advice.en for cause in causes] == [True]
    assert "ValueError" in {case.why.partition(":")[0] for case in found.cases if case.word == "error"}


def test_a_call_is_told_with_its_options(judge):
    """Of an exception whose words say nothing."""
    text = BATCH_FIRST.replace(
        "        wanted =", "        if self.turned:\n            raise KeyError(5)\n        wanted ="
    )
    found = judge.round(Round(Source("own", "own.py", {"own.py": text.encode()}), claims=("lstm/",)))
    told = [case.advice.en for case in found.cases if case.word == "error"]
    assert told
    assert all("batch_first=True" in one for one in told)


def test_a_state_of_zeros_that_is_given_is_one_that_is_left_out():
    """What shows where a state is left out alone is no matter of its zeros."""

    class LeftOut(RIGHT["GRUCell"]):
        def zero_state(self, x):
            return tuple(part + torch.linspace(0.1, 0.3, part.shape[-1]) for part in super().zero_state(x))

    found = naming.diagnose("GRUCell", LeftOut)
    assert found is not None
    assert "only where the state is left out" in found.en


def test_a_state_that_is_kept_for_a_batch_alone_is_told(judge):
    """Each call of the diagnosis has another form, and shows none of it."""
    text = LSTM.replace(
        "        h, c = (x.new_zeros",
        "        state = self.of(x, wanted) if state is None else state\n        h, c = (x.new_zeros",
    )
    text = text.replace(
        "        return torch.stack",
        "        self.kept = h[None].detach(), c[None].detach()\n        return torch.stack",
    )
    text += """
    def of(self, x, wanted):
        kept = getattr(self, "kept", None)
        return kept if x.dim() == 3 and kept is not None and kept[0].shape == wanted else None
"""
    found = judge.round(Round(Source("own", "own.py", {"own.py": text.encode()}), claims=("lstm/", "practice/")))
    causes = [cause for cause in causes_of(found.cases) if not is_silence(cause.case)]
    assert ["The state of one call is still there in the next" in cause.case.advice.en for cause in causes] == [True]
