"""Planted changes of torch and fastai: each one leads to the right row, for the right reason; a rerun leads to none."""

from __future__ import annotations

import copy
import time

import pytest
import torch
from torch import nn

from results.record import Record
from versions import settings
from versions.compare import compare
from versions.why import why

CELL = ("cell/printed-step", "cell/omit-water", "cell/water-shape", "cell/loop-is-lstm")
SPEED, BATCH_FIRST = "cell/loop-is-slow", "lstm/batch-first-wants-NLH"
COIN, LOOPS = "coin/table-from-the-seed", "loops/why-not-exactly"
FILES = {"cell": "test_5_cell.py", "lstm": "test_4_lstm.py", "coin": "test_2_coin.py", "loops": "test_8_loops.py"}


def ran(*claims: str, backwards: bool = False, setting=None) -> Record:
    """These claims, now."""
    tests = list(dict.fromkeys(FILES[claim.partition("/")[0]] for claim in claims))
    chosen = [word for claim in claims for word in ("--claim", claim)]
    return settings.run(*chosen, tests=tests[::-1] if backwards else tests, setting=setting)


@pytest.fixture(scope="module")
def same() -> Record:
    """What this torch does, recorded."""
    return ran(*CELL, SPEED, BATCH_FIRST, COIN, LOOPS)


@pytest.fixture(scope="module")
def before(same) -> Record:
    """The same, as if an older torch had been recorded: what is compared with it may move by rounding."""
    older = copy.deepcopy(same)
    older.environment["torch"] = "2.12.0"
    return older


def moved(before: Record, *claims: str) -> dict[tuple[str, str], set[str]]:
    """The reasons of the rows, by claim and level."""
    found = compare(before, ran(*claims), part=True)
    assert found.lane == "version"
    rows: dict[tuple[str, str], set[str]] = {}
    for row in found.rows:
        rows.setdefault((row.claim, row.level), set()).add(row.reason)
    return rows


def cell_with(monkeypatch: pytest.MonkeyPatch, change) -> None:
    """One step of an LSTM with changed arguments: input, state, W_ih, W_hh, b_ih, b_hh."""
    step = torch._VF.lstm_cell
    monkeypatch.setattr(torch._VF, "lstm_cell", lambda *given: step(*change(*given)))


def answers_with(monkeypatch: pytest.MonkeyPatch, change) -> None:
    """One step of an LSTM with changed h and c."""
    step = torch._VF.lstm_cell
    monkeypatch.setattr(torch._VF, "lstm_cell", lambda *given: tuple(change(part) for part in step(*given)))


def noise(relative: float, dtype: torch.dtype):
    """The same noise for the same numbers, as another kernel has."""

    def noisy(part: torch.Tensor) -> torch.Tensor:
        return part * (1 + relative * torch.cos(1e4 * part.detach())) if part.dtype == dtype else part

    return noisy


def test_a_bias_that_is_ignored_is_the_meaning(before, monkeypatch):
    """Weights and inputs are the same, and what the cell returns lies further apart than any rounding."""
    cell_with(monkeypatch, lambda x, state, w, u, b, c: (x, state, w, u, b, c * 0))
    rows = moved(before, *CELL)
    assert rows["cell/printed-step", "broken"] == {"meaning"}
    assert rows["cell/loop-is-lstm", "broken"] == {"meaning"}
    assert rows["cell/omit-water", "drift"] == {"meaning"}


def test_another_order_of_gates_is_the_meaning(before, monkeypatch):
    """i, f, o, g in place of i, f, g, o."""

    def swapped(weight: torch.Tensor) -> torch.Tensor:
        i, f, g, o = weight.chunk(4)
        return torch.cat([i, f, o, g])

    cell_with(monkeypatch, lambda x, state, *weights: (x, state, *map(swapped, weights)))
    assert moved(before, *CELL)["cell/printed-step", "broken"] == {"meaning"}


