"""What a GPU would show and a CPU can: claims, right files, wrong files and their names, on a pretended GPU."""

from __future__ import annotations

import json

import pytest

from tests.a_class import GATES, RIGHT
from tests.conftest import PROJECT
from tests.pretended import machine

if machine.missing():
    pytest.skip(machine.missing(), allow_module_level=True)

HANDED_IN = PROJECT / "tests" / "handed_in" / "right"
CUDNN = ("test_5_gpu", "test_the_network_is_near_its_cell", "test_one_step_of_cudnns_tanh", "contiguous_states")
"""Claims of cuDNN's, which is not there."""
PICKLED = ("test_copies_are_the_network", "test_an_old_file_is_read")
"""A pretended device's memory can't be pickled."""


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """A Python with the pretended GPU."""
    return machine.build(tmp_path_factory.mktemp("pretended") / "environment")


def _told(done):
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


@pytest.mark.parametrize(
    "where",
    [
        "claims/test_4_lstm.py",
        pytest.param("claims/", marks=pytest.mark.slow),
    ],
)
def test_the_lecture_holds(python, where):
    """``pytest claims/ -m gpu``, all but what is cuDNN's."""
    without = " and ".join(f"not {name}" for name in (*CUDNN, *PICKLED))
    said = _told(machine.run(python, "pytest", where, "-m", "gpu", "-k", without, "-q", "--lang", "en"))
    assert " passed" in said


def _graded(python, folder, files, device, *claims):
    """By file its grade, and what its feedback says; by ``python -m grading --device``, of these claims or all."""
    handed_in, out = folder / "in", folder / device
    handed_in.mkdir(exist_ok=True)
    for name, text in files.items():
        (handed_in / name).write_text(text, encoding="utf-8")
    words = [*(f"--claim={one}" for one in claims), "--jobs", "1", "--lang", "en"]
    _told(machine.run(python, "grading", str(handed_in), "--device", device, "--out", str(out), *words))
    return {
        name: (
            json.loads((out / name / "grade.json").read_text("utf-8")),
            (out / name / "feedback.md").read_text("utf-8"),
        )
        for name in files
    }


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(path.name, marks=[] if path.name == "minimal.py" else pytest.mark.slow)
        for path in sorted(HANDED_IN.glob("*.py"))
    ],
)
def test_a_right_file_holds_in_all_that_it_attempts(python, tmp_path, file):
    """Its grade is the one that it has on the CPU, and no cause is told."""
    text = {file: (HANDED_IN / file).read_text("utf-8")}
    (cuda, _), (cpu, _) = (_graded(python, tmp_path, text, device)[file] for device in ("cuda", "cpu"))
    assert cuda["score"] == cpu["score"] > 0
    assert cuda["causes"] == []


def test_a_wrong_file_has_the_name_that_it_has_on_the_cpu(python, tmp_path):
    """The same causes for the same claims; and what was made on the CPU has its own sentence on CUDA alone."""
    elsewhere = RIGHT.replace("x.new_zeros(wanted)", "torch.zeros(wanted, dtype=x.dtype)")
    files = {
        "gates.py": RIGHT.replace(GATES, "i, f, o, g = (row"),
        "zeros.py": elsewhere,
        "both.py": elsewhere.replace(GATES, "i, f, o, g = (row"),
        "named.py": f"DEVICE = 'cuda' if torch.cuda.is_available() else 'cpu'\n{RIGHT}".replace(
            GATES, "i, f, o, g = (row"
        ),
    }
    default = "torch.set_default_device('cuda' if torch.cuda.is_available() else 'cpu')\n\n\nclass LSTM"
    files["default.py"] = elsewhere.replace("class LSTM", default)
    assert RIGHT not in files.values()
    claims = ("lstm/printed-output", "lstm/omit-water")
    cuda, cpu = (_graded(python, tmp_path, files, device, *claims) for device in ("cuda", "cpu"))
    assert cuda["gates.py"][0]["causes"] == cpu["gates.py"][0]["causes"] != []
    (order,) = cpu["gates.py"][0]["causes"]
    for name in ("both.py", "named.py"):
        assert [one["mistake"] for one in cuda[name][0]["causes"] if one["mistake"]] == [order["mistake"]]
    sentence = "LSTM mixes devices: the input lies on cuda"
    assert sentence in cuda["zeros.py"][1]
    assert "Make it like x" in cuda["zeros.py"][1]
    assert "device" not in cpu["zeros.py"][1]
    assert cpu["zeros.py"][0]["causes"] == cuda["default.py"][0]["causes"] == []
    assert cuda["default.py"][0]["score"] == cpu["default.py"][0]["score"] > 0


