"""Whole epochs of one block of starts: forwards, loss, backwards and Adam, without a call into torch.

``series`` is (x, y, share, before, now, on): x and y (T, V), one piece after the other; share[t] is what step t counts
in the loss, 1 over its piece's length; before and on as in lecture.scan.recurrences; now[t] = t + 1, where step t
leaves its state. ``weights`` and their gradients have six parts, rows in torch's order: weight_ih, weight_hh, bias_ih,
bias_hh, the Linear's weight (V*H) and bias (V).
"""

from __future__ import annotations

import math

from lecture.scan.functions import exp, log
from lecture.scan.lanes import above, everywhere, fma, inner, load, root, spread_out, store
from lecture.scan.recurrences import (
    clear,
    input_gradients,
    lstm_backward_step,
    lstm_forward,
    products,
    rnn_backward_step,
    rnn_forward,
)

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8
"""torch.optim.Adam's defaults, which are its paper's."""


@inner
def class_losses(series, hidden, weight, bias, p, left, losses, epoch):
    """Softmax cross entropy of the Linear on each step's state: p (T*V rows), and the losses' sum over steps.

    left: p times the sum of y, less y, times the step's share, which is the logits' gradient (T*V rows).
    """
    _, y, share, _, now, _ = series
    classes = len(bias)
    size = len(weight) // classes
    total = lost = everywhere(bias, 0.0)
    for t in range(len(y)):
        at, state = t * classes, now[t] * size
        largest = everywhere(bias, -math.inf)
        for v in range(classes):
            z = load(bias, v)
            for k in range(size):
                z = fma(load(weight, v * size + k), load(hidden, state + k), z)
            store(left, at + v, z)
            largest = above(largest, z, largest, z)
        whole = everywhere(bias, 0.0)
        for v in range(classes):
            e = exp(load(left, at + v) - largest)
            store(p, at + v, e)
            whole = whole + e
        of_whole, log_whole = 1.0 / whole, log(whole)
        mass = share[t] * 0
        for v in range(classes):
            mass += y[t, v]
        one = everywhere(bias, 0.0)
        for v in range(classes):
            if y[t, v] != 0:
                one = fma(log_whole - (load(left, at + v) - largest), y[t, v], one)
            likely = load(p, at + v) * of_whole
            store(p, at + v, likely)
            store(left, at + v, fma(likely, mass, 0.0 - y[t, v]) * share[t])
        # Compensated (Kahan): a thousand losses are added.
        change = fma(one, share[t], 0.0 - lost)
        more = total + change
        lost = (more - total) - change
        total = more
    store(losses, epoch, total)


@inner
def add_from_classes(t, weight, left, grad_h):
    """Add to ``grad_h`` what the logits of step t say of its state."""
    size = len(grad_h)
    classes = len(weight) // size
    for k in range(size):
        total = load(grad_h, k)
        for v in range(classes):
            total = fma(load(weight, v * size + k), load(left, t * classes + v), total)
        store(grad_h, k, total)


@spread_out
def rnn_gradients(series, weights, grads, hidden, p, room, losses, epoch):
    """Loss of one epoch, into row ``epoch`` of ``losses``, and its gradients, for RNN."""
    x, _, _, before, now, on = series
    gates, left, grad_h = room
    weight_ih, weight_hh, bias_ih, bias_hh, linear, bias = weights
    grad_ih, grad_hh, grad_bias_ih, grad_bias_hh, grad_linear, grad_bias = grads
    rnn_forward(x, before, weight_ih, weight_hh, bias_ih, bias_hh, hidden)
    class_losses(series, hidden, linear, bias, p, left, losses, epoch)
    for t in range(len(x) - 1, -1, -1):
        if on[t] == 0:
            clear(grad_h)
        add_from_classes(t, linear, left, grad_h)
        rnn_backward_step(t, weight_hh, hidden, gates, grad_h)
    input_gradients(x, gates, grad_ih, grad_bias_ih, grad_bias_hh)
    products(gates, hidden, before, grad_hh)
    products(left, hidden, now, grad_linear)
    sums(left, grad_bias)


@spread_out
def lstm_gradients(series, weights, grads, hidden, p, room, losses, epoch):
    """As :func:`rnn_gradients`, for LSTM."""
    x, _, _, before, now, on = series
    gates, left, grad_h, grad_c, cells, squashed = room
    weight_ih, weight_hh, bias_ih, bias_hh, linear, bias = weights
    grad_ih, grad_hh, grad_bias_ih, grad_bias_hh, grad_linear, grad_bias = grads
    lstm_forward(x, before, weight_ih, weight_hh, bias_ih, bias_hh, hidden, cells, squashed, gates)
    class_losses(series, hidden, linear, bias, p, left, losses, epoch)
    for t in range(len(x) - 1, -1, -1):
        if on[t] == 0:
            clear(grad_h)
            clear(grad_c)
        add_from_classes(t, linear, left, grad_h)
        lstm_backward_step(t, before[t], weight_hh, cells, squashed, gates, grad_h, grad_c)
    input_gradients(x, gates, grad_ih, grad_bias_ih, grad_bias_hh)
    products(gates, hidden, before, grad_hh)
    products(left, hidden, now, grad_linear)
    sums(left, grad_bias)


@inner
def sums(rows, grad):
    """grad[j] = sum over t of rows[t, j]."""
    clear(grad)
    for at in range(0, len(rows), len(grad)):
        for j in range(len(grad)):
            store(grad, j, load(grad, j) + load(rows, at + j))


@inner
def adam(weights, grads, m, v, lr, step):
    """One step of Adam, the ``step``-th (from 1), in the order in which torch.optim.Adam computes it."""
    rate = lr / (1 - BETA1**step)
    spread = math.sqrt(1 - BETA2**step)
    for row in range(len(weights)):
        g = load(grads, row)
        mean, square = load(m, row), load(v, row)
        mean = fma(g - mean, 1 - BETA1, mean)
        square = fma(g * g, 1 - BETA2, square * BETA2)
        store(m, row, mean)
        store(v, row, square)
        store(weights, row, load(weights, row) - mean / (root(square) / spread + EPSILON) * rate)


def train_rnn(series, weights, grads, all_weights, all_grads, m, v, hidden, p, room, losses, lr, done):
    """Train a block's RNN in place for as many epochs as ``losses`` has rows, ``done`` of them having gone before.

    weights, grads: the six parts of ``all_weights`` and ``all_grads``. m, v: Adam's moments. hidden and p: the last
    epoch's, before its step. room: rows to work in. losses: (epochs, starts), each read before its step.
    """
    for epoch in range(len(losses)):
        rnn_gradients(series, weights, grads, hidden, p, room, losses, epoch)
        adam(all_weights, all_grads, m, v, lr, done + epoch + 1)


def train_lstm(series, weights, grads, all_weights, all_grads, m, v, hidden, p, room, losses, lr, done):
    """As :func:`train_rnn`, for LSTM."""
    for epoch in range(len(losses)):
        lstm_gradients(series, weights, grads, hidden, p, room, losses, epoch)
        adam(all_weights, all_grads, m, v, lr, done + epoch + 1)
