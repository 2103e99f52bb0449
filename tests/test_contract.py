"""A course's own names, layouts and orders: what is right is judged right, what is wrong wrong, and told so."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import parts
from grading.claims import judged_claims
from grading.grade import Grade
from grading.grades import chosen, points_of
from grading.judge import Round
from grading.points import PointsError
from submissions import proxies
from submissions.contract import notation
from submissions.contract.adapter import Adapter
from submissions.contract.file import read_contract
from submissions.contract.model import FORM, STRICT, Contract, PartContract
from submissions.files import Source, read
from submissions.signals import LeftOut, WrongAnswer

COURSES = Path(__file__).resolve().parent / "handed_in" / "courses"
NAMES = sorted(path.stem for path in COURSES.glob("*.py"))


def of_course(name):
    """The contract and the file."""
    contract = read_contract(str(COURSES / f"{name}.toml"))
    return contract, (COURSES / f"{name}.py").read_text("utf-8")


def asked(net, right, part, contract):
    """What both answer, with gradients; a state where one is taken."""
    stream = torch.Generator().manual_seed(3)
    cell = part.kind == "cell"
    x = torch.randn(*(() if cell else (4,)), *((2,) * contract.offers("batch")), 5, generator=stream)
    size = (*(() if cell else (1,)), *x.shape[0 if cell else 1 : -1], 3)
    states = [torch.randn(size, generator=stream) for _ in range(2 if part.name.startswith("LSTM") else 1)]
    given = [tuple(states) if len(states) == 2 else states[0]] * bool(contract.states)
    found = []
    for network in (net, right):
        leaf = x.clone().requires_grad_()
        answer = network(leaf, *given)
        flat = [one for part in (answer if isinstance(answer, tuple) else (answer,)) for one in flattened(part)]
        weights = list(dict(network.named_parameters()).values())
        found.append([*flat, *torch.autograd.grad(sum(one.sin().sum() for one in flat), [leaf, *weights])])
    return zip(*found, strict=True)


def flattened(value):
    return [one for part in value for one in flattened(part)] if isinstance(value, tuple) else [value]


@pytest.mark.parametrize("name", NAMES)
def test_a_course_s_own_file_is_right_by_its_contract(submit, name):
    """Answers and gradients are torch's, in torch's axes; what the course's does not return is torch's own."""
    contract, text = of_course(name)
    submission = submit(text, contract=contract)
    for one in (one for one in contract.parts if one.right.is_network):
        right = one.made(5, 3, **one.fixed)
        net = proxies.networks(submission)[one.part](5, 3)
        net.load_state_dict(right.state_dict())
        for seen, wanted in asked(net, right, one.right, one):
            assert torch.allclose(seen, wanted, atol=1e-5)


def test_layers_of_a_course_s_own(submit):
    """Where a contract names their weights; without these the option is left out."""
    contract, text = of_course("gru")
    submission = submit(text, contract=contract)
    right = nn.GRU(5, 3, num_layers=2)
    net = proxies.networks(submission)["GRU"](5, 3, num_layers=2)
    net.load_state_dict(right.state_dict())
    x, h = torch.randn(4, 2, 5), torch.randn(2, 2, 3)
    assert torch.allclose(net(x, h)[1], right(x, h)[1], atol=1e-5)
    with pytest.raises(LeftOut):
        proxies.networks(submission)["GRU"](5, 3, num_layers=3)
    assert submission.not_asked


def without(name, old, new):
    contract, text = of_course(name)
    assert old in text
    return contract, text.replace(old, new)


MORE = "self.b = nn.Parameter(torch.zeros(2))\n        self.bias ="
WRONG = {
    "another structure": ("matrices", "dim=1), (h, c)", "dim=1), h, c", "contract structure"),
    "another rank": ("matrices", "dim=1), (h, c)", "dim=1), (h[None], c)", "contract axes"),
    "another weight": ("matrices", "self.bias =", MORE, "contract weights"),
    "a weight of another size": ("matrices", "torch.zeros(4 *", "torch.zeros(3 *", "contract shape"),
    "no list": ("single_gates", "return hs, h, c", "return torch.stack(hs), h, c", "contract structure"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_does_not_keep_to_the_contract_is_told(submit, what):
    """In the course's names."""
    name, old, new, key = WRONG[what]
    contract, text = without(name, old, new)
    with pytest.raises(WrongAnswer) as caught:
        proxies.networks(submit(text, contract=contract))["LSTM"](5, 3)(torch.zeros(4, 5))
    assert caught.value.key == key
    assert caught.value.values["name"] == contract.own("LSTM")


LIMITED = ("lstm/printed-output", "lstm/hT-is-the-last-row", "lstm/batch-first-wants-NLH", "cell/printed-step")


