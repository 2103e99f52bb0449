"""Records held against each other: words, lanes, what counts as missing, tables, the command line."""

from __future__ import annotations

import copy

import pytest

from results.comparison import Comparison, Row, worst_first
from results.model import Evidence
from tests.made_records import case, record
from versions import matrix, show
from versions.allowances import TABLE, allowance
from versions.compare import compare, lane_of
from versions.environments import ENVIRONMENTS, find, label


def only(rows: list[Row]) -> Row:
    [row] = rows
    return row


def test_nothing_moves_between_a_record_and_itself():
    """The same lane, no row."""
    one = record(case(), case("one/b"))
    found = compare(one, copy.deepcopy(one))
    assert (found.lane, found.cases, found.rows, found.clean) == ("same", 2, [], True)


def test_rounding_is_drift_in_the_same_lane_and_none_in_another_versions():
    """The table allows half of a check's bound between versions, and nothing at all on the same one."""
    one, two = record(case(value=1e-7)), record(case(value=2e-7))
    assert only(compare(one, two).rows).level == "drift"
    newer = record(case(value=2e-7), torch="2.15.0")
    assert compare(one, newer).rows == []
    assert compare(one, newer).largest["one/a"] == pytest.approx(1e-7 / (1e-6 * TABLE["close float32"].version))
    row = only(compare(one, record(case(value=9e-7), torch="2.15.0")).rows)
    assert (row.recorded, row.now, row.gap, row.allowed) == (1e-7, 9e-7, pytest.approx(8e-7), pytest.approx(5e-7))
    assert (row.reason, row.before, row.after) == ("kernel", "holds", "holds")


def test_lanes_are_named_and_looser_in_turn():
    """Same, version, machine, device; what a torch does not tell of its machine is not asked."""
    here = record().environment
    assert lane_of(here, {**here, "torch": "2.15.0"}) == "version"
    assert lane_of(here, {**here, "cpu": "another CPU", "torch": "2.15.0"}) == "machine"
    assert lane_of(here, {**here, "threads": 2}) == "machine"
    assert lane_of(here, {**here, "cpu capability": ""}) == "same"
    for quantity in TABLE:
        if not quantity.startswith("speed"):
            lanes = [allowance(quantity, lane) for lane in ("same", "version", "machine", "device")]
            assert lanes[:3] == sorted(set(lanes[:3])), quantity
            assert lanes[0] == 0
            assert lanes[3] >= lanes[2], "CPU and CUDA are two machines at least"


def test_a_case_of_another_device_is_compared_where_the_record_has_none_of_its_own():
    """A record of a CPU, a run on CUDA: the loosest lane, not a missing and a new case."""
    found = compare(record(case()), record(case(value=8e-7, device="cuda"), device="cuda"))
    assert (found.lane, found.cases, found.rows) == ("device", 1, [])
    assert "another device" in show.lines(found, "en")[0]


def test_a_claim_that_no_longer_holds_breaks_the_comparison_and_one_that_holds_now_does_not():
    """The row has the evidence on which it turned."""
    bad = case(word="fails", evidence=[Evidence("output", "close", 0.5, 1e-6, -1.0)])
    row = only(compare(record(case()), record(bad)).rows)
    assert (row.level, row.before, row.after, row.what, row.now) == ("broken", "holds", "fails", "output", 0.5)
    found = compare(record(bad), record(case()))
    assert only(found.rows).level == "mended"
    assert found.clean
    undecided = case(word="undecided")
    assert only(compare(record(case()), record(undecided)).rows).level == "broken"


def test_missing_and_new_cases_are_told_unless_a_selection_says_so():
    """-k, --claim, -m, --device and --slow say so; a speed is not judged under xdist."""
    both, one = record(case(), case("one/b")), record(case())
    assert only(compare(both, one).rows).level == "missing"
    assert only(compare(one, both).rows).level == "new"
    assert compare(both, one, part=True).rows == []
    assert compare(record(case(), claim=["one/a"]), both).rows == []
    left_out = case("one/b", word="not run", evidence=[], why="no GPU")
    row = only(compare(both, record(case(), left_out)).rows)
    assert (row.level, row.detail) == ("missing", "no GPU")
    speed = {"one/b": "speed"}
    assert compare(record(case(), case("one/b"), kinds=speed), record(case(), left_out, kinds=speed)).rows == []
    slow = record(case(), case("one/b"), slow=True)
    assert compare(slow, record(case(), left_out)).rows == []
    cuda = record(case(), case(device="cuda"))
    assert only(compare(cuda, one).rows).device == "cuda"
    assert compare(cuda, record(case(), device="cpu")).rows == []


