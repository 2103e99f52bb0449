"""Section 6: what of all these axes and states is worth remembering in practice."""

import pytest
import torch

from checks import check
from fixtures.claim import claim
from lecture.sizes import GENERAL_SIZES, LECTURE_SIZES, PROJECTED_SIZES, Sizes

SECTION = "in practice"
UNCUT = [*LECTURE_SIZES, Sizes("RNN", 5, 4, 20), Sizes("GRU", 5, 4, 20, dtype=torch.float64)]


@claim(
    "practice/observation-axis",
    section=SECTION,
    kind="exact",
    en="With one direction, one layer and an uncut series, the leading 1 of hT can be read as one observation: "
    "hT is the last observation of the output. In no other case can it.",
    ko="단방향, 한 층이고 조각내지 않은 시계열이면 hT의 맨 앞 1을 관측치 축으로 읽어도 된다. "
    "그때 hT는 output의 마지막 관측치이다. 다른 경우에는 그렇게 읽을 수 없다.",
    likely_en="The rows of the state are not those of torch.nn: one for each layer and direction.",
    likely_ko="상태의 행이 torch.nn과 다르다. 층과 방향마다 한 행이어야 한다.",
    lecture_says_en="The axis is always there and is read as an observation axis for convenience; two directions, "
    "three layers and a cut series are the witnesses that it is D × num_layers.",
    lecture_says_ko="편의상 관측치 축으로 이해해도 된다고 한다. 양방향, 3층, 조각난 시계열이 이 축이 실은 D × num_layers라는 증거이다.",
    judges=("network",),
    form=("lone input", "batch", "output", "state rows", "state returned", "num_layers", "bidirectional"),
)
@pytest.mark.parametrize("sizes", UNCUT, ids=str)
def test_the_leading_one_as_an_observation(implementation, sizes, draw):
    """Read so, hT is output[-1:]; a witness for each of both directions, three layers, a cut series."""
    x = sizes.input(draw)
    output, hT = _run(sizes, sizes.make(implementation), x)
    check.equal("hT as the last observation", hT, output[-1:])

    output, hT = _run(sizes, sizes.make(implementation, bidirectional=True), x)
    check.equal("both directions: rows of hT, for one last observation", hT.shape[0], 2)
    check.equal("both directions: the second row belongs to the first observation", hT[1], output[0, len(hT[0]) :])
    check.differs("both directions: and not to the last", hT[1], output[-1, len(hT[0]) :], by=1e-3)

    output, hT = _run(sizes, sizes.make(implementation, num_layers=3), x)
    check.equal("three layers: rows of hT, for one last observation", hT.shape[0], 3)
    check.equal("three layers: the last row is the last observation", hT[-1], output[-1])
    check.differs("three layers: the first is not among the last three", hT[0], output[-3], by=1e-3)

    cut = _cut(x)
    output, hT = _run(sizes, sizes.make(implementation), cut)
    check.equal("cut in two: shape of hT", hT.shape, (1, 2, output.shape[-1]))
    check.equal("cut in two: two observations under the leading 1", hT[0], output[-1])


@claim(
    "practice/only-cutting-matters",
    section=SECTION,
    kind="exact",
    en="Of all these choices only cutting the series changes what is learnt from: the second piece run alone is not "
    "the second half of the whole. With the first piece's last state handed on it is.",
    ko="여러 선택 중 학습에 쓰이는 정보를 바꾸는 것은 시계열을 자르는 것뿐이다. 둘째 조각만 따로 돌리면 전체를 돌린 것의 뒤쪽 절반과 다르다. "
    "첫 조각의 마지막 상태를 넘겨주면 같아진다.",
    likely_en="A state is kept between calls, or a state that is given is ignored.",
    likely_ko="호출 사이에 상태가 남아 있거나, 넘겨준 상태를 무시했다.",
    points=2,
    judges=("network",),
    form=("lone input", "batch", "batch_first", "output", "state given", "state returned"),
)
@pytest.mark.parametrize("sizes", [*UNCUT, Sizes("LSTM", 5, 4, 20, num_layers=2)], ids=str)
def test_only_cutting_changes_the_numbers(implementation, sizes, draw, zeros):
    """State left out or zero, batch axis or none, first or second: one set of numbers. Cut: another."""
    net, x = sizes.make(implementation), sizes.input(draw)
    whole, end = net(x)
    turned = sizes.make(implementation, batch_first=True)
    check.equal("zeros given", net(x, sizes.state(zeros))[0], whole)
    check.equal("reshape(L,1,V)", net(x.unsqueeze(1))[0].squeeze(1), whole)
    check.close("batch_first, reshape(1,L,V)", turned(x.unsqueeze(0))[0].squeeze(0), whole)

    half = len(x) // 2
    first, between = net(x[:half])
    check.close("the first piece alone", first, whole[:half])
    second, _ = net(x[half:])
    check.differs("the second piece alone, and the second half of the whole", second, whole[half:], by=1e-2)
    handed_on = net(x[half:], between)
    check.close("with the state handed on: output, hT, cT", handed_on, (whole[half:], end))


@claim(
    "practice/never-name-the-state",
    section=SECTION,
    kind="exact",
    en="Over RNN, LSTM, GRU and every option, leaving the state out works and means zeros.",
    ko="RNN, LSTM, GRU의 모든 옵션에서 상태를 생략할 수 있고, 생략은 0을 뜻한다.",
    likely_en="The first state that is made when none is given has another shape, dtype or value than zeros.",
    likely_ko="상태를 생략했을 때 만드는 초기 상태의 모양이나 dtype이 틀렸거나 값이 0이 아니다.",
    judges=("network",),
    form=("state left out", "bias", "batch_first"),
)
@pytest.mark.parametrize("bias", [True, False], ids=["bias", "nobias"])
@pytest.mark.parametrize("sizes", [s for s in GENERAL_SIZES if s.batch is not None] + PROJECTED_SIZES, ids=str)
def test_never_name_the_state(implementation, sizes, bias, draw, zeros):
    """With and without bias, batch first or second, whatever the layers and directions; and after other calls."""
    x, _water = sizes.input(draw), sizes.state(zeros)
    net = sizes.make(implementation, bias=bias)
    # The state is given first: what a network keeps of one call shows in the next that leaves it out.
    given, omitted = net(x, _water), net(x)
    check.equal("output, hT, cT", omitted, given)
    turned = sizes.make(implementation, bias=bias, batch_first=True)
    x = x.transpose(0, 1)
    given, omitted = turned.vjp(x, _water), turned.vjp(x)
    check.equal("batch_first: output, hT, cT", omitted.outputs, given.outputs)
    check.equal("batch_first: grad of", omitted.of_weights_and_input(), given.of_weights_and_input())


def _run(sizes, net, x):
    output, state = net(x)
    return output, state[0] if sizes.kind == "LSTM" else state


def _cut(x):
    half = len(x) // 2
    return torch.stack([x[:half], x[half : 2 * half]], dim=1)
