"""What a worker on a GPU finds in its sandbox, by real bubblewrap and without a GPU.

What a card would show and this does not: that a driver starts with it. What it needs is told by those who tried: its
device files as such, /sys (else error 304), its own library where a variable alone says where that lies (on Colab
/usr/lib64-nvidia), and in WSL /dev/dxg in place of /dev/nvidia*.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from checks.language import phrase
from submissions import proxies, sandbox
from submissions.client import MachineFault, Worker

LOOK = """
import json, os, sys
from pathlib import Path
def writable(path):
    try:
        Path(path, "mine").touch()
    except OSError:
        return False
    return True
found = {"sys": os.path.isdir("/sys/devices"), "dev": os.listdir("/dev"), "path": os.environ.get("LD_LIBRARY_PATH", "")}
found["driver"] = [path for path in sys.argv[1:] if Path(path, "libcuda.so.1").exists()]
found["writable"] = [path for path in ("/sys", "/sys/kernel", "/dev", *sys.argv[1:]) if writable(path)]
print(json.dumps(found))
"""

bubblewrap = pytest.mark.skipif(not sandbox.protections().bubblewrap, reason="bubblewrap does not work here")


SYSTEMS, NOBODY = "/usr/bin/python3", 65534


@pytest.fixture
def folders(monkeypatch):
    """One that the loader is told of and that holds a driver, and one that it is told of and that does not."""
    with tempfile.TemporaryDirectory() as name:
        driver, other = Path(name, "lib64-nvidia"), Path(name, "other")
        for folder in (driver, other):
            folder.mkdir()
            folder.chmod(0o755)
        Path(name).chmod(0o755)  # to be read by anybody
        (driver / "libcuda.so.1").write_bytes(b"")
        (other / "libcudart.so.13").write_bytes(b"")
        monkeypatch.setenv("LD_LIBRARY_PATH", f"{other}::{driver}:relative:/usr/lib64-nobody")
        yield str(driver), str(other)


def looked(device, *words, python=sys.executable, user=None):
    line = [*sandbox.bubblewrap(device), python, "-I", "-S", "-c", LOOK, *words]
    environment = sandbox.environment(device)
    done = subprocess.run(line, env=environment, user=user, cwd="/", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@bubblewrap
def test_a_driver_finds_what_it_needs(folders):
    """The system's own description of the hardware and the library's folder, neither to be written to."""
    _all_is_there(looked("cuda", *folders), folders[0])


@bubblewrap
@pytest.mark.skipif(os.geteuid() != 0 or not os.path.exists(SYSTEMS), reason="a root, and a Python that all may run")
def test_so_it_does_where_nobody_is_root(folders, monkeypatch):
    """In a user namespace, as on a desktop."""
    monkeypatch.setattr(sandbox.os, "geteuid", lambda: NOBODY)
    monkeypatch.setattr(sandbox, "_of_python", list)  # it may lie in root's home
    assert "--unshare-user" in sandbox.bubblewrap("cuda")
    _all_is_there(looked("cuda", *folders, python=SYSTEMS, user=NOBODY), folders[0])


def _all_is_there(found, driver):
    assert found["sys"]
    assert found["path"] == driver
    assert found["driver"] == [driver]
    assert found["writable"] == []


@bubblewrap
def test_on_the_cpu_nothing_of_it_is_there(folders):
    found = looked("cpu", *folders)
    assert (found["sys"], found["path"], found["driver"]) == (False, "", [])


def test_its_device_files_are_bound_as_such(monkeypatch):
    """NVIDIA's, a folder of theirs too, and WSL's; nothing else of /dev."""
    there = {"nvidia*": ["nvidiactl", "nvidia0", "nvidia-caps", "nvidia-uvm"], "dxg": ["dxg"]}
    monkeypatch.setattr(sandbox.Path, "glob", lambda self, pattern: [self / name for name in there[pattern]])
    monkeypatch.delenv("LD_LIBRARY_PATH", raising=False)
    line = " ".join(sandbox._of_the_gpu())
    for name in (*there["nvidia*"], "dxg"):
        assert f"--dev-bind /dev/{name} /dev/{name}" in line
    assert line.count("/dev/") == 10


def test_without_bubblewrap_the_driver_is_found_as_the_judge_finds_it(folders):
    assert sandbox.environment("cuda")["LD_LIBRARY_PATH"] == folders[0]
    assert "LD_LIBRARY_PATH" not in sandbox.environment("cpu")


@bubblewrap
def test_a_driver_that_does_not_start_there_is_told_with_the_way_out(monkeypatch):
    """Nobody's fault: not judged."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    with pytest.raises(MachineFault) as caught:
        Worker(sandbox.Limits(), device="cuda")
    for lang, said in (("en", "=1 starts it without bubblewrap"), ("ko", "=1이면 bubblewrap 없이 시작함")):
        assert f"SUBMISSIONS_NO_BUBBLEWRAP{said}" in phrase(caught.value.key, lang, **caught.value.values)


DRIVERS = """import os, threading, torch
def one_hot(tokens, mapping):
    def named():
        with open(f"/proc/self/task/{threading.get_native_id()}/comm", "w") as file:
            file.write("cuda-event")
        with open(f"/proc/self/task/{threading.get_native_id()}/comm") as file:
            print(file.read().strip())
    thread = threading.Thread(target=named)
    thread.start()
    thread.join()
    print(os.path.isdir("/proc/driver"), os.memfd_create("cuda") > 0)
    return torch.zeros(1)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Linux'")
@pytest.mark.parametrize("variable", ["SUBMISSIONS_NO_FORKSERVER", "SUBMISSIONS_NO_BUBBLEWRAP"])
def test_a_worker_may_do_what_a_driver_does_as_it_starts(submit, monkeypatch, variable):
    """It names its threads by files of its own, which another user's process could not write, and maps memory that has
    no file (since driver 570: error 304 where it may not)."""
    monkeypatch.setenv(variable, "1")
    sandbox.protections.cache_clear()
    try:
        own = submit(DRIVERS)
        proxies.functions(own)["one_hot"](["a"], {"a": 0})
        assert own.prints().splitlines() == ["cuda-event", "True True"]
    finally:
        sandbox.protections.cache_clear()
