"""Where the numbers of one block of starts lie: rows of one array, a number for each start in each."""

from __future__ import annotations

from typing import Any

GATES = {"RNN": 1, "LSTM": 4}


class Layout:
    """The row in which each part begins, for T steps, V inputs, H hidden nodes and G gates (1 for RNN, 4 for LSTM).

    First the weights, in torch's order: weight_ih (G*H*V rows), weight_hh (G*H*H), bias_ih and bias_hh (G*H each), the
    Linear's weight (V*H) and bias (V), ``count`` in all. ``count`` rows after each of them lies its gradient, and after
    that Adam's mean and its square. Then hidden ((T + 1)*H), of which the first H are zeros and step t's follow t*H
    rows later; the last epoch's probabilities p (T*V); and what a step forwards leaves for the step backwards.

    steps, inputs, size: whole numbers, or such as are known once compiled code runs (lecture.scan.code.Whole).
    """

    def __init__(self, gates: int, steps: Any, inputs: Any, size: Any) -> None:
        self.steps, self.inputs, self.size = steps, inputs, size
        self.per_step = size * gates
        self.weight_ih = size * 0
        self.weight_hh = self.per_step * inputs
        self.bias_ih = self.weight_hh + self.per_step * size
        self.bias_hh = self.bias_ih + self.per_step
        self.linear = self.bias_hh + self.per_step
        self.bias = self.linear + inputs * size
        self.count = self.bias + inputs
        self.hidden = self.count * 4
        self.p = self.hidden + (steps + 1) * size
        self.left = self.p + steps * inputs
        self.gates = self.left + steps * inputs
        self.grad_h = self.gates + steps * self.per_step
        self.end = self.grad_h + size
        if gates == 4:
            self.grad_c = self.end
            self.cells = self.grad_c + size
            self.squashed = self.cells + (steps + 1) * size
            self.end = self.squashed + steps * size
