"""RNN and LSTM forwards and backwards through a series, for one block of starts, written step by step.

Rows (see lecture.scan.lanes) of T steps, V inputs, H hidden nodes and G gates (1 for RNN, 4 for LSTM): x is (T, V), the
same for all starts; weight_ih G*H*V rows, weight_hh G*H*H, each bias G*H; hidden (T + 1)*H, of which the first H are
zeros and step t's follow t*H rows later; gates T*G*H.

``before[t]`` is where step t finds its state: t, or 0 for the zeros. ``on[t]`` is 1 where the gradient of step t + 1's
state flows on into step t, and 0 where the series was cut between them (and at the end).
"""

from __future__ import annotations

from lecture.scan.functions import sigmoid, tanh
from lecture.scan.lanes import fma, inner, load, store

CHUNK = 16
"""Steps whose products with a weight's gradient are added up in a register: their rows stay in the nearest cache."""


@inner
def clear(rows):
    """Zeros in all ``rows``."""
    for row in range(len(rows)):
        store(rows, row, 0.0)


@inner
def from_input(total, x, t, weight_ih, row):
    """``total`` and row ``row`` of W_ih x[t]; a one-hot x costs one product."""
    inputs = x.shape[1]
    for v in range(inputs):
        if x[t, v] != 0:
            total = fma(load(weight_ih, row * inputs + v), x[t, v], total)
    return total


@inner
def rnn_forward(x, before, weight_ih, weight_hh, bias_ih, bias_hh, hidden):
    """Hidden states h' = tanh(W_ih x + b_ih + W_hh h + b_hh)."""
    size = len(bias_ih)
    for t in range(len(x)):
        state, now = before[t] * size, (t + 1) * size
        for j in range(size):
            z = from_input(load(bias_ih, j) + load(bias_hh, j), x, t, weight_ih, j)
            for k in range(size):
                z = fma(load(weight_hh, j * size + k), load(hidden, state + k), z)
            store(hidden, now + j, tanh(z))


@inner
def rnn_backward_step(t, weight_hh, hidden, gates, grad_h):
    """From ``grad_h``, of step t's state, to that of the state before; into ``gates`` the gradients at step t."""
    size = len(grad_h)
    at = t * size
    for j in range(size):
        h = load(hidden, at + size + j)
        store(gates, at + j, load(grad_h, j) * (1.0 - h * h))
    clear(grad_h)
    for j in range(size):
        dz = load(gates, at + j)
        for k in range(size):
            store(grad_h, k, fma(dz, load(weight_hh, j * size + k), load(grad_h, k)))


@inner
def lstm_forward(x, before, weight_ih, weight_hh, bias_ih, bias_hh, hidden, cells, squashed, gates):
    """c' = f c + i g and h' = o tanh(c'); kept are h, c (as hidden is), tanh(c) (T*H rows) and the gates i, f, g, o."""
    size = len(bias_ih) // 4
    for t in range(len(x)):
        state, now, at = before[t] * size, (t + 1) * size, 4 * t * size
        for j in range(size):
            rows = (j, size + j, 2 * size + j, 3 * size + j)
            i = from_input(load(bias_ih, rows[0]) + load(bias_hh, rows[0]), x, t, weight_ih, rows[0])
            f = from_input(load(bias_ih, rows[1]) + load(bias_hh, rows[1]), x, t, weight_ih, rows[1])
            g = from_input(load(bias_ih, rows[2]) + load(bias_hh, rows[2]), x, t, weight_ih, rows[2])
            o = from_input(load(bias_ih, rows[3]) + load(bias_hh, rows[3]), x, t, weight_ih, rows[3])
            for k in range(size):
                h = load(hidden, state + k)
                i = fma(load(weight_hh, rows[0] * size + k), h, i)
                f = fma(load(weight_hh, rows[1] * size + k), h, f)
                g = fma(load(weight_hh, rows[2] * size + k), h, g)
                o = fma(load(weight_hh, rows[3] * size + k), h, o)
            i, f, g, o = sigmoid(i), sigmoid(f), tanh(g), sigmoid(o)
            c = fma(f, load(cells, state + j), i * g)
            tanh_c = tanh(c)
            store(gates, at + rows[0], i)
            store(gates, at + rows[1], f)
            store(gates, at + rows[2], g)
            store(gates, at + rows[3], o)
            store(cells, now + j, c)
            store(squashed, t * size + j, tanh_c)
            store(hidden, now + j, o * tanh_c)


