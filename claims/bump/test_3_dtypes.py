"""What a torch bump can break (1): short numbers, autocast, defaults of dtype and device; and compiled networks."""

import pytest
import torch
from torch import Tensor, nn

from checks import check
from fixtures.claim import claim
from lecture.by_hand import in_float64
from lecture.sizes import KINDS, Sizes, each

NUMBERS, USE = "bump: numbers", "bump: use"
SHORT = {"bfloat16": torch.bfloat16, "float16": torch.float16}


@claim(
    "torch/short-numbers",
    section=NUMBERS,
    kind="exact",
    origin="ours",
    en="In bfloat16 and float16 a network is the formula of float64 but for the rounding of its own numbers.",
    ko="bfloat16과 float16에서도 네트워크는 그 자료형의 반올림만큼만 float64의 식과 다르다.",
    likely_en="Sums are kept in the short type, or a kernel for it drops a part.",
    likely_ko="합을 짧은 자료형으로 쌓았거나, 그 자료형의 커널에서 일부가 빠졌다.",
)
# torch flattens no bfloat16 weights for cuDNN, and warns of that.
@pytest.mark.filterwarnings("ignore:RNN module weights are not part of single contiguous chunk:UserWarning")
@pytest.mark.parametrize("name", SHORT)
@pytest.mark.parametrize("kind", KINDS)
def test_short_numbers(implementation, kind, name, draw):
    """Output, last states and gradients, by tolerances of the type's own."""
    dtype = SHORT[name]
    sizes = Sizes(kind, 16, 32, 12, batch=4)
    net = sizes.make(implementation)
    weights = {weight: value.to(dtype) for weight, value in net.weights.items()}
    x, state = sizes.input(draw).to(dtype), each(sizes.state(draw), lambda part: part.to(dtype))
    short = implementation.with_weights(kind, 16, 32, weights)
    _or_not_here(lambda: short(x, state), f"networks in {name} on this {x.device.type}")
    cotangents = {part: draw(*value.shape).to(dtype) for part, value in _named(short(x, state)).items()}
    seen = short.vjp(x, state, cotangents=cotangents)
    _is_the_formula(sizes, weights, x, state, cotangents, seen.outputs, seen.all())


@claim(
    "torch/autocast",
    section=NUMBERS,
    kind="exact",
    origin="ours",
    en="Under autocast to bfloat16 a float32 network is the formula but for the rounding of bfloat16.",
    ko="bfloat16 autocast에서 float32 네트워크는 bfloat16의 반올림만큼만 식과 다르다.",
    likely_en="Weights are cast twice or cached from before a step, or the state loses its dtype.",
    likely_ko="가중치를 두 번 변환했거나 갱신 전의 것을 썼거나, 상태의 자료형이 바뀌었다.",
)
@pytest.mark.parametrize("kind", KINDS)
def test_autocast(implementation, kind, draw):
    """Output, last states and gradients; the dtype of each is recorded."""
    sizes = Sizes(kind, 16, 32, 12, batch=4)
    net, x, state = sizes.make(implementation), sizes.input(draw), sizes.state(draw)
    asked = {**net.parameters, "input": x.requires_grad_()}

    def cast(x, state):
        with torch.autocast(x.device.type, dtype=torch.bfloat16):
            found = net.run(x, state)
        check.options("dtypes", {part: value.dtype for part, value in _named(found).items()})
        return each(found, Tensor.bfloat16)

    under = implementation.composed(kind, cast, {})
    outputs = _or_not_here(lambda: under(x, state), f"{kind} under autocast on this {x.device.type}")
    cotangents = {part: draw(*value.shape).bfloat16() for part, value in _named(outputs).items()}
    parts = list(_named(cast(x, state)).values())
    found = torch.autograd.grad(parts, list(asked.values()), list(cotangents.values()))
    gradients = dict(zip(asked, (part.bfloat16() for part in found), strict=True))
    _is_the_formula(sizes, net.weights, x.detach(), state, cotangents, outputs, gradients)


@claim(
    "torch/default-dtype",
    section=USE,
    kind="exact",
    origin="ours",
    en="torch.set_default_dtype sets the dtype of weights, first states and outputs, as dtype=... would.",
    ko="torch.set_default_dtype은 가중치, 초기 상태, 출력의 자료형을 정한다. dtype=...을 적은 것과 같다.",
    likely_en="A part is made in float32 whatever the default is.",
    likely_ko="기본 자료형과 상관없이 일부를 float32로 만들었다.",
)
@pytest.mark.parametrize("kind", KINDS)
def test_the_default_dtype_decides(implementation, kind, draw):
    """Of float64 the bits of a network that was made with dtype=torch.float64."""
    x = draw(9, 3, 5, dtype=torch.float64)
    wanted = implementation.make(kind, 5, 4, dtype=torch.float64)
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        net = implementation.make(kind, 5, 4, dtype=None)
        seen = net.vjp(x)
    finally:
        torch.set_default_dtype(before)
    check.equal("the first weights", net.weights, wanted.weights)
    check.equal("output, hT, cT", seen.outputs, wanted.vjp(x).outputs)


