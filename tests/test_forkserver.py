"""Workers forked by a server with torch in it: as shut in, as bare and as separate as those started anew."""

import os

import psutil
import pytest
import torch

from checks.language import phrase
from parts.week12 import KERNELS
from submissions import forked, sandbox
from submissions.client import MachineFault, Worker
from submissions.sandbox import Limits

pytestmark = pytest.mark.skipif(not forked.possible("cpu"), reason="no root, or no bubblewrap")

SEEN = """
import os

def one_hot(tokens, mapping):
    with open("/proc/self/status") as file:
        print(*(line for line in file if line.startswith(("Uid", "Groups", "Cap", "NoNewPrivs", "Threads"))), sep="")
    print("files=", sorted(os.listdir("/proc/self/fd")))
    print("spaces=", *(os.readlink(f"/proc/self/ns/{name}") for name in ("mnt", "pid", "net", "ipc", "uts")))
    print("folder=", os.getcwd(), os.listdir(), "others", [name for name in os.listdir("/proc") if name.isdigit()])
    with open("written", "w") as file:
        file.write("by one")
"""


ONE_HOT = {"do": "function", "name": "one_hot", "arguments": [{"plain": []}, {"plain": {}}], "options": {}}
ONE_HOT |= {"leaves": [], "grad": True}


@pytest.fixture
def started():
    """``started(text)``: a worker that has loaded it, ended after the test."""
    made = []

    def start(text, guard=True):
        made.append(Worker(Limits(), forbidden=KERNELS if guard else ()))
        made[-1].ask(
            {"do": "load", "main": "own.py", "text": text, "files": {}, "networks": [], "functions": ["one_hot"]}
        )
        return made[-1]

    yield start
    for worker in made:
        worker.close()


def seen(worker):
    """What the worker prints of itself, by its first words."""
    worker.ask(ONE_HOT)
    lines = (line.partition("=") for line in worker.prints().replace(":\t", "=").splitlines())
    return {name: rest.strip() for name, _, rest in lines}


@pytest.mark.parametrize("guard", [True, False])
def test_a_worker_has_no_rights_and_no_files_but_its_own(started, guard):
    """Another user, no capability, now or by a new program; its streams; namespaces that are not the judge's."""
    found = seen(started(SEEN, guard))
    assert all(int(user) >= 200_000 for user in found["Uid"].split())
    assert found["Groups"] == ""
    assert {found[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}
    assert found["NoNewPrivs"] == "1"
    # Three streams, requests and replies, and the folder that is being listed.
    assert len(found["files"].split()) == 6
    for name, inside in zip(("mnt", "pid", "net", "ipc", "uts"), found["spaces"].split(), strict=True):
        assert inside != os.readlink(f"/proc/self/ns/{name}")
    # bubblewrap's first process and the one that waits.
    assert found["folder"] == "/submission [] others ['1', '2', '3']"


def test_workers_have_nothing_in_common(started):
    """What one has written, the next does not find; each is another user in other namespaces."""
    first, second = seen(started(SEEN)), seen(started(SEEN))
    assert second["folder"] == first["folder"]
    assert second["Uid"] != first["Uid"]
    assert not set(first["spaces"].split()) & set(second["spaces"].split())


def test_a_server_that_is_gone_is_replaced(started):
    """Killed by the machine, say: the next worker has a new one; a worker that runs is not touched."""
    running = started(SEEN)
    [(_, server)] = forked._SERVER
    server.kill()
    server.wait()
    assert seen(started(SEEN))["NoNewPrivs"] == "1"
    assert seen(running)["NoNewPrivs"] == "1"
    assert psutil.Process(forked._SERVER[0][1].pid).is_running()


def test_the_end_of_a_worker_is_told(started):
    """Its exit status, a signal as subprocess counts it; and nothing of it is left."""
    for line, status in (("import os; os._exit(7)", "7"), ("import os; os.kill(os.getpid(), 11)", "-11")):
        worker = Worker(Limits())
        tree = worker._process.tree()
        with pytest.raises(BaseException, match=rf"exit {status}"):
            worker.ask({"do": "load", "main": "own.py", "text": line, "files": {}, "networks": [], "functions": []})
        psutil.wait_procs(tree, timeout=10)
        assert not [process for process in tree if process.is_running()]


def test_where_a_sandbox_lacks_torchs_files_no_file_is_judged(monkeypatch):
    """Packages may be links to a folder that no sandbox has. What torch imports in a call was missing there, and the
    submission was said to have ended the process."""
    line = sandbox.bubblewrap("cpu")
    without = [*line[:-1], "--tmpfs", os.path.dirname(torch.__file__), line[-1]]
    monkeypatch.setattr(sandbox, "bubblewrap", lambda device: without)
    with pytest.raises(MachineFault) as caught:
        Worker(Limits())
    told = phrase(caught.value.key, "en", **caught.value.values)
    assert f"No such file or directory: '{torch.__file__}'" in told
    assert "SUBMISSIONS_NO_BUBBLEWRAP=1" in told
