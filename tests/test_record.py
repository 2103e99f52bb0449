"""--record: what is in the file, that it comes back as it was, and what is said of a file that is no record."""

from __future__ import annotations

import copy
import json

import numpy
import pytest

from checks.digests import Figures
from results.model import Case
from results.record import SCHEMA, UnreadableRecord, arrays_file, read, write
from results.unfinished import unfinished_file
from versions import show
from versions.compare import compare
from versions.reasons import gaps_of_outputs

BODY = """
@state("one/draws")
@pytest.mark.parametrize("size", [2, 3])
def test_draws(implementation, draw, size):
    '''A network of a drawn input.'''
    net = implementation.make("RNN", 4, size)
    output, _ = net(draw(5, 4))
    check.keep("output", output)
    check.keep("steps", [1, 2, 3])
    check.below("largest output", output.abs().max(), 1.0)

@state("two/fails", section="two")
def test_fails():
    '''Never so.'''
    check.below("a number", float("inf"), 1.0)
"""


@pytest.fixture
def recorded(room, run, pytester):
    """``recorded(*options)``: the record of a small lecture, and what was printed."""

    def record(*options):
        claims = room(BODY)
        file = pytester.path / "run.json"
        printed = run(claims, "--record", file, "--lang", "en", *options)
        return file, printed

    return record


def test_a_record_has_everything_and_comes_back_as_it_was(recorded, tmp_path):
    """Environment, options, claims, cases with their evidence, digests and arrays; read and written again: the same."""
    file, printed = recorded("--device", "cpu", "--seed", "7")
    printed.stdout.fnmatch_lines(["record written: *run.json"])
    record = read(file)
    assert record.environment["torch"]
    assert record.environment["threads"] == 1
    assert record.options["seed"] == 7
    assert record.lectures[0].sections[1].heading.ko == "둘째 절"
    assert [claim.id for claim in record.claims] == ["one/draws", "two/fails"]
    assert [case.word for case in record.cases] == ["holds", "holds", "fails"]
    assert record.cases[2].evidence[0].value == float("inf")
    small, large = record.cases_of("one/draws")
    assert {"weights", "inputs", "outputs", "shapes"} < set(small.digests)
    assert small.figures["float32"] != large.figures["float32"]
    assert small.digests["inputs"] == large.digests["inputs"]
    assert small.digests["weights"] != large.digests["weights"]
    assert small.arrays["output"].shape == (5, 2)
    assert small.evidence[0].value == float(abs(small.arrays["output"]).max())
    assert record.arrays_of("one/draws", "cpu")["steps"].tolist() == [1, 2, 3]
    again = tmp_path / "again.json"
    write(record, again)
    assert again.read_bytes() == file.read_bytes()
    assert arrays_file(again).read_bytes() == arrays_file(file).read_bytes()


@pytest.mark.slow
def test_workers_and_order_change_nothing_in_it(recorded):
    """-n 2 and another order: the same cases in the same order, evidence, digests and arrays."""
    file, _ = recorded("--device", "cpu")
    alone = read(file)
    file, _ = recorded("--device", "cpu", "-n", "2")
    shared = read(file)
    for case in (*alone.cases, *shared.cases):
        case.seconds = 0.0
    assert [case.as_dict() for case in alone.cases] == [case.as_dict() for case in shared.cases]
    assert compare(alone, shared).rows == []
    for mine, other in zip(alone.cases, shared.cases, strict=True):
        assert mine.arrays.keys() == other.arrays.keys()
        assert all(numpy.array_equal(mine.arrays[name], other.arrays[name]) for name in mine.arrays)


