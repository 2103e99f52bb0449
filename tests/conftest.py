"""What tests share: a small lecture of its own for each test of the plugins, a submission in real workers."""

from __future__ import annotations

import signal
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy  # noqa: F401 - can be loaded once a process, and pytester puts away what its runs import
import pytest
from hypothesis import HealthCheck, settings

from checks import check
from checks.running import RUNNING, Running
from grading.judge import Judge, Settings
from submissions.files import Source
from submissions.sandbox import Limits
from submissions.submission import Submission
from tests.a_class import RIGHT

PROJECT = Path(__file__).resolve().parent.parent

# What was handed in is judged, never collected: a conftest.py among it would be run, and put its folder on the path.
collect_ignore_glob = ["handed_in/*"]

# Started in a shell's background, Python and all that it starts ignore interrupts: tests that send one would wait.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# How long a draw or an example takes is no verdict: the first draw of a process reads the constants of all its modules.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

QUICK = Limits(cpu=2.0, memory=1500)
FORWARD = "    def forward(self, x, state=None):\n"


def changed(line: str) -> str:
    """The right LSTM with a line of mischief at the start of forward."""
    return RIGHT.replace(FORWARD, f"{FORWARD}        {line}\n")


HEAD = """
import pytest
import torch

import numpy  # noqa: F401 - can be loaded once a process, and pytester puts away what its runs import

from checks import check
from fixtures.claim import claim


def state(id, section="one", kind="exact", **more):
    texts = dict(en=f"EN {id}", ko=f"한글 {id}", likely_en="look there", likely_ko="거기를 보라")
    return claim(id, section=section, kind=kind, **{**texts, **more})
"""


@pytest.fixture
def submit() -> Iterator[Callable[..., Submission]]:
    """``submit(text)``: a submission, ended after the test."""
    made: list[Submission] = []

    def start(text: str, name: str = "own.py", limits: Limits = QUICK, **more: Any) -> Submission:
        made.append(Submission(Source(name, name, {name: text.encode("utf-8")}), limits, **more))
        made[-1].begin(1)
        return made[-1]

    yield start
    for submission in made:
        submission.close()


@pytest.fixture
def running() -> Iterator[Running]:
    """A case that runs, outside of pytest's."""
    token = RUNNING.set(Running())
    yield check.running()
    RUNNING.reset(token)


@pytest.fixture
def room(pytester: pytest.Pytester) -> Callable[..., Path]:
    """``room(body)``: a claims/ folder with two sections and one test file, under this project's plugins."""

    def furnish(body: str, name: str = "test_room.py") -> Path:
        (pytester.path / "conftest.py").write_text((PROJECT / "conftest.py").read_text("utf-8"), "utf-8")
        ini = (PROJECT / "pytest.ini").read_text("utf-8").replace("pythonpath = .", f"pythonpath = {PROJECT}")
        (pytester.path / "pytest.ini").write_text(ini, "utf-8")
        claims = pytester.path / "claims"
        claims.mkdir(exist_ok=True)
        (claims / "lecture.toml").write_text(
            '[title]\nen = "A small lecture"\nko = "작은 강의"\n\n'
            '[[sections]]\nkey = "one"\nen = "First part"\nko = "첫째 절"\n\n'
            '[[sections]]\nkey = "two"\nen = "Second part"\nko = "둘째 절"\n',
            "utf-8",
        )
        (claims / name).write_text(HEAD + textwrap.dedent(body), "utf-8")
        return claims

    return furnish


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Callable[..., pytest.RunResult]:
    """``run(*options)``: pytest on that claims/ folder, English unless asked otherwise.

    In this process, which has torch loaded already; ``own_process=True`` takes a process of its own.
    """
    # What the outer run sets for its workers must not reach the inner one.
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def pytest_on(*options: str, own_process: bool = False) -> pytest.RunResult:
        start = pytester.runpytest_subprocess if own_process else pytester.runpytest_inprocess
        # no:unraisableexception: its five rounds of garbage collection are most of a short run.
        return start("-p", "no:cacheprovider", "-p", "no:unraisableexception", *options)

    return pytest_on


@pytest.fixture(scope="session")
def judge() -> Iterator[Judge]:
    """One that stays warm, in this process: all claims, the usual limits."""
    found = Judge(Settings())
    yield found
    found.close()
