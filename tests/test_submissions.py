"""Someone's own file under the claims: real workers, real files. What hostile files do comes out as it should."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import psutil
import pytest
import torch

from diagnosis.explain import diagnosis
from lecture.networks import classifier
from submissions import proxies, sandbox
from submissions.client import Worker
from submissions.files import UnusableFile, read, wanted
from submissions.inside import source
from submissions.sandbox import Limits, protections
from submissions.signals import Broken, NotAttempted, Raised, WrongAnswer
from tests.a_class import RIGHT
from tests.conftest import PROJECT, QUICK, changed


def called(submission, x=None, kind="LSTM"):
    """One forward pass with torch's weights; torch's answer beside it."""
    torch.manual_seed(0)
    right = getattr(torch.nn, kind)(3, 2)
    net = proxies.networks(submission)[kind](3, 2)
    net.load_state_dict(right.state_dict())
    x = torch.randn(5, 3) if x is None else x
    return net(x), right(x)


def test_a_right_network_gives_torchs_values_and_gradients(submit):
    """Through the channel, both ways; two calls of one network may wait for their gradients."""
    submission = submit(RIGHT)
    torch.manual_seed(0)
    right, net = torch.nn.LSTM(3, 2), proxies.networks(submission)["LSTM"](3, 2)
    net.load_state_dict(right.state_dict())
    x = torch.randn(5, 3)
    for one in (right, net):
        output, (_, cT) = one(x)
        again, _ = one(2 * x)
        (output.sum() + cT.sum() + again.square().sum()).backward()
    for name, weight in right.named_parameters():
        assert torch.allclose(weight.grad, net.get_parameter(name).grad, atol=1e-6), name
    assert diagnosis(submission, "LSTM") is None


@pytest.mark.parametrize(
    "line",
    [
        "return torch.nn.LSTM(3, 2)(x)",
        "return getattr(torch._VF, 'ls' + 'tm')(x, (x.new_zeros(1, 2),) * 2, list(self.parameters()), "
        "True, 1, 0.0, False, False, False)",
        "return torch.jit.trace(torch.nn.LSTM(3, 2), x)(x)",
        "import threading; r = []; t = threading.Thread(target=lambda: r.append(torch.nn.LSTM(3, 2)(x)));"
        " t.start(); t.join(); return r[0]",
        "\n        try:\n            return torch.nn.LSTM(3, 2)(x)\n        except BaseException:\n            pass",
    ],
    ids=["module", "VF", "traced", "thread", "swallowed"],
)
def test_torchs_own_kernels_are_no_reimplementation(submit, line):
    """Whatever the road, and if the exception is swallowed too."""
    with pytest.raises(WrongAnswer) as caught:
        called(submit(changed(line)))
    assert caught.value.key == "forbidden"


def test_wrappers_may_pass_where_they_are_wanted(submit):
    """allow_torch_rnn."""
    seen, _ = called(submit(changed("return torch.nn.LSTM(3, 2)(x)"), allow_torch_rnn=True))
    assert seen[0].shape == (5, 2)


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("import os; os._exit(0)", "lost exit"),
        ("import ctypes; ctypes.string_at(0)", "lost exit"),
        ("\n        while True:\n            try:\n                pass\n            except BaseException:\n"
         "                pass", "lost time"),
        ("import time; time.sleep(1000)", "lost wall"),
        ("import os\n        while True:\n            os.write(1, b'x' * 65536)", "lost output"),
    ],
    ids=["exit", "segfault", "loop", "sleep", "prints"],
)  # fmt: skip
def test_what_breaks_the_worker_is_its_own_fault_and_ends_in_time(submit, line, key):
    """Ended within its limit and two seconds; no process is left; twice broken is asked no more."""
    submission = submit(changed(line), limits=Limits(cpu=1.0))
    Worker(QUICK).close()  # where workers are forked, their server is there now
    before = set(psutil.Process().children(recursive=True))
    for _ in range(2):
        start = time.monotonic()
        with pytest.raises(Broken) as caught:
            called(submission)
        assert caught.value.key == key
        assert time.monotonic() - start < 3 * submission.limits.cpu + 2 + 10  # the start of a worker comes to it
    start = time.monotonic()
    with pytest.raises(Broken):
        called(submission)
    assert time.monotonic() - start < 0.5
    # What stood around a worker may take a moment more to be gone.
    assert psutil.wait_procs(set(psutil.Process().children(recursive=True)) - before, timeout=5)[1] == []


def test_memory_is_limited(submit):
    """An exception in the submission, or the end of the worker; never the machine's memory."""
    with pytest.raises((Broken, Raised)):
        called(submit(changed("x = x + torch.ones(3 * 2**30).sum()")))


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells what a process has mapped")
def test_what_torchs_libraries_have_mapped_is_not_taken_from_the_limit():
    """550 MB more of a torch that was built with CUDA, here a mapping that nobody writes to."""
    code = """
import mmap
from submissions.inside.confine import confine
held = mmap.mmap(-1, 800 * 2**20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
assert "DATA" in confine({"memory": 500, "file_size": 1, "processes": 64, "user": 0})["limits"]
print(len(bytearray(400 * 2**20)))
try:
    bytearray(600 * 2**20)
except MemoryError:
    print("refused")
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.stdout.split() == [str(400 * 2**20), "refused"], done.stderr


@pytest.mark.skipif(not protections().bubblewrap, reason="bubblewrap is not at hand")
def test_behind_bubblewrap_there_is_nothing_to_read_and_no_network(submit):
    """Neither claims, nor the judge's processes, nor a road out; nothing can be written but its own folder."""
    text = (
        "import os, socket\n"
        "found = [os.path.join(d, f) for d, _, fs in os.walk('/') for f in fs if f.startswith('test_7_cut')]\n"
        "pids = [p for p in os.listdir('/proc') if p.isdigit()]\n"
        "try:\n    socket.create_connection(('1.1.1.1', 53), 1); net = 'open'\nexcept OSError:\n    net = 'closed'\n"
        "try:\n    open('/usr/x', 'w'); disk = 'open'\nexcept OSError:\n    disk = 'closed'\n"
        "def one_hot(tokens, mapping):\n    raise ValueError(f'{found} {len(pids) < 4} {net} {disk} {os.getuid()}')\n"
    )
    with pytest.raises(Raised) as caught:
        # It walks through all of Python's folders, which takes seconds on a busy machine.
        proxies.functions(submit(text, limits=Limits(cpu=30.0)))["one_hot"](["a"], {"a": 0})
    assert caught.value.message.startswith("[] True closed closed ")
    assert not caught.value.message.endswith(" 0")


