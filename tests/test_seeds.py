"""The same numbers whatever runs before, beside, or with how many workers; another --seed, other numbers."""

import re

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from fixtures.seeds import derive, derive_many
from submissions import proxies
from tests.a_class import RIGHT

ROOM = """
    import random
    import numpy

    def numbers(draw, seed):
        drawn = [float(draw(1)), float(torch.rand(())), random.random(), float(numpy.random.rand())]
        check.note("drawn", " ".join(f"{number:.9f}" for number in [seed, *drawn]))

    @state("one/a")
    @pytest.mark.parametrize("case", [1, 2])
    def test_a(draw, seed, case):
        '''A.'''
        numbers(draw, seed)

    @state("one/b")
    def test_b(draw, seed):
        '''B.'''
        numbers(draw, seed)
"""


def _drawn(result):
    claims = re.split(r"(one/[ab])", result.stdout.str())
    return {
        claims[i]: re.findall(r"drawn: ([\d. -]+)", claims[i + 1])
        for i in range(1, len(claims), 2)
        if "drawn" in claims[i + 1]
    }


@pytest.mark.slow
def test_order_selection_and_workers_change_nothing(room, run):
    """Alone, after another, and under xdist: the same draws from every stream."""
    room(ROOM)
    whole = _drawn(run("claims", "-v", "--device", "cpu"))
    assert set(whole) == {"one/a", "one/b"}
    assert _drawn(run("claims", "-v", "--device", "cpu", "--claim", "one/b")) == {"one/b": whole["one/b"]}
    assert _drawn(run("claims", "-v", "--device", "cpu", "-n", "2")) == whole


def test_another_seed_draws_other_numbers(room, run):
    """And the header says which one it was."""
    room(ROOM)
    first, other = run("claims", "-v", "--device", "cpu"), run("claims", "-v", "--device", "cpu", "--seed", "7")
    assert _drawn(first) != _drawn(other)
    first.stdout.fnmatch_lines(["*seed 43052*"])
    other.stdout.fnmatch_lines(["*seed 7*"])


@given(st.integers(0, 2**63 - 1), st.text(), st.text())
def test_derived_seeds_fit_numpy_and_depend_on_every_label(run_seed, first, second):
    """Below 2**32; another label, another seed."""
    assert 0 <= derive(run_seed, first) < 2**32
    if first != second:
        assert derive(run_seed, first) != derive(run_seed, second)


@given(st.integers(0, 2**63 - 1), st.integers(1, 50), st.integers(1, 50))
def test_more_starts_begin_with_the_same_ones(run_seed, few, many):
    """A picture of 25 starts shows the first 25 of those that are judged."""
    few, many = sorted((few, many))
    assert derive_many(run_seed, many, "x")[:few] == derive_many(run_seed, few, "x")


def test_seeds_are_the_same_on_every_machine():
    """A figure that was recorded can be had again elsewhere: sha256, not Python's hash."""
    assert derive(43052, "lstm/omit-water") == 2763685507
    assert derive(0, "a", 1) == 1195377715


def test_a_submissions_network_draws_no_number(submit):
    """Whether it is the first of its sizes in this process or not: else the second would get other inputs."""
    made = proxies.networks(submit(RIGHT))["LSTM"]
    proxies._shapes_of.cache_clear()
    for _ in range(2):
        before = torch.get_rng_state()
        made(3, 2)
        assert torch.equal(torch.get_rng_state(), before)
