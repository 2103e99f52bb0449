"""%check in a real kernel: which cells count, what is told, and that the kernel stays as it was."""

from __future__ import annotations

import time

import psutil
import pytest

pytest.importorskip("ipykernel", reason="no Jupyter here: requirements-notebook.txt")
pytest.importorskip("jupyter_client", reason="no Jupyter here: requirements-notebook.txt")

from kernel import LIMIT, Kernel, gone

from tests.a_class import RIGHT, WRONG
from tests.places import PROJECT, python_path

CHECK = "%check lstm/printed-output --lang en"
HOLDS, FAILS = "1 hold, 0 do not", "0 hold, 1 do not"
ENDLESS = RIGHT.replace("        rows = []\n", "        rows = []\n        while True:\n            pass\n")


@pytest.fixture(scope="module")
def warm():
    """One kernel for all, with the extension loaded and the judge warm."""
    kernel = Kernel()
    kernel.run("%load_ext grading.notebook")
    kernel.run(RIGHT)
    assert HOLDS in kernel.run(CHECK)
    yield kernel
    kernel.close()


@pytest.fixture
def kernel(warm):
    """The same, with a history of its own: nothing that another test has run counts."""
    warm.run("get_ipython().history_manager.input_hist_raw[:] = ['']")
    return warm


def test_what_was_run_last_counts(kernel):
    """A part that is defined again, run again, or run out of order is the one that the kernel has."""
    assert WRONG[0] != RIGHT
    kernel.run(WRONG[0])
    assert "order i, g, f, o" in kernel.run(CHECK)
    kernel.run(RIGHT)
    assert HOLDS in kernel.run(CHECK)
    kernel.run(WRONG[0])
    assert FAILS in kernel.run(CHECK)


def test_a_cell_that_was_changed_counts_as_it_is_now(kernel):
    """Its older text is in no saved notebook: a class that was renamed is gone, an import that was added is there."""
    imports = "import torch"
    body = RIGHT.replace("import torch\nfrom torch import nn\n", "")
    kernel.run(imports, cell="one")
    kernel.run(body, cell="two")
    kernel.run(f"{imports}\nfrom torch import nn", cell="one")
    kernel.run(body, cell="two")
    assert HOLDS in kernel.run(CHECK, cell="three")
    kernel.run(body.replace("class LSTM", "class MyLSTM"), cell="two")
    assert "MyLSTM; LSTM is asked" in kernel.run(CHECK, cell="three")


def test_cells_that_fail_wait_draw_or_go_on_harm_nothing(kernel):
    """And two hundred of them: what is judged does not run them."""
    kernel.run("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()")
    kernel.run("answer = input('how many? ')")
    kernel.run("import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()")
    kernel.run("1 / 0")
    kernel.run("this is no Python")
    for number in range(200):
        kernel.send(f"number = {number}")
    kernel.run(RIGHT)
    assert HOLDS in kernel.run(CHECK)


def test_the_cell_of_the_check_counts(kernel):
    """A class and its check in one cell."""
    assert HOLDS in kernel.run(f"{RIGHT}\n{CHECK}")


def test_a_class_under_another_name(kernel):
    """check(LSTM=...) says which; no magic is needed, and what has no name here can't be found in the cells."""
    kernel.run(RIGHT.replace("class LSTM", "class Mine"))
    kernel.run("from grading.notebook import check")
    told = kernel.run("check('lstm/printed-output', LSTM=Mine, lang='en')")
    assert HOLDS in told
    assert "one more line at the end: LSTM = Mine" in told
    assert "ValueError" in kernel.run("check(LSTM=lambda *sizes: Mine(*sizes))")
    assert "ValueError" in kernel.run("check(Lstm=Mine)")
    assert "ValueError" in kernel.run("check(lang='de')")
    assert "did you mean lstm/omit-water" in kernel.run("check('lstm/omit-watr')")


def test_korean(kernel):
    """The language stays for later cards."""
    kernel.run(RIGHT)
    assert "성립 1" in kernel.run("%check lstm/printed-output --lang ko")
    assert "성립 1" in kernel.run("%check lstm/printed-output")


STATE = """
import random, sys, threading, numpy, torch
def state():
    names = sorted(name for name in globals() if not name.startswith("_"))
    return (random.getstate(), str(numpy.random.get_state()), torch.get_rng_state().tolist(), torch.get_num_threads(),
            [one.name for one in threading.enumerate()], names, torch.is_grad_enabled(), torch.get_default_dtype())
before = after = None
"""


