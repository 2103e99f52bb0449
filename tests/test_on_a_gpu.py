"""What broke on a machine with a GPU, caught without one.

What a CPU build can't show: that CUDA's kernels round as they are said to, that a driver starts inside a sandbox, how
long anything takes there. MPS is said to be there, and "meta" stands for the device that is not the CPU; numbers like
cuDNN's are planted in test_cudnn.py.
"""

from __future__ import annotations

import contextlib
import os
import sys

import pytest
import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode

from checks import check
from checks.running import RUNNING, Running
from diagnosis import explain, probes
from diagnosis.answers import RAISED
from diagnosis.matching import known
from fixtures import devices
from lecture import language_model
from submissions import client, proxies, sandbox, signals
from submissions.contract.model import STRICT
from submissions.files import Source
from submissions.signals import Raised, Signal, WrongAnswer
from tests.a_class import RIGHT
from tests.conftest import changed
from tests.rights import of_anybody
from versions import settings


@pytest.fixture
def on_cuda():
    """A case that computes on CUDA; its tensors lie on the CPU all the same."""
    token = RUNNING.set(Running(device="cuda"))
    yield
    RUNNING.reset(token)


ARITHMETIC = """import torch, os
def one_hot(tokens, mapping):
    cuda = torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32, torch.backends.cudnn.enabled
    print(*cuda, torch.backends.cudnn.benchmark, torch.get_num_threads(), torch.get_deterministic_debug_mode())
    print(os.environ["CUBLAS_WORKSPACE_CONFIG"], os.environ["CUDA_VISIBLE_DEVICES"] == "")
    return torch.zeros(1)
"""


def test_a_worker_computes_as_the_judge_does(submit):
    """No TF32, no cuDNN, one thread, deterministic; nothing that a submission does is refused for it."""
    own = submit(ARITHMETIC)
    proxies.functions(own)["one_hot"](["a"], {"a": 0})
    assert own.prints().splitlines() == ["False False False False 1 1", ":4096:8 True"]


def test_a_submission_is_held_against_torchs_own_kernels(pytestconfig):
    """With --submission the judge's right answer comes without cuDNN; a run of torch itself has cuDNN."""
    option = type("Option", (), {"submission": ["own.py"]})()
    session = type("Session", (), {"config": type("Config", (), {"option": option})()})()
    with torch.backends.cudnn.flags(enabled=True):
        devices.pytest_sessionstart(session)
        assert not torch.backends.cudnn.enabled
        option.submission = []
        devices.pytest_sessionstart(session)
        assert torch.backends.cudnn.enabled


def test_losses_are_held_to_what_the_cases_device_rounds(on_cuda):
    """A loss read off a GPU is a number on the CPU: 9.9e-7 from six printed decimals is CUDA's rounding there."""
    check.printed("loss", [0.5 + 9.9e-7], [0.5], 6)
    RUNNING.get().device = "cpu"
    with pytest.raises(check.ClaimFails):
        check.printed("loss", [0.5 + 9.9e-7], [0.5], 6)


