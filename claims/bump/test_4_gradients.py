"""What a torch bump can break (1): what is differentiated, in which mode, and how often."""

import functools

import pytest
import torch
from torch import nn

from checks import check
from fixtures.claim import claim
from lecture import formulas
from lecture.sizes import KINDS, Sizes, each, state_of

NUMBERS = "bump: numbers"


@claim(
    "torch/modes-change-no-number",
    section=NUMBERS,
    kind="exact",
    origin="ours",
    en="no_grad, inference_mode and eval change no number; backward works in eval.",
    ko="no_grad, inference_mode, eval은 값을 바꾸지 않는다. eval에서도 backward가 된다.",
    likely_en="Without gradients another kernel is chosen, and it computes something else.",
    likely_ko="기울기가 필요 없을 때 다른 커널이 선택되고 그 계산이 다르다.",
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
@pytest.mark.parametrize("kind", [*KINDS, *(f"{kind}Cell" for kind in KINDS)])
def test_modes_change_no_number(implementation, kind, dtype, draw):
    """Output and last states in each; in eval the gradients too, and nothing asks for gradients under no_grad."""
    sizes = Sizes(kind, 5, 4, 9, batch=3, dtype=dtype)
    net, x, state = sizes.make(implementation), sizes.input(draw), sizes.state(draw)
    wanted = net.vjp(x, state)
    for name, mode in (("no_grad", torch.no_grad), ("inference_mode", torch.inference_mode)):
        with mode():
            found = net.run(x, state)
            asks = any(part.requires_grad for part in _flat(found))
        check.equal(f"{name}: whether a gradient is asked", asks, False)
        check.close(f"{name}: output, hT, cT", each(found, torch.clone), wanted.outputs)
    # cuDNN has a backward for training alone, and torch says so.
    with torch.backends.cudnn.flags(enabled=x.device.type == "cpu"):
        trained = net.vjp(x, state)
        net.run.eval()
        seen = net.vjp(x, state)
    check.equal("eval: output, hT, cT", seen.outputs, trained.outputs)
    check.equal("eval, grad of", seen.all(), trained.all())


@claim(
    "torch/frozen-weights",
    section=NUMBERS,
    kind="exact",
    origin="ours",
    en="Weights that are frozen, all or some, have no gradient; output and the other gradients stay as they are.",
    ko="일부나 전부를 고정(freeze)하면 그 가중치에는 기울기가 없고, 출력과 나머지 기울기는 그대로이다.",
    likely_en="A frozen weight stops the gradient of others, or of the input, or switches to another kernel.",
    likely_ko="고정한 가중치 때문에 다른 가중치나 입력의 기울기가 끊기거나 다른 커널로 바뀐다.",
)
@pytest.mark.parametrize("frozen", ["all", "weight_hh", "biases", "the first layer"])
@pytest.mark.parametrize("kind", KINDS)
def test_frozen_weights(implementation, kind, frozen, draw):
    """Of two layers; the input's gradient goes through all of it."""
    sizes = Sizes(kind, 5, 4, 9, batch=3, num_layers=2)
    net, x, state = sizes.make(implementation), sizes.input(draw), sizes.state(draw)
    wanted = net.vjp(x, state)
    chosen = {"all": "", "weight_hh": "weight_hh", "biases": "bias", "the first layer": "_l0"}[frozen]
    for name, weight in net.parameters.items():
        weight.requires_grad_(chosen not in name)
    left = {name: weight for name, weight in net.parameters.items() if weight.requires_grad}
    seen = implementation.composed(kind, net.run, left).vjp(x, state)
    for weight in net.parameters.values():
        weight.requires_grad_(True)
    check.close("output, hT, cT", seen.outputs, wanted.outputs)
    gradients = {**seen.all()}
    check.equal("weights with a gradient", sorted(seen.weights), sorted(left))
    check.close("grad of", gradients, {name: part for name, part in wanted.all().items() if name in gradients})


@claim(
    "torch/gradient-of-one-part",
    section=NUMBERS,
    kind="exact",
    origin="ours",
    en="A gradient may be asked of the input alone or of the state alone: it is the one that is had with all.",
    ko="입력만, 또는 상태만 기울기를 구해도 전부 구할 때와 값이 같다.",
    likely_en="What asks for a gradient is looked up in one part and taken for all.",
    likely_ko="한 부분만 보고 전체가 기울기를 필요로 하는지 정했다.",
)
@pytest.mark.parametrize("part", ["input", "h0", "c0"])
@pytest.mark.parametrize("kind", [*KINDS, *(f"{kind}Cell" for kind in KINDS)])
def test_a_gradient_of_one_part(implementation, kind, part, draw):
    """The weights are frozen, the other parts ask for nothing."""
    if part == "c0" and not kind.startswith("LSTM"):
        part = "h0"
    sizes = Sizes(kind, 5, 4, 9, batch=3)
    net, x, state = sizes.make(implementation), sizes.input(draw), sizes.state(draw)
    wanted = net.vjp(x, state)
    given = dict(zip(("input", "h0", "c0"), (x, *_flat(state)), strict=False))
    for weight in net.parameters.values():
        weight.requires_grad_(False)
    asked = given[part] = given[part].clone().requires_grad_()
    hidden = (given["h0"], given["c0"]) if "c0" in given else given["h0"]
    outputs = _flat(net.run(given["input"], hidden))
    for weight in net.parameters.values():
        weight.requires_grad_(True)
    pairs = [(o, c) for o, c in zip(outputs, wanted.cotangents.values(), strict=True) if o.requires_grad]
    [grad] = torch.autograd.grad([o for o, _ in pairs], asked, [c for _, c in pairs])
    check.close(f"grad of {part}", grad, wanted.all()[part])


@claim(
    "torch/second-derivatives",
    section=NUMBERS,
    kind="exact",
    origin="ours",
    en="First and second derivatives in float64 are the difference quotients, of networks and of cells.",
    ko="float64에서 일계와 이계 도함수는 네트워크에서도 셀에서도 차분으로 구한 값과 같다.",
    likely_en="The backward pass detaches something, or is not differentiable itself.",
    likely_ko="backward에서 무언가가 detach되었거나 backward를 다시 미분할 수 없다.",
)
@pytest.mark.parametrize("kind", [*KINDS, *(f"{kind}Cell" for kind in KINDS)])
def test_second_derivatives(implementation, kind, draw):
    """torch.autograd.gradcheck and gradgradcheck with their own bounds, of input, state and weights."""
    sizes = Sizes(kind, 2, 2, 3, batch=2, dtype=torch.float64)
    net, x, state = sizes.make(implementation), sizes.input(draw), sizes.state(draw)
    names, weights = zip(*net.parameters.items(), strict=True)

    def call(x, h, *rest):
        hidden, own = ((h, rest[0]), rest[1:]) if kind.startswith("LSTM") else (h, rest)
        return tuple(_flat(_functional(net.run, dict(zip(names, own, strict=True)), x, hidden)))

    asked = [part.detach().clone().requires_grad_() for part in (x, *_flat(state), *weights)]
    net(x, state)
    for what, held in (("first", torch.autograd.gradcheck), ("second", torch.autograd.gradgradcheck)):
        # cuDNN's networks have no second derivative, and torch says so.
        with torch.backends.cudnn.flags(enabled=False):
            found = held(call, asked, fast_mode=True, raise_exception=False)
        check.equal(f"{what} derivatives are the quotients", found, True)


@claim(
    "torch/gradient-of-a-gradient",
    section=NUMBERS,
    kind="exact",
    origin="ours",
    en="A penalty on a gradient can be trained: its own gradient, of a loop over the cell, is the formula's.",
    ko="기울기에 벌점을 두고 학습할 수 있다. 셀을 반복할 때 그 벌점의 기울기는 식에서 구한 것과 같다.",
    likely_en="A fused kernel's backward is not differentiable, or its second derivative is wrong.",
    likely_ko="합쳐진 커널의 backward를 미분할 수 없거나 이계 도함수가 틀렸다.",
)
@pytest.mark.parametrize("kind", KINDS)
def test_a_gradient_of_a_gradient(implementation, kind, draw):
    """The squared gradient of the input, differentiated by the weights; in float32 against the formula in float64."""
    cell, x = implementation.make(f"{kind}Cell", 3, 4), draw(5, 2, 3)
    state = state_of(kind, draw(2, 4))
    wide = {name: weight.double().requires_grad_() for name, weight in cell.weights.items()}
    step = functools.partial(formulas.STEPS[f"{kind}Cell"], weights=wide)
    seen = _penalty(cell.run, cell.parameters, x, state)
    wanted = _penalty(step, wide, x.double(), each(state, torch.Tensor.double))
    check.close("grad of the penalty by", seen, {name: part.float() for name, part in wanted.items()})


def _penalty(step, weights, x, state):
    x = x.clone().requires_grad_()
    [grad] = torch.autograd.grad(formulas.over(step, x, state)[0].pow(2).sum(), x, create_graph=True)
    return dict(zip(weights, torch.autograd.grad(grad.pow(2).sum(), list(weights.values())), strict=True))


def _functional(module: nn.Module, weights, *arguments):
    if hasattr(torch, "func"):
        return torch.func.functional_call(module, weights, arguments)
    pytest.skip(f"torch {torch.__version__} has no torch.func.functional_call")


def _flat(value):
    if isinstance(value, (tuple, list)):
        return [part for one in value for part in _flat(one)]
    return [value]