@inner
def lstm_backward_step(t, start, weight_hh, cells, squashed, gates, grad_h, grad_c):
    """From the gradients of step t's state to those of the state before; the gates give way to their gradients.

    start: where step t found its state, before[t].
    """
    size = len(grad_h)
    at = 4 * t * size
    for j in range(size):
        i, f = load(gates, at + j), load(gates, at + size + j)
        g, o = load(gates, at + 2 * size + j), load(gates, at + 3 * size + j)
        tanh_c, dh = load(squashed, t * size + j), load(grad_h, j)
        dc = fma(dh * o, 1.0 - tanh_c * tanh_c, load(grad_c, j))
        store(gates, at + j, dc * g * i * (1.0 - i))
        store(gates, at + size + j, dc * load(cells, start * size + j) * f * (1.0 - f))
        store(gates, at + 2 * size + j, dc * i * (1.0 - g * g))
        store(gates, at + 3 * size + j, dh * tanh_c * o * (1.0 - o))
        store(grad_c, j, dc * f)
    # Row by row of W_hh, as it lies in memory.
    clear(grad_h)
    for j in range(size):
        i, f = load(gates, at + j), load(gates, at + size + j)
        g, o = load(gates, at + 2 * size + j), load(gates, at + 3 * size + j)
        for k in range(size):
            total = fma(i, load(weight_hh, j * size + k), load(grad_h, k))
            total = fma(f, load(weight_hh, (size + j) * size + k), total)
            total = fma(g, load(weight_hh, (2 * size + j) * size + k), total)
            store(grad_h, k, fma(o, load(weight_hh, (3 * size + j) * size + k), total))


@inner
def input_gradients(x, gates, grad_ih, grad_bias_ih, grad_bias_hh):
    """Gradients of W_ih and of both biases from those of the gates."""
    inputs, rows = x.shape[1], len(grad_bias_ih)
    clear(grad_ih)
    clear(grad_bias_ih)
    for t in range(len(x)):
        for j in range(rows):
            dz = load(gates, t * rows + j)
            store(grad_bias_ih, j, load(grad_bias_ih, j) + dz)
            for v in range(inputs):
                if x[t, v] != 0:
                    store(grad_ih, j * inputs + v, fma(dz, x[t, v], load(grad_ih, j * inputs + v)))
    for j in range(rows):
        store(grad_bias_hh, j, load(grad_bias_ih, j))


@inner
def products(left, right, places, grad):
    """grad[j, k] = sum over t of left[t, j] right[places[t], k], in the order of t."""
    steps = len(places)
    rows = len(left) // steps
    columns = len(grad) // rows
    clear(grad)
    for first in range(0, steps, CHUNK):
        end = first + CHUNK if first + CHUNK < steps else steps
        j = 0
        while j < rows:
            # Four rows at once, where there are four more, read each right side once.
            four = j + 4 <= rows
            for k in range(columns):
                if four:
                    a, b = load(grad, j * columns + k), load(grad, (j + 1) * columns + k)
                    c, d = load(grad, (j + 2) * columns + k), load(grad, (j + 3) * columns + k)
                    for t in range(first, end):
                        once = load(right, places[t] * columns + k)
                        a = fma(load(left, t * rows + j), once, a)
                        b = fma(load(left, t * rows + j + 1), once, b)
                        c = fma(load(left, t * rows + j + 2), once, c)
                        d = fma(load(left, t * rows + j + 3), once, d)
                    store(grad, j * columns + k, a)
                    store(grad, (j + 1) * columns + k, b)
                    store(grad, (j + 2) * columns + k, c)
                    store(grad, (j + 3) * columns + k, d)
                else:
                    a = load(grad, j * columns + k)
                    for t in range(first, end):
                        a = fma(load(left, t * rows + j), load(right, places[t] * columns + k), a)
                    store(grad, j * columns + k, a)
            j += 4 if four else 1
