"""What a submission starts is gone when its worker is, behind bubblewrap and with the keeper alone."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

import psutil
import pytest

from submissions import forked, sandbox
from submissions.client import MachineFault, Worker
from submissions.process import PREFIX, Executed, _clear_away_old_folders
from submissions.sandbox import Limits, protections
from tests.rights import of_anybody

PROJECT = Path(__file__).resolve().parent.parent

# A child in a session of its own, whose parent is gone: a process group does not reach it.
TEXT = """
import os, subprocess, sys, time

def one_hot(tokens, mapping):
    if os.fork() == 0:
        os.setsid()
        subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(600)", "MARK"])
        os._exit(0)
    time.sleep(0.5)
    {end}
"""
JUDGE = """
import sys
from submissions import proxies
from submissions.client import psutil
from submissions.sandbox import Limits, protections
from submissions.signals import Broken, Raised
from submissions.files import Source
from submissions.submission import Submission

text = sys.stdin.read()
submission = Submission(Source("own.py", "own.py", {"own.py": text.encode()}), Limits(cpu=2.0))
submission.begin(1)
try:
    proxies.functions(submission)["one_hot"](["a"], {"a": 0})
except (Broken, Raised) as error:
    print(type(error).__name__, error)
submission.close()
print("bubblewrap", protections().bubblewrap)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="a subreaper is Linux's")
@pytest.mark.parametrize(
    ("alone", "end"),
    [
        pytest.param("", "os._exit(3)", id="bubblewrap-exit"),
        pytest.param("1", "\n    while True: pass", id="keeper-limit"),
        pytest.param("", "raise ValueError('done')", id="bubblewrap-exception", marks=pytest.mark.slow),
        pytest.param("1", "raise ValueError('done')", id="keeper-exception", marks=pytest.mark.slow),
        pytest.param("1", "os._exit(3)", id="keeper-exit", marks=pytest.mark.slow),
        pytest.param("", "\n    while True: pass", id="bubblewrap-limit", marks=pytest.mark.slow),
    ],
)
def test_a_process_in_a_session_of_its_own_is_ended_too(alone, end):
    """After an exception, after the worker's own end, and after it was ended at a limit."""
    if not alone and not protections().bubblewrap:
        pytest.skip("bubblewrap is not at hand")
    mark = uuid.uuid4().hex
    found = subprocess.run(
        [sys.executable, "-c", JUDGE],
        cwd=PROJECT,
        input=TEXT.replace("MARK", mark).replace("{end}", end),
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "SUBMISSIONS_NO_BUBBLEWRAP": alone},
        timeout=120,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    assert f"bubblewrap {not alone}" in found.stdout
    assert found.stdout.startswith(("Raised", "Broken"))
    left = [p for p in psutil.process_iter(["cmdline"]) if mark in (p.info["cmdline"] or [])]
    for process in left:
        process.kill()
    assert not left


def test_a_worker_that_ends_before_it_is_told_what_for_leaves_no_folder(tmp_path, monkeypatch):
    """As where the machine has no memory for it: a fault of the machine's, and its folder is gone."""
    settle = Executed.settle

    def late(process, options):
        process._process.wait(30)
        settle(process, options)

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(forked, "possible", lambda _: False)
    monkeypatch.setattr(sandbox, "command", lambda **_: [sys.executable, "-I", "-S", "-c", ""])
    monkeypatch.setattr(Executed, "settle", late)
    with pytest.raises(MachineFault, match="can't start"):
        Worker(Limits())
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def of_a_killed_judge(tmp_path, monkeypatch):
    """A worker's folder that nobody has removed, and the look for such folders that the next judge begins with."""
    ended = subprocess.Popen([sys.executable, "-S", "-c", ""])
    ended.wait()
    folder = tmp_path / f"{PREFIX}{ended.pid}-x"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return folder, _clear_away_old_folders.__wrapped__


@pytest.mark.skipif(os.name != "posix", reason="as deep as no path may be elsewhere")
def test_folders_thousands_deep_are_removed(of_a_killed_judge):
    """They went deeper than Python's own way of removing them, and stopped each later judge on the machine."""
    folder, clear_away = of_a_killed_judge
    back = os.open(".", os.O_RDONLY)
    os.chdir(folder)
    for _ in range(2000):
        os.mkdir("d")
        os.chdir("d")
    os.fchdir(back)
    os.close(back)
    clear_away()
    assert not folder.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="rights of a thread are Linux's")
def test_a_folder_that_was_closed_to_everybody_is_removed(of_a_killed_judge):
    """By who owns it, with no right besides."""
    folder, clear_away = of_a_killed_judge
    (folder / "closed").mkdir()
    (folder / "closed" / "kept").write_text("kept", "utf-8")
    (folder / "closed").chmod(0)
    with of_anybody():
        clear_away()
    assert not folder.exists()