@pytest.mark.parametrize(
    ("change", "reason", "said"),
    [
        ("another range", "meaning", "the first weights are 1.1 times as large"),
        ("one draw more", "stream", "the first weights are other ones"),
    ],
)
def test_other_first_weights_are_told_from_larger_ones(before, monkeypatch, change, reason, said):
    """A stream that has moved on by one number; or the default range of the first weights, drawn from the same one."""
    first = nn.RNNCellBase.reset_parameters

    def wider(cell: nn.RNNCellBase) -> None:
        if change == "one draw more":
            torch.rand(1)
        first(cell)
        if change == "another range":
            with torch.no_grad():
                for weight in cell.parameters():
                    weight.mul_(1.1)

    monkeypatch.setattr(nn.RNNCellBase, "reset_parameters", wider)
    rows = compare(before, ran(*CELL), part=True).rows
    assert {(row.reason, row.detail) for row in rows} == {(reason, said)}
    assert {"cell/printed-step", "cell/omit-water"} <= {row.claim for row in rows}
    assert not any(row.claim == "cell/loop-is-lstm" for row in rows)


def test_draws_on_the_way_are_the_random_stream(before, monkeypatch):
    """A network that takes one number before its dropout masks: the weights and the inputs are those recorded."""
    options = "--claim", "torch/dropout-is-its-function"
    older = settings.run(*options, tests=["bump/test_2_layers.py"])
    older.environment["torch"] = "2.12.0"
    forward = nn.LSTM.forward

    def shifted(net: nn.LSTM, *given):
        torch.rand(1)
        return forward(net, *given)

    monkeypatch.setattr(nn.LSTM, "forward", shifted)
    rows = compare(older, settings.run(*options, tests=["bump/test_2_layers.py"]), part=True).rows
    assert {(row.reason, row.detail) for row in rows} == {("stream", "other numbers were drawn on the way")}


def test_another_dtype_is_told_by_its_name(before, monkeypatch):
    """A cell that answers in float64: its shapes and dtypes stand in the row, and no hashes."""
    answers_with(monkeypatch, lambda part: part.double())
    rows = compare(before, ran("cell/omit-water"), part=True).rows
    assert {(row.level, row.reason) for row in rows} == {("drift", "meaning")}
    [row] = [row for row in rows if row.case.endswith("LSTMCell(5,4)-N3]")]
    told = ("shapes and dtypes of the outputs", "float32(3,4)", "float64(3,4)")
    assert (row.what, row.recorded, row.now) == told
    assert row.detail == "outputs are float64(3,4), recorded are float32(3,4)"


def test_an_optimizer_that_does_something_else_is_no_kernel(monkeypatch):
    """torch's Adam with another eps: the losses part further than rounding was measured to drive them."""
    steps = "--claim", "cut/steps-are-adams"
    older = settings.run(*steps, tests=["test_7_cut.py"])
    older.environment["torch"] = "2.12.0"
    first = torch.optim.Adam.__init__
    monkeypatch.setattr(
        torch.optim.Adam,
        "__init__",
        lambda own, params, lr=1e-3, **given: first(own, params, lr, **{**given, "eps": 1e-5}),
    )
    rows = compare(older, settings.run(*steps, tests=["test_7_cut.py"]), part=True).rows
    assert {(row.reason, row.detail) for row in rows} == {
        ("unknown", "the same start; further apart than rounding was measured")
    }


def test_batch_first_that_means_the_state_too_is_the_meaning(before, monkeypatch):
    """hT comes out as (N, layers, H). Where both are 3 the shape says nothing, and the numbers say it."""
    forward = nn.LSTM.forward

    def moves_all(net: nn.LSTM, x: torch.Tensor, state=None):
        if not net.batch_first or x.dim() != 3:
            return forward(net, x, state)
        given = None if state is None else tuple(part.transpose(0, 1) for part in state)
        output, last = forward(net, x, given)
        return output, tuple(part.transpose(0, 1) for part in last)

    monkeypatch.setattr(nn.LSTM, "forward", moves_all)
    rows = compare(before, ran(BATCH_FIRST), part=True).rows
    assert {(row.level, row.reason) for row in rows} == {("broken", "meaning")}
    assert len({row.case for row in rows}) == 6
    [same_shape] = [row for row in rows if row.case.endswith("-N3-layers3]")]
    assert same_shape.detail == "values further apart than any rounding"


def test_an_error_that_is_no_longer_raised_is_the_meaning(before, monkeypatch):
    """(7,) with a state (1,4) goes through."""
    forward = nn.LSTMCell.forward

    def lenient(cell: nn.LSTMCell, x: torch.Tensor, state=None):
        if state is not None and x.dim() == 1:
            state = tuple(part.reshape(-1) for part in state)
        return forward(cell, x, state)

    monkeypatch.setattr(nn.LSTMCell, "forward", lenient)
    rows = moved(before, *CELL)
    assert rows["cell/water-shape", "broken"] == {"meaning"}
    assert {claim for claim, _ in rows} == {"cell/water-shape"}


