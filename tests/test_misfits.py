"""What stands in the way of a whole file: other names, other arguments, torch's settings, a compiler, endless text."""

from __future__ import annotations

import json

import pytest
import torch

from checks.language import phrase
from fixtures.submissions import file_message, notes, nothing_attempted
from grading.feedback import feedback
from grading.formats import junit
from grading.grade import Grade, text_of
from grading.points import Points
from grading.tables import write_tables
from results.judgement import Judgement
from submissions import proxies
from submissions.constructors import to_mend
from submissions.files import wanted
from submissions.inside import source
from submissions.signals import NotAttempted, Raised, WrongAnswer
from submissions.texts import LONGEST
from tests.a_class import RIGHT
from tests.conftest import changed
from tests.test_grading import CLAIMS
from tests.test_submissions import called

COMPILED = """
import torch

@torch.compile
def step(row, c):
    i, f, g, o = row.chunk(4, -1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c

@torch.compile(fullgraph=True)
def product(h, weight):
    return h @ weight.T

"""


@pytest.mark.parametrize("name", ["CustomLSTM", "MyLSTM", "lstm", "LSTMFromScratch", "Lstm"])
def test_a_part_under_another_name_is_told_to_be_renamed(submit, name):
    """On top, and where the part is asked for; in both languages."""
    submission = submit(RIGHT.replace("class LSTM", f"class {name}"))
    assert file_message(submission, "en") == ""
    said = f"your file defines {name}; LSTM is asked: rename what is meant for it"
    assert nothing_attempted(submission, "en") == f"own.py: {said}"
    assert notes(submission, "en") == [said]
    with pytest.raises(NotAttempted) as caught:
        called(submission)
    assert (caught.value.key, caught.value.values["seen"]) == ("other name", name)
    told = Judgement("own.py", "0" * 64, list(CLAIMS), [], notes=notes(submission, "en"))
    grade = Grade.of(told, Points(tuple(CLAIMS)))
    assert text_of(grade, "en") == f"0 of 5 points: {said}"
    assert feedback(grade, "en").count("rename what is meant") == 1


def test_two_names_that_come_near_are_told_as_two(submit):
    """Nothing is said of one where there are more."""
    other = "\ndef train_epoch(net):\n    pass\n\ndef train_test_split(x):\n    pass\n"
    submission = submit(f"{RIGHT}{other}")
    with pytest.raises(NotAttempted) as caught:
        submission.require("train")
    said = "train is not in the file, which defines train_epoch, train_test_split: rename what is meant for train"
    assert phrase(caught.value.key, "en", **caught.value.values) == said


@pytest.mark.parametrize(
    "line", ["from torch.nn import *", "from torch.nn import GRU  # to compare", "import torch\nGRU = torch.nn.GRU"]
)
def test_what_is_torchs_own_is_no_part_of_the_file(submit, line):
    """An import to compare with keeps nothing of a right class from being judged, and passes for none."""
    submission = submit(f"{line}\n{RIGHT}")
    assert submission.names == ("LSTM",)
    assert called(submission)[0][0].shape == (5, 2)
    with pytest.raises(NotAttempted) as caught:
        proxies.networks(submission)["GRU"](3, 2)
    said = phrase(caught.value.key, "en", **caught.value.values)
    assert said == "GRU is not in the file: what it calls so is torch's own"
    assert "GRU" in submit(f"{line}\n{RIGHT}", allow_torch_rnn=True).names


def test_a_file_of_nothing_but_torchs_own_attempts_nothing(submit):
    """It says so; a class below torch's is one of the file's, and reaches torch's kernel."""
    submission = submit("from torch import nn\nLSTM = nn.LSTM\nfrom torch.nn import GRU")
    said = "own.py: what your file calls LSTM, GRU is torch's own; judged is what it defines itself"
    assert nothing_attempted(submission, "en") == said
    submission = submit("from torch import nn\nclass LSTM(nn.LSTM):\n    pass")
    with pytest.raises(WrongAnswer) as caught:
        called(submission)
    assert caught.value.key == "forbidden"


def test_a_slip_in_a_class_is_told_though_torchs_own_has_its_name():
    """By the cell that it stands in."""
    cells = [
        "from torch.nn import *",
        "class LSTM(Module):\n    def forward(self, x):\n        return (x",
        "GRU = LSTM",
    ]
    code = [{"cell_type": "code", "source": cell} for cell in cells]
    with pytest.raises(ImportError, match="LSTM is missing: SyntaxError"):
        source.run("own.ipynb", json.dumps({"cells": code}), wanted())["LSTM"](3, 2)