def test_reasons_come_from_digests_options_and_shapes():
    """Other weights or inputs: the stream; an option, an error, a shape: the meaning; otherwise a kernel."""
    bad = {"word": "fails", "evidence": [Evidence("output", "close", 1e-3, 1e-6, -1.0)]}
    for changed, reason in (
        (case(**copy.deepcopy(bad)), "kernel"),
        (case(**copy.deepcopy(bad), digests={"weights": "x"}), "stream"),
        (case(**copy.deepcopy(bad), digests={"inputs": "x"}), "stream"),
        (case(**copy.deepcopy(bad), digests={"shapes": "x"}), "meaning"),
        (case(word="error", why="TypeError: no", evidence=[]), "meaning"),
    ):
        assert only(compare(record(case()), record(changed)).rows).reason == reason
    row = only(compare(record(case()), record(case(**bad), implementation="wrong")).rows)
    assert (row.reason, row.detail) == ("meaning", "--implementation None → wrong")


@pytest.mark.parametrize(("dtype", "rounding", "beyond"), [("float32", 0.02, 0.04), ("float64", 5e-5, 2e-4)])
def test_outputs_further_apart_than_any_rounding_are_the_meaning(dtype, rounding, beyond):
    """From the same weights and inputs, in parts of their length; a training may blow rounding up, and a case that
    returned less has no figures to compare."""

    def reason(apart: float, kind: str = "exact", newer: str = "2.15.0", **digests: str) -> str:
        one, two = (
            record(case(figures={dtype: (along, 10.0)}, digests=more), torch=torch, kinds={"one/a": kind})
            for along, torch, more in ((3.0, "2.13.0", {}), (3.0 + 10 * apart, newer, digests))
        )
        return only(compare(one, two).rows).reason

    assert reason(rounding) == "kernel"
    assert reason(beyond) == "meaning"
    assert reason(beyond, "tendency") == "unknown", "rounding was never seen to do that, and nothing else was recorded"
    assert reason(1e-6 if dtype == "float32" else 1e-15, "tendency", newer="2.13.0") == "kernel"
    assert reason(beyond / 10, trained="x") == "unknown"
    assert reason(beyond, weights="x") == "stream"
    cut = case(word="fails", evidence=[], figures={dtype: (9.0, 10.0)}, digests={"shapes": "x"})
    assert only(compare(record(case(figures={dtype: (3.0, 10.0)})), record(cut)).rows).reason == "kernel"


def test_a_case_that_broke_off_is_compared_as_far_as_it_came():
    """It has fewer weights, so the digest of all of them differs; the short ones say that they began alike."""
    whole = case(digests={"weights": "abc", "each of weights": "a b c"})
    cut = {"word": "fails", "evidence": [Evidence("output", "close", 1e-3, 1e-6, -1.0)]}
    begun = case(**copy.deepcopy(cut), digests={"weights": "a", "each of weights": "a"})
    assert only(compare(record(whole), record(begun)).rows).reason == "kernel"
    other = case(**copy.deepcopy(cut), digests={"weights": "x", "each of weights": "x"})
    assert only(compare(record(whole), record(other)).rows).reason == "stream"


def test_a_message_and_an_option_that_changed_are_drift():
    """The claim holds in both, and the reason is the meaning."""
    for check, old, new in (("raises", "ValueError: 3-D", "ValueError: rank"), ("options", "eps 1e-05", "eps 1e-08")):
        one, two = (record(case(evidence=[Evidence("what", check, text=said)])) for said in (old, new))
        row = only(compare(one, two).rows)
        assert (row.level, row.reason, row.recorded, row.now) == ("drift", "meaning", old, new)


def test_outputs_that_lie_apart_are_drift_beyond_their_allowance():
    """In parts of their length, by dtype."""
    one = record(case(value=1e-7, figures={"float32": (3.0, 10.0)}))
    near = record(case(value=1.1e-7, figures={"float32": (3.00001, 10.0)}), torch="2.15.0")
    assert compare(one, near).rows == []
    row = only(compare(one, record(case(value=1.1e-7, figures={"float32": (3.01, 10.0)}), torch="2.15.0")).rows)
    assert (row.what, row.gap) == ("outputs, float32 (gap: of their length)", pytest.approx(1e-3))
    nan = record(case(value=1.1e-7, figures={"float32": (float("nan"), 10.0)}), torch="2.15.0")
    assert only(compare(one, nan).rows).level == "drift"


