"""RNN and LSTM forwards and backwards through a series, for one block of starts, written step by step.

``rows`` are the block's numbers, ``at`` says where each part of them begins (lecture.scan.layout). x is (T, V), the
same for all starts.

``before[t]`` is where step t finds its state: t, or 0 for the zeros. ``on[t]`` is 1 where the gradient of step t + 1's
state flows on into step t, and 0 where the series was cut between them (and at the end).
"""

from __future__ import annotations

from lecture.scan.code import Code, Numbers, Rows, Steps, Variable, Whole
from lecture.scan.emitted import Emitted, fma
from lecture.scan.functions import sigmoid, tanh
from lecture.scan.layout import Layout

CHUNK = 16
"""Steps whose products with a weight's gradient are added up in a register: their rows stay in the nearest cache."""


def clear(code: Code, rows: Rows, first: Whole, count: Whole) -> None:
    """Zeros in ``count`` rows."""
    with code.loop(count) as row:
        rows[first + row] = 0.0


def from_input(code: Code, rows: Rows, at: Layout, x: Numbers, t: Whole, z: Whole) -> None:
    """W_ih x[t] + b_ih + b_hh, into the rows from z. Zeros in x cost nothing: a one-hot x is one product."""
    with code.loop(at.per_step) as row:
        rows[z + row] = rows[at.bias_ih + row] + rows[at.bias_hh + row]
    with code.loop(at.inputs) as v, code.when(x[t, v].is_not_zero()), code.loop(at.per_step) as row:
        rows[z + row] = fma(rows[at.weight_ih + row * at.inputs + v], x[t, v], rows[z + row])


def rnn_forward(code: Code, rows: Rows, at: Layout, x: Numbers, before: Steps) -> None:
    """Hidden states h' = tanh(W_ih x + b_ih + W_hh h + b_hh)."""
    with code.loop(at.steps) as t:
        state, now = at.hidden + before[t] * at.size, at.hidden + (t + 1) * at.size
        from_input(code, rows, at, x, t, now)
        with code.loop(at.size) as j:
            z = Variable(rows[now + j])
            with code.loop(at.size) as k:
                z.value = fma(rows[at.weight_hh + j * at.size + k], rows[state + k], z.value)
            rows[now + j] = tanh(z.value)


def rnn_backward_step(code: Code, rows: Rows, at: Layout, t: Whole) -> None:
    """From grad_h, of step t's state, to that of the state before; into gates the gradients at step t."""
    now, gates = at.hidden + (t + 1) * at.size, at.gates + t * at.size
    with code.loop(at.size) as j:
        h = rows[now + j]
        rows[gates + j] = rows[at.grad_h + j] * (1.0 - h * h)
    clear(code, rows, at.grad_h, at.size)
    with code.loop(at.size) as j:
        dz = rows[gates + j]
        with code.loop(at.size) as k:
            rows[at.grad_h + k] = fma(dz, rows[at.weight_hh + j * at.size + k], rows[at.grad_h + k])


def lstm_forward(code: Code, rows: Rows, at: Layout, x: Numbers, before: Steps) -> None:
    """c' = f c + i g and h' = o tanh(c'); kept are h, c (as hidden is), tanh(c) (T*H rows) and the gates i, f, g, o."""
    with code.loop(at.steps) as t:
        state, now = before[t] * at.size, (t + 1) * at.size
        gates = at.gates + t * at.per_step
        from_input(code, rows, at, x, t, gates)
        with code.loop(at.per_step, step=4) as row:
            # Four rows at once read h once, and none waits for another.
            four = [Variable(rows[gates + row + n]) for n in range(4)]
            with code.loop(at.size) as k:
                h = rows[at.hidden + state + k]
                for n, z in enumerate(four):
                    z.value = fma(rows[at.weight_hh + (row + n) * at.size + k], h, z.value)
            for n, z in enumerate(four):
                rows[gates + row + n] = z.value
        with code.loop(at.size) as j:
            places = [gates + at.size * n + j for n in range(4)]
            kinds = (sigmoid, sigmoid, tanh, sigmoid)
            i, f, g, o = (kind(rows[place]) for kind, place in zip(kinds, places, strict=True))
            c = fma(f, rows[at.cells + state + j], i * g)
            tanh_c = tanh(c)
            for place, gate in zip(places, (i, f, g, o), strict=True):
                rows[place] = gate
            rows[at.cells + now + j] = c
            rows[at.squashed + t * at.size + j] = tanh_c
            rows[at.hidden + now + j] = o * tanh_c


