"""python -m versions measure, and the table of allowances that it is the source of."""

from __future__ import annotations

import re

import pytest

from results.lecture import Lecture, Section
from results.model import Both, Case, Claim, Evidence
from results.record import Record
from versions import matrix, measure
from versions.__main__ import main
from versions.allowances import TABLE, allowance, quantity
from versions.compare import lane_of

BOTH = Both("so", "그렇다")
CLAIM = Claim("one/a", "one", "exact", BOTH, BOTH)
BY_DTYPE = {"outputs", "close"}
DTYPES = ("float32", "float64")


def case(dtype: str, gap: float, device: str = "cpu", word: str = "holds") -> Case:
    node = f"claims/test_a.py::test_a[{device}-{dtype}]"
    evidence = [Evidence("output", "close", gap, 1e-6, 0.9)]
    return Case("one/a", node, device, word, evidence=evidence, figures={dtype: (gap, 10.0)})


def record(seed: int, *cases: Case) -> Record:
    return Record(
        {"torch": "2.13.0"}, {"seed": seed}, [Lecture("", BOTH, (Section("one", BOTH),))], [CLAIM], list(cases)
    )


def moved_by(gaps: dict[int, float], **changes: str):
    """A way in which the float32 case of a seed moves so far."""

    def run(options):
        seed = int(options[1])
        return record(seed, case("float32", 1e-7 + gaps[seed], **changes), case("float64", 1e-7, **changes))

    return run


@pytest.fixture
def first(monkeypatch):
    """First runs that are made up, and no committed records."""
    monkeypatch.setattr(
        measure, "run", lambda *options: record(int(options[1]), case("float32", 1e-7), case("float64", 1e-7))
    )
    monkeypatch.setattr(matrix, "records_in", lambda files: [])


def rows(ways, seeds=(7, 8)) -> dict[tuple[str, str], dict[str, str]]:
    """By way and quantity, each by the names of the columns."""
    said: list[str] = []
    _, *cells = measure.measured([], seeds, ways, said.append)
    assert len(said) == len(seeds) * (1 + len(ways))
    assert said[0].startswith(f"run 1 of {len(said)}, seed {seeds[0]}: first run")
    return {(row[0], row[1]): dict(zip(measure.COLUMNS, row, strict=True)) for row in cells}


def test_the_largest_gap_of_all_seeds_and_of_the_quietest_is_measured(first):
    """By dtype, beside what the way's lane allows, with the place of the largest."""
    found = rows([measure.Way("noise", "machine", moved_by({7: 1e-8, 8: 5e-7}))])
    row = found["noise", "close float32"]
    assert (row["seeds"], row["numbers"], row["least"], row["largest"]) == ("2", "2", "0.01", "0.5")
    assert (row["most"], row["allowed"]) == ("0.5", f"{TABLE['close float32'].machine:.2g}")
    assert row["where"] == "one/a: output"
    assert found["noise", "outputs float32"]["largest"] == "5e-08"
    assert found["noise", "close float64"]["largest"] == "0"
    assert found["noise", "verdicts"]["largest"] == "0"


def test_a_verdict_that_changed_is_counted_and_its_numbers_are_not(first):
    """They were cut short somewhere else."""
    found = rows([measure.Way("broken", "same", moved_by({7: 0.5, 8: 0.5}, word="fails"))])
    row = found["broken", "verdicts"]
    assert (row["largest"], row["allowed"], row["where"]) == ("1", "0", "one/a: holds → fails")
    assert set(found) == {("broken", "verdicts")}


def test_cuda_is_held_against_the_cpu(first):
    """Where there is a GPU; its cases are named otherwise."""
    found = rows([measure.Way("CUDA", "device", moved_by({7: 0.0, 8: 1e-7}, device="cuda"))])
    row = found["CUDA", "close float32"]
    assert (row["numbers"], row["largest"]) == ("2", "0.1")
    assert row["allowed"] == f"{allowance('close float32', 'device'):.2g}"


