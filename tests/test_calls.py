"""Calls of a submission's networks: gradients, loops over steps, input changed in place, workers that are lost."""

from __future__ import annotations

import functools

import pytest
import torch

from lecture import formulas
from parts.week12 import KERNELS
from submissions import proxies
from submissions.signals import Broken, WrongAnswer
from tests.a_class import RIGHT
from tests.conftest import changed


def test_only_what_is_wanted_has_a_gradient(submit):
    """A network in training sees an input without one, as it would at home; under a vjp input and state have theirs."""
    submission = submit(changed("print(x.requires_grad, [part.requires_grad for part in state or ()])"))
    torch.manual_seed(0)
    net = proxies.networks(submission)["LSTM"](3, 2)
    x, state = torch.randn(5, 3), (torch.randn(1, 2), torch.zeros(1, 2))
    net(x)[0].sum().backward()
    net(x, state)[0].sum().backward()
    state[0].requires_grad_()
    net(x, state)[0].sum().backward()
    net(x.requires_grad_())[0].sum().backward()
    seen = ["False []", "False [False, False]", "False [True, False]", "True []"]
    assert submission.prints().splitlines() == seen
    assert x.grad.shape == (5, 3)
    assert state[0].grad.shape == (1, 2)
    assert all(weight.grad is not None for weight in net.parameters())


def test_what_changes_in_place_happens_to_the_caller(submit):
    """As it would in one process."""
    x = torch.ones(5, 3)
    proxies.networks(submit(changed("x.mul_(2)")))["LSTM"](3, 2)(x)
    assert torch.equal(x, torch.full((5, 3), 2.0))


CELL = """
import torch
from torch import nn


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        shapes = {"weight_ih": (input_size,), "weight_hh": (hidden_size,), "bias_ih": (), "bias_hh": ()}
        for name, shape in shapes.items():
            self.register_parameter(name, nn.Parameter(torch.zeros(4 * hidden_size, *shape)))

    def forward(self, x, state):
        h, c = state
        gates = x @ self.weight_ih.T + self.bias_ih + h @ self.weight_hh.T + self.bias_hh
        i, f, g, o = gates.chunk(4, -1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        return h, c
"""


def looped(submission):
    """The cell over five steps of a batch of two, and torch's cell: (net, loop, x, state) of each."""
    torch.manual_seed(0)
    right, net = torch.nn.LSTMCell(3, 2), proxies.networks(submission)["LSTMCell"](3, 2)
    net.load_state_dict(right.state_dict())
    x, state = torch.randn(5, 2, 3), (torch.randn(2, 2), torch.randn(2, 2))
    return (right, functools.partial(formulas.over, right), x, state), (net, net.loop, x, state)


def test_a_cell_goes_through_the_steps_in_its_worker(submit):
    """One message for the loop and one for its gradients, which are torch's, of weights, input and state."""
    submission = submit(CELL)
    found = []
    for net, loop, x, state in looped(submission):
        leaves = [part.clone().requires_grad_() for part in (x, *state)]
        asked = submission._workers["cpu", KERNELS]._asked
        rows, (h, c) = loop(leaves[0], tuple(leaves[1:]))
        (rows.square().sum() + h.sum() + 2 * c.sum()).backward()
        found.append([rows, h, c, *(leaf.grad for leaf in leaves), *(weight.grad for weight in net.parameters())])
    assert submission._workers["cpu", KERNELS]._asked - asked == 2
    for right, seen in zip(*found, strict=True):
        torch.testing.assert_close(seen, right)


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        ("h", "Tensor"),
        ("h, (h, c)", "(Tensor, (Tensor, Tensor))"),  # what a network returns
        ("(h, c) if h.sum() > 100 else None", "NoneType"),
    ],
)
def test_a_cell_that_returns_no_state_says_so_in_a_loop(submit, returned, said):
    """In the words of a single call."""
    submission = submit(CELL.replace("return h, c", f"return {returned}"))
    for how in ("forward", "loop"):
        net, _, x, state = looped(submission)[1]
        with pytest.raises(WrongAnswer) as caught:
            getattr(net, how)(x if how == "loop" else x[0], state)
        assert caught.value.key == "structure"
        assert caught.value.values == {"name": "LSTMCell", "seen": said, "wanted": "(Tensor, Tensor)"}


LOST = "import os\n        if x.shape[0] == 7:\n            os._exit(3)"


def test_the_numbers_of_a_lost_workers_calls_are_its_own(submit):
    """A graph of before that goes late takes no other call's gradients with it."""
    submission = submit(changed(LOST))
    net = proxies.networks(submission)["LSTM"](3, 2)
    old = net(torch.randn(5, 3))
    with pytest.raises(Broken):
        net(torch.randn(7, 3))
    submission.begin(2)
    net = proxies.networks(submission)["LSTM"](3, 2)
    new = net(torch.randn(5, 3))
    del old
    net(torch.randn(5, 3))  # what is let go of is told with the next call
    new[0].sum().backward()
    assert all(weight.grad is not None for weight in net.parameters())


def test_random_streams_are_set_anew_in_a_lost_workers_place(submit):
    """Within the same case, too."""
    text = RIGHT + "\n\ndef one_hot(tokens, mapping):\n    if not tokens:\n        import os\n        os._exit(3)\n"
    submission = submit(text + "    return torch.rand(3)\n")
    one_hot = proxies.functions(submission)["one_hot"]
    first = one_hot(["a"], {})
    with pytest.raises(Broken):
        one_hot([], {})
    assert torch.equal(one_hot(["a"], {}), first)


def test_what_torch_imports_for_a_first_gradient_is_no_submissions_time(submit):
    """torch.autograd.grad brings sympy for given cotangents: over two CPU seconds, where a file may have two."""
    text = RIGHT + "\ndef one_hot(tokens, mapping):\n    import sys\n    return torch.tensor(len(sys.modules))\n"
    submission = submit(text)
    modules = lambda: int(proxies.functions(submission)["one_hot"](["a"], {"a": 0}))  # noqa: E731
    net = proxies.networks(submission)["LSTM"](3, 2)
    before = modules()
    torch.stack([part.sum() for part in net(torch.randn(5, 3))[1]]).sum().backward()
    assert all(weight.grad is not None for weight in net.parameters())
    assert modules() - before < 20