def test_a_run_in_which_the_process_ends_leaves_what_had_ended(room, run, pytester):
    """The cases before, and the one that ended it, as an error; read and compared as any record."""
    file = pytester.path / "run.json"
    run(room(BODY.replace("test_fails()", "test_fails(device)")), "--record", file, "--lang", "en", "--device", "cpu")
    whole = read(file)
    file.unlink()
    dies = BODY.replace("'''Never so.'''", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    dies = dies.replace("def test_fails():", "def test_fails(device):\n    'Never so.'")
    assert run(room(dies), "--record", file, "--lang", "en", "--device", "cpu", own_process=True).ret < 0
    assert not file.exists()
    left = read(unfinished_file(file))
    assert [case.as_dict()["evidence"] for case in left.cases[:2]] == [c.as_dict()["evidence"] for c in whole.cases[:2]]
    assert (left.cases[2].word, left.cases[2].why) == (
        "error",
        "the process ended in this case, by itself or from outside",
    )
    assert [case.device for case in left.cases] == [case.device for case in whole.cases]
    assert compare(whole, left).lane == "same"
    assert (left.options["seed"], left.environment["torch"]) == (43052, whole.environment["torch"])
    assert [row.case for row in compare(whole, left).rows] == [left.cases[2].node]
    text = unfinished_file(file).read_text("utf-8")
    unfinished_file(file).write_text(text[: text.rindex("{") + 40], "utf-8")
    assert len(read(unfinished_file(file)).cases) == 2, "a line that was cut is left out"


def test_a_record_says_which_sources_made_it(recorded, room, run, pytester):
    """A digest of the claims and one of the suite; where they differ, a comparison says so in its second line."""
    file, _ = recorded("--device", "cpu")
    one = read(file)
    assert set(one.sources) == {"claims", "suite"}
    body = BODY.replace("Never so.", "Never.")
    printed = run(room(body), "--against", file, "--lang", "en", "--device", "cpu")
    printed.stdout.fnmatch_lines(["the two were made by different sources (the claims): *"])
    again = copy.deepcopy(one)
    assert len(show.lines(compare(one, again), "en")) == 2
    again.sources = {}
    assert show.lines(compare(one, again), "en")[1] == "one of the two does not say by which claims it was made"


def test_no_record_is_written_of_a_run_that_was_cut_short(room, run, pytester):
    """An interrupted run is no record, and says so; what had ended is kept beside its place."""
    claims = room(BODY)
    (claims / "conftest.py").write_text(
        "def pytest_runtest_setup(item):\n    if 'fails' in item.name:\n        raise KeyboardInterrupt\n", "utf-8"
    )
    file = pytester.path / "run.json"
    printed = run(claims, "--record", file, "--lang", "en", "--device", "cpu", own_process=True)
    printed.stdout.fnmatch_lines(["no record was written: the run did not end", "what had ended is kept: *unfinished*"])
    assert not file.exists()
    assert [case.word for case in read(unfinished_file(file)).cases] == [
        "holds",
        "holds",
        "not run",
    ], "nobody's fault: the process lived"


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("nowhere/run.json", "there is no such folder"),
        (".", "a folder"),
        ("n" * 248, "it can't be written: File name too long"),
        ("n" * 300, "it can't be written: File name too long"),
    ],
)
def test_a_place_that_cant_be_written_is_said_first(room, run, pytester, place, said):
    """A usage error before anything runs."""
    printed = run(room(BODY), "--record", pytester.path / place, "--lang", "en")
    assert printed.ret == pytest.ExitCode.USAGE_ERROR
    printed.stderr.fnmatch_lines([f"*--record *{said}*"])


@pytest.mark.parametrize("text", ["class LSTM: pass", "[1, 2]", ""])
def test_a_file_that_is_no_record_is_not_replaced(room, run, pytester, text):
    """A file of one's own by a slip of the hand; an empty one, as mktemp makes it, may be."""
    (pytester.path / "my_lstm.py").write_text(text, "utf-8")
    printed = run(room(BODY), "--record", "my_lstm.py", "--lang", "en", "--device", "cpu")
    if text:
        assert printed.ret == pytest.ExitCode.USAGE_ERROR
        printed.stderr.fnmatch_lines(["*--record my_lstm.py: it is there and is no record, so it is not replaced"])
        assert (pytester.path / "my_lstm.py").read_text("utf-8") == text
    else:
        assert read(pytester.path / "my_lstm.py").cases