def test_an_answer_that_is_no_tensor_or_has_another_structure(submit):
    """Lazy values and objects never reach a comparison."""
    for line in ("return 1, (2, 3)", "return x", "return x, x, x", "return None"):
        with pytest.raises(WrongAnswer) as caught:
            called(submit(changed(line)))
        assert caught.value.key == "structure"


def test_an_answer_that_can_not_cross_is_told_and_ends_nothing(submit):
    """Sparse, without numbers, too large; the worker goes on, and its next answer is looked at for itself."""
    bad = "torch.eye(3).to_sparse()", "torch.empty(3, device='meta')", "torch.zeros(9 * 2**20, dtype=torch.float64)"
    text = f"import torch\n\ndef one_hot(tokens, mapping):\n    return [{', '.join(bad)}, torch.eye(3)][len(tokens)]\n"
    one_hot = proxies.functions(submit(text))["one_hot"]
    for count in range(len(bad)):
        with pytest.raises(Raised):
            one_hot(["a"] * count, {"a": 0})
    assert torch.equal(one_hot(["a"] * 3, {"a": 0}), torch.eye(3))


def test_exceptions_bring_the_students_own_line(submit):
    """And no frame of ours; SystemExit is an exception like others."""
    with pytest.raises(Raised) as caught:
        called(submit(changed("raise SystemExit('enough')")))
    assert caught.value.name == "SystemExit"
    assert caught.value.place.startswith("own.py line 17: raise SystemExit")


@pytest.mark.parametrize(("share", "key"), [(0.02, "lost wall"), (0.15, "lost time")])
def test_a_loop_on_a_busy_machine_is_not_said_to_wait(submit, monkeypatch, share, key):
    """It gets a seventh of a core, so that three times its CPU limit are over first."""
    usage, start = Worker._usage, time.monotonic()
    monkeypatch.setattr(Worker, "_usage", lambda self: usage(self) | {"cpu": share * (time.monotonic() - start)})
    with pytest.raises(Broken) as caught:
        called(submit(changed("import time; time.sleep(1000)"), limits=Limits(cpu=0.6, memory=1500)))
    assert caught.value.key == key


@pytest.mark.skipif(os.name != "posix", reason="a pipe can't be asked elsewhere")
def test_a_case_has_its_own_prints_however_busy_the_machine_is(submit, monkeypatch):
    """All that was printed before the answer, though the thread that reads it has not come to it."""
    monkeypatch.setattr(Worker, "_read_prints", lambda *_: None)
    submission = submit("def one_hot(tokens, mapping):\n    print(*tokens)\n    return None\n")
    for token in ("one", "two"):
        with pytest.raises(WrongAnswer):
            proxies.functions(submission)["one_hot"]([token], {})
        assert submission.prints() == f"{token}\n"


