"""What is wrong with two options at once, or without biases, or beside another mistake, is told by its numbers."""

from __future__ import annotations

import pytest
import torch

from diagnosis import naming
from diagnosis.groups import fewest, options_told
from grading.judge import Round
from mistakes import find
from mistakes.families import firsts, layers, left_out, one_direction
from mistakes.model import NETWORKS, RIGHT, wrong
from mistakes.reference import Network
from mistakes.week12.depth import MISTAKES as OF_DEPTH
from results.causes import causes_of, is_silence
from submissions.files import Source
from tests.a_class import RIGHT as RIGHT_LSTM
from tests.test_instead import STACKED


class WithoutBias(Network):
    """Another step where there are no biases."""

    def from_state(self, h, w):
        return super().from_state(h.cos() - 1 + h if w.b_hh is None else h, w)


def named(kind, name):
    every = [m for family in (firsts, layers, left_out, one_direction) for m in family.of_kind(kind)]
    return next(mistake for mistake in every if name in mistake.name)


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("batch-reversed", "Your backward direction turns the batch round"),
        ("forward-row-for-both", "Both directions of a layer start from the forward direction's row"),
        ("layer-plus-direction", "start from the rows state[layer + direction]"),
        ("layers-read-the-step-before", "reads what the layer below gave in the step before"),
        ("layers-go-on-from-h-below", "goes on from the h that the layer below has just computed"),
        ("batch-first-and-unchecked", "you expect the first state batch first"),
        ("kept-whatever-its-size", "The state of one call is still there in the next"),
        ("rows-of-the-other-direction", "Each direction starts from the other one's row"),
        ("backward-with-forward-ih", "uses the forward direction's weight_ih;"),
        ("backward-with-forward-b_ih-and-b_hh", "uses the forward direction's bias_ih and bias_hh;"),
    ],
)
def test_a_slip_with_layers_or_directions_is_named(kind, name, told):
    mistake = named(kind, name)
    found = naming.diagnose(kind, mistake.networks[kind])
    assert found is not None
    assert told in found.en
    assert found.names == (mistake.name,)


def test_a_projection_by_the_other_direction_shows_with_two_options_alone():
    found = naming.diagnose("LSTM", named("LSTM", "backward-with-forward-hr").networks["LSTM"])
    assert found is not None
    assert found.en.startswith("Only with proj_size=2 and bidirectional=True: Your backward direction uses")
    assert found.groups == {"special directions"}


def test_the_batch_turned_round_with_two_options_alone():
    class Turned(RIGHT["GRU"]):
        def order_of_time(self, x, direction):
            return x.flip(int(self.batch_first)) if direction else x

        order_back = order_of_time

    found = naming.diagnose("GRU", Turned)
    assert found is not None
    assert found.en.startswith("Only with batch_first=True and bidirectional=True: Your backward direction turns the")
    assert found.names == ("GRU-batch-reversed",)


def test_another_step_without_biases_is_told_with_its_option():
    [make] = wrong(WithoutBias, "GRU").values()
    found = naming.diagnose("GRU", make)
    assert found is not None
    assert "only with bias=False" in found.en
    assert found.names == ()
    assert not found.refusals


KEPT = RIGHT_LSTM.replace(
    "h, c = (x.new_zeros(wanted), x.new_zeros(wanted)) if state is None else state",
    "h, c = state or getattr(self, 'kept', (x.new_zeros(wanted), x.new_zeros(wanted)))",
)
KEPT = KEPT.replace("if h.shape != wanted or c", "if False and c").replace(
    "        return torch.stack", "        self.kept = h[None].detach(), c[None].detach()\n        return torch.stack"
)


def test_a_state_that_is_kept_and_raises_in_another_batch_is_told(judge):
    found = judge.round(Round(Source("own", "own.py", {"own.py": KEPT.encode()}), claims=("lstm/",)))
    causes = [cause for cause in causes_of(found.cases) if not is_silence(cause.case)]
    assert "The state of one call is still there in the next" in causes[0].case.advice.en


ONE_BUFFER = STACKED.replace(
    "        for k, h in enumerate(state):", "        buffer = None\n        for k, h in enumerate(state):"
)
ONE_BUFFER = ONE_BUFFER.replace(
    "            rows = []\n            for row in x:",
    "            buffer = x.new_zeros(*x.shape[:-1], self.hidden_size) if buffer is None else buffer\n"
    "            for t, row in enumerate(x):",
)
ONE_BUFFER = ONE_BUFFER.replace(
    "                rows.append(h)\n            x = torch.stack(rows)",
    """\
                buffer[t] = h
            x = buffer""",
)