@pytest.mark.parametrize(("relative", "dtype"), [(1e-4, torch.float32), (4e-3, torch.float32), (1e-9, torch.float64)])
def test_noise_of_a_kernel_is_seen_where_every_verdict_stays(before, monkeypatch, relative, dtype):
    """cell/omit-water takes the noise on both sides and holds; its outputs drift. 4e-3 is bfloat16's."""
    answers_with(monkeypatch, noise(relative, dtype))
    found = compare(before, ran("cell/omit-water"), part=True)
    assert {(row.level, row.reason) for row in found.rows} == {("drift", "kernel")}
    assert {("float64" in row.case) for row in found.rows} == {dtype == torch.float64}
    assert all(row.allowed < row.gap < 10 * relative for row in found.rows)


@pytest.mark.parametrize(("relative", "reason"), [(1e-4, "kernel"), (1.0, "meaning")])
def test_what_a_kernel_does_is_gone_without_onednn_if_it_is_onednns(same, monkeypatch, relative, reason):
    """``why`` runs the claim again under each setting; a kernel that is far off shows there, too."""
    noisy, step = noise(relative, torch.float32), torch._VF.lstm_cell

    def only_onednn(*given):
        on = torch._C._get_mkldnn_enabled()
        return tuple(noisy(part) if on else part for part in step(*given))

    monkeypatch.setattr(torch._VF, "lstm_cell", only_onednn)
    found = why("cell/omit-water", same)
    assert {row.reason for row in found.rows} == {reason}
    assert {setting.name: gone for setting, gone in found.tried} == {
        "oneDNN off": True,
        "TF32 off": False,
        "one thread": False,
    }


def test_a_network_that_has_become_slow_is_speed(before, monkeypatch):
    """The LSTM takes longer than the loop over its cell."""
    forward = nn.LSTM.forward

    def slow(net: nn.LSTM, *given):
        until = time.process_time() + 0.2
        while time.process_time() < until:
            pass
        return forward(net, *given)

    monkeypatch.setattr(nn.LSTM, "forward", slow)
    assert moved(before, SPEED) == {(SPEED, "broken"): {"speed"}}


def test_a_network_that_has_become_faster_than_its_spread_is_speed(before):
    """The verdict stays; the ratio is compared with its spread."""
    faster = copy.deepcopy(before)
    faster.cases = faster.cases_of(SPEED)
    [case] = faster.cases
    for place, item in enumerate(case.evidence):
        case.evidence[place] = type(item)(
            **{**vars(item), "value": item.value * (0.01 if "interquartile" in item.what else 20)}
        )
    [row] = compare(before, faster, part=True).rows
    assert (row.level, row.reason) == ("drift", "speed")
    assert row.now == pytest.approx(20 * row.recorded)


@pytest.mark.parametrize(("name", "value", "said"), [("eps", 1e-8, "eps 1e-05 → 1e-08"), ("wd", 0.1, "wd 0.01 → 0.1")])
def test_another_default_of_fastais_optimizer_is_the_meaning(before, monkeypatch, name, value, said):
    """eps, or weight decay, of fastai's Adam; the row says which."""
    import inspect

    from fastai.optimizer import Adam

    names = [n for n, p in inspect.signature(Adam).parameters.items() if p.default is not inspect.Parameter.empty]
    defaults = [value if n == name else d for n, d in zip(names, Adam.__defaults__, strict=True)]
    monkeypatch.setattr(Adam, "__defaults__", tuple(defaults))
    rows = compare(before, ran(LOOPS), part=True).rows
    assert [(row.level, row.reason, row.detail) for row in rows] == [("broken", "meaning", said)]


def test_another_stream_of_bernoulli_is_the_random_stream(before, monkeypatch):
    """It takes one number more."""
    toss = torch.bernoulli

    def shifted(p: torch.Tensor, *, generator: torch.Generator) -> torch.Tensor:
        torch.rand(1, generator=generator)
        return toss(p, generator=generator)

    monkeypatch.setattr(torch, "bernoulli", shifted)
    assert moved(before, COIN) == {(COIN, "broken"): {"stream"}}


def test_a_rerun_in_another_order_raises_no_alarm(same):
    """The same torch, the same machine: not one row, and nothing may have moved."""
    found = compare(same, ran(*CELL, SPEED, COIN, backwards=True), part=True)
    assert found.lane == "same"
    assert found.rows == []
