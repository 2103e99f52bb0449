"""What of a file is judged on the CPU in a GPU's place, what its own lines say of devices, and what is nobody's."""

from __future__ import annotations

import gc

import psutil
import pytest
import torch

from checks.cards import card
from checks.language import phrase
from claims import test_4_lstm
from results.causes import key_of
from results.model import Case
from submissions import proxies
from submissions.client import MachineFault, Worker
from submissions.inside import arithmetic
from submissions.inside.state import State
from submissions.signals import Broken, Raised, WrongAnswer
from submissions.submission import OFTEN
from tests.a_class import RIGHT
from tests.conftest import changed
from tests.test_a_gpu_that_fails import ASSERTED, PLANTED, full, network, planted, taken_for_cuda

__all__ = ["taken_for_cuda"]
FULL = full("20.00 MiB", "3.50 MiB")


def test_who_stops_a_gpu_often_is_asked_on_the_cpu(submit, taken_for_cuda):
    """Each time costs a process its start, seconds on a card; the cases that come are told by the CPU, and that is
    said."""
    own = submit(planted(ASSERTED, ASSERTED), device="cuda")
    for place in range(OFTEN + 3):
        own.begin(place)
        own.compute_on("cuda")
        assert own.device == ("cuda" if place < OFTEN else "cpu")
        with pytest.raises(Broken if place < OFTEN else Raised):
            network(own)
    assert own.notes == [("on the CPU from here", {"n": "5"})]
    for lang in ("en", "ko"):
        assert "5" in phrase("on the CPU from here", lang, n="5")


@pytest.fixture
def stopping_as_it_loads(monkeypatch):
    """The first worker is lost as it runs the file, by its GPU."""
    asked = []

    class Stopping(Worker):
        def __init__(self, limits, *, device, **options):
            asked.append(device)
            super().__init__(limits, device="cpu", **options)

        def ask(self, header, tensors=None, meanwhile=None):
            if header["do"] == "load" and len(asked) == 1:
                self._lose("gpu", ASSERTED)
            return super().ask(header, tensors, meanwhile)

    monkeypatch.setattr("submissions.submission.Worker", Stopping)
    return asked


def test_a_file_whose_own_lines_stop_a_gpu_is_judged_on_the_cpu(submit, stopping_as_it_loads):
    """They may be one part's alone, and the others are right."""
    own = submit(changed("if x.sum() > 0: import os; os._exit(3)"), device="cuda")
    assert own.names == ("LSTM",)
    own.begin(1)
    own.compute_on("cuda")
    network(own)
    with pytest.raises(Broken, match="lost exit"):
        network(own, 1.0)
    assert stopping_as_it_loads == ["cuda", "cpu"]
    # What was lost after that was no GPU.
    assert own.notes == [("loaded on the CPU", {})]


def test_a_gpu_that_is_full_as_a_file_is_run_is_nobodys_fault(submit, taken_for_cuda):
    """Its line lacks nothing: the name that it would bind is not called missing. No process is left of it."""
    text = f"{RIGHT}\ndef large():\n    raise torch.cuda.OutOfMemoryError({FULL!r})\nTABLE = large()\n"
    own = submit(text.replace("rows = []", "rows = []; TABLE.shape"), device="cuda")
    with pytest.raises(MachineFault, match="machine gpu"):
        _ = own.names
    assert [worker.closed for worker in taken_for_cuda] == [True]
    assert not [one for one in psutil.Process().children(recursive=True) if one.pid == _pid(taken_for_cuda[0])]


def _pid(worker):
    return worker._process.tree()[0].pid


def test_an_operator_that_is_forbidden_hides_no_stopped_gpu(submit, taken_for_cuda):
    """The call is told as what it is, and the next one has a process of its own."""
    says = "torch.lstm_cell(torch.zeros(1, 2), (torch.zeros(1, 2),) * 2, torch.zeros(8, 2), torch.zeros(8, 2)); "
    own = submit(
        PLANTED.replace("STOPPED", repr(ASSERTED)) + changed(f"if x.sum() == 0: stops(); {says}"), device="cuda"
    )
    with pytest.raises(WrongAnswer) as caught:
        network(own)
    assert caught.value.key == "forbidden"
    own.begin(2)
    network(own, 1.0)
    assert [worker.closed for worker in taken_for_cuda] == [True, False]


