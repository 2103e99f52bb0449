"""Several lectures: which one a test belongs to, one or all of them, each with its own table, list and page."""

from __future__ import annotations

import textwrap

import pytest

from results.record import SCHEMA, read, write
from tests.conftest import HEAD

TOML = """
{head}

[title]
en = "Another lecture"
ko = "다른 강의"

[[sections]]
key = "one"
en = "Its only part"
ko = "하나뿐인 절"
"""

FIRST = """
@state("first/a")
def test_a(implementation):
    '''Under the lecture's seed.'''
    check.note("seed", str(implementation.lecture_seed))
    check.close("weights", implementation.make("RNN", 2, 3).weights, implementation.make("RNN", 2, 3).weights)
"""
SECOND = FIRST.replace("first/", "second/")


@pytest.fixture
def lecture(pytester):
    """``lecture(folder, body, head)``: a lecture of one section in that folder, with one file of tests."""

    def furnish(folder, body=SECOND, head="seed = 7", toml=TOML, name="test_another.py"):
        place = pytester.path / folder
        place.mkdir(parents=True, exist_ok=True)
        (place / "lecture.toml").write_text(toml.format(head=head), "utf-8")
        if body is not None:
            (place / name).write_text(HEAD + textwrap.dedent(body), "utf-8")
        return place

    return furnish


@pytest.mark.parametrize(("folder", "name"), [("claims/another", "test_another.py"), ("beside", "test_room.py")])
def test_each_lecture_has_its_own_table_list_and_seed(room, run, lecture, folder, name):
    """Below claims/ or beside it; sections of one name are told apart, and so are files of one name."""
    room(FIRST)
    lecture(folder, name=name)
    result = run("claims", folder, "--device", "cpu", "--lang", "en", "-v")
    result.assert_outcomes(passed=2)
    said = result.stdout.str()
    for title, part, id, seed in (
        ("A small lecture", "First part", "first/a", 43052),
        ("Another lecture", "Its only part", "second/a", 7),
    ):
        own = said.split(f" {title} ")[1].split(" lecture =")[0]
        assert part in own
        assert id in own
        assert f"seed: {seed}" in own
    listed = run("claims", folder, "--claims", "--lang", "en").stdout.str()
    assert "A small lecture" in listed
    assert "Another lecture" in listed


def test_one_of_several_is_chosen_by_its_key(room, run, lecture):
    """By the key in its file, else by its folder's name; an unknown one is one sentence."""
    room(FIRST)
    lecture("claims/another", head='key = "second-week"')
    run("claims", "--lecture", "second-week", "--device", "cpu").assert_outcomes(passed=1, deselected=3)
    run("claims", "--lecture", "claims", "--device", "cpu").assert_outcomes(passed=1, deselected=3)
    result = run("claims", "--lecture", "third")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*--lecture third: there is no such lecture here; there are: claims, second-week"])


def test_workers_tell_the_same_tables(room, run, lecture):
    """xdist's controller collects nothing by itself."""
    room(FIRST)
    lecture("claims/another")
    result = run("claims", "--device", "cpu", "--lang", "en", "-n", "2")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines_random(["*= A small lecture =*", "*= Another lecture =*"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('ko = "다른 강의"', ""), "its title has no text in 'ko'"),
        (('en = "Its only part"', ""), "section 'one' has no text in 'en'"),
        (("[title]", "[titel]"), "unknown key 'titel'"),
        (('key = "one"', ""), "section 1 has no key"),
        (("[[sections]]", '[[sections]]\nkey = "one"\nen = "A"\nko = "가"\n[[sections]]'), "two sections have the key"),
        (("seed = 7", "seed = -7"), "its seed is -7"),
        (("seed = 7", 'key = "a week"'), "'a week' can't be its key"),
        (("seed = 7", "key = "), "lecture.toml can't be read"),
        (("seed = 7", 'key = "claims"'), "has the key 'claims' of"),
    ],
    ids=lambda found: None if isinstance(found, tuple) else found,
)
def test_what_is_wrong_with_a_lecture_is_one_sentence(room, run, lecture, change, said):
    """With the file's name, before anything runs."""
    room(FIRST)
    lecture("claims/another", head="seed = 7", toml=TOML.replace("{head}", "seed = 7").replace(*change))
    result = run("claims")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*lecture.toml*"])
    assert said in result.stderr.str()
    assert "Traceback" not in result.stdout.str() + result.stderr.str()


