"""``--secret``: further seeds and sizes, of which a submission that knows the public ones, or talks, gains nothing."""

from __future__ import annotations

import os

import pytest

from grading.judge import Judge, Settings
from lecture.sizes import GENERAL_CELLS, GENERAL_SIZES, LECTURE_SIZES, PROJECTED_SIZES
from submissions.files import Source
from tests.a_class import RIGHT

LOOP = "        h, c = h[0], c[0]\n"
ONLY_PUBLIC = "        if x.shape[-1] not in (5, 7): return x.new_zeros(*x.shape[:-1], self.hidden_size), (h, c)\n"
TALKS = "        print('saw', x.shape)\n"
BREAKS = "        if x.shape[-1] not in (5, 7): raise ValueError(f'saw {x.shape}')\n"
CLAIMS = ("lstm/omit-water",)


@pytest.fixture(scope="module")
def judged():
    """By name: what three files came to under the usual seed and two others."""
    os.environ["PYTEST_ADDOPTS"] = "--claim nowhere/"  # a teacher's habit must not reach a grade
    judge = Judge(Settings(seeds=(43052, 1, 2), claims=CLAIMS))
    texts = {"right": TALKS, "knows": ONLY_PUBLIC, "breaks": BREAKS}
    found = {}
    for name, line in texts.items():
        text = RIGHT.replace(LOOP, LOOP + line)
        found[name] = judge.judge(Source(name, "own.py", {"own.py": text.encode()}))
    judge.close()
    return found


def parted(judgement):
    """The attempted cases under the usual seed, and those under the others."""
    cases = [case for case in judgement.cases if case.word != "not attempted"]
    secret = [case for case in cases if "under secret seed" in case.node]
    return [case for case in cases if case not in secret], secret


def test_a_right_file_holds_and_tells_nothing_of_what_it_saw(judged):
    """Three times as many cases; what it prints is shown for the usual seed alone."""
    usual, secret = parted(judged["right"])
    assert len(secret) == 2 * len(usual) > 0
    assert {case.word for case in usual + secret} == {"holds"}
    assert any("saw" in case.prints for case in usual)
    assert not any(case.prints for case in secret)


def test_who_knows_the_public_sizes_alone_is_found_out(judged):
    """Right for every size of the claims' files, zeros for others."""
    usual, secret = parted(judged["knows"])
    assert {case.word for case in usual} == {"holds"}
    assert "fails" in {case.word for case in secret}


def test_an_exception_tells_nothing_either(judged):
    """Its own words could carry sizes home."""
    usual, secret = parted(judged["breaks"])
    assert {case.word for case in usual} == {"holds"}
    assert "error" in {case.word for case in secret}
    assert "saw" not in str([case.as_dict() for case in secret])


def test_sizes_are_drawn_again_and_options_are_not():
    """Kind, axes, dtype and options stay; the lecture's sizes stay whole; one seed, one answer."""
    kept = ("kind", "bidirectional", "batch_first", "nonlinearity", "bias", "proj_size", "dtype", "directions")
    changed = 0
    for sizes in GENERAL_SIZES + PROJECTED_SIZES + GENERAL_CELLS:
        for seed in range(20):
            found = sizes.redrawn(seed)
            assert found == sizes.redrawn(seed)
            assert [getattr(found, name) for name in kept] == [getattr(sizes, name) for name in kept]
            assert (found.batch is None, found.num_layers > 1) == (sizes.batch is None, sizes.num_layers > 1)
            assert found.hidden_size > found.proj_size
            changed += found != sizes
    assert changed > 900
    assert LECTURE_SIZES[0].redrawn(1) == LECTURE_SIZES[0]
