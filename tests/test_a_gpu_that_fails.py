"""A GPU that a kernel's error has ended for its process, and one that others have filled: without one.

What a card would show and this does not: that CUDA keeps to it. Its documentation says of such errors that they leave
a process in a state in which every later call fails; torch's words are those in its library.
"""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from checks.running import Running
from checks.verdicts import word_of
from diagnosis.again import raised_on_the_cpu, said_before
from grading.judge import Judge, Settings
from results.model import Both
from submissions import proxies, replies
from submissions.client import MachineFault, Worker
from submissions.files import Source
from submissions.inside import arithmetic
from submissions.inside.bench import Bench
from submissions.inside.guard import Guard
from submissions.signals import Broken, Raised
from submissions.submission import Submission
from tests.a_class import GATES, RIGHT
from tests.conftest import changed

ASSERTED = "CUDA error: device-side assert triggered"
KINDS = ["OutOfMemoryError", "RuntimeError", "Exception"]


def full(asked, held, kept="11.00 MiB"):
    """In torch's words (c10/cuda/CUDACachingAllocator.cpp)."""
    return (
        f"CUDA out of memory. Tried to allocate {asked}. GPU 0 has a total capacity of 7.79 GiB of which 5.00 MiB is "
        f"free. Including non-PyTorch memory, this process has 1.20 GiB memory in use. Of the allocated memory {held} "
        f"is allocated by PyTorch, and {kept} is reserved by PyTorch but unallocated. If reserved but unallocated "
        "memory is large try setting PYTORCH_ALLOC_CONF=expandable_segments:True to avoid fragmentation."
    )


def raised(message, kinds=KINDS, stopped=""):
    """A worker's reply to a call that raised."""
    return {"raised": {"type": kinds[0], "kinds": kinds, "message": message, "lines": []}, "stopped": stopped}


@pytest.mark.parametrize(
    ("reply", "key"),
    [
        ({"structure": "t0"}, None),
        (raised("index 7 is out of range", ["IndexError", "Exception"]), None),
        (raised(full("20.00 MiB", "3.50 MiB")), "machine"),
        (raised(full("512 bytes", "900.00 KiB")), "machine"),
        (raised(full("2.00 GiB", "2.01 GiB")), "memory"),
        (raised(full("20.00 MiB", "4090.00 MiB")), "memory"),
        (raised("CUDA out of memory. Tried to allocate more than 1EB memory."), "memory"),
        (raised("CUDA error: out of memory", KINDS[1:]), "machine"),
        (raised("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`", KINDS[1:]), "machine"),
        (raised("CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasCreate(handle)`", KINDS[1:]), "machine"),
        (raised("CUDA error: uncorrectable ECC error encountered", KINDS[1:], "CUDA error: unknown error"), "machine"),
        # A library that begins says so, too, where a kernel before it has stopped the GPU.
        (raised("CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasCreate`", KINDS[1:], ASSERTED), "gpu"),
        (raised("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate`", KINDS[1:], ASSERTED), "gpu"),
        # What a file says in an exception of its own is its own.
        (raised(full("20.00 MiB", "3.50 MiB"), ["ValueError", "Exception"]), None),
        # It caught the exception and raised one of its own; trying has shown what is the matter.
        (raised("no", ["ValueError", "Exception"], stopped=ASSERTED), "gpu"),
        (raised("no", ["ValueError", "Exception"], stopped=full("2.00 MiB", "0 bytes")), "machine"),
        (raised(ASSERTED, ["AcceleratorError", *KINDS[1:]], stopped=ASSERTED), "gpu"),
        # Said by a call, but the GPU computes: it is an exception like any other.
        (raised(ASSERTED, ["AcceleratorError", *KINDS[1:]]), None),
    ],
)
def test_what_befell_a_gpu(reply, key):
    """By torch's words and by trying, with 4096 MiB allowed."""
    found = replies.of_the_gpu(reply, 4096)
    assert (found and found[0]) == key
    assert found is None or 0 < len(found[1]) <= 200