@pytest.fixture
def a_mac(monkeypatch):
    """fastai finds MPS and nobody finds CUDA, as on a Mac with Apple's chip."""
    fastai = pytest.importorskip("fastai.torch_core")
    monkeypatch.setattr(fastai, "_has_mps", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    devices._no_cuda.cache_clear()
    assert fastai.default_device().type == "mps"
    yield
    devices._no_cuda.cache_clear()


def test_a_learner_stays_where_its_data_are(a_mac):
    """The claims with a Learner hold on the CPU, whatever fastai calls its default device."""
    claims = ["loops/", "words/fastai-learner-learns", "words/two-modules-need-one"]
    chosen = [word for claim in claims for word in ("--claim", claim)]
    record = settings.run(*chosen, tests=["test_3_words.py", "test_8_loops.py"])
    cases = {case.claim: (case.word, case.why) for case in record.cases if case.word != "not run"}
    assert len(cases) == 7
    assert {word for word, _ in cases.values()} == {"holds"}, cases


def test_a_language_model_stays_where_its_data_are(a_mac):
    """It is made, passes over its validation rows, and goes on with a text."""
    loaders = language_model.loaders(language_model.table(100))
    learner = language_model.small_learner(loaders)
    assert 0 <= language_model.accuracy(learner) <= 1
    language_model.continue_text(learner, "one, two,", n_words=3)
    assert {part.device.type for part in learner.model.parameters()} == {"cpu"}


class Elsewhere:
    """In a submission's place: answers a call on a device of its own, from the CPU, as a worker's message does."""

    device = "meta"
    contract = STRICT
    source = Source("own.py", "own.py")

    def __init__(self) -> None:
        self.gone: list[int] = []

    def require(self, name):
        pass

    def dropped(self, name):
        return self.gone

    def ask(self, name, header, tensors=None):
        shapes = {name: list(weight.shape) for name, weight in nn.RNNCell(3, 2).named_parameters()}
        if header["do"] == "make":
            return {"network": 1, "parameters": shapes}, {}
        if header["do"] == "gradients":
            found = {"x": torch.ones(4, 3), **{f"weight {name}": torch.ones(shape) for name, shape in shapes.items()}}
            return {}, found
        return {"structure": "t0", "live": ["t0"], "call": 1}, {"t0": torch.ones(4, 2)}


def test_a_case_on_another_device_has_a_worker_that_sees_it(submit, monkeypatch):
    """One for the cases of each device. That the second one computes on a GPU can't be seen here."""
    asked = []

    class Started(client.Worker):
        def __init__(self, limits, *, device, **options):
            asked.append(device)
            super().__init__(limits, device="cpu", **options)

    monkeypatch.setattr("submissions.submission.Worker", Started)
    own = submit("import torch\ndef one_hot(tokens, mapping):\n    return torch.zeros(1)\n")
    one_hot = proxies.functions(own)["one_hot"]
    one_hot(["a"], {"a": 0})
    own.device = "cuda"
    own.begin(1)
    with contextlib.suppress(Signal, Raised):
        one_hot(["a"], {"a": 0})
    own.device = "cpu"
    own.begin(2)
    one_hot(["a"], {"a": 0})
    assert asked.count("cuda") == 1, asked
    assert asked[-1] == "cuda", "the last call had a worker already"


def test_gradients_come_back_to_where_the_input_is():
    """Those of the input and of the weights, from a worker that sends all that it has from the CPU."""
    net = proxies.RemoteNetwork(Elsewhere(), "RNNCell", 3, 2).to("meta")
    x = torch.ones(4, 3, device="meta", requires_grad=True)
    net(x).sum().backward()
    assert {part.grad.device.type for part in (x, *net.parameters())} == {"meta"}


def test_two_calls_give_two_answers_only_where_two_calls_answered():
    """A call that raised gave no other answer: nothing is random for that."""
    first, again = list(probes.probes("LSTM"))[:2]
    right = known.right("LSTM")
    assert not known.is_drawn("LSTM", {first: RAISED, again: right[again]})
    assert not known.is_drawn("LSTM", {first: right[first], again: RAISED})
    assert not known.is_drawn("LSTM", {first: right[first], again: right[again]})


def test_a_right_network_whose_gradients_can_not_be_asked_is_called_nothing_random(submit):
    """Its probes with gradients raise, the others are right."""
    text = changed("if torch.is_grad_enabled() and x.requires_grad: raise RuntimeError('expected device cuda:0')")
    said = explain.diagnosis(submit(text), "LSTM")
    assert "random" not in said.en
    assert "two answers" not in said.en


@pytest.mark.parametrize("sandboxed", [True, False], ids=["bubblewrap", "bare"])
def test_a_workers_user_has_a_name(submit, monkeypatch, sandboxed):
    """torch 2.11 asks for it at the first step of an optimizer, and Python knows none for a number that nobody has."""
    if not sandboxed:
        monkeypatch.setenv("SUBMISSIONS_NO_BUBBLEWRAP", "1")
        monkeypatch.setenv("SUBMISSIONS_NO_FORKSERVER", "1")
        sandbox.protections.cache_clear()
    try:
        text = "import getpass, torch\ndef one_hot(tokens, mapping):\n    print(getpass.getuser())\n"
        own = submit(text + "    return torch.zeros(1)\n")
        proxies.functions(own)["one_hot"](["a"], {})
        assert own.prints().strip() == sandbox.NOBODY
    finally:
        sandbox.protections.cache_clear()


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="a root that may lack rights")
def test_root_that_may_not_become_another_user_says_so(submit, monkeypatch):
    """As in a container without capabilities: its worker keeps its folder, and the header tells that the account is
    not protected."""
    monkeypatch.setattr(sandbox, "_bubblewrap_works", lambda: False)
    monkeypatch.setattr(sandbox, "_of_python", list)
    sandbox.protections.cache_clear()
    assert sandbox.unprivileged_user()
    with of_anybody():
        assert sandbox.unprivileged_user() == 0
        assert "user" in sandbox.protections().lacking()
        proxies.networks(submit(RIGHT))["LSTM"](3, 2)(torch.zeros(5, 3))


