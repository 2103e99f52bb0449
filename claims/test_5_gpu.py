"""Section 5 on a GPU: there the network is cuDNN's, and its tanh and sigmoid are approximations."""

import pytest
import torch

from checks import check
from fixtures.claim import claim
from lecture.by_hand import loop_over_its_cell
from lecture.sizes import Sizes, each

SECTION = "torch.nn.LSTMCell"
EPS = torch.finfo(torch.float32).eps
FLOAT32 = [
    Sizes(length=999, lecture=True),
    Sizes("LSTM", 32, 64, 60, batch=8),
    Sizes("GRU", 5, 4, 30),
    Sizes("RNN", 5, 4, 30, batch=3),
]

pytestmark = pytest.mark.gpu


@claim(
    "cell/cudnn-is-near",
    section=SECTION,
    kind="exact",
    origin="ours",
    en="On a GPU in float32 the network and a loop over its cell agree to about 1e-5, and not to rounding.",
    ko="GPU의 float32에서는 네트워크와 셀의 반복이 1e-5 정도까지만 일치하고, 반올림 오차까지 일치하지는 않는다.",
    likely_en="Where the gap is too large, one of the two computes something else; where it is rounding alone, the "
    "network is not cuDNN's, or cuDNN's tanh has become exact.",
    likely_ko="차이가 너무 크면 둘 중 하나의 계산이 다르다. 반올림 오차뿐이면 cuDNN의 네트워크가 아니거나 cuDNN의 tanh가 "
    "정확해졌다.",
)
@pytest.mark.parametrize("sizes", FLOAT32, ids=str)
def test_the_network_is_near_its_cell(implementation, sizes, draw):
    """Largest gap of the output: within what cuDNN's tanh explains, and beyond what rounding does (2.5 units)."""
    loop, fused = _both(implementation, sizes, draw)
    check.close("output", fused[0], loop[0], fused=True)
    check.above("gap of output, in units in the last place of the largest value", _units(fused[0], loop[0]), 8)


@claim(
    "cell/cudnn-tanh-is-an-approximation",
    section=SECTION,
    kind="exact",
    origin="ours",
    en="The reason is cuDNN's tanh: one step of it is up to 7e-6 off in float32, where torch's own tanh and relu round.",
    ko="이유는 cuDNN의 tanh에 있다. float32에서 한 단계에 7e-6까지 어긋나는데, torch의 tanh와 relu에는 반올림 오차뿐이다.",
    likely_en="cuDNN has another tanh now, or TF32 is on.",
    likely_ko="cuDNN의 tanh가 바뀌었거나 TF32가 켜져 있다.",
)
def test_one_step_of_cudnns_tanh(implementation, device):
    """RNN(1,1) with W_ih = 1 and nothing else, for x from -8 to 8, against float64."""
    x = torch.linspace(-8, 8, 4001, device=device)
    wanted = {"tanh": x.double().tanh(), "relu": x.double().relu()}
    off = {name: _units(_one_step(implementation, x, name), wanted[name]) for name in wanted}
    check.above("largest error of cuDNN's tanh, in units in the last place of 1", off["tanh"], 8)
    check.below("largest error of torch's own tanh", _units(x.tanh(), wanted["tanh"]), 2)
    # The largest value is 8 there, in whose units this counts; relu itself rounds nothing.
    check.below("largest error of cuDNN's relu", off["relu"], 1)


@claim(
    "cell/cudnn-float64-is-the-cell",
    section=SECTION,
    kind="exact",
    origin="ours",
    en="In float64 the network on a GPU and a loop over its cell agree to rounding.",
    ko="float64에서는 GPU의 네트워크와 셀의 반복이 반올림 오차까지 일치한다.",
    likely_en="cuDNN computes float64 in a shorter number.",
    likely_ko="cuDNN이 float64를 더 짧은 수로 계산한다.",
)
@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_in_float64_they_agree_to_rounding(implementation, kind, draw):
    """Held to the usual 32 units; 1 to 3 were seen, 4.4 at most."""
    loop, fused = _both(implementation, Sizes(kind, 5, 4, 60, batch=3, dtype=torch.float64), draw)
    check.close("output, hT, cT", fused, loop)


@claim(
    "cell/without-cudnn-is-the-cell",
    section=SECTION,
    kind="exact",
    origin="ours",
    en="With cuDNN switched off, the network on a GPU and a loop over its cell agree to rounding in float32, too.",
    ko="cuDNN을 끄면 GPU의 float32에서도 네트워크와 셀의 반복이 반올림 오차까지 일치한다.",
    likely_en="torch's own kernels have changed, or torch.backends.cudnn.flags no longer switches cuDNN off.",
    likely_ko="torch 자체의 커널이 바뀌었거나 torch.backends.cudnn.flags로 cuDNN이 꺼지지 않는다.",
)
@pytest.mark.parametrize("sizes", FLOAT32, ids=str)
def test_without_cudnn_they_agree_to_rounding(implementation, sizes, draw):
    """torch's own CUDA kernels: what somebody's own network is held against."""
    with torch.backends.cudnn.flags(enabled=False, allow_tf32=False):
        loop, plain = _both(implementation, sizes, draw)
    check.close("output, hT, cT", plain, loop)


@claim(
    "cell/cudnn-wants-contiguous-water",
    section=SECTION,
    kind="error",
    origin="ours",
    en="On a GPU the network takes _water only where it is contiguous; one series' part of it needs .contiguous().",
    ko="GPU에서 네트워크는 _water가 contiguous일 때만 받는다. 여러 시계열의 _water에서 하나만 잘라 넣으려면 .contiguous()가 필요하다.",
    likely_en="cuDNN now takes states of any layout, or torch copies them for it.",
    likely_ko="이제 cuDNN이 메모리 배치를 가리지 않거나, torch가 대신 복사해 준다.",
)
@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_cudnn_wants_contiguous_states(implementation, kind, draw):
    """The second series' part of the state of three, one layer above another: refused as it is, right once copied."""
    sizes = Sizes(kind, 5, 4, 6, batch=3, num_layers=2)
    net, x, state = sizes.make(implementation), sizes.input(draw), sizes.state(draw)
    part = each(state, lambda whole: whole[:, 1:2])
    check.raises("a part of the state as it lies in memory", lambda: net(x[:, 1:2], part), names=["contiguous"])
    alone = net(x[:, 1:2], each(part, torch.Tensor.contiguous))
    check.close("output of one series", alone[0], net(x, state)[0][:, 1:2])


def _both(implementation, sizes, draw):
    """What a loop over the cell returns, and what the network does."""
    net, x, state = sizes.make(implementation), sizes.input(draw), sizes.state(draw)
    return loop_over_its_cell(implementation, sizes, net)(x, state), net(x, state)


def _one_step(implementation, x, nonlinearity):
    weights = {"weight_ih_l0": torch.ones(1, 1), "weight_hh_l0": torch.zeros(1, 1)}
    zero = {"bias_ih_l0": torch.zeros(1), "bias_hh_l0": torch.zeros(1)}
    net = implementation.with_weights("RNN", 1, 1, {**weights, **zero}, nonlinearity=nonlinearity)
    return net(x.reshape(1, -1, 1))[0].flatten()


def _units(seen, wanted):
    """The largest gap in units of float32 in the last place of the largest value, at least of 1e-3."""
    gap = (seen.double() - wanted.double()).abs().max()
    return float(gap / wanted.abs().max().clamp(min=1e-3) / EPS)