def test_a_worker_may_take_so_much_of_a_gpu(monkeypatch):
    """The share of its memory that is the limit's; all of a small one."""
    told = []
    monkeypatch.setattr(torch.cuda, "set_per_process_memory_fraction", lambda *given: told.append(given))
    for mib in (81920, 2048):
        properties = type("Properties", (), {"total_memory": mib * 2**20})
        monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _, found=properties: found)
        arithmetic.hold_to("cuda", 4096)
    arithmetic.hold_to("cpu", 4096)
    assert told == [(0.05, 0), (1.0, 0)]


@pytest.mark.skipif(not hasattr(torch, "get_default_device"), reason="torch has no default device yet")
def test_the_default_device_is_the_one_that_the_file_has_set():
    """Where it is the one that is computed on; what a call sets is gone with it. ("meta" stands for a GPU.)"""
    state = State()
    try:
        torch.set_default_device("meta")
        state.loaded("meta")
        torch.set_default_device("cpu")
        state.restore()
        assert torch.get_default_device().type == "meta"
        state.loaded("cuda")
        state.restore()
        assert torch.get_default_device().type == "cpu"
    finally:
        torch.set_default_device(None)


@pytest.mark.parametrize("there", [True, False], ids=["GPU", "CPU"])
@pytest.mark.parametrize(
    "lines",
    [
        "torch.set_default_device('meta')\n",
        "device = 'meta'\nfrom torch import set_default_device\nset_default_device(device)\n",
        "if len('a') == 1:\n    torch.set_default_device('meta')\n",
    ],
)
def test_a_files_default_device_is_set_on_a_gpu_alone(submit, monkeypatch, lines, there):
    """On the CPU a line that names a GPU would be in the way of what needs none."""
    from submissions.asked import Wanted
    from submissions.inside import source

    monkeypatch.setattr(torch.cuda, "is_available", lambda: there)
    try:
        source.run("own.py", f"import torch\n{lines}class LSTM:\n    pass\n", Wanted(("LSTM",), ()))
        assert torch.empty(1).device.type == ("meta" if there else "cpu")
    finally:
        torch.set_default_device(None)


def test_a_parameter_that_a_call_makes_is_its_own(submit):
    """The judge has no weight for it: the call keeps what it has made, in this call and the next, with gradients."""
    own = submit(
        changed("self.scale = nn.Parameter(torch.ones(1))").replace("h = o.sigmoid()", "h = self.scale * o.sigmoid()")
    )
    net, right = proxies.networks(own)["LSTM"](3, 2), torch.nn.LSTM(3, 2)
    net.load_state_dict(right.state_dict())
    for _ in range(2):
        x = torch.randn(5, 3, requires_grad=True)
        net(x)[0].sum().backward()
        torch.testing.assert_close(net(x)[0], right(x)[0])
        torch.testing.assert_close(x.grad, torch.autograd.grad(right(x)[0].sum(), x)[0])
    gc.collect()


@pytest.mark.parametrize(("lang", "said"), [("en", "This is not your fault"), ("ko", "코드의 잘못이 아니다")])
def test_of_what_was_not_judged_no_mistake_is_said(lang, said):
    """Neither the claim's hint nor the claim; and all cases of one reason are one card, whatever numbers it gives."""
    claim = test_4_lstm.test_omitting_the_state_means_zeros.__claim__
    told = [FULL, full("2.00 MiB", "3.50 MiB")]
    cases = [Case(claim.id, f"a[own-network-cuda-{n}]", "cuda", "not judged", why=why) for n, why in enumerate(told)]
    for case in cases:
        case.part, case.about = "network", "LSTM"
    text = card(claim, cases[0], lang, "")
    assert said in text.splitlines()[0]
    assert claim.likely.in_language(lang)[:30] not in text
    assert key_of(cases[0]) == key_of(cases[1]) != ""