@claim(
    "torch/default-device",
    section=USE,
    kind="exact",
    origin="ours",
    en="torch.set_default_device decides where weights and first states are made.",
    ko="torch.set_default_device는 가중치와 초기 상태가 만들어지는 장치를 정한다.",
    likely_en="A part is made on the CPU whatever the default is.",
    likely_ko="기본 장치와 상관없이 일부를 CPU에 만들었다.",
)
@pytest.mark.parametrize("kind", KINDS)
def test_the_default_device_decides(kind):
    """Of the device meta, which has shapes and no numbers; and of the CPU again."""
    if not hasattr(torch, "set_default_device"):
        _not_here("torch.set_default_device")
    torch.set_default_device("meta")
    try:
        net = getattr(nn, kind)(5, 4, num_layers=2)
        output = net(torch.zeros(9, 3, 5))[0]
    finally:
        torch.set_default_device(None)
    devices = sorted({part.device.type for part in (*net.parameters(), output)})
    check.equal("devices of weights and output", devices, ["meta"])
    check.equal("shape of the output", output.shape, (9, 3, 4))
    check.equal("device of what is made after it", torch.zeros(1).device.type, "cpu")


@claim(
    "torch/scripted",
    section=USE,
    kind="exact",
    origin="ours",
    en="A network in TorchScript is the network: outputs and gradients, in the first call and in later ones.",
    ko="TorchScript로 바꾼 네트워크는 원래 네트워크와 출력도 기울기도 같다. 첫 호출도 다음 호출도 그렇다.",
    likely_en="The scripted forward takes another branch, or what is fused after some calls computes otherwise.",
    likely_ko="script로 바뀐 forward가 다른 분기를 타거나, 몇 번 호출한 뒤 합쳐진 계산이 다르다.",
)
@pytest.mark.parametrize("kind", KINDS)
def test_a_scripted_network_is_the_network(implementation, kind, draw):
    """Three calls, for TorchScript compiles what it has watched."""
    if not hasattr(torch.jit, "script"):
        _not_here("torch.jit.script")
    sizes = Sizes(kind, 5, 4, 9, batch=3, num_layers=2, bidirectional=True)
    net, x = sizes.make(implementation), sizes.input(draw)
    scripted = torch.jit.script(Whole(net.run))
    other = implementation.composed(kind, scripted, net.parameters)
    wanted = net.vjp(x)
    for number in ("first", "second", "third"):
        seen = other.vjp(x)
        check.close(f"output, hT, cT of the {number} call", seen.outputs, wanted.outputs)
        check.close(f"{number} call, grad of", seen.all(), wanted.all())


@pytest.mark.slow
@claim(
    "torch/compiled",
    section=USE,
    kind="exact",
    origin="ours",
    en="torch.compile changes no number: a network, and a loop over its cell, give the same outputs and gradients.",
    ko="torch.compile을 해도 값은 같다. 네트워크도, 셀을 반복한 것도 출력과 기울기가 그대로이다.",
    likely_en="The traced cell is decomposed into other operations than the kernel has.",
    likely_ko="추적한 셀이 커널과 다른 연산으로 분해되었다.",
)
@pytest.mark.parametrize("kind", KINDS)
def test_a_compiled_network_is_the_network(implementation, kind, draw):
    """By the backend aot_eager, which traces forward and backward and needs no compiler."""
    if not hasattr(torch, "compile"):
        _not_here("torch.compile")
    net, cell, x = implementation.make(kind, 5, 4), implementation.make(f"{kind}Cell", 5, 4), draw(6, 3, 5)

    def loop(x):
        state, rows = None, []
        for xt in x:
            state = cell.run(xt, state)
            rows.append(state[0] if kind == "LSTM" else state)
        return torch.stack(rows), state

    for what, run, own in (("network", net.run, net), ("loop over the cell", loop, cell)):
        made = torch.compile(run, backend="aot_eager")
        seen = implementation.composed(kind, made, own.parameters).vjp(x)
        wanted = implementation.composed(kind, run, own.parameters).vjp(x)
        check.close(f"{what}: output, hT, cT", seen.outputs, wanted.outputs)
        check.close(f"{what}, grad of", seen.all(), wanted.all())


class Whole(nn.Module):
    """TorchScript compiles a module that calls the network, not the network alone: its forward is overloaded."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, x: Tensor):
        return self.net(x)


def _is_the_formula(sizes, weights, x, state, cotangents, outputs, gradients):
    """What came out against the formula in float64, rounded to the dtype that it came out in."""
    dtype = next(iter(cotangents.values())).dtype
    wanted, exact = in_float64(sizes, weights, x, state, cotangents)
    check.close("output, hT, cT", outputs, each(wanted, lambda part: part.to(dtype)))
    check.close("grad of", gradients, {name: exact[name].to(dtype) for name in gradients})


def _named(found):
    output, last = found
    return dict(zip(("output", "hT", "cT"), (output, *(last if isinstance(last, tuple) else (last,))), strict=False))


def _or_not_here(call, what):
    """What ``call()`` returns, unless this torch, or this CPU, says that it has no such kernel."""
    try:
        return call()
    except RuntimeError as error:
        if not any(said in str(error) for said in ("not implemented for", "could not create a primitive")):
            raise
        _not_here(what)


def _not_here(what):
    pytest.skip(f"torch {torch.__version__} has no {what}")
