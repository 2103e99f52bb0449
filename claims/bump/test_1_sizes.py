"""What a torch bump can break (1): networks of the sizes that are used, at the ends of what is allowed, in any layout."""

import pytest
import torch
from torch import Tensor

from checks import check
from fixtures.claim import claim
from lecture.by_hand import in_float64
from lecture.sizes import GENERAL_CELLS, KINDS, Sizes, each

NUMBERS, USE = "bump: numbers", "bump: use"

# Where a kernel may switch there is a case on each side: one series and a large batch, narrow and wide, projected or not.
USUAL = [
    *(Sizes(kind, 64, 128, 20, batch=64) for kind in KINDS),
    *(Sizes(kind, 32, 512, 4, batch=3) for kind in KINDS),
    *(Sizes(kind, 8, 16, 5, batch=256) for kind in KINDS),
    Sizes("LSTM", 7, 4, 300),
    Sizes("GRU", 7, 4, 300, batch=1),
    Sizes("LSTM", 32, 128, 6, batch=64, proj_size=32),
    Sizes("RNN", 32, 128, 6, batch=64, nonlinearity="relu"),
]
ENDS = [
    *(Sizes(kind, 5, 1, 9, batch=3) for kind in KINDS),
    *(Sizes(kind, 1, 4, 1, batch=1) for kind in KINDS),
    Sizes("LSTM", 7, 4, 2),
]


@claim(
    "torch/usual-sizes",
    section=NUMBERS,
    kind="exact",
    origin="ours",
    en="Networks of usual sizes, up to 512 nodes, 256 series and 300 steps, are the formula, step by step.",
    ko="노드 512개, 시계열 256개, 300단계까지 흔히 쓰는 크기의 네트워크도 단계별 식과 같다.",
    likely_en="Another kernel is chosen for this width, batch or length, and it computes something else.",
    likely_ko="이 너비, 배치, 길이에서 다른 커널이 선택되고 그 커널의 계산이 다르다.",
)
@pytest.mark.parametrize("sizes", USUAL + ENDS, ids=str)
def test_usual_sizes_are_the_formula(implementation, sizes, draw):
    """Output, last states and all gradients are those of the formula in float64; without gradients the same output."""
    net, x, state = sizes.make(implementation), sizes.input(draw), sizes.state(draw)
    _is_the_formula(sizes, net, x, state)
    with torch.no_grad():
        quiet = net(x, state)
    check.close("output, hT, cT without gradients", quiet, net(x, state))


@claim(
    "torch/large-inputs",
    section=NUMBERS,
    kind="exact",
    origin="ours",
    en="Inputs far beyond 10 saturate the gates and leave no NaN: the numbers are the formula's.",
    ko="10을 훨씬 넘는 입력은 게이트를 포화시킬 뿐 NaN을 남기지 않고, 값은 식과 같다.",
    likely_en="exp overflows in a gate, or an approximation of tanh or the sigmoid is used outside of its range.",
    likely_ko="게이트에서 exp가 넘치거나, tanh와 시그모이드의 근사를 범위 밖에서 썼다.",
)
@pytest.mark.parametrize("scale", [30.0, 1e4])
@pytest.mark.parametrize("kind", KINDS)
def test_large_inputs_saturate(implementation, kind, scale, draw):
    """One number a step, 30 or 10000 with either sign: of several the large products could cancel, and what they were
    rounded by would be left (seen under run seed 7)."""
    sizes = Sizes(kind, 5, 4, 9, batch=3)
    net, drawn, state = sizes.make(implementation), sizes.input(draw), sizes.state(draw)
    best = torch.nn.functional.one_hot(drawn.abs().argmax(-1), 5)
    x = best * drawn.sign() * scale
    seen = net.vjp(x, state)
    wanted, _ = in_float64(sizes, net.weights, x, state, seen.cotangents)
    check.close("output, hT, cT", seen.outputs, each(wanted, Tensor.float), fused=True)


@claim(
    "torch/nothing-to-read",
    section=USE,
    kind="error",
    origin="ours",
    en="A series of 0 steps raises; a batch of 0 series gives an empty output.",
    ko="0단계인 시계열은 오류를 내고, 시계열이 0개인 배치는 빈 output을 준다.",
    likely_en="A check of the length was added, moved or dropped.",
    likely_ko="길이를 확인하는 코드가 생기거나 옮겨졌거나 없어졌다.",
)
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_to_read(implementation, kind, zeros, apart):
    """With and without a batch axis; of the cells a batch of 0."""
    net, cell = implementation.make(kind, 7, 4), implementation.make(f"{kind}Cell", 7, 4)
    for what, x in (("0 steps", zeros(0, 7)), ("0 steps, 2 series", zeros(0, 2, 7))):
        check.raises(what, lambda x=x: apart(lambda: net(x)), names=["length"])
    output = apart(lambda: net(zeros(5, 0, 7)))[0]
    check.equal("shape of the output of 0 series", output.shape, (5, 0, 4))
    h = apart(lambda: cell(zeros(0, 7)))
    check.equal("shape of a cell's h of 0 inputs", (h[0] if isinstance(h, tuple) else h).shape, (0, 4))


