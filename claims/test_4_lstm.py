"""Section 4: LSTM(7,4) on hi?hello!! a hundred times, called in every way that gives the same numbers."""

from functools import partial

import pytest
import torch

from checks import check
from fixtures.claim import claim
from lecture import printed
from lecture.by_hand import by_hand
from lecture.sizes import (
    BATCHED_SIZES,
    GENERAL_SIZES,
    LECTURE_SIZES,
    LONG_SIZES,
    PROJECTED_SIZES,
    UNBATCHED_SIZES,
    Sizes,
    each,
    state_of,
)

SECTION = "torch.nn.LSTM"
LECTURE = LECTURE_SIZES[0]

of_networks = partial(claim, section=SECTION, judges=("network",))


@of_networks(
    "lstm/printed-output",
    kind="printed",
    en="LSTM(7,4) made under seed 43052 returns the output rows, hT and cT that the lecture prints.",
    ko="시드 43052로 만든 LSTM(7,4)는 강의에 나온 output, hT, cT를 반환한다.",
    likely_en="The gates stand in another order than i, f, g, o, a bias is missing, or the weights were used transposed.",
    likely_ko="게이트 순서가 i, f, g, o가 아니거나, 편향 하나가 빠졌거나, 가중치를 전치해서 썼다.",
    points=3,
    form=("biases",),
    asks=("LSTM",),
)
def test_printed_output(implementation, draw, zeros):
    """The first and last three rows of the output, hT and cT are those printed, to four decimals."""
    lstm = implementation.LSTM(7, 4)
    x = LECTURE.input(draw)
    _water = zeros(1, 4)
    output, (hT, cT) = lstm(x, (_water, _water))
    check.equal("shape of output", output.shape, (999, 4))
    check.printed("first rows of output", output[:3], printed.LSTM_OUTPUT_FIRST, printed.LSTM_DECIMALS)
    check.printed("last rows of output", output[-3:], printed.LSTM_OUTPUT_LAST, printed.LSTM_DECIMALS)
    check.printed("hT", hT, printed.LSTM_HT, printed.LSTM_DECIMALS)
    check.printed("cT", cT, printed.LSTM_CT, printed.LSTM_DECIMALS)


@of_networks(
    "lstm/hT-is-the-last-row",
    kind="exact",
    en="hT is the last row of the output; backwards in time it is the first row, in the backward half.",
    ko="hT는 output의 마지막 행이다. 역방향에서는 output 첫 행의 뒤쪽 절반 열이다.",
    likely_en="hT was taken from the wrong end of the sequence, or from another layer than the last.",
    likely_ko="hT를 시계열의 반대쪽 끝이나 마지막이 아닌 층에서 가져왔다.",
    points=2,
    form=("output", "state returned"),
)
@pytest.mark.parametrize("sizes", LECTURE_SIZES + GENERAL_SIZES, ids=str)
def test_hT_is_the_last_row(implementation, sizes, draw):
    """The last layer's final state is the output of the step that this direction takes last."""
    net = sizes.make(implementation)
    output, state = net(sizes.input(draw))
    hT = state[0] if sizes.kind == "LSTM" else state
    forward = output[-1, ..., : sizes.hidden_size]
    check.equal("hT, forward", hT[-sizes.directions], forward)
    if sizes.bidirectional:
        check.equal("hT, backward", hT[-1], output[0, ..., sizes.hidden_size :])


@of_networks(
    "lstm/omit-water",
    kind="exact",
    en="Leaving the first state out is the same as giving zeros.",
    ko="초기 상태(_water)를 생략하면 0을 넣은 것과 같다.",
    likely_en="The state of the call before is kept, or the first state is not zero when it is left out.",
    likely_ko="이전 호출의 상태가 남아 있거나, 생략했을 때의 초기 상태가 0이 아니다.",
    points=2,
    form=("state left out",),
)
@pytest.mark.parametrize("sizes", LECTURE_SIZES + GENERAL_SIZES + PROJECTED_SIZES + LONG_SIZES, ids=str)
def test_omitting_the_state_means_zeros(implementation, sizes, draw, zeros):
    """Output, last states and gradients are those of a zero state; and a call leaves nothing behind."""
    net, x, _water = sizes.make(implementation), sizes.input(draw), sizes.state(zeros)
    omitted, given = net.vjp(x), net.vjp(x, _water)
    check.equal("output, hT, cT", omitted.outputs, given.outputs)
    check.equal("the same call again: output, hT, cT", net(x), omitted.outputs)
    check.equal("grad of", omitted.of_weights_and_input(), given.of_weights_and_input())