def lstm_backward_step(code: Code, rows: Rows, at: Layout, t: Whole, start: Whole) -> None:
    """From the gradients of step t's state to those of the state before; the gates give way to their gradients.

    start: where step t found its state, before[t].
    """
    gates = at.gates + t * at.per_step
    with code.loop(at.size) as j:
        places = [gates + at.size * n + j for n in range(4)]
        i, f, g, o = (rows[place] for place in places)
        tanh_c, dh = rows[at.squashed + t * at.size + j], rows[at.grad_h + j]
        dc = fma(dh * o, 1.0 - tanh_c * tanh_c, rows[at.grad_c + j])
        rows[places[0]] = dc * g * i * (1.0 - i)
        rows[places[1]] = dc * rows[at.cells + start * at.size + j] * f * (1.0 - f)
        rows[places[2]] = dc * i * (1.0 - g * g)
        rows[places[3]] = dh * tanh_c * o * (1.0 - o)
        rows[at.grad_c + j] = dc * f
    # Row by row of W_hh, as it lies in memory.
    clear(code, rows, at.grad_h, at.size)
    with code.loop(at.size) as j:
        four = [rows[gates + at.size * n + j] for n in range(4)]
        with code.loop(at.size) as k:
            total = rows[at.grad_h + k]
            for n, gradient in enumerate(four):
                total = fma(gradient, rows[at.weight_hh + (at.size * n + j) * at.size + k], total)
            rows[at.grad_h + k] = total


def input_gradients(code: Code, rows: Rows, at: Layout, x: Numbers) -> None:
    """Gradients of W_ih and of both biases from those of the gates."""
    weight, bias = at.weight_ih + at.count, at.bias_ih + at.count
    clear(code, rows, weight, at.per_step * at.inputs)
    clear(code, rows, bias, at.per_step)
    with code.loop(at.steps) as t:
        gates = at.gates + t * at.per_step
        with code.loop(at.per_step) as j:
            rows[bias + j] = rows[bias + j] + rows[gates + j]
        with code.loop(at.inputs) as v, code.when(x[t, v].is_not_zero()), code.loop(at.per_step) as j:
            into = weight + j * at.inputs + v
            rows[into] = fma(rows[gates + j], x[t, v], rows[into])
    with code.loop(at.per_step) as j:
        rows[at.bias_hh + at.count + j] = rows[bias + j]


def products(
    code: Code,
    rows: Rows,
    left: tuple[Whole, Whole],
    right: tuple[Whole, Whole],
    places: Steps,
    steps: Whole,
    grad: Whole,
) -> None:
    """grad[j, k] = sum over t of left[t, j] right[places[t], k], in the order of t.

    left, right: where it begins, and how many rows it has for a step.
    """
    (left_at, lefts), (right_at, rights) = left, right
    clear(code, rows, grad, lefts * rights)

    def some(j: Whole, number: int, first: Whole, end: Whole) -> None:
        """``number`` rows of grad at once, from row j: each right side is read once for all of them."""
        with code.loop(rights) as k:
            into = [grad + (j + n) * rights + k for n in range(number)]
            sums = [Variable(rows[place]) for place in into]
            with code.loop(end, first) as t:
                once: Emitted = rows[right_at + places[t] * rights + k]
                for n, total in enumerate(sums):
                    total.value = fma(rows[left_at + t * lefts + j + n], once, total.value)
            for place, total in zip(into, sums, strict=True):
                rows[place] = total.value

    with code.loop(steps, step=CHUNK) as first:
        end = (first + CHUNK).or_less(steps)
        with code.loop(lefts, step=4) as j, code.either(j + 4 <= lefts) as (four, fewer):
            with four:
                some(j, 4, first, end)
            with fewer, code.loop(lefts, j) as one:
                some(one, 1, first, end)
