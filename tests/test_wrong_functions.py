"""What is told of wrong training loops and of a wrong one_hot: of what was seen, and of the series it was seen on."""

from __future__ import annotations

import pytest
import torch

import mistakes
from diagnosis import naming
from grading.judge import Round
from lecture import loops
from submissions.files import Source

TRAIN = """
import torch
import torch.nn.functional as F


def train(net, x, y, epochs, lr):
    optimizer = torch.optim.Adam(net.parameters(), lr=lr)
    losses = []
    for epoch in range(epochs):
        optimizer.zero_grad()
        logits = net(x)
        loss = -(y * logits.log_softmax(-1)).sum(-1)
        loss = loss.mean(0).sum()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
"""
ONE_HOT = """
import torch


def one_hot(tokens, mapping):
    rows = torch.zeros(len(tokens), len(mapping))
    for row, token in enumerate(tokens):
        rows[row, mapping[token]] = 1.0
    return rows
"""
STEPS = "cut/steps-are-adams"
STAY = "train-step-before-backward"


def instead(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def function(text: str, name: str):
    names: dict = {}
    exec(text, names)  # a file of this test's
    return names[name]


NAMED = {
    "cleared before the step": ([("loss.backward()", "loss.backward(); optimizer.zero_grad()")], [STAY]),
    "logits cut off": ([("logits = net(x)", "logits = net(x).detach().requires_grad_()")], [STAY]),
    "loss made anew": (
        [("loss.backward()", "loss = torch.tensor(loss.item(), requires_grad=True); loss.backward()")],
        [STAY],
    ),
    "rounded": ([("losses.append(loss.item())", "losses.append(round(loss.item(), 4))")], ["train-rounded-to-4"]),
    "fixed rate": ([("lr=lr", "lr=0.01")], ["train-rate-fixed-at-0.01"]),
    "clipped": (
        [("loss.backward()", "loss.backward(); torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)")],
        ["train-clipped-at-1"],
    ),
    "stops early": (
        [("append(loss.item())", "append(loss.item())\n        if losses[-1] < 0.01:\n            break")],
        ["train-no-more-than-it-takes"],
    ),
    "SGD on a mean": (
        [("optim.Adam", "optim.SGD"), ("mean(0).sum()", "mean()")],
        ["train-with-sgd", "train-mean-over-pieces"],
    ),
    "the default rate on a mean": (
        [(", lr=lr", ""), ("mean(0).sum()", "mean()")],
        ["train-rate-ignored", "train-mean-over-pieces"],
    ),
    "a sum, never cleared": (
        [("optimizer.zero_grad()", "pass"), ("mean(0).sum()", "sum()")],
        ["train-without-zero-grad", "train-sum-over-steps"],
    ),
    "probabilities on a wrong axis": (
        [("-(y * logits.log_softmax(-1)).sum(-1)", "F.cross_entropy(logits.softmax(-1), y)"), (".mean(0).sum()", "")],
        ["train-softmax-first", "train-classes-on-another-axis"],
    ),
}


@pytest.mark.parametrize(("changes", "names"), NAMED.values(), ids=NAMED)
def test_a_loop_is_named_by_its_mistakes(changes, names):
    """One, or two together."""
    found = naming.diagnose("train", function(instead(TRAIN, *changes), "train"))
    assert found is not None
    assert list(found.names) == names
    assert all(mistakes.find(name).en in found.en and mistakes.find(name).ko in found.ko for name in names)


def test_weights_that_stay_are_told_with_every_place_to_look_at():
    """What the numbers do not tell apart is not told apart."""
    told = mistakes.find(STAY)
    places = ("optimizer.step()", "loss.backward()", "detach()", "item()")
    assert all(place in told.en and place in told.ko for place in places)
    assert "cleared between the two" in told.en
    assert "is missing" not in told.en


def test_no_norm_is_told_of_gradients_that_are_clipped():
    """Adam takes the same steps on gradients that are all clipped, to whatever norm."""
    for most in (0.3, 1.0):
        text = instead(
            TRAIN,
            ("loss.backward()", f"loss.backward(); torch.nn.utils.clip_grad_norm_(net.parameters(), {most})"),
        )
        found = naming.diagnose("train", function(text, "train"))
        assert found is not None
        assert f"{most:g}" not in found.en
        assert "clip" in found.en or "series cut in 40 pieces" in found.en


def test_a_loop_that_is_unknown_is_told_with_its_series():
    """The case may show another one, and another epoch."""

    def halves(net, x, y, epochs, lr):
        losses = []
        optimizer = torch.optim.Adam(net.parameters(), lr=lr)
        for _ in range(epochs):
            losses += loops.train_with(net, x, y, 1, optimizer)
            for weight in net.parameters():
                weight.data = weight.data.half().float()
        return losses

    def more_of_pieces(net, x, y, epochs, lr):
        losses = halves(net, x, y, epochs, lr)
        losses[2] += 1
        return [3 * loss for loss in losses] if x.dim() == 3 else losses

    found = naming.diagnose("train", halves)
    assert found is not None
    assert found.en.startswith("On a series of 128 letters your 4 losses are right, but the weights")
    assert found.ko.startswith("글자 128개로 된 시계열에서 손실 4개는 맞지만")
    found = naming.diagnose("train", more_of_pieces)
    assert found is not None
    assert "On a series of 128 letters your loss is" in found.en
    assert "in epoch 3, and right before it. On a series cut in 40 pieces your loss is" in found.en
    assert found.en.endswith("in epoch 1, the first one.")


def cards(judge, text, *claims):
    found = judge.round(Round(Source("own.py", "own.py", {"own.py": text.encode()}), claims=claims))
    return [case for case in found.cases if case.word in ("fails", "error")]


@pytest.mark.parametrize("wrong", ["clipped", "stops early"])
def test_what_is_named_fails(judge, wrong):
    """Gradients below a norm of 1 in two pieces, and losses above 0.01 in ten epochs, hid it."""
    assert cards(judge, TRAIN, STEPS) == []
    found = cards(judge, instead(TRAIN, *NAMED[wrong][0]), STEPS)
    assert [case.mistake for case in found if not case.as_before] == NAMED[wrong][1]


def test_a_loop_that_takes_targets_for_indices_is_right(judge):
    """It reads the probability of each target's letter: every row of y has its 1, whatever is tried."""
    indexed = "-logits.softmax(-1)[y.bool()].log().view(y.shape[:-1])"
    text = instead(TRAIN, ("-(y * logits.log_softmax(-1)).sum(-1)", indexed))
    assert cards(judge, text, STEPS) == []
    assert naming.diagnose("train", function(text, "train")) is None


@pytest.mark.parametrize("column", ["list(mapping).index(token)", "{t: n for n, t in enumerate(mapping)}[token]"])
def test_the_order_in_which_a_mapping_lists_its_tokens_is_none(judge, column):
    assert cards(judge, ONE_HOT, "abcabc/shapes") == []
    [found] = cards(judge, instead(ONE_HOT, ("mapping[token]", column)), "abcabc/shapes")
    assert found.mistake == "one-hot-as-they-are-listed"


def test_columns_of_the_tokens_that_occur_are_one_cause(judge):
    """It raises for one text and has too few columns for another."""
    found = cards(judge, instead(ONE_HOT, ("len(mapping)", "len(set(tokens))")), "abcabc/shapes", "cut/shapes")
    assert {case.word for case in found} == {"fails", "error"}
    [told] = [case for case in found if not case.as_before]
    assert told.mistake == "one-hot-as-many-as-occur"
    assert "len(mapping) columns are needed" in told.advice.en


def test_a_text_that_is_answered_is_told_by_its_answer(judge):
    """Not by the exception that another one raises."""
    text = instead(ONE_HOT, ("len(mapping)", "max(mapping.values())"))
    text = instead(text, ("rows[row", "if len(tokens) == 599 or len(tokens) == 8: continue\n        rows[row"))
    found = cards(judge, text, "abcabc/shapes")
    [told] = [case for case in found if not case.as_before]
    assert "Your one_hot gives (4, 3) float32 for 4 tokens and a mapping of 4; it should be (4, 4)" in told.advice.en
    assert "길이 4인 mapping" in told.advice.ko


RETURNED = [
    (instead(ONE_HOT, ("return rows", "return rows.numpy()")), "abcabc/shapes", "Return one torch.Tensor, rows."),
    (instead(TRAIN, ("return losses", "return net, losses")), STEPS, "Return the list of losses alone"),
    (instead(TRAIN, ("loss.item()", "logits.detach()")), STEPS, "Return the list of losses alone"),
    (instead(TRAIN, ("loss.item()", "f'{loss.item():.4f}'")), STEPS, "Return the list of losses alone"),
]


@pytest.mark.parametrize(("text", "claim", "told"), RETURNED, ids=["numpy", "a tuple", "tensors", "texts"])
def test_what_is_returned_is_no_exception_of_the_file(judge, text, claim, told):
    """What came, and what is asked."""
    found = [case for case in cards(judge, text, claim) if not case.as_before]
    assert [case.word for case in found] == ["fails"]
    assert told in found[0].advice.en


def test_a_claims_hint_is_no_reason(judge):
    """Wrong from the sixth epoch on, which no call of the diagnosis makes."""
    text = instead(TRAIN, ("append(loss.item())", "append(loss.item() + (epoch > 5))"))
    [told] = [case for case in cards(judge, text, STEPS) if not case.as_before]
    assert "it shows in what this case asks alone" in told.advice.en
