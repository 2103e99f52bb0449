"""Section 5: LSTMCell(7,4), one step of the LSTM, and what it costs to loop over it."""

import functools
import time

import pytest
import torch
from pytest_benchmark.stats import Stats

from checks import check
from fixtures.claim import claim
from lecture import formulas, printed, texts
from lecture.by_hand import loop_over_its_cell, of_one_layer
from lecture.sizes import GENERAL_CELLS, LECTURE_CELLS, Sizes, each, state_of

SECTION = "torch.nn.LSTMCell"
CELLS = LECTURE_CELLS + GENERAL_CELLS
CELL_KINDS = ("LSTMCell", "GRUCell", "RNNCell")


@claim(
    "cell/printed-step",
    section=SECTION,
    kind="printed",
    en="LSTMCell(7,4) under seed 43052, given the letter i, returns the h and c that the lecture prints.",
    ko="시드 43052로 만든 LSTMCell(7,4)에 글자 i를 넣으면 강의에 나온 h와 c가 나온다.",
    likely_en="The gates stand in another order than i, f, g, o, or a bias is missing.",
    likely_ko="게이트 순서가 i, f, g, o가 아니거나 편향 하나가 빠졌다.",
    points=2,
    judges=("network",),
    form=("biases",),
    asks=("LSTMCell",),
)
def test_printed_step(implementation, zeros):
    """One step from zeros gives the printed h and c, to four decimals."""
    cell = implementation.LSTMCell(7, 4)
    xt = _hello(implementation)[1]
    _water = zeros(4)
    h, c = cell(xt, (_water, _water))
    check.printed("h", h, printed.CELL_H, printed.CELL_DECIMALS)
    check.printed("c", c, printed.CELL_C, printed.CELL_DECIMALS)


@claim(
    "cell/omit-water",
    section=SECTION,
    kind="exact",
    en="A cell called without a state does what it does from zeros.",
    ko="셀에서도 상태를 생략하면 0을 넣은 것과 같다.",
    likely_en="The state of the call before is kept, or the first state is not zero when it is left out.",
    likely_ko="이전 호출의 상태가 남아 있거나, 생략했을 때의 초기 상태가 0이 아니다.",
    judges=("network",),
    form=("state left out",),
)
@pytest.mark.parametrize("sizes", CELLS, ids=str)
def test_omitting_the_state_means_zeros(implementation, sizes, draw, zeros):
    """h, c and the gradients are those of a zero state; and a call leaves nothing behind."""
    cell, x, _water = sizes.make(implementation), _input(implementation, sizes, draw), sizes.state(zeros)
    omitted, given = cell.vjp(x), cell.vjp(x, _water)
    check.equal("h, c", omitted.outputs, given.outputs)
    check.equal("the same call again: h, c", cell(x), omitted.outputs)
    check.equal("grad of", omitted.of_weights_and_input(), given.of_weights_and_input())


@claim(
    "cell/with-and-without-batch-axis",
    section=SECTION,
    kind="exact",
    en="A cell gives the same numbers for (1,7) and for (7,): states of shape (1,4) and (4,).",
    ko="셀에 (1,7)을 넣으나 (7,)을 넣으나 값이 같다. 상태의 모양은 (1,4)와 (4,)이다.",
    likely_en="The batch axis was kept where the input had none, or dropped where it had one.",
    likely_ko="입력에 없는 배치축을 남겼거나 있는 배치축을 없앴다.",
    judges=("network",),
    form=("lone input", "batch"),
)
@pytest.mark.parametrize("sizes", [sizes for sizes in CELLS if sizes.batch is None], ids=str)
def test_a_batch_axis_of_one_changes_nothing(implementation, sizes, draw):
    """h, c and the gradients agree; each has the axis of 1 where the input has it."""
    cell, x, state = sizes.make(implementation), _input(implementation, sizes, draw), sizes.state(draw)
    x1, state1 = x.unsqueeze(0), each(state, lambda part: part.unsqueeze(0))
    plain, batched = cell.vjp(x, state), cell.vjp(x1, state1)
    check.equal("h, c", batched.outputs, each(plain.outputs, lambda part: part.unsqueeze(0)))
    shapes = {name: part.shape for name, part in batched.all().items()}
    check.equal("grad of", batched.all(), {name: part.reshape(shapes[name]) for name, part in plain.all().items()})