@given(*[st.floats(0, 1000)] * 3, st.sampled_from(["KiB", "MiB", "GiB"]), st.integers(512, 8192))
def test_whose_the_memory_is_follows_from_the_amounts(asked, held, kept, unit, most):
    """A submission's where what it holds and asks for is more than it may have: what torch keeps for it counts, too."""
    in_mib = {"KiB": 2**-10, "MiB": 1, "GiB": 2**10}[unit] * sum(round(one, 2) for one in (asked, held, kept))
    amounts = [f"{one:.2f} {unit}" for one in (asked, held, kept)]
    key, _ = replies.of_the_gpu(raised(full(*amounts)), most)
    assert key == ("memory" if in_mib > most else "machine") or abs(in_mib - most) <= replies.ROUNDED + 1e-6


ONE_HOT = {"do": "function", "name": "one_hot", "options": {}, "leaves": [], "grad": False}


def test_what_a_kernel_raises_belongs_to_its_call(monkeypatch):
    """Kernels run after they are called for: the worker waits for them before it answers, and then tries the GPU."""

    def end():
        raise RuntimeError(f"{ASSERTED}\nCUDA kernel errors might be reported asynchronously")

    monkeypatch.setattr(torch.cuda, "synchronize", lambda: None)
    monkeypatch.setattr(arithmetic, "compute_on", lambda device: None)
    bench = Bench(Guard(), "cuda")
    bench.names = {"one_hot": lambda tokens: 1}
    call = {**ONE_HOT, "arguments": [{"plain": ["a"]}]}
    assert "raised" not in bench.answer(call, {})[0]
    monkeypatch.setattr(torch.cuda, "synchronize", end)
    reply, _ = bench.answer(call, {})
    assert (reply["raised"]["message"].splitlines()[0], reply["stopped"]) == (ASSERTED, "")
    monkeypatch.setattr(arithmetic, "compute_on", lambda device: end())
    assert bench.answer(call, {})[0]["stopped"] == ASSERTED
    assert Bench(Guard(), "cpu").answer({"do": "nothing of this name"}, {})[0]["stopped"] == ""


PLANTED = """
import sys

def stops():
    sys.modules["submissions.inside.arithmetic"].stopped = lambda device: STOPPED

def says(message):
    stops()
    raise RuntimeError(message)
"""


@pytest.fixture
def taken_for_cuda(monkeypatch):
    """The judge takes workers, which compute on the CPU, for those on CUDA that it asked for; in the order made."""
    made = []

    class Taken(Worker):
        def __init__(self, limits, *, device, **options):
            super().__init__(limits, device="cpu", **options)
            self._device = device
            made.append(self)

    monkeypatch.setattr("submissions.submission.Worker", Taken)
    return made


def network(submission, number=0.0):
    return proxies.networks(submission)["LSTM"](3, 2)(torch.full((5, 3), number))


def planted(message, stopped="", where=""):
    """A right file but that its forward raises a RuntimeError; what trying its GPU says then."""
    return PLANTED.replace("STOPPED", repr(stopped)) + changed(f"{where}says({message!r})")


def test_a_process_whose_gpu_is_stopped_is_replaced(submit, taken_for_cuda):
    """Each time, and the call is told as what it is; on the CPU the same is an exception, and no process ends."""
    own = submit(planted(ASSERTED, ASSERTED), device="cuda")
    for place in range(4):
        own.begin(place)
        with pytest.raises(Broken) as caught:
            network(own)
        assert (caught.value.key, caught.value.values["amount"]) == ("lost gpu", ASSERTED)
        assert len(taken_for_cuda) == place + 1


def test_on_the_cpu_such_words_are_an_exceptions(submit):
    """No process of it sees a GPU: a file can't have itself left unjudged by them."""
    for message in (ASSERTED, full("20.00 MiB", "3.50 MiB")):
        own = submit(planted(message, message))
        with pytest.raises(Raised, match="CUDA"):
            network(own)


def test_a_gpu_that_others_have_filled_is_nobodys_fault(submit, taken_for_cuda):
    """The call is not judged, its process gives back what it had, and the next one answers."""
    own = submit(planted(full("20.00 MiB", "3.50 MiB"), where="if x.sum() == 0: "), device="cuda")
    with pytest.raises(MachineFault, match=r"machine gpu.*5\.00 MiB is free"):
        network(own)
    own.begin(2)
    network(own, 1.0)
    assert [worker.closed for worker in taken_for_cuda] == [True, False]


