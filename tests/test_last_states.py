"""What is wrong of the last state alone, only where the first one is left out, with one member, or far back in time."""

from __future__ import annotations

import pytest
import torch

from diagnosis import naming
from diagnosis.functions import asked, departure_of_training, known
from diagnosis.unknown.reach import cut_back
from diagnosis.unknown.slices import slice_of
from lecture.loops import train_with
from mistakes.families import activations, last_states, layers, left_out, losses, one_direction, reshaped, slips, times
from mistakes.model import RIGHT, Mistake, wrong
from mistakes.reference import Network

OWN = [
    *last_states.of_kind("LSTM"),
    *left_out.of_kind("LSTM"),
    *left_out.of_kind("GRUCell"),
    *reshaped.of_kind("RNN"),
    *(mistake for kind in ("RNN", "LSTMCell") for mistake in slips.of_kind(kind) if "joined" in mistake.name),
    *(mistake for mistake in one_direction.of_kind("GRU") if not mistake.name.endswith("forward")),
    *(mistake for mistake in times.of_kind("RNN") if "cut" in mistake.name),
    *(mistake for mistake in layers.of_kind("GRU") if "share" not in mistake.name),
    *(mistake for mistake in activations.of_kind("RNN") if mistake.name.endswith(("for-relu", "alone"))),
]


@pytest.mark.parametrize("mistake", OWN, ids=lambda mistake: mistake.name)
def test_each_is_told_and_no_two_are_one(mistake: Mistake):
    for kind, make in mistake.networks.items():
        found = naming.diagnose(kind, make)
        assert found is not None
        assert found.names == (mistake.name,)


@pytest.mark.parametrize(("letter", "fine"), [("hT", 1), ("cT", 0)])
def test_what_is_said_to_be_right_is_right(letter, fine):
    """Of a last state of which one part is wrong: the output, and the other part."""
    for mistake in last_states.of_kind("LSTM"):
        if not mistake.name.endswith(letter):
            continue
        net, due = (make(3, 2, 2, bidirectional=True) for make in (mistake.networks["LSTM"], RIGHT["LSTM"]))
        due.load_state_dict(net.state_dict())
        x = torch.randn(4, 3)
        (output, state), (right, last) = net(x), due(x)
        assert torch.equal(output, right)
        assert torch.equal(state[fine], last[fine])
        assert torch.equal(state[1 - fine], last[1 - fine]) == ("detached" in mistake.name)


class DropsTheMember(Network):
    """A batch of one is taken for a series without a batch axis."""

    def forward(self, input, hx=None):
        if input.dim() == 3 and input.shape[1] == 1 and hx is None:
            input = input.squeeze(1)
        return super().forward(input, hx)


def test_a_batch_of_one_member_is_asked_where_all_else_is_right():
    [make] = wrong(DropsTheMember, "LSTM").values()
    found = naming.diagnose("LSTM", make)
    assert found is not None
    assert "Your output is (3, 4) for x (3, 1, 5), state left out; it should be (3, 1, 4)." in found.en
    assert "the axis of 1 is gone, as by output.squeeze(1)." in found.en
    for kind, right in RIGHT.items():
        assert naming.diagnose(kind, right) is None


def test_sizes_that_are_not_refused_do_not_hide_a_batch_of_one_member():
    class Lax(DropsTheMember):
        def check_input(self, input):
            return None

        def check_state(self, *given):
            return None

    [make] = wrong(Lax, "GRU").values()
    found = naming.diagnose("GRU", make)
    assert found is not None
    assert "Your output is (3, 4) for x (3, 1, 5)" in found.en


OUTPUT, HT = torch.randn(6, 2, 4), torch.randn(1, 2, 4)


@pytest.mark.parametrize(
    ("name", "seen", "told"),
    [
        ("hT", OUTPUT[:, -1][None], "output[:, -1]"),
        ("hT", OUTPUT[0], "output[0]"),
        ("output", OUTPUT.transpose(0, 1), "output.permute(1, 0, 2)"),
        ("hT", HT.expand(3, 1, 2, 4), "Each of its rows"),
        ("hT", OUTPUT[:, -1] + 0.01, None),
        ("hT", torch.zeros(6, 4), None),
    ],
    ids=["last of a batch", "first row", "axes", "all rows", "near", "zeros"],
)
def test_what_a_tensor_of_a_wrong_shape_is_instead(name, seen, told):
    found = slice_of(name, seen, {"output": OUTPUT, "hT": HT})
    assert (found is None) == (told is None)
    assert told is None or (told in found[0] and ("행" in found[1] or told in found[1]))


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        (64, "from step 961 to step 960, nor from step 897 to step 896: the history is cut every 64 steps."),
        (600, "from step 601 to step 600. Gradients"),
        (2000, None),
    ],
)
def test_how_often_a_history_is_cut_is_told(steps, told):
    """Only what was seen: of one cut the step alone."""
    found = cut_back("GRU", times.cut_every("GRU", steps).networks["GRU"])
    assert (found is None) == (told is None)
    assert told is None or told in found[0]


def train_weights_alone(net, x, y, epochs, lr):
    matrices = [weight for weight in net.parameters() if weight.dim() > 1]
    return train_with(net, x, y, epochs, torch.optim.Adam(matrices, lr=lr))


def test_a_softmax_over_the_pieces_is_told():
    """Right of a whole series, which has none."""
    [mistake] = [mistake for mistake in losses.MISTAKES if "softmax-over-pieces" in mistake.name]
    found = naming.diagnose("train", mistake.functions["train"])
    assert found is not None
    assert found.names == (mistake.name,)


def test_weights_that_are_not_trained_are_named():
    told = departure_of_training(asked("train", train_weights_alone), known("train"))
    assert "leaves recurrent.bias_ih_l0, recurrent.bias_hh_l0, linear.bias as they were" in told[0]