@claim(
    "cell/water-shape",
    section=SECTION,
    kind="error",
    en="An input (7,) goes with a state (4,); a state (1,4) raises, and the message speaks of the hidden state.",
    ko="입력 (7,)에는 상태 (4,)를 준다. (1,4)를 주면 hidden을 지적하는 오류가 난다.",
    likely_en="The state was broadcast silently. Compare its shape with what the input asks for and raise.",
    likely_ko="상태가 오류 없이 broadcast되었다. 입력에 맞는 모양인지 비교하여 오류를 내야 한다.",
    judges=("network",),
    form=("state sizes",),
)
@pytest.mark.parametrize(
    ("kind", "batch"),
    # Apart, for a cell may be right for batches alone.
    [pytest.param(kind, batch, id=kind + end) for batch, end in ((0, ""), (2, "-N2")) for kind in CELL_KINDS],
)
def test_the_state_has_as_many_axes_as_the_input(implementation, kind, batch, zeros):
    """The fitting state gives the numbers of no state; another rank or size raises."""
    cell, xt = implementation.make(kind, 7, 4), _hello(implementation)[1]
    x, fitting = (torch.stack([xt] * batch), (batch, 4)) if batch else (xt, (4,))
    check.equal("h, c", cell(x, state_of(kind, zeros(*fitting))), cell(x))
    given = f"({batch},7)" if batch else "(7,)"
    for what, shape in {"(1,4)": (1, 4), **({"(2,1)": (2, 1)} if batch else {"(5,)": (5,)})}.items():
        state = state_of(kind, zeros(*shape))
        check.raises(f"{given} with a state {what}", lambda state=state: cell(x, state), names=["hidden|hx"])


@claim(
    "cell/loop-is-lstm",
    section=SECTION,
    kind="exact",
    en="A cell looped over the sequence with the LSTM's weights gives the LSTM's output.",
    ko="LSTM의 가중치를 가진 셀을 시계열을 따라 반복하면 LSTM의 output이 나온다.",
    likely_en="h or c is not carried from step to step, the history is detached, or cell and network differ.",
    likely_ko="h나 c를 다음 단계로 넘기지 않았거나, detach했거나, 셀과 네트워크의 계산이 서로 다르다.",
    points=3,
    judges=("network",),
    form=("state given",),
    asks=("{kind}", "{kind}Cell"),
)
@pytest.mark.parametrize(
    "sizes",
    [
        Sizes(length=999, lecture=True),
        Sizes("LSTM", 5, 4, 30, batch=3, dtype=torch.float64),
        Sizes("GRU", 5, 4, 30),
        Sizes("GRU", 5, 4, 30, batch=3, dtype=torch.float64),
        Sizes("RNN", 5, 4, 30, nonlinearity="relu", dtype=torch.float64),
        Sizes("RNN", 5, 4, 30, batch=3),
    ],
    ids=str,
)
def test_a_loop_over_the_cell_is_the_network(implementation, sizes, draw, zeros):
    """Output, last states, and the gradients through time."""
    implementation.require(f"{sizes.kind}Cell")
    net, x = sizes.make(implementation), sizes.input(draw)
    state = sizes.state(zeros if sizes.lecture else draw)
    loop = loop_over_its_cell(implementation, sizes, net)
    seen, wanted = loop.vjp(x, state), net.vjp(x, state)
    check.close("output, hT, cT", seen.outputs, wanted.outputs, fused=True)
    check.close("grad of", seen.all(), wanted.all(), fused=True)


