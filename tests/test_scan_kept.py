"""Compiled code is made once and kept: wherever there is room, by several processes at once, for each processor."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from lecture.scan import compiled, kept

if not compiled.serves("cpu", torch.float32):
    pytest.skip("nothing is compiled here", allow_module_level=True)

PROJECT = Path(__file__).resolve().parent.parent

PROGRAM = """
import json
import torch
from lecture import experiments, starts
from lecture.scan import kept

first = kept.must_compile("RNN", "float32")
found = starts.train_starts("RNN", 3, experiments.hi_whole(), range(20), epochs=30, lr=0.1)
print(json.dumps({
    "compiles": first,
    "again": kept.must_compile("RNN", "float32"),
    "loaded": sum(kept.kernel("RNN", "float32").stats.cache_hits.values()),
    "folder": str(kept.kept_in("float32")),
    "losses": found.losses.numpy().tobytes().hex(),
}))
"""


def _copy(folder):
    """Of lecture/ alone, with no compiled code in it."""
    shutil.copytree(PROJECT / "lecture", folder / "lecture", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture
def checkout(tmp_path):
    """Where nothing was compiled yet."""
    return _copy(tmp_path / "checkout")


@pytest.fixture(scope="module")
def compiled_by_two(tmp_path_factory):
    """A checkout in which two processes compiled at once, and what they said."""
    folder = _copy(tmp_path_factory.mktemp("two") / "checkout")
    return folder, [_told(process) for process in [_start(folder), _start(folder)]]


def _start(checkout, **variables):
    """A process that trains, with a home of its own beside the checkout."""
    home = checkout.parent / "home"
    kept_out = ("NUMBA", "XDG", "PYTEST")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(kept_out)}
    environment |= {"HOME": str(home), "XDG_CACHE_HOME": str(home / ".cache"), "LOCALAPPDATA": str(home), **variables}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM], cwd=checkout, env=environment, stdout=subprocess.PIPE, text=True
    )


def _told(process):
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 0
    return json.loads(said)


def _in_the_way(folder):
    """A file where a folder would be made: nothing can be kept there, not even by root."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("", "utf-8")


def test_two_processes_at_once_and_one_after(compiled_by_two):
    """Both compile, or one loads what the other made; the third loads; the numbers are the same to the bit."""
    checkout, (first, second) = compiled_by_two
    third = _told(_start(checkout))
    assert Path(first["folder"]).is_relative_to(checkout / "lecture" / "scan" / "__pycache__")
    assert first["losses"] == second["losses"] == third["losses"]
    assert not first["again"]
    assert not third["compiles"]
    assert third["loaded"] == 1


@pytest.mark.slow
def test_a_checkout_that_cannot_be_written_to(checkout):
    """The user's cache takes its place; where there is none either, each process compiles for itself."""
    _in_the_way(checkout / "lecture" / "scan" / "__pycache__")
    at_home = _told(_start(checkout))
    assert Path(at_home["folder"]).is_relative_to(checkout.parent / "home")
    assert _told(_start(checkout))["loaded"] == 1
    shutil.rmtree(checkout.parent / "home")
    _in_the_way(checkout.parent / "home")
    nowhere = _told(_start(checkout))
    assert nowhere["folder"] == "None"
    assert nowhere["compiles"]
    assert nowhere["losses"] == at_home["losses"]


@pytest.mark.slow
def test_another_processor_behind_the_same_home(compiled_by_two):
    """It compiles for itself beside the other's code, and comes to the same bits: here one that has no wide registers,
    and not even a multiplication and addition in one."""
    checkout, (here, _) = compiled_by_two
    there = _told(_start(checkout, NUMBA_CPU_NAME="generic", NUMBA_CPU_FEATURES=""))
    assert there["compiles"]
    assert there["folder"] != here["folder"]
    assert there["losses"] == here["losses"]
    assert _told(_start(checkout))["loaded"] == 1


def test_a_changed_source_is_compiled_again(compiled_by_two):
    """In any of the files: numba by itself looks at the one with the outermost function."""
    checkout, (here, _) = compiled_by_two
    with (checkout / "lecture" / "scan" / "functions.py").open("a", encoding="utf-8") as file:
        file.write("\n# changed\n")
    program = (
        "from lecture.scan import kept; print(kept.must_compile('RNN', 'float32')); print(kept.kept_in('float32'))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=checkout, capture_output=True, text=True, check=True)
    must_compile, folder = done.stdout.split()
    assert must_compile == "True"
    assert folder != here["folder"]


def test_the_code_kept_depends_on_all_that_wrote_it():
    """Every module that a training's code comes from is among the sources that its folder's name stands for."""
    left, found = ["training"], set()
    while left:
        name = left.pop()
        found.add(name)
        text = (PROJECT / "lecture" / "scan" / f"{name}.py").read_text("utf-8")
        left += sorted(set(re.findall(r"^from lecture\.scan\.(\w+) import", text, re.MULTILINE)) - found)
    assert found == set(kept.SOURCES)


@pytest.mark.slow
def test_without_numba_the_plain_way_serves(checkout):
    """Where it is missing, refuses this numpy, or is told not to compile."""
    program = (
        "import torch; from lecture import experiments, scan, starts; print(scan.way('cpu', torch.float32).__module__);"
        "starts.train_starts('RNN', 3, experiments.hi_whole(), [1], epochs=2, lr=0.1)"
    )
    for broken in ("raise ImportError('no')", "raise SystemError('NumPy is too new')"):
        (checkout / "numba").mkdir(exist_ok=True)
        (checkout / "numba" / "__init__.py").write_text(broken, "utf-8")
        done = subprocess.run([sys.executable, "-c", program], cwd=checkout, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "lecture.scan.plain"
    shutil.rmtree(checkout / "numba")
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=checkout, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "lecture.scan.plain"


def test_collecting_does_not_import_numba():
    """It comes with the first training."""
    program = "import sys; import lecture.experiments, lecture.starts; print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