def test_a_buffer_that_is_read_and_written_is_one_cause_with_its_exception(judge):
    """An RNN of one direction answers rightly, and its backward pass raises."""
    assert "buffer[t] = h" in ONE_BUFFER
    found = judge.round(Round(Source("own", "own.py", {"own.py": ONE_BUFFER.encode()}), claims=("lstm/",)))
    causes = [cause for cause in causes_of(found.cases) if not is_silence(cause.case)]
    assert len(causes) == 1
    assert "Make a new tensor" in causes[0].case.advice.en


def test_tensors_of_float32_are_one_cause_with_what_they_raise(judge):
    """The second layer raises where the first hands on float32."""
    text = STACKED.replace("torch.stack(rows)", "torch.stack(rows).float()").replace(
        "torch.stack(ends)", "torch.stack(ends).float()"
    )
    found = judge.round(Round(Source("own", "own.py", {"own.py": text.encode()}), claims=("lstm/",)))
    causes = [cause for cause in causes_of(found.cases) if not is_silence(cause.case)]
    assert [cause.case.advice.en for cause in causes] == [find("always-float32").en]
    assert {case.word for case in found.cases if case.cause == causes[0].case.cause} == {"fails", "error"}


@pytest.mark.parametrize("kind", NETWORKS)
def test_of_two_mistakes_of_which_one_needs_a_state_both_are_named(kind):
    last = next(m for m in OF_DEPTH if m.name == "backward-hT-of-the-last-letter")
    first = named(kind, "forward-row-for-both")
    both = type("Both", (first.networks[kind], last.networks[kind]), {})
    found = naming.diagnose(kind, both)
    assert found is not None
    assert found.names == (last.name, first.name)


@pytest.mark.parametrize("kind", NETWORKS)
def test_where_only_one_of_two_is_known_the_other_s_calls_are_told(kind):
    """And no more of it."""

    class Bent(Network):
        def first_state(self, x, hx, batched):
            state = super().first_state(x, hx, batched)
            return state if hx is None else tuple(part + 0.3 * part.sin() for part in state)

    last = next(m for m in OF_DEPTH if m.name == "backward-hT-of-the-last-letter")
    found = naming.diagnose(kind, type("Both", (Bent, last.networks[kind]), {}))
    assert found is not None
    assert found.names == (last.name,)
    assert found.en == f"{last.en} That does not explain all numbers where a state is given."
    assert found.ko == f"{last.ko} 상태를 준 호출에서는 이것으로 설명되지 않는 값이 있다."


LAX = RIGHT_LSTM.replace("if x.dim() not in (2, 3)", "if False").replace("if h.shape != wanted or c", "if False and c")


def test_sizes_that_are_not_refused_explain_no_number(judge):
    """A network that is wrong in a long series alone, and refuses nothing."""
    wrong_late = LAX.replace("            rows.append(h)", "            rows.append(h if len(rows) < 20 else 1.01 * h)")
    found = judge.round(Round(Source("own", "own.py", {"own.py": wrong_late.encode()}), claims=("lstm/",)))
    causes = causes_of(found.cases)
    assert len(causes) >= 2
    for cause in causes:
        assert is_silence(cause.case) == ("No exception is raised" in cause.case.advice.en)


@pytest.mark.parametrize("function", ["leaky_relu", "softplus"])
def test_another_function_for_relu_is_named_and_no_rounding(function):
    class Bent(RIGHT["RNN"]):
        def activation(self, a):
            return getattr(torch.nn.functional, function)(a) if self.nonlinearity == "relu" else a.tanh()

    found = naming.diagnose("RNN", Bent)
    assert found is not None
    assert "digits" not in found.en
    assert found.names == (f"rnn-{function.replace('_', '-')}-for-relu",)


def test_relu_in_the_first_layer_alone_is_named():
    class Bent(RIGHT["RNN"]):
        def one_layer(self, x, state, layer):
            kept = self.nonlinearity
            self.nonlinearity = "tanh" if layer else kept
            try:
                return super().one_layer(x, state, layer)
            finally:
                self.nonlinearity = kept

    found = naming.diagnose("RNN", Bent)
    assert found is not None
    assert found.names == ("rnn-relu-in-the-first-layer-alone",)
    assert found.en.startswith('Only with nonlinearity="relu" and num_layers > 1: The layers above the first')


def test_options_in_words():
    """Of groups of which one has some of another's options, the smaller is told."""
    assert fewest("LSTM", {"layers", "directions", "special directions"}) == ["directions"]
    assert fewest("RNN", {"special directions", "special stacked"}) == ["special directions", "special stacked"]
    assert options_told("RNN", "special directions")[0] == 'with nonlinearity="relu" and bidirectional=True'
    assert options_told("LSTM", "special stacked") == ("with proj_size=2 and num_layers=2", "proj_size=2, num_layers=2")
