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


@settings(max_examples=25)
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


STEP = """
import sys, torch
from submissions.inside.arithmetic import put_off_the_compiler
put_off_the_compiler()
weight = torch.nn.Parameter(torch.ones(3))
optimizer = torch.optim.Adam([weight], lr=0.1)
weight.sum().backward()
optimizer.step()
optimizer.zero_grad()
assert (weight < 1).all(), weight
{then}
"""


@pytest.mark.parametrize(
    "then",
    [
        "import inspect, torch._dynamo; inspect.getmodule(inspect.currentframe()); assert 'sympy' not in sys.modules",
        "from torch._dynamo import config; import torch._dynamo.config; assert torch._dynamo.config is config",
        "assert torch.compile(lambda x: x + 1, backend='eager')(torch.ones(2)).tolist() == [2.0, 2.0]",
    ],
    ids=["looked over", "imported", "compiled"],
)
def test_the_compiler_is_imported_by_what_needs_it(then):
    """An optimizer's step does without; what asks for anything else of it gets the real one."""
    code = STEP.format(then=then)
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parent.parent, check=False, capture_output=True, text=True
    )
    assert found.returncode == 0, found.stderr


def test_imaginary_parts_are_compared():
    """A gap between complex numbers is that of both parts."""
    one = torch.tensor([1 + 1j, 2 + 0j])
    assert compare.largest_gap(one, one.real + 0j) == compare.Gap(1.0, "[0]")
    assert compare.faults(one * float("inf"), one).key == "not finite"
