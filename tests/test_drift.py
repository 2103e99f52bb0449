"""--against in a real run: what it prints, how it ends, and that the committed records are whole and small."""

from __future__ import annotations

import pytest
import torch

from results.record import arrays_file, read
from versions import settings
from versions.compare import compare
from versions.environments import ENVIRONMENTS, SEEDS
from versions.matrix import RECORDS

BODY = """
@state("one/draws")
@pytest.mark.parametrize("size", [2, 3])
def test_draws(implementation, draw, size):
    '''A network of a drawn input.'''
    net = implementation.make("RNN", 4, size)
    output, _ = net(draw(5, 4))
    check.below("largest output", output.abs().max(), 1.0)

@state("two/number", section="two")
def test_number():
    '''A number.'''
    check.below("a number", 0.25, 1.0)
"""


@pytest.fixture
def against(room, run, pytester):
    """``against(body, *options)``: ``body`` held against a record of the small lecture, which is made once."""
    file = pytester.path / "run.json"
    run(room(BODY), "--record", file, "--device", "cpu")

    def compare(body, *options, lang="en"):
        return run(room(body), "--against", file, "--device", "cpu", "--lang", lang, *options)

    return compare


def test_a_run_is_held_against_a_record(against):
    """A rerun is clean; a number that moved fails the run though every claim holds, and so do missing and new cases
    unless a selection says so; the line that accepts it asks for all that was recorded; a run that stops is none."""
    printed = against(BODY)
    printed.stdout.fnmatch_lines(["3 cases compared with torch *same version, same machine*", "nothing moved beyond*"])
    assert printed.ret == 0
    printed = against(BODY.replace("0.25", "0.5"), "--claim", "two/number")
    assert printed.ret == pytest.ExitCode.TESTS_FAILED
    printed.assert_outcomes(passed=1, deselected=4)
    printed.stdout.fnmatch_lines(
        [
            "claim *checked *recorded *now *gap *allowed *why",
            "two/number drifted *a number *0.25 *0.5 *0.25 *0 *",
            "0 no longer hold, 0 missing, 0 new, 1 drifted, 0 hold now",
            "to accept it, type:",
            "  pytest claims/ --record *run.json --device cpu",
        ]
    )
    body = BODY.replace("[2, 3]", "[2, 4]")
    printed = against(body, lang="ko")
    assert printed.ret == pytest.ExitCode.TESTS_FAILED
    printed.stdout.fnmatch_lines(["one/draws 사라짐*", "one/draws 새로 생김*"])
    assert against(body, "--claim", "two/number").ret == 0
    printed = against(BODY.replace("0.25, 1.0)", "0.25, 1.0)\n    pytest.exit('enough')"))
    printed.stdout.fnmatch_lines(["nothing was compared: the run did not end"])


def test_another_seed_or_no_record_is_a_usage_error(against, run, pytester):
    """In one sentence, before anything runs."""
    printed = against(BODY, "--seed", "8")
    assert printed.ret == pytest.ExitCode.USAGE_ERROR
    printed.stderr.fnmatch_lines(["*it was recorded with --seed 43052*"])
    (pytester.path / "cut.json").write_text('{\n"form": "claims-record",', "utf-8")
    printed = run(pytester.path / "claims", "--against", pytester.path / "cut.json", "--lang", "en")
    assert printed.ret == pytest.ExitCode.USAGE_ERROR
    printed.stderr.fnmatch_lines(["*--against: *cut.json is cut short"])


@pytest.mark.parametrize("row", ENVIRONMENTS, ids=lambda row: row.torch)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_committed_records_are_whole_and_small(row, seed):
    """Made by a run of every claim under that torch, that fastai and that seed; under 2 MB with its arrays."""
    file = RECORDS / f"torch-{row.torch}-cpu-seed{seed}.json"
    record = read(file)
    assert record.environment["torch"].partition("+")[0] == row.torch
    assert record.environment["fastai"] == row.fastai
    assert record.environment["python"].startswith(row.python)
    assert record.options["seed"] == seed
    assert not record.options["claim"]
    assert len(record.claims) >= 56
    size = file.stat().st_size + (arrays_file(file).stat().st_size if arrays_file(file).exists() else 0)
    assert size < 2_000_000


def test_the_committed_record_is_of_the_claims_as_they_are():
    """It lacks no case and no check: else ``--against`` it ends with 1 where nothing moved."""
    release = torch.__version__.partition("+")[0]
    file = RECORDS / f"torch-{release}-cpu-seed{SEEDS[0]}.json"
    if not file.exists():
        pytest.skip(f"no record of torch {release}")
    moved = compare(read(file), settings.run("-m", "not gpu")).rows
    assert [row for row in moved if row.level in ("missing", "new") or row.what == "what is checked"] == []


def test_a_record_is_not_replaced_by_what_is_held_against_it(room, run, pytester):
    """--record F --against F would lose the whole record to a part that failed."""
    file = pytester.path / "run.json"
    run(room(BODY), "--record", file, "--device", "cpu")
    kept = file.read_bytes()
    printed = run("claims", "--record", file, "--against", file, "--claim", "two/number")
    assert printed.ret == pytest.ExitCode.USAGE_ERROR
    printed.stderr.fnmatch_lines(["*would replace the record that --against compares with*"])
    assert file.read_bytes() == kept