STEPS = (HANDED_IN / "per_step.py").read_text("utf-8")
LIKE_X = "torch.zeros(shape, dtype=x.dtype, device=x.device)"
HALVES = "x = torch.cat(halves, dim=2)"
OTHERWISE = {
    "zeros.py": ({LIKE_X: "torch.zeros(shape, dtype=x.dtype)"}, "mixes devices: the input lies on cuda"),
    "rows.py": (
        {
            "rows = [None] * len(x)": "rows = torch.zeros(len(x), x.shape[1], self.output_size, dtype=x.dtype)",
            "torch.stack(rows)": "rows",
        },
        "returns does not lie on cuda",
    ),
    "moved.py": ({HALVES: f"{HALVES}.cpu()"}, "returns does not lie on cuda"),
    "numpy.py": ({"def sigmoid(a):": "def sigmoid(a):\n    a.detach().numpy()"}, "numpy can't read a tensor that lies"),
}


def test_what_does_not_lie_where_the_input_lies_has_a_sentence_of_its_own(python, tmp_path):
    """Of what is made, filled, moved, or handed to numpy on the CPU; on the CPU all of it is right. A line that the
    classes of a file share is one cause."""
    files = {}
    for name, (pairs, _) in OTHERWISE.items():
        text = STEPS
        for old, new in pairs.items():
            assert old in text
            text = text.replace(old, new)
        files[name] = text
    claims = ("practice/observation-axis", "lstm/batch-first-misread")
    cuda, cpu = (_graded(python, tmp_path, files, device, *claims) for device in ("cuda", "cpu"))
    for name, (_, sentence) in OTHERWISE.items():
        assert cpu[name][0]["score"] == 3, name
        assert cuda[name][0]["score"] < 3, name
        assert sentence in cuda[name][1], cuda[name][1]
    assert len(cuda["zeros.py"][0]["causes"]) == 1


STOPS = """
def stop_the_gpu(*_, **__):
    torch.zeros = stop_the_gpu  # from here on this process can make nothing more, as on a card
    raise RuntimeError("CUDA error: device-side assert triggered")


class GRU(Recurrent):
    def __init__(self, input_size, hidden_size, *options, **named):
        super().__init__("gru", input_size, hidden_size, 1, True, False, 0.0, False, 0)

    def forward(self, x, hx=None):
        if x.is_cuda:
            stop_the_gpu()
        return x[len(x)]
"""


def test_what_stops_a_gpu_costs_no_more_than_it_does_on_the_cpu(python, tmp_path):
    """An index that is out of range is an exception there, and on a card the end of the process's use of it. The other
    parts are judged all the same, in a process of their own."""
    files = {"index.py": STEPS + STOPS}
    claims = ("lstm/omit-water", "lstm/printed-output", "practice/observation-axis", "practice/never-name-the-state")
    (cuda, said), (cpu, _) = (
        _graded(python, tmp_path, files, device, *claims)["index.py"] for device in ("cuda", "cpu")
    )
    assert cuda["score"] == cpu["score"] > 0
    assert [(one["claim"]["id"], one["cases"]) for one in cuda["claims"]] == [
        (one["claim"]["id"], one["cases"]) for one in cpu["claims"]
    ]
    assert "GRU.forward led to an error on the GPU" in said
    assert "On the CPU the same call raises IndexError: index 9 is out of bounds" in said
    assert "return x" in said