FAKE = "from torch._subclasses.fake_tensor import FakeTensorMode\n"
MIXED = """        with FakeTensorMode():
            return torch.empty(4, 3, device="cuda") @ torch.zeros(3, 4)
"""


def test_a_tensor_made_elsewhere_has_its_own_sentence(submit):
    """In the words that torch has for it, which its FakeTensorMode says without a GPU; with the student's line."""
    with FakeTensorMode(), pytest.raises(RuntimeError) as refused:
        torch.empty(4, 3, device="cuda") @ torch.zeros(3, 4)
    if "same device" not in str(refused.value):
        pytest.skip(f"torch {torch.__version__}'s FakeTensorMode has words of its own")
    own = submit(FAKE + changed("pass").replace("        pass\n", MIXED))
    with pytest.raises(WrongAnswer) as caught:
        proxies.networks(own)["LSTM"](3, 2)(torch.zeros(5, 3))
    assert caught.value.key == "mixed devices"
    assert caught.value.values["device"] == "cpu"
    assert "@ torch.zeros(3, 4)" in caught.value.values["place"]


WORDS = [
    ("cuda", "Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu!", "mixed"),
    ("cuda", "Input and parameter tensors are not at the same device, found input tensor at cuda:0", "mixed"),
    ("cuda", "indices should be either on cpu or on the same device as the indexed tensor (cpu)", "mixed"),
    ("cuda", "index_add_(): self, index and source expected to be in the same device", "mixed"),
    ("cuda", "Expected object of device type cuda but got device type cpu for argument #2", "mixed"),
    ("cuda", "CUDA error: invalid device ordinal", "no such GPU"),
    ("cpu", "No CUDA GPUs are available", "hard-coded"),
    ("cuda", "No CUDA GPUs are available", ""),
    ("cuda", "mat1 and mat2 shapes cannot be multiplied (3x4 and 5x6)", ""),
]


@pytest.mark.parametrize(("where", "message", "key"), WORDS)
def test_what_torch_says_of_devices(where, message, key):
    """In the words of several kernels and releases. On CUDA a missing GPU is no fault of a name in the file; and what
    a file says in an exception of its own is its own."""
    for kinds in (["RuntimeError", "Exception"], ["OutOfReach", "RuntimeError", "Exception"], ["ValueError"]):
        described = {"type": kinds[0], "kinds": kinds, "message": message, "lines": []}
        found = signals.of_exception(described, "LSTM", where)
        told = key if "RuntimeError" in kinds else ""
        assert getattr(found, "key", "").startswith(told)
        assert isinstance(found, WrongAnswer) == bool(told)


def test_a_gpu_asked_for_by_name_has_its_own_sentence(submit):
    """On the CPU no worker sees one, whatever the machine has."""
    own = submit(changed("x = x.to('cuda:0')"))
    with pytest.raises(WrongAnswer) as caught:
        proxies.networks(own)["LSTM"](3, 2)(torch.zeros(5, 3))
    assert caught.value.key == "hard-coded cuda"


def test_a_network_that_is_copied_has_its_weights_in_one_piece(monkeypatch):
    """cuDNN warns of others in every call. RNNBase puts them together where a module is moved, so a copy is moved."""
    together: set[int] = set()
    flatten, forward = nn.LSTM.flatten_parameters, nn.LSTM.forward
    asked: list[bool] = []

    def noted(net):
        together.add(net._flat_weights[0].data_ptr())
        flatten(net)

    def looked_at(net, *given):
        asked.append(net._flat_weights[0].data_ptr() in together)
        return forward(net, *given)

    monkeypatch.setattr(nn.LSTM, "flatten_parameters", noted)
    monkeypatch.setattr(nn.LSTM, "forward", looked_at)
    record = settings.run("--claim", "cut/steps-are-adams", tests=["test_7_cut.py"])
    assert [case.word for case in record.cases if case.word != "not run"] == ["holds", "holds"]
    assert asked
    assert all(asked)