def test_which_names_are_near():
    """Cells are no networks, and what has a network is none."""
    classes = ["MyRNNCell", "GRU_scratch", "LSTMClassifier", "Encoder"]
    assert wanted().near(classes, ["onehot_encode", "train_model", "plot"]) == {
        "RNNCell": ["MyRNNCell"],
        "GRU": ["GRU_scratch"],
        "one_hot": ["onehot_encode"],
        "train": ["train_model"],
    }
    assert wanted().near(["LSTM", "MyLSTM"], [], {"LSTM"}) == {}


def test_a_constructor_of_other_arguments_says_so_above_all(submit):
    """Once, with both lists of arguments; also where an option was asked for."""
    own = "input_size, hidden_size, num_layers, output_size"
    submission = submit(RIGHT.replace("input_size, hidden_size):", f"{own}):"))
    for options in ({}, {"num_layers": 2}):
        with pytest.raises(NotAttempted):
            proxies.networks(submission)["LSTM"](3, 2, **options)
    assert notes(submission, "en") == [
        f"LSTM({own}) can't be called as LSTM(input_size, hidden_size): missing a required argument: 'num_layers'. "
        "torch.nn.LSTM has no argument output_size: take it out of __init__ or give it a default; a layer on top of "
        "the recurrent part is a module of its own"
    ]
    taken = submit(RIGHT.replace("input_size, hidden_size):", "input_size, hidden_size, bias):"))
    proxies.networks(taken)["LSTM"](3, 2, bias=True)
    assert taken.notes == []


@pytest.mark.parametrize(
    ("kind", "signature", "told"),
    [
        ("LSTM", "(input_size, hidden_size, output_size)", ("signature foreign", "output_size")),
        ("GRUCell", "(n_in, n_hidden, n_out, table: dict[str, int] = {}, pair=(1, 2))", ("signature foreign", "n_out")),
        ("LSTM", "(input_size: int, hidden_size: int, num_layers, batch_first)",
         ("signature options", "num_layers, batch_first")),
        ("RNN", "(input_size, hidden_size, nonlinearity) -> None", ("signature options", "nonlinearity")),
        ("GRU", "(input_size, hidden_size, nonlinearity)", ("signature foreign", "nonlinearity")),
        ("RNN", "(vocab, input_size, hidden_size)", ("signature sizes", "")),
        ("LSTM", "(input_size)", ("signature sizes", "")),
        ("LSTM", "(*, input_size, hidden_size)", ("signature sizes", "")),
    ],
)  # fmt: skip
def test_what_keeps_a_constructor_from_being_called(kind, signature, told):
    """An argument that torch.nn has not, an option without a default, or the sizes in another place."""
    assert to_mend(kind, signature) == told


def test_functions_have_their_signature_checked(submit):
    """A train that takes a loader is not attempted, where it had failed in seven claims."""
    text = "def train(model, loader, epochs):\n    return []\n\ndef one_hot(tokens):\n    return tokens\n"
    functions = proxies.functions(submission := submit(text))
    for call in (
        lambda: functions["one_hot"](["a"], {"a": 0}),
        lambda: functions["train"](a_classifier(), torch.zeros(3, 2), torch.zeros(3, 2), 1, 0.1),
    ):
        with pytest.raises(NotAttempted) as caught:
            call()
        assert caught.value.key == "signature"
    assert "train(model, loader, epochs) can't be called as train(net, x, y, epochs, lr)" in notes(submission, "en")[1]
    assert "부를 수 없음" in notes(submission, "ko")[0]


def a_classifier():
    """A network as train is given it."""
    from lecture.networks import classifier

    return classifier(torch.nn.RNN, 2, 2)


@pytest.mark.parametrize(
    "line",
    [
        "torch.set_grad_enabled(False)",
        "torch.set_default_dtype(torch.float64)",
        "torch.autograd.set_detect_anomaly(True)",
        "torch.use_deterministic_algorithms(True)",
        "torch.set_num_threads(2)",
        "torch.set_default_device('meta')",
    ],
)
def test_settings_of_torch_do_not_outlive_the_call_that_made_them(submit, line):
    """Wherever they are made, the next answers and gradients are right."""
    for text in (
        f"import torch\n{line}\n{RIGHT}",
        RIGHT.replace(
            "        return torch.stack", f"        out = torch.stack(rows)\n        {line}\n        return torch.stack"
        ).replace("return torch.stack(rows)", "return out"),
        RIGHT.replace(
            "        self.hidden_size = hidden_size\n", f"        self.hidden_size = hidden_size\n        {line}\n"
        )
        if "meta" not in line
        else RIGHT,
    ):
        submission = submit(text)
        torch.manual_seed(0)
        right, net = torch.nn.LSTM(3, 2), proxies.networks(submission)["LSTM"](3, 2)
        net.load_state_dict(right.state_dict())
        x = torch.randn(5, 3)
        net(x)
        for one in (right, net):
            one(x)[0].sum().backward()
        for name, weight in right.named_parameters():
            assert torch.allclose(weight.grad, net.get_parameter(name).grad, atol=1e-6), name


