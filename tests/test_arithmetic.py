"""Gradients are pulled back to the bit as torch.autograd.grad does it, and without what that imports."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from checks import compare
from submissions.inside.arithmetic import pulled_back


@settings(max_examples=25, deadline=None)
@given(
    kind=st.sampled_from((nn.RNN, nn.LSTM, nn.GRU)),
    layers=st.integers(1, 3),
    both=st.booleans(),
    length=st.integers(1, 9),
    dtype=st.sampled_from((torch.float32, torch.float64)),
)
def test_the_bits_are_those_of_torch(kind, layers, both, length, dtype):
    """Several outputs, some of which share rows, and a tensor that nothing depends on."""
    torch.manual_seed(length)
    net = kind(3, 4, layers, bidirectional=both, dtype=dtype)
    x = torch.randn(length, 2, 3, dtype=dtype, requires_grad=True)
    wanted = [*net.parameters(), x, torch.ones(2, requires_grad=True)]

    def outputs():
        output, last = net(x)
        return [output, *(last if kind is nn.LSTM else (last,)), (output * output).sum(0)]

    cotangents = [torch.randn_like(one) for one in outputs()]
    seen = pulled_back(outputs(), wanted, cotangents)
    right = torch.autograd.grad(outputs(), wanted, cotangents, allow_unused=True)
    assert all(one is other or torch.equal(one, other) for one, other in zip(seen, right, strict=True))


def test_nothing_is_broadcast_and_nothing_left_out():
    """As torch.autograd.grad has it."""
    x = torch.ones(3, requires_grad=True)
    with pytest.raises(RuntimeError, match=r"shape \(3,\)"):
        pulled_back([x * 2], [x], [torch.ones(2, 3)])
    with pytest.raises(RuntimeError, match="cut from the graph"):
        pulled_back([x.detach()], [x], [torch.ones(3)])


def test_sympy_is_not_imported():
    """In a process that has nothing but torch."""
    code = (
        "import sys, torch; from submissions.inside.arithmetic import pulled_back; x = torch.ones(3).requires_grad_()"
    )
    code += "; pulled_back([2 * x], [x], [torch.ones(3)]); sys.exit('sympy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parent.parent, check=False).returncode == 0


def test_imaginary_parts_are_compared():
    """A gap between complex numbers is that of both parts."""
    one = torch.tensor([1 + 1j, 2 + 0j])
    assert compare.largest_gap(one, one.real + 0j) == compare.Gap(1.0, "[0]")
    assert compare.faults(one * float("inf"), one).key == "not finite"