@claim(
    "torch/no-bias",
    section=NUMBERS,
    kind="exact",
    origin="ours",
    en="bias=False is a bias of zeros: the same outputs and the same gradients.",
    ko="bias=False는 편향이 0인 것과 같다. 출력도 기울기도 같다.",
    likely_en="The road without a bias leaves out more than the bias, the product with the state say.",
    likely_ko="편향이 없을 때의 계산에서 편향 말고 다른 것(상태와의 곱 등)까지 빠졌다.",
)
@pytest.mark.parametrize(
    "sizes",
    [
        *(Sizes(kind, 5, 4, 9, batch=batch, bias=False) for kind in KINDS for batch in (None, 3)),
        *(Sizes(kind, 5, 4, 9, 3, num_layers=2, bidirectional=True, bias=False) for kind in KINDS),
        Sizes("LSTM", 5, 6, 9, 3, proj_size=3, bias=False),
        Sizes("LSTM", 5, 4, 9, 3, bias=False, dtype=torch.float64),
        *(sizes for sizes in GENERAL_CELLS if not sizes.bias),
    ],
    ids=str,
)
def test_no_bias_is_a_bias_of_zeros(implementation, sizes, draw):
    """Held against the network with bias=True whose biases are 0, and, of one layer, against the formula."""
    net, x, state = sizes.make(implementation), sizes.input(draw), sizes.state(draw)
    weights = {**sizes.make(implementation, bias=True).weights, **net.weights}
    weights = {name: torch.zeros_like(w) if name.startswith("bias") else w for name, w in weights.items()}
    options = {**sizes.options, "bias": True}
    other = implementation.with_weights(sizes.kind, sizes.input_size, sizes.hidden_size, weights, **options)
    seen, wanted = net.vjp(x, state), other.vjp(x, state)
    check.close("output, hT, cT", seen.outputs, wanted.outputs)
    check.close("grad of", seen.all(), {name: part for name, part in wanted.all().items() if name in seen.all()})
    if not sizes.kind.endswith("Cell") and sizes.num_layers == 1:
        _is_the_formula(sizes, net, x, state)


@claim(
    "torch/any-layout",
    section=NUMBERS,
    kind="exact",
    origin="ours",
    en="How input, state and cotangents lie in memory changes nothing.",
    ko="입력, 상태, 출력 기울기가 메모리에 놓인 방식은 결과를 바꾸지 않는다.",
    likely_en="A kernel reads memory in order and passes over the strides.",
    likely_ko="커널이 stride를 무시하고 메모리를 순서대로 읽었다.",
)
@pytest.mark.parametrize("kind", [*KINDS, *(f"{kind}Cell" for kind in KINDS)])
@pytest.mark.parametrize("layout", ["transposed", "every other", "flipped axes"])
def test_any_layout(implementation, kind, layout, draw):
    """Transposed, a slice of a larger tensor, and with the last axis first in memory."""
    sizes = Sizes(kind, 5, 4, 6, batch=3)
    net, x, state = sizes.make(implementation), sizes.input(draw), sizes.state(draw)
    plain = net.vjp(x, state)
    # cuDNN takes no other state (cell/cudnn-wants-contiguous-water).
    fused = x.device.type == "cuda" and not kind.endswith("Cell")
    laid = net.vjp(
        LAYOUTS[layout](x),
        state if fused else each(state, LAYOUTS[layout]),
        cotangents={name: LAYOUTS[layout](part) for name, part in plain.cotangents.items()},
    )
    check.equal("whether the input is contiguous", LAYOUTS[layout](x).is_contiguous(), False)
    check.close("output, hT, cT", laid.outputs, plain.outputs)
    check.close("grad of", laid.all(), plain.all())


@claim(
    "torch/targets-of-any-layout",
    section=NUMBERS,
    kind="exact",
    origin="ours",
    en="Cross entropy takes classes and probabilities in any layout, and both give the same loss.",
    ko="교차 엔트로피는 클래스 번호와 확률을 어떤 메모리 배치로 받아도 되고, 둘의 손실은 같다.",
    likely_en="Targets or logits that are not contiguous are read in the wrong order.",
    likely_ko="연속이 아닌 정답이나 로짓을 잘못된 순서로 읽었다.",
)
@pytest.mark.parametrize("layout", ["transposed", "every other"])
def test_targets_of_any_layout(draw, layout):
    """Loss and gradient of logits against -sum y log softmax, written out in float64."""
    logits, best = draw(6, 5), draw(6, 5).argmax(-1)
    rows = torch.nn.functional.one_hot(best, 5).float()
    wide = logits.double().requires_grad_()
    wanted = -(rows.double() * (wide - wide.logsumexp(-1, keepdim=True))).sum(-1).mean()
    [wanted_grad] = torch.autograd.grad(wanted, wide)
    classes = torch.stack([best, best], 1)[:, 0]
    for what, target in (("classes", classes), ("probabilities", LAYOUTS[layout](rows))):
        laid = LAYOUTS[layout](logits).detach().requires_grad_()
        loss = torch.nn.functional.cross_entropy(laid, target)
        [grad] = torch.autograd.grad(loss, laid)
        check.equal(f"{what}: whether they are contiguous", target.is_contiguous(), False)
        check.close(f"{what}: loss", loss.detach(), wanted.detach().float())
        check.close(f"{what}: grad", grad, wanted_grad.float())


def _every_other(part):
    wide = torch.stack([part, torch.full_like(part, 9.0)], -1).flatten(-2)
    return wide[..., ::2]


LAYOUTS = {
    "transposed": lambda part: part.transpose(-1, -2).contiguous().transpose(-1, -2),
    "every other": _every_other,
    "flipped axes": lambda part: part.permute(*range(part.dim())[::-1]).contiguous().permute(*range(part.dim())[::-1]),
}


def _is_the_formula(sizes, net, x, state):
    """Of one layer in one direction."""
    seen = net.vjp(x, state)
    outputs, gradients = in_float64(sizes, net.weights, x, state, seen.cotangents)
    check.close(
        "output, hT, cT against the formula", seen.outputs, each(outputs, lambda part: part.to(x.dtype)), fused=True
    )
    rounded = {name: part.to(x.dtype) for name, part in gradients.items()}
    check.close("grad against the formula of", seen.all(), rounded, fused=True)
