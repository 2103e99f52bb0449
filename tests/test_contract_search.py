"""A contract that is looked for: what is found is right, what can't be told is said, and a wrong file fits none."""

from __future__ import annotations

import ast
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

import parts
from grading.__main__ import main
from grading.claims import judged_claims
from grading.grade import Grade
from grading.grades import chosen, points_of
from grading.judge import Round
from submissions.contract import forms
from submissions.contract.file import contract_of, read_contract
from submissions.contract.forms import H, V
from submissions.contract.looked import in_short, look_for
from submissions.contract.model import Contract
from submissions.contract.search import Found
from submissions.contract.written import template, toml
from submissions.files import Source, read
from submissions.sandbox import Limits
from submissions.submission import Submission
from tests.a_class import RIGHT
from tests.test_contract import COURSES, NAMES, of_course

HOSTILE = Path(__file__).resolve().parent / "handed_in" / "hostile"


def looked(source, asked=("LSTM",), **named):
    return look_for(source, lambda one: Submission(source, Limits(cpu=2.0), contract=one), asked, named)


def source_of(text):
    return Source("own.py", "own.py", {"own.py": text.encode("utf-8")})


@pytest.mark.parametrize("name", NAMES)
def test_the_form_of_a_right_file_is_found(name):
    """What a person has written down for it."""
    wanted, text = of_course(name)
    found = looked(source_of(text), wanted.asked, one_hot="encode").found
    for one in wanted.parts:
        seen = found[one.part].contract
        plain = dict(one.weights or ())
        assert {name: tuple(map(spelled, views)) for name, views in seen.weights or () if name in plain} == {
            name: tuple(map(spelled, views)) for name, views in plain.items()
        }
        assert (seen.name, seen.order, seen.state_required) == (one.name, one.order, one.state_required)
        assert dict(seen.arguments)["net" if one.part == "train" else next(iter(dict(seen.arguments)))]
        if one.right.kind == "network":
            assert (seen.input, seen.call, seen.returns) == (one.input, one.call, one.returns)


def spelled(view):
    """One way to write a half of what is turned."""
    return view.replace("kernel.T[:, :input_size]", "kernel[:input_size].T").replace(
        "kernel.T[:, input_size:]", "kernel[input_size:].T"
    )


@pytest.mark.parametrize(
    ("old", "new", "taken"),
    [
        ("n_layers=1", "n_layers=1", {"num_layers"}),
        ("n_layers=1", "depth=1, n_layers=1", {"num_layers"}),
        ("range(n_layers)", "range(1)", set()),
        ("for step, state in zip(self.steps, h, strict=True)", "for step, state in zip(self.steps[:1], h)", set()),
        ("n_layers=1", "n_layers=1, bias=True, batch_first=False, nonlinearity='tanh', proj_size=0", {"num_layers"}),
    ],
)
def test_an_option_is_taken_where_it_does_what_torch_s_does(old, new, taken):
    """By its own name, with the weights that it brings; not one that only is called so."""
    text = of_course("gru")[1].replace(old, new)
    found = looked(source_of(text), ("GRU",)).found["GRU"].contract
    assert {name for name, _ in found.arguments} - {"input_size", "hidden_size"} == taken
    assert ("weight_hh_l2" in dict(found.weights)) == ("num_layers" in taken)


def test_torch_s_own_form_is_found_as_such():
    """Nothing of it is said but names; options are those that the constructor has."""
    found = looked(read(COURSES.parent / "right" / "fused_gates.py"), ("LSTM", "LSTMCell")).contract
    assert not any(one.adapts for one in found.parts)
    assert {name for name, _ in found.of("LSTM").arguments} == {"input_size", "hidden_size", "bias", "batch_first"}


@pytest.mark.parametrize(
    ("old", "new"),
    [("h = o_t * torch.tanh(c)", "h = o_t * c"), ("f_t * c + i_t * g_t", "c + i_t * g_t"), ("+ h @ self.U", "")],
)
def test_a_wrong_file_fits_no_form(old, new):
    """Whatever the order: there is no contract under which it is right."""
    text = of_course("matrices")[1]
    assert old in text
    found = looked(source_of(text.replace(old, new)))
    assert (found.found, found.unfit) == ({}, {"LSTM": "NaiveLSTM"})