@of_networks(
    "lstm/input-unchanged",
    kind="exact",
    origin="ours",
    en="A call leaves its input and its state as they were: what comes after may use them again.",
    ko="호출은 입력과 상태를 바꾸지 않는다. 다음 계산에서 그대로 다시 쓸 수 있다.",
    likely_en="The input or the state was written to in place (x += ..., h.copy_(...)). Make a new tensor.",
    likely_ko="입력이나 상태를 in-place로 고쳤다(x += ..., h.copy_(...)). 새 텐서를 만들어야 한다.",
)
@pytest.mark.parametrize("kind", ["LSTM", "GRU", "RNN", "LSTMCell", "GRUCell", "RNNCell"])
def test_a_call_leaves_its_input_as_it_was(implementation, kind, draw):
    """Input and state have the same bits before and after; a cell is given a batch, a network a sequence."""
    net, x = implementation.make(kind, 5, 4), draw(3, 5)
    state = state_of(kind, draw(3 if kind.endswith("Cell") else 1, 4))
    before = x.clone(), each(state, lambda part: part.clone())
    # The call itself: net(...) hands copies to a submission.
    answer = net.run(x, state)
    check.equal("input, h0, c0", (x, state), before)
    check.close("output, hT, cT", answer, net(*before))


@of_networks(
    "lstm/reshape-L1H",
    kind="exact",
    en="x.reshape(999,1,7), one sequence with a batch axis of 1, gives the same numbers as x of shape (999,7).",
    ko="x.reshape(999,1,7)처럼 크기 1인 배치축을 넣어도 (999,7)일 때와 같은 값이 나온다.",
    likely_en="Batch and time are swapped: of a 3-D input the first axis is time, the second the batch.",
    likely_ko="배치축과 시간축이 바뀌었다. 3차원 입력의 첫 축은 시간, 둘째 축은 배치이다.",
    points=2,
    form=("lone input", "batch"),
)
@pytest.mark.parametrize("sizes", LECTURE_SIZES + UNBATCHED_SIZES, ids=str)
def test_a_batch_axis_of_one_changes_nothing(implementation, sizes, draw):
    """Output, last states and gradients agree; each gets the axis of 1 in second place."""
    net, x, state = sizes.make(implementation), sizes.input(draw), sizes.state(draw)
    x1, state1 = x.unsqueeze(1), each(state, lambda part: part.unsqueeze(1))
    plain, batched = net.vjp(x, state), net.vjp(x1, state1)
    check.equal("output, hT, cT", batched.outputs, each(plain.outputs, lambda part: part.unsqueeze(1)))
    shapes = {name: part.shape for name, part in batched.all().items()}
    check.equal("grad of", batched.all(), {name: part.reshape(shapes[name]) for name, part in plain.all().items()})


@of_networks(
    "lstm/batch-first-wants-NLH",
    kind="exact",
    en="With batch_first=True the input is (N, L, H): (1,999,7) gives the same numbers, and hT stays (1,1,4).",
    ko="batch_first=True이면 입력은 (N, L, H)이다. (1,999,7)을 넣으면 같은 값이 나오고 hT는 그대로 (1,1,4)이다.",
    likely_en="batch_first was ignored for the input or the output, or applied to the state, which it leaves alone.",
    likely_ko="batch_first를 입력이나 출력에서 무시했거나, 바뀌지 않아야 할 상태에까지 적용했다.",
    points=2,
    form=("batch_first", "output"),
)
@pytest.mark.parametrize("sizes", LECTURE_SIZES + BATCHED_SIZES, ids=str)
def test_batch_first_moves_the_batch_axis_of_input_and_output(implementation, sizes, draw):
    """Input and output carry the batch axis first; states, weights and numbers stay as they are."""
    net, turned = sizes.make(implementation), sizes.make(implementation, batch_first=True)
    x, state = sizes.input(draw), sizes.state(draw)
    if sizes.lecture:
        x, state = x.unsqueeze(1), each(state, lambda part: part.unsqueeze(1))
    wanted = net.vjp(x, state)
    cotangents = {**wanted.cotangents, "output": wanted.cotangents["output"].transpose(0, 1)}
    seen = turned.vjp(x.transpose(0, 1), state, cotangents=cotangents)
    output, last = wanted.outputs
    check.close("output, hT, cT", seen.outputs, (output.transpose(0, 1), last))
    check.close("grad of", seen.all(), {**wanted.all(), "input": wanted.input.transpose(0, 1)})


