"""What a torch bump can break (2): how long a network takes, against its own formula in the same minute."""

import statistics
import time

import pytest
import torch

from checks import check
from fixtures.claim import claim
from lecture.by_hand import by_formula
from lecture.sizes import Sizes

USE = "bump: use"
TURNS = 31


@claim(
    "torch/speed",
    section=USE,
    kind="speed",
    origin="ours",
    en="A network takes less time than its formula step by step, forward alone and with backward; by how much is recorded.",
    ko="네트워크는 식을 단계별로 계산하는 것보다 forward만 할 때도, backward까지 할 때도 빠르다. 얼마나 빠른지는 기록한다.",
    likely_en="A slower kernel is chosen, or one that was fused falls back to single operations.",
    likely_ko="더 느린 커널이 선택되거나, 합쳐져 있던 계산이 낱개 연산으로 돌아갔다.",
    points=0,
)
@pytest.mark.usefixtures("alone_on_the_machine")
@pytest.mark.parametrize("kind", ["LSTM", "GRU", "RNN"])
def test_a_network_is_faster_than_its_formula(implementation, kind, draw):
    """The median of 31 turns, each of which takes both: what else the machine does meets both alike."""
    sizes = Sizes(kind, 32, 64, 20, batch=16)
    net, x, state = sizes.make(implementation), sizes.input(draw), sizes.state(draw)
    formula = by_formula(sizes, net.parameters)
    # A forward pass alone takes a millisecond, and is read off three of them.
    for what, backward, calls in (("forward", False, 3), ("forward and backward", True, 1)):
        runs = [_of(run, x, state, list(net.parameters.values()), backward) for run in (net.run, formula)]
        for run in runs:
            run()
        turns = [[_seconds(run, calls, x.device) for run in runs] for _ in range(TURNS)]
        ratio = statistics.median(own / other for own, other in turns)
        check.below(f"{what}: seconds for each second of the formula", ratio, 1.0)


def _of(run, x, state, weights, backward):
    def call():
        with torch.set_grad_enabled(backward):
            output = run(x, state)[0].sum()
        if backward:
            torch.autograd.grad(output, weights)
        return output.item()  # reading the number waits for the GPU

    return call


def _seconds(run, calls, device):
    # On the CPU one thread works, and its own time does not grow with what else the machine does.
    clock = time.process_time if device.type == "cpu" else time.perf_counter
    start = clock()
    for _ in range(calls):
        run()
    return clock() - start
