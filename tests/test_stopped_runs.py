"""Recorded runs that do not come to their end: a worker that crashes, an interrupt, a stop at the first failure."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time

import pytest

from results.record import read
from results.unfinished import unfinished_file
from versions.compare import compare

BODY = """
import os, signal, time

@state("one/many")
@pytest.mark.parametrize("n", range(5))
def test_many(device, n):
    '''A number.'''
    if n == 2:
        {two}
    check.below("n", n, 10)

@state("two/other", section="two")
def test_other(device):
    '''A number.'''
    check.below("a number", 1, 2)
"""
QUIET = "check.note('n', 'so')"
CRASH = "os.kill(os.getpid(), signal.SIGSEGV)"
COMMAND = ("--device", "cpu", "--lang", "en")


@pytest.fixture
def recorded(room, run, pytester):
    """``recorded(two, *options)``: what was printed of a run whose third case does ``two``, and the record's file."""
    file = pytester.path / "run.json"

    def record(two, *options, **more):
        return run(room(BODY.format(two=two)), "--record", file, *COMMAND, *options, **more), file

    return record


def test_a_case_that_ends_its_worker_is_an_error(recorded):
    """In the record and the comparison as in pytest's count, once; the other cases of its file run."""
    _, file = recorded(QUIET)
    whole = read(file)
    printed, _ = recorded(CRASH, "-n", "1", own_process=True)
    printed.assert_outcomes(passed=5, failed=1)
    found = read(file)
    assert [case.node for case in found.cases] == [case.node for case in whole.cases]
    assert [case.word for case in found.cases] == ["holds", "holds", "error", "holds", "holds", "holds"]
    assert (found.cases[2].why, found.cases[2].device) == (
        "the process ended in this case, by itself or from outside",
        "cpu",
    )
    [row] = compare(whole, found).rows
    assert (row.level, row.case) == ("broken", found.cases[2].node)


def test_cases_that_no_worker_is_left_for_are_told(recorded):
    """As not run, in the table and the record; a comparison misses them."""
    _, file = recorded(QUIET)
    whole = read(file)
    printed, _ = recorded(CRASH, "-n", "1", "--max-worker-restart", "0", own_process=True)
    printed.stdout.fnmatch_lines(["3 cases not run: the processes that were to run it ended before"])
    found = read(file)
    assert [case.word for case in found.cases] == ["holds", "holds", "error", "not run", "not run", "not run"]
    assert sorted(row.level for row in compare(whole, found).rows) == ["broken", *["missing"] * 3]


@pytest.mark.parametrize("options", [("-x",), ("--maxfail", "1"), ("-x", "-n", "1")], ids=" ".join)
def test_a_run_that_stopped_at_a_failure_replaces_no_record(recorded, options):
    """The whole one stays; what had ended is kept beside it, and that is said."""
    _, file = recorded(QUIET)
    kept = file.read_bytes()
    printed, _ = recorded("assert False", *options, own_process="-n" in options)
    printed.stdout.fnmatch_lines(["no record was written: the run did not end", "what had ended is kept: *unfinished*"])
    assert file.read_bytes() == kept
    assert "error" in [case.word for case in read(unfinished_file(file)).cases]


@pytest.fixture
def broken(recorded):
    """A whole record, and beside its claims a file that can't be imported."""
    _, file = recorded(QUIET)
    (file.parent / "claims" / "test_broken.py").write_text("raise ImportError('moved')\n", "utf-8")
    return file


def test_a_run_without_a_file_that_can_not_be_imported_replaces_no_record(broken, run):
    """xdist goes on without it. What the run lacks is not missing, and nothing is offered to accept it."""
    kept, other = broken.read_bytes(), broken.with_name("other.json")
    other.write_bytes(kept)
    options = ("--record", other, "--against", broken, "-n", "1", *COMMAND)
    printed = run("claims", *options, own_process=True)
    assert printed.ret == pytest.ExitCode.TESTS_FAILED
    printed.stdout.fnmatch_lines(
        [
            "no record was written: claims/test_broken.py could not be collected",
            "6 cases compared *",
            "one of the two runs is not whole: what it lacks is not told",
        ]
    )
    assert "to accept" not in printed.stdout.str()
    assert other.read_bytes() == kept


@pytest.mark.parametrize("where", ["claims", "claims/test_broken.py"])
def test_a_claim_of_a_file_that_can_not_be_imported_is_not_said_to_be_none(broken, run, where):
    """Its file may have it: what is told is why that can't be read."""
    printed = run(where, "--claim", "three/", *COMMAND)
    assert printed.ret == pytest.ExitCode.INTERRUPTED
    printed.stdout.fnmatch_lines(["E   ImportError: moved"])
    assert "no such claim" not in printed.stderr.str()
    assert "no test of a lecture" not in printed.stderr.str()


def test_a_stop_with_nothing_left_to_run_is_an_end(recorded):
    """-x at the last case leaves a whole record."""
    printed, file = recorded("assert False", "-x", "-k", "cpu-0 or cpu-1 or cpu-2")
    printed.stdout.fnmatch_lines(["record written: *"])
    assert [case.word for case in read(file).cases] == ["holds", "holds", "error"]


def test_what_is_only_collected_replaces_no_record(recorded):
    """--collect-only."""
    _, file = recorded(QUIET)
    kept = file.read_bytes()
    recorded(QUIET, "--collect-only")
    assert file.read_bytes() == kept


@pytest.mark.parametrize("option", ["--lf", "--stepwise"])
def test_a_part_that_the_last_run_chose_is_not_recorded(room, pytester, option):
    """A record could not say what it lacks: told before anything runs."""
    claims = room(BODY.format(two=QUIET))
    # Not by run(), which is without the cache that they are of.
    printed = pytester.runpytest_inprocess(claims, "--record", pytester.path / "run.json", *COMMAND, option)
    assert printed.ret == pytest.ExitCode.USAGE_ERROR
    printed.stderr.fnmatch_lines([f"*--record *: {'--last-failed' if option == '--lf' else option} leaves out cases,*"])


@pytest.mark.parametrize("options", [(), ("-n", "1")], ids=" ".join)
def test_an_interrupt_is_no_error_of_the_case_that_ran(recorded, pytester, options):
    """Ctrl-C: it has not run, and is missing; no claim is said to be broken."""
    _, file = recorded(QUIET)
    whole = read(file)
    (claims := pytester.path / "claims" / "test_room.py").write_text(
        claims.read_text("utf-8").replace(QUIET, "open('there', 'w').close(); time.sleep(5)"), "utf-8"
    )
    command = [sys.executable, "-m", "pytest", "claims", "--record", str(file), *COMMAND, *options]
    with subprocess.Popen(command, cwd=pytester.path, stdout=subprocess.PIPE, text=True) as process:
        while not (pytester.path / "there").exists():
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)
    assert re.search("what had ended is kept: .*unfinished", said)
    left = read(unfinished_file(file))
    [stopped] = [case for case in left.cases if case.word != "holds"]
    assert (stopped.node, stopped.word, stopped.why) == (
        whole.cases[2].node,
        "not run",
        "the run was stopped in this case",
    )
    found = compare(whole, left)
    assert (found.rows, found.stopped) == ([], True)
