"""pytest -n: cases that share a training stay in one process."""

import re
from collections import defaultdict

import pytest

ROOM = """
import os
import time


def where(name):
    time.sleep(0.1)  # long enough for the other worker to ask for the next case
    check.note("process", os.getpid())


@state("{file}/a")
@pytest.mark.parametrize("n", range(4))
def test_a(implementation, n):
    'Where it runs.'
    where("a")


@state("{file}/b")
@pytest.mark.parametrize("n", range(4))
def test_b(implementation, n):
    'Where it runs.'
    where("b")
"""


def test_a_file_of_claims_stays_in_one_worker(room, run):
    """Two files of eight cases each, two workers: one process a file, and both work."""
    for file in ("one", "two"):
        room(ROOM.format(file=file), name=f"test_{file}.py")
    result = run("claims", "-n", "2", "-vv", "--device", "cpu", own_process=True)
    result.assert_outcomes(passed=16)
    workers = defaultdict(set)
    for worker, file in re.findall(r"\[(gw\d)\].*PASSED claims/test_(\w+)\.py", result.stdout.str()):
        workers[file].add(worker)
    assert sorted(map(len, workers.values())) == [1, 1]
    assert workers["one"] != workers["two"]


SHARING = """
import os

import pytest


@pytest.fixture{scope}
def made():
    return os.getpid()


@pytest.mark.parametrize("n", range(8))
def test_it(made, n):
    __import__("time").sleep(0.1)
"""


def test_tests_that_share_a_fixture_stay_in_one_worker(pytester, room, run):
    """It is made once; where each test makes its own, both workers take some."""
    room(ROOM.format(file="one"), name="test_one.py")
    pytester.makepyfile(test_shares=SHARING.format(scope='(scope="module")'), test_each=SHARING.format(scope=""))
    result = run("test_each.py", "test_shares.py", "-n", "2", "-vv", own_process=True)
    result.assert_outcomes(passed=16)
    workers = defaultdict(set)
    for worker, file in re.findall(r"\[(gw\d)\].*PASSED test_(\w+)\.py", result.stdout.str()):
        workers[file].add(worker)
    assert {file: len(found) for file, found in workers.items()} == {"shares": 1, "each": 2}


def test_dist_is_heard(room, run):
    """Who asks for another way of sharing out gets it: with load, one file's cases go to both workers."""
    room(ROOM.format(file="one"), name="test_one.py")
    result = run("claims", "-n", "2", "--dist", "load", "-vv", "--device", "cpu", own_process=True)
    result.assert_outcomes(passed=8)
    assert len(set(re.findall(r"\[(gw\d)\].*PASSED", result.stdout.str()))) == 2


SLOW = """import time, pytest
@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node, ids):
    time.sleep(2)
"""


@pytest.mark.parametrize("how", [["--dist", "load"], ["-p", "slow"], []], ids=["load", "slow", ""])
def test_a_wrong_name_of_a_claim_is_one_sentence(pytester, room, run, how):
    """A usage error in the workers' collection ends the run as it does without workers: no stack, status 4. So it does
    where the process that shares out is slower than they end: it can send them nothing."""
    room(ROOM.format(file="one"), name="test_one.py")
    pytester.makepyfile(slow=SLOW)
    result = run("claims", "-n", "2", "--claim", "one/c", *how, own_process=True)
    assert result.ret == 4
    said = result.stdout.str() + result.stderr.str()
    assert "ERROR: --claim one/c" in said
    assert "INTERNALERROR" not in said
