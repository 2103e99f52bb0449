"""What is told of a bump is so: nothing that moved is silent, and no reason is given that the record speaks against."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest

from results.model import Case, Evidence
from results.record import Record
from results.unfinished import STOPPED
from tests.made_records import case, record
from versions import show
from versions.compare import compare

WEIGHTS = "1.5:0.25 2.5:-0.5"


def moved(before: Case, after: Case, kind: str = "exact", **more) -> list[tuple[str, str, str]]:
    """Level, reason and detail of each row; of the release after and the one before."""
    kinds = {before.claim: kind}
    rows = compare(record(before, kinds=kinds), record(after, kinds=kinds, torch="2.14.0"), **more).rows
    return [(row.level, row.reason, row.detail) for row in rows]


def drawn(inputs: str, **more) -> Case:
    """A case that draws, and computes nothing with it."""
    one = case(**more)
    one.digests = {"inputs": inputs}
    return one


def test_other_draws_are_told_where_nothing_is_computed():
    """torch.randperm gives another order: no number of the claim on seeds depends on it."""
    assert moved(drawn("i"), drawn("i")) == []
    assert moved(drawn("i"), drawn("j")) == [("drift", "stream", "the inputs that were drawn are other ones")]
    assert moved(case(), case(digests={"inputs": "j"})) == [], "what is computed would tell by its numbers"


@pytest.mark.parametrize("now", [WEIGHTS, "2.5:-0.5 1.5:0.25"], ids=["names", "order"])
def test_weights_of_other_names_are_not_other_numbers(now):
    """state_dict has other keys, and what loads it raises: no stream and no shape moved."""
    forms = {"names": "f", "order": "g"}["names" if now == WEIGHTS else "order"]
    before = case(digests={"lengths of weights": WEIGHTS, "forms of weights": "f"})
    more = {"weights": "v", "lengths of weights": now, "forms of weights": forms}
    after = case(word="error", why="RuntimeError: missing keys", digests=more)
    [(level, reason, said)] = moved(before, after)
    assert (level, reason) == ("broken", "meaning")
    assert said == "the same weights under other names, or in another order"
    other_inputs = {"inputs": "j", "lengths of weights": WEIGHTS}
    before.digests |= {"lengths of weights": WEIGHTS}
    [(_, reason, said)] = moved(before, case(digests=other_inputs, value=0.5))
    assert (reason, said) == ("stream", "the inputs that were drawn are other ones"), "the weights are the same"
    more["lengths of weights"] = "1.5:0.25 2.5:-0.75"
    [(_, reason, said)] = moved(before, case(digests=more, value=0.5, word="fails"))
    assert said != "the same weights under other names, or in another order"


def test_a_fault_that_stays_is_not_told_as_another_error():
    """A release that was thought to have it mended: the case fails there, and nothing of it changed."""
    ends = {"evidence": [Evidence("a call", "ends", margin=-1.0, text="signal 11")], "fault": "pytorch#1 (torch ==1)"}
    known, fails = (case(word=word, **copy.deepcopy(ends)) for word in ("known fault", "fails"))
    [(level, reason, said)] = moved(known, fails)
    assert (level, reason) == ("broken", "")
    assert said == "still the known fault pytorch#1 (torch ==1), which this torch was thought not to have"


def test_an_error_that_is_not_raised_any_more_is_told_in_words():
    """Not as a dash."""
    raises, silent = (
        [Evidence("a wrong state", "raises", margin=margin, text=said)]
        for margin, said in ((1.0, "TypeError"), (-1, ""))
    )
    [row] = compare(record(case(evidence=raises)), record(case(evidence=silent, word="fails"))).rows
    assert (row.recorded, row.now, row.reason) == ("TypeError", "no error", "meaning")


@pytest.mark.parametrize(("outputs", "reason"), [("p", "kernel"), ("o", "meaning")], ids=["moved", "the same"])
def test_a_word_that_stands_for_a_bound_is_no_meaning_by_itself(outputs, reason):
    """Whether gradcheck holds is a question of rounding, where numbers moved at all."""
    before = case(evidence=[Evidence("gradcheck", "equal", margin=1.0)], digests={"outputs": "o"})
    failed = [Evidence("gradcheck", "equal", margin=-1.0, text="False ≠ True")]
    assert [row[1] for row in moved(before, case(evidence=failed, word="fails", digests={"outputs": outputs}))] == [
        reason
    ]


def of_dtype(dtype: str, far: float, word: str = "fails") -> Case:
    """One of a claim's cases whose outputs lie ``far`` from where they lay."""
    one = case(value=far, figures={dtype: (1.0 + far, 1.0)}, word=word)
    one.node = one.node.replace("[", f"[{dtype}-")
    return one