@pytest.fixture
def by_contract(judge):
    """``by_contract(contract, text)``: the grade by a few claims."""
    before = judge.settings

    def graded(contract, text, claims=LIMITED, parts=()):
        points = points_of(None, judged_claims(), claims, parts, contract)
        ids = chosen(points, judged_claims())
        judge.settings = replace(before, contract=contract, parts=points.parts)
        return Grade.of(judge.round(Round(Source("own.py", "own.py", {"own.py": text.encode()}), claims=ids)), points)

    yield graded
    judge.settings = before


def told(grade):
    shown = {one.claim.id: (one.word, one.shown and one.shown.advice) for one in grade.claims}
    return {claim: (word, advice.en if advice else "") for claim, (word, advice) in shown.items()}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("self.weights = {", "self.cell = Cell()\n        self.weights = self.cell.weights = {"),
        ("class LSTMScratch:", "class LSTMScratch(torch.nn.Module):"),
        ("self.num_hiddens = num_hiddens", "super().__init__(); self.num_hiddens = num_hiddens"),
        ("def __call__", "def forward"),
    ],
)
def test_weights_of_no_module_are_the_tensors_that_it_keeps(submit, old, new):
    """Wherever they lie; a module that registers none has them, too, and without a contract nothing has."""
    contract, text = of_course("plain_class")
    text = text.replace(old, new) + "\nclass Cell:\n    def __call__(self):\n        pass\n"
    if "Module" in new:
        text = text.replace("self.num_hiddens = num", "super().__init__()\n        self.num_hiddens = num", 1)
    if "self.cell" in new:
        views = [(name, tuple(f"cell.{view}" for view in views)) for name, views in contract.parts[0].weights]
        contract = Contract((replace(contract.parts[0], weights=tuple(views)),))
    right = nn.LSTM(5, 3)
    net = proxies.networks(submit(text, contract=contract))["LSTM"](5, 3)
    net.load_state_dict(right.state_dict())
    x = torch.randn(4, 2, 5)
    assert torch.allclose(net(x)[0], right(x)[0], atol=1e-5)
    with pytest.raises(WrongAnswer) as caught:
        proxies.networks(submit(of_course("plain_class")[1].replace("LSTMScratch", "LSTM")))["LSTM"](5, 3)
    assert caught.value.key == "not a module"


def test_a_tensor_that_the_contract_names_and_is_not_there_is_told(submit):
    """Beside those that there are."""
    contract, text = of_course("plain_class")
    with pytest.raises(WrongAnswer) as caught:
        proxies.networks(submit(text.replace('"i", "f"', '"input", "f"'), contract=contract))["LSTM"](5, 3)
    assert caught.value.key == "contract weights"
    assert "weights.input.0" in caught.value.values["seen"]


def test_points_are_out_of_what_has_a_meaning(by_contract):
    """Nothing of batch_first, which the course fixes; all of the rest for a right file, none for a wrong one."""
    contract, text = of_course("matrices")
    grade = by_contract(contract, text)
    assert (grade.score, grade.max_score) == (5, 5)
    assert list(told(grade)) == ["lstm/printed-output", "lstm/hT-is-the-last-row"]
    grade = by_contract(*without("matrices", "h = o_t * torch.tanh(c)", "h = o_t * c"))
    assert grade.score == 0
    assert told(grade)["lstm/printed-output"] == ("fails", "Your h is o * c; c has to go through tanh first.")


def test_an_order_is_told_in_the_contract_s_own(by_contract):
    """A mistake is known by what torch's rows are used as; the student has never seen these."""
    grade = by_contract(*without("cell_and_loop", "f, i, g, o = (", "i, f, g, o = ("))
    assert told(grade)["cell/printed-step"] == (
        "fails",
        "Your gates are in the order i, f, g, o; the contract has f, i, g, o.",
    )


def test_what_is_torch_s_own_is_no_diagnosis(by_contract):
    """The course's returns the output alone: the rest of each answer is right, and says nothing."""
    grade = by_contract(*without("linear_pair", "f, i, o, g =", "i, f, o, g ="))
    word, advice = told(grade)["lstm/printed-output"]
    assert (word, grade.score) == ("fails", 0)
    assert advice.startswith("The numbers are not the formula's")


def test_every_claim_that_a_contract_leaves_has_a_case(judge, by_contract):
    """And no other has: under the form that has least, and for parts of two forms."""
    pair = Contract((*of_course("gru")[0].parts, *of_course("linear_pair")[0].parts))
    text = of_course("gru")[1] + of_course("linear_pair")[1]
    ids = ("lstm/hT-is-the-last-row", "lstm/printed-output")
    grade = by_contract(pair, text, ids)
    assert (grade.score, grade.max_score) == (5, 5)
    # Of the LSTM, which returns no state, no case of this claim is left; none of another part was asked for.
    assert set(grade.claims[1].cases) == {"holds"}
    one = PartContract("LSTM", "LSTM")
    assert all(map(one.offers, FORM)), "torch's own has all that a claim may be about"
    assert len(points_of(None, judged_claims(), contract=STRICT).claims) == len(judged_claims())


