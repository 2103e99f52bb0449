"""What a torch bump can break (2): states of a wrong shape are refused, each by itself, and none ends the process.

Each call is made in a process of its own.
"""

import pytest

from checks import check
from fixtures.claim import claim, known_fault
from lecture.sizes import KINDS, state_of

USE = "bump: use"
ROWS = "an input of one axis with a state of H rows"

# The cells take their batch axis from the input alone, since they take inputs without one (1.11). H rows then pass for
# one state, and a kernel reads beyond it. Seen here in 1.13.1 to 2.14.0; 2.15.0 refuses all three cases.
RANKS = known_fault("pytorch#175978", ">=1.11,<2.15", ROWS)


@claim(
    "torch/state-of-H-rows",
    section=USE,
    kind="error",
    origin="ours",
    en="A cell that is given one input, (7,), refuses a state of H rows, (4,4), as it does any other wrong shape.",
    ko="셀에 입력 (7,) 하나를 줄 때 H행인 상태 (4,4)는 모양이 틀린 다른 상태와 마찬가지로 오류를 낸다.",
    likely_en="Only the last axis and the number of rows are compared, and H rows pass for one.",
    likely_ko="마지막 축과 행의 수만 비교해서 H행이 한 행으로 통과한다.",
)
@pytest.mark.parametrize(
    ("kind", "sizes", "wrong"),
    [
        pytest.param("LSTMCell", (5, 3), "h0, c0", marks=RANKS),
        pytest.param("LSTMCell", (7, 4), "h0, c0"),
        pytest.param("LSTMCell", (7, 4), "c0", marks=RANKS),
        pytest.param("LSTMCell", (7, 4), "h0"),
        pytest.param("GRUCell", (7, 4), "h0"),
        pytest.param("RNNCell", (7, 4), "h0", marks=RANKS),
    ],
    ids=lambda value: str(value).replace(" ", ""),
)
def test_a_state_of_H_rows_is_refused(implementation, kind, sizes, wrong, draw, zeros, apart):
    """It raises: it neither returns H rows nor ends the process."""
    cell, x, H = implementation.make(kind, *sizes), draw(sizes[0]), sizes[1]
    given = [zeros(H, H) if name in wrong else zeros(H) for name in ("h0", "c0")]
    state = tuple(given) if kind == "LSTMCell" else given[0]
    check.raises(ROWS, lambda: apart(lambda: cell(x, state)))


@claim(
    "torch/wrong-shapes-one-at-a-time",
    section=USE,
    kind="error",
    origin="ours",
    en="Each wrong part of an input or state is refused alone, and the message says what is wrong with it.",
    ko="입력이나 상태에서 틀린 부분은 하나만 있어도 오류가 나고, 메시지가 그것을 지적한다.",
    likely_en="Of several parts only the first is checked, or a wrong one is broadcast.",
    likely_ko="여러 부분 가운데 첫째만 확인하거나, 틀린 것을 broadcast했다.",
)
@pytest.mark.parametrize("kind", KINDS)
def test_wrong_shapes_one_at_a_time(implementation, kind, zeros, apart):
    """Of a network h0, c0, the axes of the input, the state's dtype; of its cell too."""
    net, x = implementation.make(kind, 7, 4), zeros(5, 2, 7)
    right = zeros(1, 2, 4)
    wrong = {"rows": zeros(2, 2, 4), "series": zeros(1, 1, 4), "nodes": zeros(1, 2, 5)}
    for what, part in wrong.items():
        check.raises(f"{what} of h0", lambda p=part: apart(lambda: net(x, _pair(kind, p, right))), ["hidden|hx"])
        if kind == "LSTM":
            check.raises(f"{what} of c0", lambda p=part: apart(lambda: net(x, (right, p))), ["hidden|cx"])
    check.raises(
        "an input of four axes", lambda: apart(lambda: net(zeros(1, 5, 2, 7))), ["2D or 3D|2-D or 3-D|3 dimensions"]
    )
    check.raises("a state in float64", lambda: apart(lambda: net(x, state_of(kind, right.double()))), ["type"])
    cell, xt, h = implementation.make(f"{kind}Cell", 7, 4), zeros(2, 7), zeros(2, 4)
    for what, part in {"series": zeros(1, 4), "nodes": zeros(2, 5)}.items():
        check.raises(f"{what} of a cell's h0", lambda p=part: apart(lambda: cell(xt, _pair(kind, p, h))), ["hidden|hx"])
        if kind == "LSTM":
            check.raises(f"{what} of a cell's c0", lambda p=part: apart(lambda: cell(xt, (h, p))), ["hidden|cx"])
    check.raises("a cell's input of three axes", lambda: apart(lambda: cell(zeros(5, 2, 7))), ["1D or 2D|1-D or 2-D"])
    check.raises("a cell's state in float64", lambda: apart(lambda: cell(xt, state_of(kind, h.double()))), ["type"])
    if kind == "LSTM":
        check.raises("c0 alone in float64", lambda: apart(lambda: net(x, (right, right.double()))), ["type"])
        # Not refused by a cell of torch 2.11 and 2.13, which returns float64: another answer shows in a comparison.
        check.words("dtypes of h, c where a cell's c0 alone is in float64", _dtypes(lambda: cell(xt, (h, h.double()))))


def _dtypes(call):
    try:
        return ", ".join(str(part.dtype) for part in call())
    except RuntimeError:
        return "refused"


def _pair(kind, h, c):
    return (h, c) if kind == "LSTM" else h