@of_networks(
    "lstm/batch-first-misread",
    kind="exact",
    en="(999,1,7) given to batch_first=True raises nothing: it is read as 999 sequences of length 1.",
    ko="batch_first=True에 (999,1,7)을 넣어도 오류가 없다. 길이 1인 시계열 999개로 읽힐 뿐이다.",
    likely_en="batch_first is ignored, or a state is carried from one member of the batch to the next.",
    likely_ko="batch_first를 무시했거나, 배치의 한 시계열에서 다음 시계열로 상태가 넘어간다.",
    points=2,
    form=("batch_first", "output"),
)
@pytest.mark.parametrize("sizes", [*LECTURE_SIZES, Sizes("GRU", 5, 4, 30), Sizes("RNN", 5, 4, 30)], ids=str)
def test_a_misread_batch_axis_is_silent(implementation, sizes, draw):
    """The shape is the one expected, the numbers are others: each row is a step from zeros."""
    net, turned = sizes.make(implementation), sizes.make(implementation, batch_first=True)
    x = sizes.input(draw)
    right, _ = net(x.unsqueeze(1))
    misread, last = turned(x.unsqueeze(1))
    check.equal("shape of the output", misread.shape, tuple(right.shape))
    hT = last[0] if sizes.kind == "LSTM" else last
    check.equal("shape of hT", hT.shape, (1, len(x), sizes.hidden_size))
    check.differs("output as misread and as meant", misread, right, by=0.1)
    check.keep("as meant", right[:10, 0])
    check.keep("misread", misread[:10, 0])
    for row in (0, 1, len(x) - 1):
        alone, _ = net(x[row].reshape(1, -1))
        check.close(f"row {row}, and one step from zeros", misread[row], alone)


@of_networks(
    "lstm/water-shape",
    kind="error",
    en="A 3-D input takes a state (1,1,4), a 2-D input (1,4); the other way round raises and names the ranks.",
    ko="3차원 입력에는 (1,1,4), 2차원 입력에는 (1,4)인 상태를 준다. 서로 바꿔 넣으면 차원 수를 지적하는 오류가 난다.",
    likely_en="The state was broadcast or reshaped silently. Compare its number of axes with the input's and raise.",
    likely_ko="상태를 오류 없이 broadcast하거나 reshape했다. 입력과 차원 수를 비교하여 오류를 내야 한다.",
    points=2,
    form=("state sizes",),
)
@pytest.mark.parametrize("batched", [True, False], ids=["3-D", "2-D"])
@pytest.mark.parametrize("sizes", [*LECTURE_SIZES, Sizes("GRU", 5, 4), Sizes("RNN", 5, 4)], ids=str)
def test_the_state_has_as_many_axes_as_the_input(implementation, sizes, batched, draw, zeros):
    """The fitting state gives the numbers of no state; one of another rank raises."""
    net, x = sizes.make(implementation), sizes.input(draw)
    _water = state_of(sizes.kind, zeros(1, sizes.hidden_size))
    fitting, other = (each(_water, lambda part: part.unsqueeze(1)), _water) if batched else (_water, None)
    x = x.unsqueeze(1) if batched else x
    other = other if batched else each(_water, lambda part: part.unsqueeze(1))
    check.equal("output, hT, cT", net(x, fitting), net(x))
    ranks = r"2-?D.*3-?D|3-?D.*2-?D" if sizes.kind != "LSTM" else r"[23]-?D"
    check.raises("a state of the other rank", lambda: net(x, other), names=[ranks])