@pytest.mark.parametrize("strict", ["True", "True, warn_only=True", "False"])
def test_determinism_is_asked_for_without_the_compiler(submit, strict):
    """It is set as it would be; importing the compiler, as torch does to tell it, took a call's CPU seconds."""
    start = "        rows = []\n"
    assert start in RIGHT
    seen = "(torch.are_deterministic_algorithms_enabled(), torch.is_deterministic_algorithms_warn_only_enabled())"
    wanted = {"True": (True, False), "True, warn_only=True": (True, True), "False": (False, False)}[strict]
    asked = f"        torch.use_deterministic_algorithms({strict})\n        assert {seen} == {wanted}\n"
    lines = f"{start}{asked}        import sys; assert 'torch._inductor' not in sys.modules\n"
    answers, right = called(submit(RIGHT.replace(start, lines)))
    assert torch.allclose(answers[0], right[0], atol=1e-6)


def test_a_compiled_step_runs_as_it_is_written(submit):
    """The compiler would start programs; the note says that it was left out."""
    start, end = RIGHT.index("            i, f, g, o"), RIGHT.index("            rows.append")
    loop = "            h, c = step(row + product(h, self.weight_hh_l0), c)\n"
    submission = submit(COMPILED + RIGHT[:start] + loop + RIGHT[end:])
    seen, right = called(submission)
    assert torch.allclose(seen[0], right[0], atol=1e-6)
    assert notes(submission, "en") == ["torch.compile was left out: the steps ran as they are written"]
    whole = submit(f"{RIGHT}\n_LSTM = LSTM\n\ndef LSTM(*sizes):\n    return torch.compile(_LSTM(*sizes))\n")
    assert torch.allclose(called(whole)[0][0], right[0], atol=1e-6)
    assert notes(whole, "ko") == ["torch.compile은 적용하지 않고 코드를 쓰인 그대로 실행함"]
    assert notes(submit(RIGHT), "en") == []


@pytest.mark.parametrize(
    "line",
    [
        "raise ValueError('y' * 3_000_000)",
        f"'{'x' * 3_000_000}'; raise ValueError",
        "raise type('E' * 3_000_000, (Exception,), {})()",
        "exec(compile('1 / 0', 'own.py' + 'z' * 3_000_000, 'exec'))",
    ],
    ids=["message", "line", "type", "file"],
)
def test_text_of_a_submission_is_cut_where_it_enters(submit, tmp_path, line):
    """So that neither feedback nor a table nor JUnit's file grows with it."""
    with pytest.raises(Raised) as caught:
        called(submit(changed(line)))
    error = caught.value
    assert len(str(error)) + len(error.place) < 3 * LONGEST
    assert max(len(text) for row in error.lines for text in (row[0], row[2], row[3])) <= LONGEST


def test_other_long_texts_are_cut_too(submit):
    """Names of parameters, signatures, returned types, names of classes."""
    many = "\n        for n in range(5000): self.register_parameter(f'{n}' * 99, nn.Parameter(torch.empty(1)))"
    texts = [
        RIGHT.replace("super().__init__()", f"super().__init__(){many}"),
        changed("return type('T' * 3_000_000, (), {})()"),
        RIGHT.replace("input_size, hidden_size):", f"input_size, hidden_size, {'long' * 100_000}):"),
        f"class {'A' * 1_000_000}LSTM: pass\n",
    ]
    for text in texts:
        submission = submit(text)
        with pytest.raises((NotAttempted, WrongAnswer)) as caught:
            called(submission)
        assert len(str(caught.value)) < 4 * LONGEST, text[:99]
        assert all(len(note) < 4 * LONGEST for note in notes(submission, "en"))


def test_the_files_of_a_class_stay_small(tmp_path):
    """A long message in every claim: 32 of them are a page, not 163 MB."""
    told = Judgement("own.py", "0" * 64, list(CLAIMS), [], message="x" * LONGEST)
    grade = Grade.of(told, Points(tuple(CLAIMS)))
    files = [*write_tables([grade], tmp_path), *junit.write({"own.py": grade}, tmp_path, "en")]
    assert sum(file.stat().st_size for file in files) < 4 * LONGEST * len(CLAIMS)