def test_a_contract_says_what_is_asked():
    """Parts that it does not name have no points; what is asked besides is an error."""
    contract, _ = of_course("linear_pair")
    points = points_of(None, judged_claims(), contract=contract)
    assert points.parts == ("LSTM",)
    assert "lstm/omit-water" not in {claim.id for claim in points.claims}
    with pytest.raises(PointsError, match="train is asked for, and the contract says nothing of it"):
        points_of(None, judged_claims(), parts=("LSTM", "train"), contract=contract)


@settings(max_examples=50)
@given(st.data())
def test_gradients_are_the_weights_way_back(data):
    """For every order, turn and sign: the sum of own times gradient is that of torch's times its gradient."""
    order = "".join(data.draw(st.permutations("ifgo")))
    signs = data.draw(st.lists(st.sampled_from(["", "-"]), min_size=4, max_size=4))
    turned = data.draw(st.booleans())
    own = {
        "W": torch.randn((5, 12) if turned else (12, 5)),
        **{f"U{gate}": torch.randn(3, 3) for gate in "ifgo"},
        "b": torch.randn(12),
    }
    hidden = tuple(f"{sign}U{gate}.T" for sign, gate in zip(signs, "ifgo", strict=True))
    weights = (("weight_ih_l0", ("W.T" if turned else "W",)), ("weight_hh_l0", hidden))
    weights += (("bias_ih_l0", ("b",)), ("bias_hh_l0", ("b",)))
    contract = PartContract("LSTM", "Own", weights=weights, order=order)
    right = dict(nn.LSTM(5, 3).named_parameters())
    net = nn.Module()
    for name, value in own.items():
        net.register_parameter(name, nn.Parameter(value))
    adapter = Adapter(net, contract.plan((5, 3), {name: tuple(weight.shape) for name, weight in right.items()}))
    there, back = adapter.own_weights(right), adapter.gradients(own)
    forward = sum((there[name] * own[name]).sum() for name in own)
    assert torch.allclose(forward, sum((right[name] * back[name]).sum() for name in right), rtol=1e-3, atol=1e-3)


@settings(max_examples=50)
@given(st.permutations("LNV"), st.sampled_from([0, 1, 2, None]), st.booleans())
def test_axes_come_back_as_they_went(letters, one, batched):
    """Any order, with an axis of one anywhere, with a batch and without."""
    letters = list(letters)
    if one is not None:
        letters.insert(one, "1")
    contract = PartContract("RNN", "Own", input=", ".join(letters), call="x", returns="output")
    adapter = Adapter(nn.Linear(1, 1), contract.plan((5, 3), {}))
    x = torch.randn(4, 2, 5) if batched else torch.randn(4, 5)
    own = adapter._to_own("x", x, batched)
    assert own.dim() == len(letters)
    assert torch.equal(adapter._from_own("output", own, batched), x)


def test_a_view_is_what_python_makes_of_it():
    """Its steps in turn; numbers may be the sizes."""
    tensor, sizes = torch.arange(24.0).reshape(6, 4), {"input_size": 2, "hidden_size": 3}
    for text, name, wanted in (
        ("W[input_size * 2 : -1]", "W", tensor[4:-1]),
        ("cells.0.W.T[0:2][:, 1:hidden_size]", "cells.0.W", tensor.T[0:2][:, 1:3]),
        ("-b[hidden_size - 1, :]", "b", tensor[2]),
    ):
        view = notation.view(text)
        assert (view.name, view.negative) == (name, text.startswith("-"))
        assert torch.equal(view.of(tensor, sizes), wanted)


def test_whose_file_is_the_one_is_known_by_the_course_s_names(tmp_path):
    """Of two files the one that defines what the contract names."""
    contract, text = of_course("linear_pair")
    (tmp_path / "a.py").write_text(text, "utf-8")
    (tmp_path / "b.py").write_text("class LSTM:\n    pass\n", "utf-8")
    assert read(tmp_path, contract).main == "a.py"
    assert read(tmp_path).main == "b.py"


def test_a_plan_is_plain_data():
    """It crosses to the worker as JSON, and nothing of what is right with it."""
    for name in NAMES:
        for one in of_course(name)[0].parts:
            if one.adapts:
                shapes = {n: list(w.shape) for n, w in one.right.right(5, 3, **one.fixed).named_parameters()}
                plan = one.plan((5, 3), shapes)
                assert json.loads(json.dumps(plan))["weights"].keys() == shapes.keys()
    assert PartContract("LSTM", "My").plan((5, 3), {}) is None
    assert parts.named("LSTM").forbidden
