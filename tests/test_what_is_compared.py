"""--against and diff: what counts as missing after which selection, and that nothing compared is no success."""

from __future__ import annotations

import pytest

from results.lecture import Lecture, Section
from results.model import Both
from results.record import write
from results.unfinished import Unfinished
from tests.made_records import case, record
from versions.__main__ import main
from versions.compare import compare
from versions.show import lines

BODY = """
@state("one/draws")
@pytest.mark.parametrize("size", [2, 3])
def test_draws(draw, size):
    '''A number that is drawn.'''
    check.below("largest", draw(size).abs().max(), 9.0)

@state("one/number")
def test_number():
    '''A number.'''
    check.below("a number", 0.25, 1.0)

@state("two/number", section="two")
def test_another():
    '''Another number.'''
    check.below("a number", 0.5, 1.0)
"""
FAILS = BODY.replace("0.25, 1.0", "0.25, 0.1")
RENAMED = BODY.replace("test_draws", "test_drawn")
NOTHING = "nothing could be compared: no case was run in both"


@pytest.fixture
def held(room, run, pytester):
    """``held(body, *options, recorded=...)``: ``body`` against a record of BODY that was made with ``recorded``."""
    file = pytester.path / "run.json"

    def compare(body, *options, recorded=(), again=run):
        run(room(BODY), "--record", file, "--device", "cpu", *recorded)
        return again(room(body), "--against", file, "--device", "cpu", "--lang", "en", *options)

    return compare


@pytest.fixture
def remembering(pytester):
    """pytest with its cache: --lf and --sw ask for it."""
    return lambda *words: pytester.runpytest_inprocess("-p", "no:unraisableexception", *words)


@pytest.mark.parametrize(
    ("recorded", "options"),
    [
        (("--claim", "one/"), ("--claim", "one/")),
        ((), ("--claim", "one/draws")),
        (("--claim", "one/"), ()),
        (("-k", "draws or drawn"), ("-k", "draws or drawn")),
    ],
)
def test_a_test_that_is_gone_is_missing_where_the_selection_has_it(held, recorded, options):
    """Whether by the same option in both runs, or in one of them alone."""
    printed = held(RENAMED, *options, recorded=recorded)
    assert printed.ret == pytest.ExitCode.TESTS_FAILED
    printed.stdout.fnmatch_lines(["one/draws missing (and 1 more)*", "0 no longer hold, 2 missing, 2 new, *"])


def test_what_only_one_expression_chose_is_not_missing(held):
    """Nobody knows whether -k would have meant a test that is gone."""
    assert held(RENAMED, "-k", "number", "--claim", "one/").ret == 0


def test_where_nothing_is_in_common_a_run_does_not_end_well(held):
    """Though all its claims hold; there is nothing to accept."""
    printed = held(BODY, "--claim", "two/number", recorded=("--claim", "one/"))
    assert printed.ret == pytest.ExitCode.TESTS_FAILED
    printed.stdout.fnmatch_lines(["0 cases compared with *", NOTHING])
    printed.stdout.no_fnmatch_line("*to accept it*")
    printed.stdout.no_fnmatch_line("*nothing moved*")


def test_a_record_that_replaces_a_longer_one_says_what_is_gone(room, run, pytester):
    """--record with --claim onto the record of all; onto one of as many cases it says nothing."""
    room(BODY)
    file, gone = pytester.path / "run.json", "*the record that lay there had 3 cases more; they are gone*"
    words = ("--record", file, "--device", "cpu", "--lang", "en")
    for _ in range(2):
        run("claims", *words).stdout.no_fnmatch_line("*the record that lay there*")
    run("claims", *words, "--claim", "one/number").stdout.fnmatch_lines([gone])
    file.write_bytes(b"")
    run("claims", *words).stdout.no_fnmatch_line("*the record that lay there*")


def test_what_pytest_was_told_to_leave_out_is_not_missing(held, remembering):
    """By --deselect, also in xdist's workers, and by --lf, which does not even look into other files."""
    assert held(BODY, "--deselect", "claims/test_room.py::test_draws").ret == 0
    printed = held(BODY, "--deselect", "claims/test_room.py::test_draws", "-n", "2", again=remembering)
    printed.stdout.fnmatch_lines(["2 cases compared with *", "nothing moved *"])


def test_of_what_failed_last_the_rest_is_not_missing(room, held, remembering):
    """--lf does not even look into files in which nothing failed."""
    room(BODY.replace('"one/', '"other/').replace('"two/', '"other/two-'), "test_other.py")
    held(FAILS, again=remembering)
    printed = held(FAILS, "--lf", again=remembering)
    printed.stdout.fnmatch_lines(["1 cases compared with *", "1 no longer hold, 0 missing, 0 new, *"])


@pytest.mark.parametrize("stop", [("-x",), ("--sw",), ("-n", "1", "-x")])
def test_a_run_that_stops_at_a_failure_is_compared_as_far_as_it_came(held, remembering, stop):
    """The same for each way to stop; that it stopped is said."""
    printed = held(FAILS, *stop, again=remembering)
    assert printed.ret != 0
    printed.stdout.fnmatch_lines(
        ["one of the two runs is not whole: *", "1 no longer hold, 0 missing, 0 new, 0 drifted, 0 hold now"]
    )