def test_what_is_no_record_is_refused_in_one_sentence(recorded, tmp_path):
    """Missing, no JSON, another JSON, cut short, a newer schema, damaged, with broken arrays."""
    file, _ = recorded("--device", "cpu")
    whole = file.read_text("utf-8")
    newer = whole.replace('"schema": 1', f'"schema": {SCHEMA + 1}')
    damaged = whole.replace('"seconds"', '"sekunden"', 1)
    for name, text, said in (
        ("none.json", None, "can't be read: No such file"),
        ("words.json", "not JSON", "is not a record of the claims"),
        ("other.json", json.dumps({"schema": 1}), "is not a record of the claims"),
        ("list.json", "[1, 2]", "is not a record of the claims"),
        ("cut.json", whole[: len(whole) // 2], "is cut short"),
        ("newer.json", newer, f"has schema {SCHEMA + 1}, newer than {SCHEMA}"),
        ("damaged.json", damaged, "is a damaged record"),
    ):
        place = tmp_path / name
        if text is not None:
            place.write_text(text, "utf-8")
        with pytest.raises(UnreadableRecord) as error:
            read(place)
        assert said in str(error.value)
        assert "\n" not in str(error.value)
    arrays_file(file).write_bytes(b"\xff" * 20)
    with pytest.raises(UnreadableRecord, match="can't be read as arrays"):
        read(file)


def test_a_run_that_is_not_recorded_keeps_nothing(room, run):
    """No digests, no arrays."""
    body = """
from checks.digests import digest

@state("one/keeps")
def test_keeps():
    '''Nothing is kept.'''
    check.keep("numbers", [1.0])
    digest("inputs", torch.ones(1))
    check.equal("what was kept", (check.running().kept, check.running().digests), (None, None))
"""
    run(room(body), "--device", "cpu").assert_outcomes(passed=1)


def _told(parts: list, others: list) -> float:
    """How far apart outputs lie in parts of their length, as two records tell it, and as it is: their ratio."""
    found = []
    for outputs in (parts, others):
        figures = Figures()
        for one in outputs:
            figures.add(one)
        found.append(Case("one/a", "a", figures={"float64": figures.plain()}))
    [(*_, gap)] = gaps_of_outputs(*found)
    both = numpy.concatenate(parts), numpy.concatenate(others)
    return gap * numpy.linalg.norm(both[0]) / numpy.linalg.norm(both[1] - both[0])


CHANGES = {
    "everywhere the same": lambda x, by, rng: x + by,
    "larger": lambda x, by, rng: x * (1 + by),
    "one row": lambda x, by, rng: numpy.concatenate([x[: len(x) // 2], x[len(x) // 2 :] + by]),
    "one number": lambda x, by, rng: x + by * (numpy.arange(len(x)) == len(x) // 3),
    "other signs": lambda x, by, rng: -x,
    "up and down": lambda x, by, rng: x + by * (-1.0) ** numpy.arange(len(x)),
    "noise": lambda x, by, rng: x + by * rng.standard_normal(len(x)),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("calls", [1, 5])
def test_how_far_outputs_lie_apart_is_told_whatever_changed(change, calls):
    """As 0.3 to 2.4 times what it is, of 1 to 5000 numbers, in one call and in several of one shape."""
    rng = numpy.random.default_rng(7)
    for count in (*range(1, 80), 512, 513, *rng.integers(80, 5001, 60)):
        for by in (1e-7, 1e-3, 1.0):
            parts = [rng.standard_normal(count) for _ in range(calls)]
            others = [CHANGES[change](one, by, rng) for one in parts]
            assert 0.3 < _told(parts, others) < 2.4, (change, count, by)


def test_older_records_have_other_directions_and_are_compared_in_those():
    """Four, turned from one vector; two newer records leave them out."""
    figures = Figures()
    figures.add(numpy.arange(5.0))
    new = figures.plain()
    old = Case("one/a", "a", figures={"float32": (new[0] + 2.0, new[1], *new[2:5])})
    [(*_, gap)] = gaps_of_outputs(old, Case("one/a", "a", figures={"float32": new}))
    assert gap == pytest.approx(1.0 / new[1])
    other = Case("one/a", "a", figures={"float32": (new[0] + 2.0, *new[1:])})
    assert [gap for *_, gap in gaps_of_outputs(other, Case("one/a", "a", figures={"float32": new}))] == [0.0]