@pytest.mark.skipif(not sandbox.allocator(), reason="jemalloc is not at hand")
def test_jemalloc_changes_no_bit(submit, monkeypatch):
    """Forked and executed workers have it where the machine has it; without it the same numbers come back."""
    text = RIGHT + "\n\ndef one_hot(tokens, mapping):\n    print('jemalloc' in open('/proc/self/maps').read())\n"
    text += "    return torch.zeros(1)\n"

    def answer() -> tuple:
        submission = submit(text)
        functions = proxies.functions(submission)
        functions["one_hot"](["a"], {"a": 0})
        (output, (h, c)), _ = called(submission)
        return submission.prints().strip(), output, h, c

    forked = answer()
    monkeypatch.setenv("SUBMISSIONS_NO_FORKSERVER", "1")
    executed = answer()
    monkeypatch.setattr(sandbox, "allocator", dict)
    plain = answer()
    assert [forked[0], executed[0], plain[0]] == ["True", "True", "False"]
    for found in (forked, executed):
        assert all(torch.equal(a, b) for a, b in zip(found[1:], plain[1:], strict=True))


def test_missing_parts_and_options_are_not_attempted(submit):
    """A name that is not there, an option that is not taken, NotImplementedError."""
    submission = submit(RIGHT + "\ndef train(net, x, y, epochs, lr):\n    raise NotImplementedError\n")
    net = classifier(torch.nn.LSTM, 3, 2)
    for call in (
        lambda: proxies.networks(submission)["GRU"](3, 2),
        lambda: proxies.networks(submission)["LSTM"](3, 2, num_layers=2),
        lambda: proxies.functions(submission)["train"](net, torch.ones(4, 3), torch.ones(4, 3), 1, 0.1),
    ):
        with pytest.raises(NotAttempted):
            call()


def test_who_has_answered_does_not_choose_what_is_judged(submit):
    """NotImplementedError is "not attempted" in what is not there, and an exception in what answers other calls."""
    submission = submit(changed("if len(x) > 5: raise NotImplementedError('no time')"))
    with pytest.raises(NotAttempted):
        called(submission, torch.randn(6, 3))
    called(submission)
    with pytest.raises(Raised, match="meta"):
        called(submit(changed("torch.empty(3, device='meta').sum().item()")))
    with pytest.raises(Raised, match="no time"):
        called(submission, torch.randn(6, 3))
    taken = RIGHT.replace("input_size, hidden_size):", "input_size, hidden_size, num_layers=1):")
    taken = taken.replace(
        "super().__init__()", "super().__init__()\n        if num_layers > 1: raise NotImplementedError"
    )
    submission = submit(taken)
    called(submission)
    with pytest.raises(NotAttempted):
        proxies.networks(submission)["LSTM"](3, 2, num_layers=2)


def test_trying_torchs_own_network_beside_ones_own_is_no_fault(submit):
    """Wherever it stands it is not run; where a part needs it, that part says so."""
    trial = "\nprint('mine', torch.nn.LSTM(3, 2)(torch.zeros(4, 3)))\n"
    caught = "\ntry:\n    torch.nn.GRU(3, 2)(torch.zeros(4, 3))\nexcept RuntimeError:\n    pass\n"
    for text in (RIGHT + trial, RIGHT + caught, f"import torch\n{trial}{RIGHT}"):
        seen, right = called(submit(text))
        assert torch.allclose(seen[0], right[0], atol=1e-6)
    needed = "\nKNOWN = torch.nn.LSTM(3, 2)(torch.zeros(4, 3))\n\nclass GRU(LSTM):\n    known = len(KNOWN)\n"
    submission = submit(RIGHT + needed)
    assert torch.allclose(called(submission)[0][0], right[0], atol=1e-6)
    with pytest.raises(Raised, match=r"GRU is missing: KNOWN is missing: .*own kernel") as caught:
        called(submission, kind="GRU")
    assert caught.value.place.startswith("own.py line 32: KNOWN = ")
    assert "line 32" not in str(caught.value), "it is told beside it"


def test_a_notebook_is_read_for_its_definitions(submit):
    """Imports, definitions and what they use; magics dropped; experiments not run; a failing import sinks its users."""
    cells = [
        "%matplotlib inline\nimport torch\n!pip install x\nimport not_there_at_all",
        "mapping = {'a': 0}\nsize = len(mapping) + 1\nboom = 1 / 0",
        "%%bash\nrm -rf /",
        "def one_hot(tokens, mapping):\n    return torch.eye(size)[[mapping[t] for t in tokens]]",
        "def train(net, x, y, epochs, lr):\n    return not_there_at_all.go()",
        "raise RuntimeError('an experiment')",
    ]
    text = json.dumps({"cells": [{"cell_type": "code", "source": cell.splitlines(True)} for cell in cells]})
    submission = submit(text, "own.ipynb")
    assert submission.names == ("one_hot", "train")
    assert proxies.functions(submission)["one_hot"](["a"], {"a": 0}).shape == (1, 2)
    with pytest.raises(ValueError, match="not a notebook"):
        source.run("x.ipynb", "[]", wanted())


def test_files_that_can_not_be_used(tmp_path):
    """One key each, for one sentence each."""
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "a.py").write_text("")
    (tmp_path / "two" / "b.py").write_text("")
    for name, key in (("none.py", "no file"), ("a.txt", "no python"), ("two", "many files")):
        with pytest.raises(UnusableFile) as caught:
            read(tmp_path / name)
        assert caught.value.key == key
