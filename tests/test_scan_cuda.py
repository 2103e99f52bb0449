"""The Triton kernel trains as plain torch does: on the GPU where there is one, by Triton's interpreter elsewhere.

Triton comes with a torch that was built for CUDA; elsewhere these tests are skipped unless it was installed by hand.
"""

from __future__ import annotations

import os

import pytest
import torch

if not torch.cuda.is_available():
    # Read while Triton is imported.
    os.environ["TRITON_INTERPRET"] = "1"
triton = pytest.importorskip("triton")
tl = pytest.importorskip("triton.language")

from lecture import experiments  # noqa: E402
from lecture.scan import cuda, cuda_kernels, plain  # noqa: E402
from lecture.starts import train_starts  # noqa: E402

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


@triton.jit
def _counts(found, T):
    for step in range(T):
        tl.store(found + step, step)


def _interpreter_runs() -> bool:
    """Triton 3.6's takes a bound of range for a number, which numpy 2.4 no longer does."""
    try:
        _counts[(1,)](torch.zeros(2, dtype=torch.int32), 2)
    except Exception as error:
        return "0-dimensional" not in str(error)
    return True


if DEVICE == "cpu" and not _interpreter_runs():
    pytest.skip("Triton's interpreter does not run with this numpy", allow_module_level=True)


@triton.jit
def _both(x, tanh, sigmoid, TERMS: tl.constexpr):
    at = tl.arange(0, 1024)
    tl.store(tanh + at, cuda_kernels.tanh(tl.load(x + at), TERMS))
    tl.store(sigmoid + at, cuda_kernels.sigmoid(tl.load(x + at)))


def _weights(kind, starts, size, inputs, dtype):
    net = {"RNN": torch.nn.RNN, "LSTM": torch.nn.LSTM}[kind](inputs, size).state_dict()
    shapes = {f"recurrent.{name}": part.shape for name, part in net.items()}
    shapes |= {"linear.weight": (inputs, size), "linear.bias": (inputs,)}
    draw = torch.Generator().manual_seed(size)
    drawn = {name: torch.randn(starts, *shape, generator=draw, dtype=torch.float64) for name, shape in shapes.items()}
    return {name: part.to(DEVICE, dtype) for name, part in drawn.items()}


@pytest.mark.parametrize("kind", ["RNN", "LSTM"])
@pytest.mark.parametrize(
    ("size", "lengths", "carry", "dtype"),
    [(1, [3], False, torch.float64), (3, [4, 2], False, torch.float32), (5, [2, 3], True, torch.float64)],
    ids=["1 node", "pieces", "carried"],
)
def test_it_trains_as_plain_torch_does(kind, size, lengths, carry, dtype, monkeypatch):
    """Losses, weights, hidden states and probabilities, over more epochs than one call of the kernel has."""
    monkeypatch.setattr(cuda, "EPOCHS_A_CALL", 2)
    [(x, y)] = experiments.hi_whole()
    pieces = [(x[:length].to(DEVICE, dtype), y[:length].to(DEVICE, dtype)) for length in lengths]
    weights = _weights(kind, 2, size, 4, dtype)
    options = {"epochs": 3, "lr": 0.01, "carry": carry, "progress": None}
    found, right = cuda.train(kind, weights, pieces, **options), plain.train(kind, weights, pieces, **options)
    close = {"rtol": 0, "atol": 1e-4 if dtype is torch.float32 else 1e-10}
    for name in ("losses", "hidden", "probabilities"):
        torch.testing.assert_close(getattr(found, name), getattr(right, name), **close)
    for name, weight in right.weights.items():
        torch.testing.assert_close(found.weights[name], weight, **close)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_its_functions_are_torchs(dtype):
    """tanh and the sigmoid near 0, at the ends and between, to a few units in the last place; NaN stays NaN."""
    ends = torch.tensor([0.0, float("inf"), -float("inf"), float("nan"), 1e-30, 0.35, -0.35, 100.0])
    x = torch.cat([ends, torch.linspace(-12, 12, 1016)]).to(DEVICE, dtype)
    tanh, sigmoid = torch.empty_like(x), torch.empty_like(x)
    _both[(1,)](x, tanh, sigmoid, TERMS=cuda_kernels.TERMS[str(dtype).removeprefix("torch.")])
    close = {"rtol": 8 * torch.finfo(dtype).eps, "atol": 0, "equal_nan": True}
    torch.testing.assert_close(tanh, torch.tanh(x), **close)
    torch.testing.assert_close(sigmoid, torch.sigmoid(x), **close)


def test_a_start_that_overflows_is_alone_in_that():
    """Its losses are not a number, and no other's is moved."""
    pieces = [(x[:3].to(DEVICE), y[:3].to(DEVICE)) for x, y in experiments.hi_whole()]
    weights = _weights("RNN", 3, 4, 4, torch.float32)
    options = {"epochs": 2, "lr": 0.1, "carry": False}
    right = cuda.train("RNN", weights, pieces, **options).losses
    weights["linear.weight"][1] = 3e38
    losses = cuda.train("RNN", weights, pieces, **options).losses
    assert losses[1, -1].isnan()
    assert torch.equal(losses[[0, 2]], right[[0, 2]])


def test_what_does_not_agree_is_not_used(monkeypatch):
    """A kernel that fails, or comes to other losses, is warned of; the plain way serves."""
    cuda.works.cache_clear()
    assert cuda.works(DEVICE)
    for gap, word in ((lambda *given: 1e-3, "off"), (lambda *given: 1 / 0, "ZeroDivisionError")):
        cuda.works.cache_clear()
        monkeypatch.setattr(cuda, "_gap", gap)
        with pytest.warns(UserWarning, match=word):
            assert not cuda.works(DEVICE)
    cuda.works.cache_clear()


@pytest.mark.skipif(DEVICE == "cpu", reason="no GPU")
def test_trainings_on_cuda_take_it():
    """And start by start they are the CPU's, to rounding."""
    options = {"epochs": 5, "lr": 0.1, "dtype": torch.float64}
    here = train_starts("LSTM", 5, experiments.hi_whole(), [1, 2], **options)
    there = train_starts("LSTM", 5, experiments.hi_whole(), [1, 2], device=DEVICE, **options)
    assert cuda.serves(DEVICE, torch.float64)
    torch.testing.assert_close(there.losses.cpu(), here.losses, rtol=0, atol=1e-9)