@of_networks(
    "lstm/water-size",
    kind="error",
    origin="ours",
    en="A state or an input of a wrong size raises and says which size was expected; nothing is broadcast.",
    ko="상태나 입력의 크기가 맞지 않으면 기대한 크기를 지적하는 오류가 난다. broadcast되지 않는다.",
    likely_en="A size of 1 was broadcast, or sizes were never checked.",
    likely_ko="크기 1인 축이 broadcast되었거나 크기를 확인하지 않았다.",
    form=("state sizes",),
)
@pytest.mark.parametrize("kind", ["LSTM", "GRU", "RNN"])
def test_a_state_of_a_wrong_size_raises(implementation, kind, draw, zeros):
    """Another batch, hidden or input size, or another number of layers, raises."""
    net, x = implementation.make(kind, 5, 4), draw(6, 3, 5)
    # First what fits: a network that raises always has not refused anything.
    fitting = state_of(kind, zeros(1, 3, 4))
    check.equal("shape of the output with a state that fits", net(x, fitting)[0].shape, (6, 3, 4))
    for what, shape in {
        "a state for a batch of 1, given a batch of 3": (1, 1, 4),
        "a state of another hidden size": (1, 3, 5),
        "a state of size 1": (1, 3, 1),
        "a state with rows for two layers, for one layer": (2, 3, 4),
    }.items():
        state = state_of(kind, zeros(*shape))
        check.raises(what, lambda state=state: net(x, state), names=[r"expected hidden"])
    check.raises("an input of another size", lambda: net(draw(6, 3, 1)), names=[r"input\.size|size of input"])


@of_networks(
    "lstm/state-rows",
    kind="exact",
    en="The state has D × num_layers rows: for each layer the forward direction, then the backward one.",
    ko="상태의 첫 축은 D × num_layers이다. 층마다 정방향이 먼저, 역방향이 다음에 온다.",
    likely_en="Layer and direction rows are swapped, the backward direction is not turned round (or back), "
    "or a layer gets another input than the outputs of the layer below.",
    likely_ko="층과 방향의 행이 바뀌었거나, 역방향을 뒤집지(또는 되돌리지) 않았거나, 아래층의 출력이 아닌 것을 위층에 넣었다.",
    points=4,
    form=("state rows", "state returned"),
)
@pytest.mark.parametrize("sizes", [Sizes(length=20, batch=1), *GENERAL_SIZES, *PROJECTED_SIZES], ids=str)
def test_which_row_of_the_state_is_which(implementation, sizes, draw):
    """A deep or bidirectional network equals single ones put together by hand, row by row of the state."""
    net, x, state = sizes.make(implementation), sizes.input(draw), sizes.state(draw)
    joined = by_hand(implementation, sizes, net)
    seen, wanted = net.vjp(x, state), joined.vjp(x, state)
    hT, by_hand_hT = (last[0] if sizes.kind == "LSTM" else last for _, last in (seen.outputs, wanted.outputs))
    check.equal("rows of the state", len(hT), sizes.directions * sizes.num_layers)
    check.keep("hT", hT)
    check.keep("hT by hand", by_hand_hT)
    check.keep("layers and directions", [sizes.num_layers, sizes.directions])
    check.close("output, hT, cT", seen.outputs, wanted.outputs)
    check.close("grad of", seen.all(), wanted.all())


@of_networks(
    "lstm/batch-is-parallel",
    kind="exact",
    en="N sequences at once give what each gives alone: (1000,7) cut in two is a batch of N = 2.",
    ko="N개의 시계열을 한꺼번에 넣으면 하나씩 넣은 것과 같다. (1000,7)을 둘로 자르면 N = 2인 배치이다.",
    likely_en="Members of the batch are mixed: a state is shared, summed or averaged over them.",
    likely_ko="배치의 시계열들이 섞였다. 상태를 공유하거나 더하거나 평균했다.",
    points=2,
    form=("batch",),
)
@pytest.mark.parametrize("sizes", [Sizes(length=500, batch=2), *BATCHED_SIZES], ids=str)
def test_members_of_a_batch_do_not_touch(implementation, sizes, draw):
    """Outputs and last states agree one by one; gradients of the weights add up."""
    net, x, state = sizes.make(implementation), sizes.input(draw), sizes.state(draw)
    together = net.vjp(x, state)
    seen, cotangents = together.all(), together.cotangents
    sums = {name: torch.zeros_like(weight) for name, weight in net.weights.items()}
    for n in range(sizes.batch):
        member = each(state, lambda part, n=n: part[:, n])
        alone = net.vjp(x[:, n], member, cotangents={k: c[:, n] for k, c in cotangents.items()})
        check.close("output, hT, cT", each(together.outputs, lambda part, n=n: part[:, n]), alone.outputs)
        grads = alone.all()
        sums = {name: total + grads.pop(name) for name, total in sums.items()}
        check.close("grad of one member's", {name: seen[name][:, n] for name in grads}, grads)
    check.close("grad of", {name: seen[name] for name in sums}, sums)
