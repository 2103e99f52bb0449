"""Windows and macOS: the same code, without what only Linux has; a run there says what is not protected."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.places import PROJECT, python_path

# Other people's modules first, for they have their own ways there (and Debian's Python lacks what ctypes needs on
# macOS); then ours, with what is missing on that system.
SCRIPT = """
import ctypes.util, importlib, json, os, pathlib, random, signal, sys
import distributed, psutil, pytest, safetensors.torch, torch

hidden, names, platform = json.loads(sys.argv[1])
for module in hidden:
    sys.modules[module] = None
for name in names:
    for place in (os, signal):
        if hasattr(place, name):
            delattr(place, name)
sys.platform = platform
for room in ("results", "parts", "submissions", "checks", "fixtures", "mistakes", "diagnosis", "grading"):
    for file in sorted(pathlib.Path(room).rglob("*.py")):
        if "templates" not in file.parts and file.stem not in ("__init__", "keeper", "__main__"):
            try:
                importlib.import_module(".".join(file.with_suffix("").parts))
            except ModuleNotFoundError as error:  # an extra: requirements-notebook.txt
                assert error.name.partition(".")[0] in ("IPython", "ipykernel")

from fixtures.submissions import pytest_report_header
from submissions import proxies, sandbox
from submissions.files import read
from submissions.inside.confine import confine
from submissions.submission import Submission

option = type("O", (), {"submission": ["own.py"], "lang": "en", "contract": ""})
for lang in ("en", "ko"):
    option.lang = lang
    print(pytest_report_header(type("C", (), {"option": option, "stash": {}}))[-1])
print(json.dumps([sandbox.protections().lacking(), os.path.basename(sandbox.command(device="cpu")[2])]))
if "resource" in hidden:
    print(confine({"memory": 1, "file_size": 1, "processes": 1, "user": 5}))
submission = Submission(read(pathlib.Path("tests/handed_in/minimal_lstm.py")), sandbox.Limits())
submission.begin(1)
right = torch.nn.LSTM(3, 2)
net = proxies.networks(submission)["LSTM"](3, 2)
net.load_state_dict(right.state_dict())
x = torch.randn(5, 3)
assert torch.allclose(net(x)[0], right(x)[0], atol=1e-6)
folder = [worker._process._folder for worker in submission._workers.values()][0]
submission.close()
assert not os.path.exists(folder)
assert not psutil.Process().children(recursive=True)
print("judged")
"""
UNIX = ("resource", "fcntl", "pwd", "grp", "termios", "pty", "tty")
POSIX = (
    "fork",
    "forkpty",
    "setsid",
    "killpg",
    "geteuid",
    "getuid",
    "setuid",
    "setgid",
    "setgroups",
    "seteuid",
    "chown",
)
SIGNALS = ("SIGKILL", "SIGSTOP", "SIGALRM", "SIGHUP", "SIGXCPU", "setitimer", "alarm")


@pytest.mark.parametrize(
    ("platform", "hidden", "names", "lacking"),
    [
        ("win32", UNIX, POSIX + SIGNALS, ["files", "network", "processes", "user"]),
        ("darwin", (), (), ["files", "network", "processes"]),
    ],
)
def test_rooms_are_imported_and_a_file_is_judged_without_what_linux_has(platform, hidden, names, lacking):
    """No module asks for it on import, a worker is started, answers and is gone; the header names what is missing."""
    found = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps([hidden, names, platform])],
        cwd=PROJECT,
        capture_output=True,
        encoding="utf-8",
        env={"PYTHONPATH": python_path(PROJECT), "PYTHONUTF8": "1", "PATH": ""},
        timeout=180,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr
    english, korean, told, *_, last = found.stdout.splitlines()
    assert json.loads(told)[1] == "worker.py"
    assert set(lacking) <= set(json.loads(told)[0])
    assert "not protected" in english
    assert "network" in english
    assert english != korean
    assert last == "judged"