def test_committed_records_of_a_gpu_are_held_to_what_a_gpu_is_allowed(monkeypatch):
    """They lie beside a baseline of the CPU's; what was not run in one of the two is no other verdict."""
    cpu, cuda, skipped = record(7, case("float32", 0.0)), record(7, case("float32", 7e-7, "cuda")), record(7)
    skipped.cases = [case("float32", 0.0, word="not run")]
    for made in (cuda, skipped):
        made.environment = {"torch": "2.11.0"}
    monkeypatch.setattr(matrix, "records_in", lambda files: [cpu, cuda, skipped])
    found: measure.Found = {}
    for before, after in measure.recorded():
        measure.add(found, measure.RECORDS, "version", before, after)
    assert {lane for _, lane, _ in found} == {"device"}
    row = measure._row(measure.RECORDS, "device", "close float32", found[measure.RECORDS, "device", "close float32"])
    cells = dict(zip(measure.COLUMNS, row, strict=True))
    assert (cells["way"], cells["allowed"]) == (
        "committed records, CUDA",
        f"{allowance('close float32', 'device'):.2g}",
    )
    assert (cells["largest"], cells["numbers"]) == ("0.7", "1")


def test_how_far_other_draws_lie_apart_is_not_measured():
    """Another version may draw other inputs: that says nothing of its kernels."""
    one, other = record(7, case("float32", 0.0)), record(7, case("float32", 7e-7))
    for made, drawn in ((one, "i"), (other, "j")):
        made.cases[0].digests = {"inputs": drawn}
    found: measure.Found = {}
    measure.add(found, "", "version", one, other)
    assert [name for _, _, name in found] == [measure.VERDICTS]


@pytest.mark.slow
def test_the_same_version_on_the_same_machine_does_not_move_by_a_bit():
    """In a process of its own, under two seeds: really run."""
    _, *cells = measure.measured(["cell/omit-water"], (11, 12), [measure.RUN_AGAIN], lambda line: None)
    again = [dict(zip(measure.COLUMNS, row, strict=True)) for row in cells if row[0] == "run again"]
    names = {"verdicts", *(f"{name} {dtype}" for name in ("outputs", "close") for dtype in DTYPES)}
    assert {row["quantity"] for row in again} == names
    assert all((row["largest"], row["allowed"], row["seeds"]) == ("0", "0", "2") for row in again)


def test_what_is_asked_wrongly_is_a_usage_error(capsys):
    """No seed, or no such claim."""
    with pytest.raises(SystemExit) as stop:
        main(["measure", "--seeds", "0"])
    assert stop.value.code == 2
    assert "a whole number from 1 on, not '0'" in capsys.readouterr().err
    assert main(["measure", "--claim", "no/such"]) == 2
    assert "no such claim" in capsys.readouterr().err


def test_the_table_is_by_dtype_and_every_row_says_what_was_measured():
    """A gap in numbers, and under how many seeds."""
    names = {name.rpartition(" ")[0] for name in TABLE if name.endswith(DTYPES)}
    assert names == BY_DTYPE
    assert all(f"{name} {dtype}" in TABLE for name in names for dtype in DTYPES)
    for name, row in TABLE.items():
        assert re.search(r"\d", row.reason), name
        assert "seed" in row.reason, name
    assert {quantity(CLAIM, case(dtype, 0.0), Evidence("", "close", 0.0, 1e-6))[0] for dtype in DTYPES} == {
        "close float32",
        "close float64",
    }


def test_a_training_from_another_seed_than_the_lectures_has_a_row_of_its_own():
    """Some of those blow rounding up a million times; the lecture's own does not."""
    trained = Claim("one/a", "one", "trained", BOTH, BOTH)
    ran = [Case("one/a", "a.py::a", "cpu", "holds", evidence=[Evidence("p", "above", p, 0.9)]) for p in (0.99, 0.98)]
    for own, asked, wanted in (
        (43052, None, "trained"),
        (43052, 43052, "trained"),
        (43052, 43054, "trained, another seed"),
        (7, None, "trained"),
        (7, 43052, "trained, another seed"),
    ):
        lectures = [Lecture("", BOTH, (Section("one", BOTH),), own)]
        one, two = (Record({}, {"seed": 1, "lecture_seed": asked}, lectures, [trained], [case]) for case in ran)
        found: measure.Found = {}
        measure.add(found, "again", "version", one, two)
        assert {name for _, _, name in found} == {"verdicts", wanted}


def test_an_allowance_is_at_least_twice_the_largest_gap_between_the_committed_records():
    """So the table says of itself, of versions; records that came to other words are told by those. A GPU's rows say
    what was measured on it, by the claims of that day."""
    found: measure.Found = {}
    for before, after in measure.recorded():
        measure.add(found, "", lane_of(before.environment, after.environment), before, after)
    for (_, lane, name), spread in found.items():
        if name != measure.VERDICTS and lane != "device":
            assert 2 * max(spread.gaps) <= allowance(name, lane), (lane, name, spread.where)