def test_a_claim_that_checks_more_is_no_unknown_drift():
    """Where the records say that the claims are other ones."""
    both = [Evidence("output", "close", 1e-7, 1e-6, 0.9), Evidence("more", "equal", margin=1.0)]
    before, after = record(case()), record(case(evidence=both))
    before.sources, after.sources = {"claims": "one", "suite": "s"}, {"claims": "two", "suite": "s"}
    assert [(row.reason, row.detail) for row in compare(before, after).rows] == [
        ("", "the claim itself is another one")
    ]
    after.sources = before.sources
    assert [row.reason for row in compare(before, after).rows] != [""], "nothing says so: it is to be explained"


def test_what_moves_float64_is_no_kernel_of_float32():
    """A state that is ignored moves both; by so little in float32 that a kernel could."""
    before = record(of_dtype("float32", 0.0, "holds"), of_dtype("float64", 0.0, "holds"))
    both = compare(before, record(of_dtype("float32", 0.003), of_dtype("float64", 0.003), torch="2.14.0"))
    assert [row.reason for row in both.rows] == ["meaning", "meaning"]
    assert both.rows[0].detail == "this claim's float64 cases moved further than any rounding"
    alone = compare(before, record(of_dtype("float32", 0.003), of_dtype("float64", 0.0, "holds"), torch="2.14.0"))
    assert [row.reason for row in alone.rows] == ["kernel"]


def test_one_training_beyond_rounding_leaves_no_other_to_a_kernel():
    """An optimizer that divides otherwise moves some trainings far and some a little."""
    kinds = {"one/a": "trained", "one/b": "trained"}

    def run(far: float, little: float) -> Record:
        p = {"one/a": 0.95 - far, "one/b": 0.95 - little}
        cases = [case(id, evidence=[Evidence("p(?)", "above", value, 0.5, 0.4)]) for id, value in p.items()]
        return record(*cases, kinds=kinds, torch="2.14.0" if little else "2.13.0")

    rows = compare(run(0.0, 0.0), run(0.3, 5e-5)).rows
    assert {(row.claim, row.reason) for row in rows} == {("one/a", "unknown"), ("one/b", "unknown")}
    assert [(row.claim, row.reason) for row in compare(run(0.0, 0.0), run(0.0, 5e-5)).rows] == [("one/b", "kernel")]


def on(device: str, word: str = "holds") -> Case:
    return case(device=device, word=word, why="" if word == "holds" else "built without CUDA")


@pytest.mark.parametrize("turned", [False, True])
def test_a_cpu_alone_is_held_against_a_gpu(turned):
    """A run that asked for both devices and had one: its CUDA cases were not run."""
    both = record(on("cpu"), on("cuda", "not run")), record(on("cuda"), torch="2.14.0")
    found = compare(*both[::-1] if turned else both)
    assert (found.rows, found.cases, found.lane) == ([], 1, "device")


def test_a_cuda_case_that_does_not_run_any_more_is_missing():
    """Where the CPU's has its own to be compared with."""
    before, after = record(on("cpu"), on("cuda")), record(on("cpu"), on("cuda", "not run"))
    assert [(row.level, row.device) for row in compare(before, after).rows] == [("missing", "cuda")]


def test_the_case_in_which_a_run_was_stopped_is_not_missing():
    """That the run did not end is said once."""
    stopped = record(case(), case("one/b", word="not run", why=STOPPED), unfinished=True)
    found = compare(record(case(), case("one/b")), stopped)
    assert (found.rows, found.stopped) == ([], True)
    assert not any("made by different sources" in line or "does not say" in line for line in show.lines(found, "en"))


def test_which_package_is_another_is_told_where_torch_is_the_same():
    """ "Another version" beside two equal names of torch says nothing."""
    before, after = record(case()), record(case())
    after.environment = {**after.environment, "numpy": "3"}
    assert "another version, same machine: numpy 2 → 3" in show.lines(compare(before, after), "en")[0]
    after.environment = {**after.environment, "torch": "2.14.0"}
    assert "numpy" not in show.lines(compare(before, after), "en")[0]


def test_options_that_an_older_record_lacks_are_no_reason():
    """What is written down since then says nothing of a change."""
    options = [Evidence("options of a", "options", text="wd 0.01"), Evidence("dropouts of a", "options", text="p 0.2")]
    before, after = (case(evidence=[Evidence("output", "close", far, 1e-6, 0.9), *options[:n]])
                     for far, n in ((0.0, 1), (3e-6, 2)))  # fmt: skip
    assert [row[1] for row in moved(before, after)] == ["kernel"]
    other = replace(after, evidence=[after.evidence[0], replace(options[0], text="wd 0.1"), options[1]])
    assert ("drift", "meaning", "wd 0.01 → 0.1") in moved(before, other)
