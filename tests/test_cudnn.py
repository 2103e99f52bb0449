"""cuDNN's network, whose tanh is an approximation, beside another road: allowances, and what the lecture says of it.

Numbers like cuDNN's are planted here, on a CPU: a tanh that is as far off as its largest error. That cuDNN's own are
such can be seen on a GPU alone.
"""

from __future__ import annotations

import pytest
import torch
from torch import nn

from checks import check, tolerances
from checks.running import RUNNING, Running
from claims import test_5_gpu
from fixtures.implementations import Implementation
from lecture import formulas
from lecture.sizes import Sizes

CUDNN_GAP = 7.4e-6
"""The largest error of one step of cuDNN's tanh in float32 (NVIDIA H200, cuDNN 9.19)."""


@pytest.fixture(autouse=True)
def with_cudnn(monkeypatch):
    """As torch has it; a judge that worked in this process before has switched it off."""
    monkeypatch.setattr(torch.backends.cudnn, "enabled", True)


@pytest.fixture
def on_cuda():
    """A case that computes on CUDA; its tensors lie on the CPU all the same."""
    token = RUNNING.set(Running(device="cuda"))
    yield
    RUNNING.reset(token)


class Approximate(torch.autograd.Function):
    """tanh, CUDNN_GAP off here and there; the backward pass takes what the forward pass has given, as kernels do."""

    @staticmethod
    def forward(ctx, x):
        tanh = torch.tanh(x)
        near = tanh + CUDNN_GAP * torch.sin(2.6 * x) * (1 - torch.exp(-x.abs()))
        ctx.save_for_backward(near)
        return near

    @staticmethod
    def backward(ctx, given):
        (near,) = ctx.saved_tensors
        return given * (1 - near * near)


def series(seed, tanh, length=30):
    """RNN(5,4) over 30 steps of a batch of 3: its rows, and the gradients of input, state and weights."""
    torch.manual_seed(seed)
    weights = dict(nn.RNNCell(5, 4).named_parameters())
    x, state = torch.randn(length, 3, 5).requires_grad_(), torch.randn(3, 4).requires_grad_()

    def step(xt, h):
        w = weights
        return tanh(xt @ w["weight_ih"].T + w["bias_ih"] + h @ w["weight_hh"].T + w["bias_hh"])

    rows, _ = formulas.over(step, x, state)
    along = torch.randn(rows.shape, generator=torch.Generator().manual_seed(1))
    wanted = {"input": x, "state": state, **weights}
    return rows.detach(), dict(
        zip(wanted, torch.autograd.grad((rows * along).sum(), list(wanted.values())), strict=True)
    )


@pytest.mark.parametrize("seed", range(5))
def test_cudnns_network_beside_another_road_has_its_own_allowance(on_cuda, seed):
    """Values and gradients as far apart as cuDNN's hold there and nowhere else; a thousandth is too far even there."""
    near, near_grads = series(seed, Approximate.apply)
    rows, grads = series(seed, torch.tanh)
    check.close("output", near, rows, fused=True)
    check.close("grad of", near_grads, grads, fused=True)
    with pytest.raises(check.ClaimFails):
        check.close("output", near, rows)
    with pytest.raises(check.ClaimFails):
        check.close("output", rows * 1.001, rows, fused=True)


def test_without_cudnn_no_road_is_an_approximation(on_cuda):
    """The fused row is for cuDNN alone: not for torch's own kernels, not for float64, not for a CPU."""
    plain = tolerances.allowed(torch.float32, "cuda", "values", 1.0)
    assert tolerances.allowed(torch.float32, "cuda", "values", 1.0, fused=True) > 4 * plain
    with torch.backends.cudnn.flags(enabled=False):
        assert tolerances.allowed(torch.float32, "cuda", "values", 1.0, fused=True) == plain
    for dtype, device in ((torch.float64, "cuda"), (torch.float32, "cpu")):
        usual = tolerances.allowed(dtype, device, "values", 1.0)
        assert tolerances.allowed(dtype, device, "values", 1.0, fused=True) == usual


class NearRNN(nn.RNN):
    """torch's RNN of one layer as cuDNN computes it in float32: with that tanh; relu is exact."""

    def forward(self, x, state=None):
        weights = {name.removesuffix("_l0"): weight for name, weight in self.named_parameters()}
        act = Approximate.apply if self.nonlinearity == "tanh" else torch.relu
        h, rows = torch.zeros(x.shape[1], self.hidden_size) if state is None else state[0], []
        for xt in x:
            from_input = xt @ weights["weight_ih"].T + weights["bias_ih"]
            h = act(from_input + h @ weights["weight_hh"].T + weights["bias_hh"])
            rows.append(h)
        return torch.stack(rows), h.unsqueeze(0)


@pytest.mark.parametrize(("network", "holds"), [(NearRNN, True), (nn.RNN, False)], ids=["approximate", "exact"])
def test_what_the_lecture_says_of_cudnn_is_so_where_tanh_is_an_approximation(on_cuda, network, holds):
    """The claims on a GPU, run here on numbers like cuDNN's, and on a CPU's, which are no approximation."""
    own = Implementation("near", torch.device("cpu"), {"RNN": network})

    def draw(*shape, dtype=torch.float32):
        return torch.randn(*shape, generator=torch.Generator().manual_seed(len(shape)), dtype=dtype)

    for claim in (
        lambda: test_5_gpu.test_the_network_is_near_its_cell(own, Sizes("RNN", 5, 4, 30, batch=3), draw),
        lambda: test_5_gpu.test_one_step_of_cudnns_tanh(own, torch.device("cpu")),
    ):
        if holds:
            claim()
        else:
            with pytest.raises(check.ClaimFails, match="units in the last place"):
                claim()
    if not holds:
        test_5_gpu.test_in_float64_they_agree_to_rounding(own, "RNN", draw)
        test_5_gpu.test_without_cudnn_they_agree_to_rounding(own, Sizes("RNN", 5, 4, 30, batch=3), draw)