def test_the_kernel_is_as_it_was(kernel):
    """Variables, random streams, threads, torch's settings: after a check, and after one of another name."""
    kernel.run(RIGHT)
    kernel.run(STATE)
    kernel.run("from grading.notebook import check")
    kernel.run("before = state()")
    assert HOLDS in kernel.run(CHECK)
    assert HOLDS in kernel.run("check('lstm/printed-output', LSTM=LSTM)")
    kernel.run("after = state()")
    assert kernel.run("[place for place, pair in enumerate(zip(before, after)) if pair[0] != pair[1]]") == "[]"


def test_a_claim_of_ones_own(kernel):
    """It has the claims' comparisons under the name check, and leaves the notebook's own check alone."""
    kernel.run("%check lstm/nothing --lang en")
    kernel.run("check = 7\nimport torch")
    assert kernel.run("%%claim two is two\ntwo = torch.ones(2)\ncheck.close('two', two, two)").startswith("holds: two")
    assert "claimed         one is two" in kernel.run("%%claim one is two\ncheck.close('two', two, 2 * two)")
    assert "ZeroDivisionError" in kernel.run("%%claim it computes\n1 / 0")
    assert "without checking anything" in kernel.run("%%claim nothing\npass")
    assert "SyntaxError" in kernel.run("%%claim nothing\nthis is no Python")
    assert kernel.run("check, two.sum().item()") == "(7, 2.0)"
    grown = "check.close('two', two.clone().requires_grad_() + 1, two.clone().requires_grad_() + 1)"
    assert kernel.run(f"%%claim of a network's output\n{grown}").splitlines() == [
        "holds: of a network's output",
        "  two: exact",
    ]


def test_help(kernel):
    """What %check? says is how it is called."""
    told = kernel.run("print(get_ipython().find_line_magic('check').__doc__)")
    assert "  %check [" in told
    assert "%%check" not in told


def _loops(kernel):
    """Whether a process below the judge has computed for 5 s: importing torch takes it 3 at most, a call may take 10.
    CPU time, for on a busy machine a second is not one of work."""
    judge = kernel.judge()
    return judge is not None and any(_seconds(one) > 5 for one in judge.children(recursive=True))


def _seconds(process):
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return times.user + times.system


def test_an_interrupt_ends_the_check_and_leaves_no_process(kernel):
    """In the middle of a student's endless loop; the next check has a judge again."""
    kernel.run(ENDLESS)
    sent = kernel.send(CHECK)
    ends = time.monotonic() + LIMIT
    while not _loops(kernel):
        assert time.monotonic() < ends, "the student's loop was not seen to run"
        time.sleep(0.05)
    started = [kernel.judge(), *kernel.judge().children(recursive=True)]
    kernel.manager.interrupt_kernel()
    told = kernel.wait(sent)
    assert "Interrupted" in told
    assert "in the middle of a case" in told
    assert gone(started)
    kernel.run(RIGHT)
    assert HOLDS in kernel.run(CHECK)


@pytest.mark.slow
def test_a_check_takes_no_longer_than_it_says(kernel):
    """And says how far it came."""
    kernel.run(RIGHT)
    assert "Stopped before the end" in kernel.run("%check LSTM --seconds 0.5 --lang en")
    assert HOLDS in kernel.run(CHECK)


@pytest.mark.parametrize("ended", ["restart", "killed"])
def test_the_judge_ends_with_the_kernel(ended, tmp_path):
    """A kernel that is started again has nothing of the one before. Its notebook may lie in another folder, and say
    where the project is."""
    kernel = Kernel() if ended == "restart" else Kernel(tmp_path, PYTHONPATH=python_path())
    try:
        if ended == "killed":
            assert "ModuleNotFoundError" in kernel.run("%load_ext grading.notebook")
            kernel.run(f"import sys; sys.path.append({str(PROJECT)!r})")
        kernel.run("%load_ext grading.notebook")
        judge = [kernel.judge()]
        assert judge[0] is not None
        if ended == "restart":
            kernel.restart()
            assert "UsageError" in kernel.run("%check")
            # Whoever dislikes magics has a judge warming up, too, and no second one after all.
            assert kernel.judge() is None
            kernel.run("from grading.notebook import check")
            judge.append(kernel.judge())
            kernel.run("%load_ext grading.notebook")
            assert kernel.judge() == judge[1]
            kernel.restart()
        else:
            kernel.process.kill()
        assert gone(judge)
    finally:
        kernel.close()