@pytest.mark.parametrize(
    ("name", "old", "new", "right"),
    [
        ("loader", "return history", "return None", True),
        ("loader", "optimizer.zero_grad()", "pass", False),
        ("loader", "for inputs, labels in train_loader", "for inputs, labels in [next(iter(train_loader))]", True),
        ("loader", "criterion,", "", False),
        ("cell_and_loop", "optimizer.zero_grad()", "", False),
        ("epoch", "return total / len(loader)", "return None", True),
        ("epoch", "return total / len(loader)", "return [loss.detach()]", True),
        ("epoch", "for inputs, labels in loader", "for inputs, labels in [*loader] * 3", False),
    ],
)
def test_a_training_is_found_by_losses_and_weights(name, old, new, right):
    """By the weights alone where it returns no losses; a wrong one by nothing."""
    text = of_course(name)[1].replace(old, new)
    found = looked(
        source_of(text.replace("train_model", "train").replace("train_one_epoch", "train").replace("fit(", "train(")),
        ("train",),
    ).found
    assert bool(found) == right
    assert not found or (found["train"].contract.returns == "_") == (new == "return None")
    if found and name == "epoch":
        assert in_short(found["train"].contract) == "train(model, loader, criterion, optimizer, epoch=1); epochs: 1"
    elif found:
        assert in_short(found["train"].contract).startswith("train(model, train_loader, optimizer, criterion, ")


@pytest.mark.parametrize("name", ["forged_reply", "returns_zeros", "torch_module", "os_exit", "loop_at_import"])
def test_a_hostile_file_fits_no_form(name):
    """Nor does it lead the search astray."""
    assert looked(read(HOSTILE / f"{name}.py")).found == {}


@pytest.mark.parametrize(
    "body",
    [
        "self.W = self; self.V = [self, {'x': self}]",
        "self.__dict__ = {f'W{n}': torch.zeros(4) for n in range(50_000)}",
        "self.W = torch.zeros(1).expand(12, 5); self.U = torch.zeros(12, 3)",
        "type(self).__dict__ = property(lambda _: {'W': 1 / 0})",
        "self.W = torch.zeros(12, 5).as_subclass(type('T', (torch.Tensor,), {'detach_': lambda _: 1 / 0}))",
    ],
)
def test_a_hostile_class_that_is_no_module_fits_no_form(body):
    """Whatever lies among its attributes, and however deep."""
    text = f"import torch\nclass LSTM:\n    def __init__(self, input_size, hidden_size):\n        {body}\n"
    assert looked(source_of(f"{text}    def __call__(self, x):\n        return x\n")).found == {}


def test_what_is_one_layout_among_others_is_said():
    """Gates by their names are put in line; two biases are seen as one."""
    shapes = {f"{w}_{gate}": (H, V) if w == "x" else (H, H) for gate in "fico" for w in "xh"}
    shapes |= {f"b{w}_{gate}": (H,) for gate in "cofi" for w in "xh"}
    [first, *_] = [dict(views) for views, _ in forms.weights("network", "ifgo", shapes)]
    gates = [[view[-1] for view in views] for views in first.values()]
    assert all(one == gates[0] for one in gates)
    assert first["bias_ih_l0"] != first["bias_hh_l0"]
    assert Found(replace(of_course("linear_pair")[0].parts[0])).biases_alike
    assert not Found(of_course("matrices")[0].parts[0]).biases_alike


@pytest.mark.parametrize("name", NAMES)
def test_a_contract_is_read_as_it_was_written(name):
    """And the template in its names is Python, defines them, and attempts nothing."""
    contract = of_course(name)[0]
    assert contract_of(toml(contract, ["a remark"])) == contract
    for lang in ("en", "ko"):
        text = template(contract, lang)
        defined = {node.name: node for node in ast.parse(text).body if hasattr(node, "name")}
        assert list(defined) == [one.name for one in contract.parts]
        assert all(ast.get_docstring(node) for node in defined.values())


def test_a_contract_is_written_by_a_command(tmp_path, capsysbinary):
    """To standard output, with remarks; what it can't tell is an error with a way out."""
    assert main(["contract", str(COURSES / "linear_pair.py"), "--lang", "en"]) == 0
    text = capsysbinary.readouterr().out.decode()
    assert contract_of(text) == of_course("linear_pair")[0]
    assert "# LSTM: which of its two biases is torch's bias_ih can't be told, for only their sum counts." in text
    (tmp_path / "own.py").write_text("x = 1\n", "utf-8")
    assert main(["contract", str(tmp_path / "own.py"), "--lang", "ko"]) == 1
    assert "own.py에서 아무것도 알아보지 못함" in capsysbinary.readouterr().err.decode()
    assert main(["template", "--contract", str(COURSES / "linear_pair.toml"), "--lang", "en"]) == 0
    assert capsysbinary.readouterr().out.decode() == template(of_course("linear_pair")[0], "en")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("own.py", b"class LSTM(:\n", "own.py does not import: SyntaxError"),
        ("own.py", b"\xff\x00\x81class", "own.py is not text"),
        ("own.py", b"\n", "own.py is empty"),
        ("own.ipynb", b'{"cells": [', "own.ipynb is not a notebook: an .ipynb file is JSON with a list of cells"),
    ],
)
def test_a_solution_that_can_not_be_loaded_is_told_so(tmp_path, capsys, name, content, said):
    """And not that nothing of it was recognised."""
    (tmp_path / name).write_bytes(content)
    assert main(["contract", str(tmp_path / name), "--lang", "en"]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"python -m grading contract: {said}")
    assert "recognised" not in told


