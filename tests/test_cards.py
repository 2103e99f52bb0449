"""What a run says: words, cards, evidence, the table, exit status."""

import xml.etree.ElementTree as ElementTree

FAILING = """
    @state("one/right")
    def test_right():
        '''Holds.'''
        check.equal("numbers", torch.ones(3), torch.ones(3))

    @state("one/wrong", likely_en="the second number was changed", likely_ko="둘째 수를 바꿨다")
    def test_wrong():
        '''Fails at one place.'''
        check.equal("shape", (3,), (3,))
        check.close("hT", torch.tensor([1.0, 2.5, 3.0]), torch.tensor([1.0, 2.0, 3.0]))
"""


def test_a_failing_claim_prints_its_card_and_no_stack(room, run):
    """Claimed, checked, seen with gap and place, likely mistake, the line to run again; and exit status 1."""
    room(FAILING)
    result = run("claims")
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        [
            "one/wrong · one · exact *fails*",
            "  claimed *EN one/wrong",
            "  checked *shape; hT",
            "  seen *hT: different, largest gap 5.0e-01, allowed * at [[]1[]]",
            "  likely mistake  the second number was changed",
            '  run again *pytest "claims/test_room.py::test_wrong" --seed 43052',
        ]
    )
    text = result.stdout.str()
    assert "Traceback" not in text
    assert "check.close(" not in text, "a card, not our source"


def test_the_line_that_runs_it_again_runs_it_again(room, run):
    """Typed as printed, it fails again, alone."""
    room(FAILING)
    line = next(line for line in run("claims").outlines if "run again" in line)
    words = line.split("pytest ", 1)[1].replace('"', "").split()
    again = run(*words)
    again.assert_outcomes(failed=1)


def test_a_stack_is_there_for_who_asks(room, run):
    """--tb=short keeps pytest's stack and shows the card below it."""
    room(FAILING)
    text = run("claims", "--tb=short").stdout.str()
    assert "ClaimFails" in text
    assert "likely mistake" in text


def test_the_table_counts_claims_cases_and_what_was_not_run(room, run):
    """One row per section, one for all; why cases were not run."""
    room(
        """
        @state("one/a")
        @pytest.mark.parametrize("n", [1, 2, 3])
        def test_a(n):
            '''Three cases.'''
            check.equal("n", n, n)

        @state("two/b", section="two")
        def test_b():
            '''Skips.'''
            pytest.skip("the moon is down")
        """
    )
    result = run("claims")
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "*A small lecture*",
            "section * claims * holds * fails * undecided * not run * cases * seconds",
            "First part * 1 * 1 * 0 * 0 * 0 * 3 *",
            "Second part * 1 * 0 * 0 * 0 * 1 * 0 *",
            "all sections * 2 * 1 * 0 * 0 * 1 * 3 *",
            "1 case not run: the moon is down",
        ]
    )


def test_evidence_under_v(room, run):
    """Each claim with its statement, and of each thing checked the closest call of all cases."""
    room(
        """
        @state("one/gap")
        @pytest.mark.parametrize("gap", [0.1, 0.4, 0.2])
        def test_gap(gap):
            '''Below one half.'''
            check.below("gap", gap, 0.5)
        """
    )
    result = run("claims", "-v")
    result.stdout.fnmatch_lines(["*holds * one/gap *EN one/gap", "*gap: 0.4, less than 0.5 is asked  (×3)"])


def test_undecided_is_not_green(room, run):
    """It has its own letter and word, and the run fails."""
    room(
        """
        from lecture.statistics import share_above

        @state("one/open", kind="tendency")
        def test_open():
            '''Too few to tell.'''
            check.holds("share", share_above(6, 10, 0.5, alpha=0.001))
        """
    )
    result = run("claims", "-v")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*test_open UNDECIDED*", "one/open *undecided*", "First part * 1 * 0 * 0 * 1 *"])


def test_a_claim_that_checks_nothing_does_not_hold(room, run):
    """A test without a check can't fail, so it may not pass."""
    room("@state('one/empty')\ndef test_empty():\n    '''Nothing.'''\n")
    result = run("claims")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*without checking anything*"])


def test_an_exception_is_an_error_with_its_sentence(room, run):
    """Neither holds nor fails; type and message are on the card."""
    room("@state('one/boom')\ndef test_boom():\n    '''Raises.'''\n    raise OSError('disk on fire')\n")
    result = run("claims")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["one/boom *error*", "*OSError: disk on fire*"])


def test_a_fixture_that_there_is_not_is_named(room, run):
    """By its name, and where those are that there are."""
    room("@state('one/boom')\ndef test_boom(drew):\n    '''Asks.'''\n    check.equal('n', 1, 1)\n")
    result = run("claims", "--lang", "en")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["one/boom *error*", "*there is no fixture 'drew'; pytest claims/ --fixtures lists them"]
    )


def test_junitxml_carries_claim_verdict_and_evidence(room, run, pytester):
    """The properties of each case name its claim, its word and what was measured."""
    room(FAILING)
    run("claims", "--junitxml=out.xml")
    cases = ElementTree.parse(pytester.path / "out.xml").getroot().iter("testcase")
    found = {case.get("name"): {(p.get("name"), p.get("value")) for p in case.iter("property")} for case in cases}
    assert ("verdict", "holds") in found["test_right"]
    assert ("claim", "one/wrong") in found["test_wrong"]
    assert any(value.startswith("hT: different") for name, value in found["test_wrong"] if name == "evidence")
