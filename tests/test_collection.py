"""Rules of claims/, choice of claims, the list, and clear words for options that can't be."""

import re

import pytest

from tests.a_class import RIGHT

PLAIN = """
    @state("one/a")
    def test_a():
        '''A.'''
        check.equal("n", 1, 1)

    @state("two/b", section="two", kind="error", points=3, origin="ours")
    def test_b():
        '''B.'''
        check.raises("n", lambda: 1 / 0)
"""


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("def test_x():\n    '''X.'''\n", "test_x has no @claim"),
        ("@state('a')\ndef test_x():\n    '''X.'''\n@state('a')\ndef test_y():\n    '''Y.'''\n", "repeats the id 'a'"),
        ("@state('a', section='three')\ndef test_x():\n    '''X.'''\n", "unknown section 'three'"),
        ("@state('a', kind='sure')\ndef test_x():\n    '''X.'''\n", "unknown kind 'sure'"),
        ("@state('a', origin='mine')\ndef test_x():\n    '''X.'''\n", "unknown origin 'mine'"),
        ("@state('a', points='2')\ndef test_x():\n    '''X.'''\n", "points='2'; a number from 0 on is asked"),
        ("@state('a', points=-1)\ndef test_x():\n    '''X.'''\n", "points=-1; a number from 0 on is asked"),
        ("@state('a', ko=' ')\ndef test_x():\n    '''X.'''\n", "statement is empty in ko"),
        ("@state('a', likely_en='')\ndef test_x():\n    '''X.'''\n", "likely mistake is empty in en"),
        ("@state('a')\ndef test_x():\n    check.equal('n', 1, 1)\n", "no docstring"),
    ],
)
def test_collection_refuses(room, run, body, said):
    """No claim, a repeated id, an unknown section, kind or origin, impossible points, an empty text, no docstring."""
    room(body)
    result = run("claims")
    assert result.ret == 4
    result.stderr.fnmatch_lines([f"*{said}*"])
    assert "Traceback" not in result.stdout.str() + result.stderr.str()


def test_claims_lists_and_runs_nothing(room, run):
    """Id, kind, points and statement of each claim, under its section."""
    room(PLAIN + "        raise SystemExit('must not run')\n")
    result = run("claims", "--claims")
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "First part  [[]one[]]",
            "  one/a  exact *1 point *EN one/a",
            "  two/b  error *3 points *EN two/b (added by us)",
        ]
    )
    assert "passed" not in result.stdout.str()


DEVICES = """
@state("one/first")
def test_first(device):
    '''On each device.'''

@state("one/second", judges=())
def test_second():
    '''On none.'''

@state("one/third", judges=("network",))
def test_third(implementation, device):
    '''On each, of a student's.'''
"""


def test_the_list_has_the_order_of_the_lecture(room, run, pytester):
    """pytest had put claims without a device last; of a submission a section had a heading and no claim."""
    room(DEVICES)
    listed = run("claims", "--claims").stdout.str()
    assert re.findall(r"^  (one/\w+)", listed, re.MULTILINE) == ["one/first", "one/second", "one/third"]
    assert "First part" in listed
    assert "Second part" not in listed
    (pytester.path / "own.py").write_text(RIGHT, "utf-8")
    judged = run("claims", "--claims", "--submission", "own.py").stdout.str()
    assert re.findall(r"^  (one/\w+)", judged, re.MULTILINE) == ["one/third"]


def test_the_list_needs_no_workers(room, run):
    """--claims under -n gives the same list."""
    room(PLAIN)
    plain, spread = (run("claims", "--claims", *more).outlines for more in ((), ("-n", "2")))
    listed = [line for line in plain if "/" in line and "EN" in line]
    assert listed == [line for line in spread if "/" in line and "EN" in line]
    assert len(listed) == 2


@pytest.mark.parametrize(("choice", "passed"), [(["--claim", "one/a"], 1), (["--claim", "one/"], 1), (["-k", "b"], 1)])
def test_choosing_claims(room, run, choice, passed):
    """By id, by the beginning of ids, by -k."""
    room(PLAIN)
    run("claims", *choice).assert_outcomes(passed=passed, deselected=1)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--claim", "x"], "*--claim x: there is no such claim; --claims lists them*"),
        (["--claim", "one/z"], "*--claim one/z: there is no such claim; near: *one/?*. --claims lists all*"),
        (["--claim", "one"], "*--claim one: there is no such claim; near: one/*"),
        (["--seed", "x"], "*a seed is a whole number, not 'x'*"),
        (["--seed", "-1"], "*a seed lies between 0 and*"),
        (["--device", "tpu"], "*invalid choice: 'tpu'*"),
        (["--lang", "fr"], "*invalid choice: 'fr'*"),
        (["--implementation", "tanh-of-everything"], "*--implementation tanh-of-everything:*"),
        (["--pretrained", "nowhere"], "*--pretrained: nowhere must hold one .pth file, and holds 0*"),
        (["--no-such-option"], "*unrecognized arguments: --no-such-option*"),
    ],
)
def test_a_wrong_option_is_one_sentence(room, run, options, said):
    """Exit status 4, and no stack."""
    room(PLAIN)
    result = run("claims", *options)
    assert result.ret == 4
    result.stderr.fnmatch_lines([said])
    assert "Traceback" not in result.stdout.str() + result.stderr.str()


def test_slow_claims_wait_to_be_asked(room, run):
    """They are skipped with the option that runs them."""
    room("@state('one/s')\n@pytest.mark.slow\ndef test_s():\n    '''S.'''\n    check.equal('n', 1, 1)\n")
    run("claims", "-rs").stdout.fnmatch_lines(["*slow: runs with --slow*"])
    run("claims", "--slow").assert_outcomes(passed=1)