@claim(
    "cell/step-formulas",
    section=SECTION,
    kind="exact",
    origin="ours",
    en="One step is the textbook formula, for RNN (tanh, relu), GRU and LSTM, from any state.",
    ko="한 단계의 계산은 RNN(tanh, relu), GRU, LSTM 모두 어떤 상태에서 시작하든 교과서의 식과 같다.",
    likely_en="A gate is missing, in another order, or has another nonlinearity; or a bias is missing.",
    likely_ko="게이트가 빠졌거나 순서나 비선형 함수가 다르거나, 편향이 빠졌다.",
    points=3,
    judges=("network",),
)
@pytest.mark.parametrize("sizes", CELLS, ids=str)
def test_a_step_is_its_formula(implementation, sizes, draw):
    """h, c and all gradients are those of the formula written out."""
    cell, x, state = sizes.make(implementation), _input(implementation, sizes, draw), sizes.state(draw)
    weights = {name: weight.requires_grad_() for name, weight in cell.weights.items()}
    name = "RNNCell-relu" if sizes.nonlinearity == "relu" else sizes.kind
    step = implementation.formula(name)
    formula = implementation.composed(sizes.kind, lambda x, state: step(x, state, weights), weights)
    seen, wanted = cell.vjp(x, state), formula.vjp(x, state)
    check.close("h, c", seen.outputs, wanted.outputs)
    check.close("grad of", seen.all(), wanted.all())


@claim(
    "cell/projected-steps",
    section=SECTION,
    kind="exact",
    origin="ours",
    en="With proj_size every step multiplies h by weight_hr, and the next step reads the product.",
    ko="proj_size를 주면 매 단계에서 h에 weight_hr을 곱하고, 다음 단계는 그 결과를 입력받는다.",
    likely_en="h is cut to size instead of multiplied by weight_hr, or projected only after the last step.",
    likely_ko="h에 weight_hr을 곱하지 않고 잘라 냈거나, 마지막 단계 뒤에만 곱했다.",
    judges=("network",),
    form=("state given", "proj_size"),
    asks=("LSTM",),
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
def test_projected_steps_are_their_formula(implementation, dtype, draw):
    """Output, last states and gradients of an LSTM with proj_size are those of the formula, step by step."""
    sizes = Sizes("LSTM", 5, 6, 9, batch=2, proj_size=3, dtype=dtype)
    net, x, state = sizes.make(implementation), sizes.input(draw), sizes.state(draw)
    weights = {name: weight.requires_grad_() for name, weight in net.weights.items()}
    short = {name.removesuffix("_l0"): weight for name, weight in weights.items()}
    run = of_one_layer(functools.partial(formulas.over, lambda xt, state: formulas.lstm_projected(xt, state, short)))
    formula = implementation.composed("LSTM", run, weights)
    seen, wanted = net.vjp(x, state), formula.vjp(x, state)
    check.close("output, hT, cT", seen.outputs, wanted.outputs, fused=True)
    check.close("grad of", seen.all(), wanted.all(), fused=True)


@claim(
    "cell/loop-is-slow",
    section=SECTION,
    kind="speed",
    en="Looping over the cell is slower than one call of the LSTM.",
    ko="셀을 반복하는 것은 LSTM을 한 번 호출하는 것보다 느리다.",
    likely_en="The network itself may be a loop over steps in Python.",
    likely_ko="네트워크 자체가 파이썬 반복문일 수 있다.",
    points=0,
)
@pytest.mark.usefixtures("alone_on_the_machine")
def test_the_loop_is_slower(implementation, draw, zeros):
    """Best of five each, taken in turns, over the lecture's 999 letters; the ratio is recorded, not judged."""
    sizes = Sizes(length=999, lecture=True)
    net, x, state = sizes.make(implementation), sizes.input(draw), sizes.state(zeros)
    loop = loop_over_its_cell(implementation, sizes, net)
    times = [(_seconds(loop, x, state), _seconds(net, x, state)) for _ in range(5)]
    slow, fast = (min(column) for column in zip(*times, strict=True))
    check.above("seconds of the loop for each second of the network", slow / fast, 1.0)
    spread = Stats()
    for loop_took, net_took in times:
        spread.update(loop_took / net_took)
    check.note("the ratio turn by turn: median", "", spread.median)
    check.note("the ratio turn by turn: interquartile range", "", spread.iqr)


def _hello(implementation):
    return texts.hello_rows().to(implementation.device)


def _input(implementation, sizes, draw):
    return _hello(implementation)[1] if sizes in LECTURE_CELLS else sizes.input(draw)


def _seconds(net, x, state):
    # On the CPU one thread works, and its own time does not grow with what else the machine does.
    clock = time.process_time if x.device.type == "cpu" else time.perf_counter
    start = clock()
    net(x, state)[0].sum().item()  # reading the number waits for the GPU
    return clock() - start
