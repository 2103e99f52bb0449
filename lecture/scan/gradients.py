"""The loss of one epoch of one block of starts, and the gradients of all its weights.

``series`` is (x, y, share, before, now, on): x and y (T, V), one piece after the other; share[t] is what step t counts
in the loss, 1 over its piece's length; before and on as in lecture.scan.recurrences; now[t] = t + 1, where step t
leaves its state. ``rows`` are the block's numbers (lecture.scan.layout).
"""

from __future__ import annotations

import math
from typing import NamedTuple

from lecture.scan.code import Code, Numbers, Rows, Steps, Variable, Whole
from lecture.scan.emitted import above, fma
from lecture.scan.functions import exp, log
from lecture.scan.layout import Layout
from lecture.scan.recurrences import (
    clear,
    input_gradients,
    lstm_backward_step,
    lstm_forward,
    products,
    rnn_backward_step,
    rnn_forward,
)


class Series(NamedTuple):
    """As above."""

    x: Numbers
    y: Numbers
    share: Numbers
    before: Steps
    now: Steps
    on: Steps


def class_losses(code: Code, rows: Rows, at: Layout, series: Series, losses: Rows, epoch: Whole) -> None:
    """Softmax cross entropy of the Linear on each step's state: p, and the losses' sum over steps.

    Into left p times the sum of y, less y, times the step's share, which is the logits' gradient (T*V rows).
    """
    zero = code.everywhere(0.0)
    total, lost = Variable(zero), Variable(zero)
    with code.loop(at.steps) as t:
        left, p, state = at.left + t * at.inputs, at.p + t * at.inputs, at.hidden + series.now[t] * at.size
        share = series.share[t]
        largest = Variable(code.everywhere(-math.inf))
        with code.loop(at.inputs) as v:
            z = Variable(rows[at.bias + v])
            with code.loop(at.size) as k:
                z.value = fma(rows[at.linear + v * at.size + k], rows[state + k], z.value)
            rows[left + v] = z.value
            largest.value = above(largest.value, z.value, largest.value, z.value)
        whole, mass, one = Variable(zero), Variable(share * 0.0), Variable(zero)
        with code.loop(at.inputs) as v:
            e = exp(rows[left + v] - largest.value)
            rows[p + v] = e
            whole.value = whole.value + e
            mass.value = mass.value + series.y[t, v]
        of_whole, log_whole = 1.0 / whole.value, log(whole.value)
        with code.loop(at.inputs) as v:
            y = series.y[t, v]
            with code.when(y.is_not_zero()):
                one.value = fma(log_whole - (rows[left + v] - largest.value), y, one.value)
            likely = rows[p + v] * of_whole
            rows[p + v] = likely
            rows[left + v] = fma(likely, mass.value, 0.0 - y) * share
        # Compensated (Kahan): a thousand losses are added.
        change = fma(one.value, share, 0.0 - lost.value)
        more = total.value + change
        lost.value = (more - total.value) - change
        total.value = more
    losses[epoch] = total.value


def add_from_classes(code: Code, rows: Rows, at: Layout, t: Whole) -> None:
    """Add to grad_h what the logits of step t say of its state."""
    with code.loop(at.size) as k:
        total = Variable(rows[at.grad_h + k])
        with code.loop(at.inputs) as v:
            weight = rows[at.linear + v * at.size + k]
            total.value = fma(weight, rows[at.left + t * at.inputs + v], total.value)
        rows[at.grad_h + k] = total.value


def sums(code: Code, rows: Rows, at: Layout) -> None:
    """The gradient of the Linear's bias: the logits' gradients, added up over the steps."""
    grad = at.bias + at.count
    clear(code, rows, grad, at.inputs)
    with code.loop(at.steps) as t, code.loop(at.inputs) as v:
        rows[grad + v] = rows[grad + v] + rows[at.left + t * at.inputs + v]


def gradients(kind: str, code: Code, rows: Rows, at: Layout, series: Series, losses: Rows, epoch: Whole) -> None:
    """Loss of one epoch, into row ``epoch`` of ``losses``, and its gradients."""
    (rnn_forward if kind == "RNN" else lstm_forward)(code, rows, at, series.x, series.before)
    class_losses(code, rows, at, series, losses, epoch)
    with code.loop(at.steps) as steps_after:
        t = at.steps - 1 - steps_after
        with code.when(series.on[t].is_zero()):
            clear(code, rows, at.grad_h, at.size)
            if kind == "LSTM":
                clear(code, rows, at.grad_c, at.size)
        add_from_classes(code, rows, at, t)
        if kind == "RNN":
            rnn_backward_step(code, rows, at, t)
        else:
            lstm_backward_step(code, rows, at, t, series.before[t])
    input_gradients(code, rows, at, series.x)
    state = (at.hidden, at.size)
    products(code, rows, (at.gates, at.per_step), state, series.before, at.steps, at.weight_hh + at.count)
    products(code, rows, (at.left, at.inputs), state, series.now, at.steps, at.linear + at.count)
    sums(code, rows, at)