def test_claims_without_a_lecture_and_a_lecture_without_claims(room, run, lecture):
    """Neither is passed over without a word; a file that pytest only walks through is no matter."""
    claims = room(FIRST)
    empty = lecture("claims/empty", body=None)
    result = run("claims")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*empty*lecture.toml is for nothing: no file of tests*"])
    (empty / "lecture.toml").unlink()
    run("claims", "--device", "cpu").assert_outcomes(passed=1)
    (claims / "lecture.toml").unlink()
    result = run("claims")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*test_room.py has claims, and no lecture.toml stands beside it or above*"])


def test_a_folder_elsewhere_is_pointed_at_with_conftest(room, run, lecture, pytester, tmp_path_factory):
    """Outside of the project; its record names its place from the project's folder."""
    room(FIRST)
    elsewhere = lecture(tmp_path_factory.mktemp("elsewhere") / "attention")
    file = pytester.path / "run.json"
    result = run("conftest.py", elsewhere, "--device", "cpu", "--lang", "en", "--record", file, own_process=True)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*= Another lecture =*"])
    again = run("conftest.py", elsewhere, "--device", "cpu", "--lang", "en", "--against", file, own_process=True)
    again.stdout.fnmatch_lines(["*nothing moved beyond its allowance*"])


def test_a_record_of_several_comes_back_as_it_was(room, run, lecture, pytester, tmp_path):
    """With the lectures, their seeds, and which claim belongs to which; that of one alone has the form of before."""
    room(FIRST)
    lecture("claims/another")
    file, alone = pytester.path / "run.json", pytester.path / "alone.json"
    report = pytester.path / "page"
    run("claims", "--device", "cpu", "--record", file, "--report", report).assert_outcomes(passed=2)
    record = read(file)
    assert record.schema == SCHEMA
    assert {(claim.id, record.lecture_of(claim).title.en) for claim in record.claims} == {
        ("first/a", "A small lecture"),
        ("second/a", "Another lecture"),
    }
    assert {record.seed_of(claim) for claim in record.claims} == {43052, 7}
    write(record, tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == file.read_bytes()
    page = (report / "index.html").read_text("utf-8")
    assert "pytest claims/another/ --claim second/a" in page
    assert len(set(page.split('<section data-section id="')[1:])) == 2

    run("claims", "--device", "cpu", "--record", alone, "--lecture", "claims")
    text = alone.read_text("utf-8")
    assert '"schema": 1' in text
    assert '"title": {"en": "A small lecture"' in text
    assert read(alone).seed_of(read(alone).claims[0]) == 43052


def test_a_folder_or_a_lecture_is_a_part_of_what_was_recorded(room, run, lecture, pytester):
    """What was not asked for is not missing; what was and is gone, is."""
    room(FIRST)
    place = lecture("claims/another", body=SECOND + SECOND.replace("_a", "_b").replace("/a", "/b"))
    file = pytester.path / "run.json"
    options = ("--device", "cpu", "--lang", "en")
    run("claims", *options, "--record", file).assert_outcomes(passed=3)
    for chosen in (["claims/another"], ["claims", "--lecture", "another"], ["claims", "--lecture", "claims"]):
        result = run(*chosen, *options, "--against", file)
        assert result.ret == 0, result.stdout.str()
    (place / "test_another.py").write_text(HEAD + textwrap.dedent(SECOND), "utf-8")
    for chosen in (["claims/another"], ["claims", "--lecture", "another"]):
        result = run(*chosen, *options, "--against", file)
        assert result.ret == 1
        result.stdout.fnmatch_lines(["*1 missing*"])
    file_of_one = pytester.path / "one.json"
    run("claims/another", *options, "--record", file_of_one)
    result = run("claims", *options, "--against", file_of_one)
    assert result.ret == 0, result.stdout.str()