def test_a_comparison_comes_back_from_plain_types():
    """And its rows are sorted: what broke first, the largest drift before the smaller."""
    found = compare(record(case(), case("one/b")), record(case(value=9e-7)))
    assert Comparison.from_dict(found.as_dict()) == found
    rows = [Row("c", "n", "", "exact", "drift", "holds", "holds", gap=g, allowed=1.0) for g in (2.0, 3.0)]
    rows.append(Row("c", "n", "", "exact", "broken", "holds", "fails"))
    assert [row.gap for row in worst_first(rows)] == [None, 3.0, 2.0]


def test_every_environment_states_its_python_fastai_and_reason():
    """The table, releases that it lacks, and wheels."""
    assert {row.torch for row in ENVIRONMENTS} >= {"1.13.1", "2.11.0", "2.13.0", "2.15.0"}
    assert all(row.python and row.fastai and row.reason for row in ENVIRONMENTS)
    assert find("1.13.0").pins == find("1.13.1").pins
    assert find("2.12.1").fastai == find("2.15.0").fastai
    wheel = find("https://example.org/torch-2.16.0.dev1%2Bcpu-cp312-cp312-linux_x86_64.whl")
    assert (wheel.session, wheel.python) == ("torch-2.16.0.dev1+cpu", "3.12")
    assert wheel.packages[0].startswith("https://")
    assert label("some/torch.whl") == "torch.whl"
    with pytest.raises(ValueError, match="neither a release of torch nor a wheel"):
        find("newest")


def test_the_readme_shows_the_table_of_the_committed_records():
    """As python -m versions table --format markdown prints them: at a glance, and claim by claim."""
    found = matrix.columns(matrix.records_in([]))
    readme = (matrix.RECORDS.parent.parent / "README.md").read_text("utf-8")
    for table in (matrix.frame_of_sections(found), matrix.frame(found)):
        made_by = f"python -m versions table --by {table.index.name} --format markdown --lang en"
        assert matrix.show(table, "markdown") in readme, f"make it anew: {made_by}"


def test_checks_are_matched_by_name_and_what_has_no_partner_is_told():
    """Renaming them switches nothing off: the outputs are compared all the same, and the names are told."""
    old = case(evidence=[Evidence("output", "close", 1e-7, 1e-6, 0.9), Evidence("hT", "close", 1e-7, 1e-6, 0.9)])
    new = copy.deepcopy(old)
    new.evidence = [Evidence("hT", "close", 1e-7, 1e-6, 0.9), Evidence("output", "close", 1e-7, 1e-6, 0.9)]
    assert compare(record(old), record(new)).rows == [], "another order is no drift"
    new.evidence[1] = Evidence("outputs", "close", 1000.0, 1e-6, 0.9)
    row = only(compare(record(old), record(new)).rows)
    assert (row.what, row.recorded, row.now) == ("what is checked", "output", "outputs")
    old.figures, new.figures = {"float32": (1.0, 1.0)}, {"float32": (1e6, 1e6)}
    old.digests["outputs"], new.digests["outputs"] = "one", "another"
    rows = compare(record(old), record(new)).rows
    assert {row.what for row in rows} == {"what is checked", "outputs, float32 (gap: of their length)"}


def test_shapes_of_which_there_are_hashes_alone_are_told_in_words():
    """Records from before the shapes themselves were kept."""
    row = only(compare(record(case()), record(case(digests={"shapes": "x"}))).rows)
    assert (row.recorded, row.now, row.detail) == (
        "those recorded",
        "other ones",
        "outputs have other shapes or dtypes",
    )


@pytest.mark.parametrize(
    ("now", "reason", "said"),
    [
        ("1.1:0.55 2.2:-1.1", "meaning", "the first weights are 1.1 times as large"),
        ("1.1:0.55 2:-1", "meaning", "some first weights are 1.1 times as large"),
        ("1.1:0.55 2.4:-1.2", "stream", "the first weights are other ones"),
        ("1.1:0.4 2.2:-1.1", "stream", "the first weights are other ones"),
        ("1:0.5 2:-1", "meaning", "the same weights under other names, or in another order"),
        ("", "stream", "the first weights are other ones"),
    ],
)
def test_first_weights_that_are_a_multiple_are_told_from_others(now, reason, said):
    """By the lengths and one direction of the first tensors, where both records have them."""
    old = case(value=1e-7, digests={"lengths of weights": "1:0.5 2:-1"})
    new = case(value=9e-7, digests={"weights": "x", "lengths of weights": now})
    row = only(compare(record(old), record(new, torch="2.15.0")).rows)
    assert (row.reason, row.detail) == (reason, said)
