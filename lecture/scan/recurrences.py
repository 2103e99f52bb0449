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
def from_input(x, t, weight_ih, bias_ih, bias_hh, z, at):
    """W_ih x[t] + b_ih + b_hh, into rows ``at`` and on of z. Zeros in x cost nothing: a one-hot x is one product."""
    rows, inputs = len(bias_ih), x.shape[1]
    for row in range(rows):
        store(z, at + row, load(bias_ih, row) + load(bias_hh, row))
    for v in range(inputs):
        if x[t, v] != 0:
            for row in range(rows):
                store(z, at + row, fma(load(weight_ih, row * inputs + v), x[t, v], load(z, at + row)))


@inner
def rnn_forward(x, before, weight_ih, weight_hh, bias_ih, bias_hh, hidden):
    """Hidden states h' = tanh(W_ih x + b_ih + W_hh h + b_hh)."""
    size = len(bias_ih)
    for t in range(len(x)):
        state, now = before[t] * size, (t + 1) * size
        from_input(x, t, weight_ih, bias_ih, bias_hh, hidden, now)
        for j in range(size):
            z = load(hidden, now + j)
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
        from_input(x, t, weight_ih, bias_ih, bias_hh, gates, at)
        for row in range(0, 4 * size, 4):
            # Four rows at once read h once, and none waits for another.
            a, b = load(gates, at + row), load(gates, at + row + 1)
            c, d = load(gates, at + row + 2), load(gates, at + row + 3)
            for k in range(size):
                h = load(hidden, state + k)
                a = fma(load(weight_hh, row * size + k), h, a)
                b = fma(load(weight_hh, (row + 1) * size + k), h, b)
                c = fma(load(weight_hh, (row + 2) * size + k), h, c)
                d = fma(load(weight_hh, (row + 3) * size + k), h, d)
            store(gates, at + row, a)
            store(gates, at + row + 1, b)
            store(gates, at + row + 2, c)
            store(gates, at + row + 3, d)
        for j in range(size):
            rows = (at + j, at + size + j, at + 2 * size + j, at + 3 * size + j)
            i, f = sigmoid(load(gates, rows[0])), sigmoid(load(gates, rows[1]))
            g, o = tanh(load(gates, rows[2])), sigmoid(load(gates, rows[3]))
            c = fma(f, load(cells, state + j), i * g)
            tanh_c = tanh(c)
            store(gates, rows[0], i)
            store(gates, rows[1], f)
            store(gates, rows[2], g)
            store(gates, rows[3], o)
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
        at = t * rows
        for j in range(rows):
            store(grad_bias_ih, j, load(grad_bias_ih, j) + load(gates, at + j))
        for v in range(inputs):
            if x[t, v] != 0:
                for j in range(rows):
                    into = j * inputs + v
                    store(grad_ih, into, fma(load(gates, at + j), x[t, v], load(grad_ih, into)))
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