def test_more_of_a_gpu_than_a_file_may_have_is_its_own_fault(submit, taken_for_cuda):
    """As on the CPU: told as memory, and the part is called no more."""
    own = submit(planted(full("900.00 GiB", "1.00 MiB")), device="cuda")
    for _ in range(3):
        with pytest.raises(Broken) as caught:
            network(own)
        assert caught.value.key == "lost memory"
    assert len(taken_for_cuda) == 1


class Again:
    """In a submission's place: a call was made that stopped a GPU."""

    asked_on = Submission.asked_on

    def __init__(self, header, answer):
        self.last, self.last_request, self.answer = "LSTM", (header, {}), answer
        self.made = {("LSTM", 3): {"do": "make", "sizes": [2, 2]}}
        self.asked, self.device = [], "cuda"

    def ask(self, name, header, tensors=None):
        self.asked.append((header["do"], self.device, header.get("network")))
        if header["do"] == "make":
            return {"network": 8}, {}
        if self.answer is not None:
            raise self.answer
        return {}, {}


INDEX = Raised("IndexError", "index 7 is out of bounds", [("own.py", 9, "x[7]", "forward")])
CALL = {"do": "call", "network": 3}


@pytest.mark.parametrize(
    ("header", "answer", "asked", "found"),
    [
        (CALL, INDEX, [("make", "cpu", None), ("call", "cpu", 8)], INDEX),
        (CALL, None, [("make", "cpu", None), ("call", "cpu", 8)], None),
        (CALL, Broken("lost exit", what="LSTM", amount="1"), [("make", "cpu", None), ("call", "cpu", 8)], None),
        ({**CALL, "network": 4}, INDEX, [], None),
        ({"do": "train"}, INDEX, [("train", "cpu", None)], INDEX),
        ({"do": "make"}, INDEX, [("make", "cpu", None)], None),
        ({"do": "gradients", "call": 5}, INDEX, [], None),
    ],
)
def test_the_same_call_is_asked_once_more_on_the_cpu(header, answer, asked, found):
    """Of a network made as it was; what is no exception there tells nothing."""
    submission = Again(header, answer)
    assert raised_on_the_cpu(submission) is found
    assert submission.asked == asked
    assert submission.device == "cuda"


def test_what_it_raises_there_is_told_before_the_advice():
    """In both languages, with the line."""
    told = said_before(Both("Look there.", "거기를 볼 것."), INDEX)
    line = "IndexError: index 7 is out of bounds"
    assert told.en == f"On the CPU the same call raises {line} (own.py line 9: x[7]). Look there."
    assert told.ko == f"CPU에서 같은 호출을 하면 {line} 예외가 난다 (own.py line 9: x[7]). 거기를 볼 것."


@pytest.mark.parametrize("message", [ASSERTED, full("20.00 MiB", "3.50 MiB")])
def test_a_gpu_that_fails_in_the_judge_is_not_the_submissions_fault(submit, message):
    """Wherever it was when it came, and whatever had been answered before; of torch itself it stays an error."""
    own = submit(RIGHT)
    own.asked = True
    now = Running(device="cuda", submission=own, departed=None)
    assert word_of(torch.cuda.OutOfMemoryError(message), now) == ("not judged", f"OutOfMemoryError: {message}")
    assert word_of(RuntimeError(message), now)[0] == "not judged"
    assert word_of(RuntimeError("size mismatch"), now)[0] == "error"
    assert word_of(RuntimeError(message), Running(device="cuda"))[0] == "error"


def test_a_machine_that_fails_while_a_mistake_is_named(monkeypatch):
    """The case is not judged, nothing of it is told, and the judge goes on."""

    def fail(*_):
        raise MachineFault("machine can't start", why="no more namespaces")

    monkeypatch.setattr("diagnosis.naming.diagnose", fail)
    judge = Judge(Settings(claims=("lstm/printed-output",)))
    wrong = RIGHT.replace(GATES, "i, f, o, g = (row")
    found = judge.judge(Source("own.py", "own.py", {"own.py": wrong.encode("utf-8")}))
    judge.close()
    assert found.trouble == ""
    assert {(case.word, case.why) for case in found.cases} == {
        ("not judged", "a worker can't be started: no more namespaces")
    }