def test_another_lecture_is_left_out_by_lecture(room, run, pytester):
    """Though a record of one lecture does not tell its key; of the one that is asked for, what is gone is missing."""
    file = pytester.path / "run.json"
    claims = room(BODY)
    run("claims", "--record", file, "--device", "cpu")
    mine = claims / "mine"
    mine.mkdir()
    texts = (claims / "lecture.toml").read_text("utf-8").replace("A small lecture", "Mine").replace("작은", "나의")
    (mine / "lecture.toml").write_text(texts, "utf-8")
    body = BODY.replace('"one/', '"mine/').replace('"two/', '"mine/').replace("mine/number", "mine/other", 1)
    (mine / "test_mine.py").write_text(
        (claims / "test_room.py").read_text("utf-8").replace(BODY.strip(), body), "utf-8"
    )
    (claims / "test_room.py").write_text((claims / "test_room.py").read_text("utf-8").replace("_draws", "_drawn"))
    words = ("claims", "--against", file, "--device", "cpu", "--lang", "en")
    printed = run(*words, "--lecture", "mine")
    printed.stdout.fnmatch_lines(["0 cases compared *", "0 no longer hold, 0 missing, 4 new, *"])
    printed = run(*words, "--lecture", "claims")
    printed.stdout.fnmatch_lines(["2 cases compared *", "0 no longer hold, 2 missing, 2 new, *"])


def test_known_faults_are_counted_among_what_was_compared():
    """A claim that was not run is not mended."""
    faulty = case("one/b", word="known fault")
    found = compare(record(case(), faulty), record(case(), claim=["one/a"]))
    assert (found.faults, found.clean) == ([[], []], True)
    assert compare(record(case(), faulty), record(case(), faulty)).faults == [["one/b"], ["one/b"]]


def files(tmp_path, **records):
    """Where these records lie."""
    for name, made in records.items():
        write(made, tmp_path / f"{name}.json")
    return [str(tmp_path / f"{name}.json") for name in records]


def test_diff_and_why_of_nothing_in_common_end_with_2(tmp_path, capsys):
    """Two selections, an empty record, a claim that one of them lacks or neither ran."""
    left_out = case("one/c", word="not run", evidence=[])
    one, other, empty = files(
        tmp_path,
        one=record(case(), left_out, claim=["one/a", "one/c"]),
        other=record(case("one/b"), left_out, claim=["one/b", "one/c"]),
        empty=record(claim=["one/a"]),
    )
    for words in (
        ["diff", one, other],
        ["diff", empty, empty],
        ["why", "one/b", one, other],
        ["why", "one/c", one, one],
    ):
        assert main([*words, "--lang", "en"]) == 2
        assert "nothing could be compared" in capsys.readouterr().out
    assert main(["why", "one/", one, one, "--lang", "en"]) == 0, "one of several was run"
    assert main(["why", "one/", one, other, "--lang", "ko"]) == 2
    assert "비교할 수 있는 것이 없음" in capsys.readouterr().out


def test_what_an_unfinished_run_had_not_come_to_is_not_missing(tmp_path, capsys):
    """It is said that it stopped; where it had come to nothing of the other, that nothing could be compared."""
    made = record(case(), case("one/b"), paths=["claims"])
    [whole, other] = files(tmp_path, whole=made, other=record(case("one/b"), claim=["one/b"]))
    head = {name: getattr(made, name) for name in ("environment", "options", "started", "command")}
    left = Unfinished(tmp_path / "run.json", head)
    plain = made.claims[0].as_dict(), made.lectures[0].as_dict(), made.cases[0].as_dict()
    left.ended(dict(zip(("claim", "lecture", "case"), plain, strict=True)))
    left.close(keep=True)
    assert main(["diff", whole, str(left.file), "--lang", "en"]) == 0
    assert "is not whole" in capsys.readouterr().out
    assert main(["diff", other, str(left.file), "--lang", "en"]) == 2
    assert "nothing could be compared" in capsys.readouterr().out


def test_two_seeds_are_not_compared(tmp_path, capsys):
    """One sentence and status 2, for the run seed and for the lecture's."""
    seven, eight = files(tmp_path, seven=record(case(), seed=7), eight=record(case(), seed=8))
    for words in (["diff", seven, eight], ["why", "one/a", seven, eight]):
        assert main([*words, "--lang", "en"]) == 2
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1)
        assert "seven.json was recorded with --seed 7" in err
    own, asked = files(tmp_path, own=record(case()), asked=record(case(), lecture_seed=11))
    assert main(["diff", own, asked, "--lang", "ko"]) == 2
    assert "--lecture-seed 43052" in capsys.readouterr().err
    same = record(case(), lecture_seed=43052)
    assert main(["diff", own, *files(tmp_path, same=same)]) == 0


def test_the_head_of_a_comparison_names_both(tmp_path, capsys):
    """As they were typed, with what they were made by."""
    old, new = files(tmp_path, old=record(case(), torch="2.12.0"), new=record(case()))
    assert main(["diff", old, new, "--lang", "en"]) == 0
    head = capsys.readouterr().out.splitlines()[0]
    assert head.startswith(f"1 cases of {new} (torch 2.13.0, a CPU) compared with {old} (torch 2.12.0, a CPU): another")
    lecture = Lecture("", Both("A lecture", "강의"), (Section("one", Both("First", "첫째")),))
    assert record(case()).lectures == [lecture]
    assert lines(compare(record(case()), record(case())), "en")[0].startswith(
        "1 cases compared with torch 2.13.0, a CPU"
    )