def test_a_solution_that_can_not_be_read(tmp_path, capsys, monkeypatch):
    """A sentence where there is no permission."""
    (tmp_path / "own.py").write_text("x = 1\n", "utf-8")

    def refuse(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert main(["contract", str(tmp_path / "own.py"), "--lang", "en"]) == 2
    assert "own.py can't be opened: Permission denied" in capsys.readouterr().err


def test_names_for_a_contract_are_optional_and_pairs(capsys):
    """A part alone was taken without a word, and what is optional was called required."""
    for words, said in ((["own.py", "LSTM", "GRU"], "'LSTM': PART=NAME is asked"), ([], "required: solution\n")):
        with pytest.raises(SystemExit) as ended:
            main(["contract", *words, "--lang", "en"])
        assert ended.value.code == 2
        assert said in capsys.readouterr().err


def test_any_judges_what_is_computed(judge):
    """Each file in its own form, which stands in the feedback; a wrong one is told that it has none."""
    before = judge.settings
    contract = read_contract("any")
    ids = ("lstm/printed-output", "lstm/omit-water", "lstm/batch-is-parallel")
    points = points_of(None, judged_claims(), ids, ("LSTM",), contract)
    assert [claim.id for claim in points.claims] == ["lstm/printed-output", "lstm/batch-is-parallel"]
    judge.settings = replace(before, contract=contract, parts=points.parts)
    try:
        grades = {}
        matrices = of_course("matrices")[1]
        texts = {"theirs": matrices, "torch's": RIGHT, "one at a time": of_course("single_gates")[1]}
        texts["wrong"] = matrices.replace("h = o_t * torch.tanh(c)", "h = o_t * c")
        for name, text in texts.items():
            asked = Round(source_of(text), claims=chosen(points, judged_claims()))
            grades[name] = Grade.of(judge.round(asked), points)
    finally:
        judge.settings = before
    assert {name: grade.score for name, grade in grades.items()} == {
        "theirs": 5,
        "torch's": 5,
        "one at a time": 3,
        "wrong": 0,
    }
    assert grades["theirs"].notes[0].startswith("NaiveLSTM was taken for LSTM: input (N, L, V); state (N, H); ")
    assert grades["torch's"].notes == []
    assert grades["one at a time"].claims[1].shown.why == "LSTM_scratch has no such option, call or answer"
    assert "in no order of gates and axes" in grades["wrong"].claims[0].shown.why


def test_the_zip_holds_the_contract(tmp_path):
    """Its script names it; a contract that can't be read makes none."""
    words = ["gradescope-zip", str(tmp_path / "auto.zip"), "--contract"]
    assert main([*words, str(COURSES / "matrices.toml")]) == 0
    with zipfile.ZipFile(tmp_path / "auto.zip") as archive:
        assert archive.read("contract.toml") == (COURSES / "matrices.toml").read_bytes()
        assert "--contract contract.toml" in archive.read("run_autograder").decode()
    assert main([*words, "any"]) == 0
    with zipfile.ZipFile(tmp_path / "auto.zip") as archive:
        assert "contract.toml" not in archive.namelist()
        assert "--contract any" in archive.read("run_autograder").decode()


def test_at_home_the_same_contract_is_an_option(room, run, pytester):
    """A mistake in it is a usage error; under a right one the course's own class is asked."""
    room(
        '''
        @state("one/shape", judges=("network",))
        def test_shape(implementation):
            """A row a step."""
            check.equal("rows", len(implementation.LSTM(5, 3)(torch.ones(4, 5))[0]), 4)
        '''
    )
    for name in ("matrices.py", "matrices.toml"):
        pytester.path.joinpath(name).write_bytes((COURSES / name).read_bytes())
    (pytester.path / "c.toml").write_text("[LSTM]\nnme = 'X'\n", "utf-8")
    words = ("--submission", "matrices.py", "--lang", "en", "--device", "cpu", "--contract")
    run(*words, "c.toml").stderr.fnmatch_lines("*c.toml line 2: unknown key 'nme'; did you mean 'name'?")
    run(*words, "matrices.toml").assert_outcomes(passed=1)


def test_every_part_that_is_looked_for_is_registered():
    """And a contract of none is torch's."""
    assert Contract().asked == ()
    assert looked(source_of("x = 1"), parts.names()).contract.parts == ()
