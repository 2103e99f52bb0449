"""Whole epochs in Triton, for CUDA: one program a start, its weights and their gradients in registers.

The same steps as in lecture.scan.training, where they are explained. Each start has in memory: its weights (P numbers,
the six parts one after the other), their gradients' moments, hidden states (T + 1, H) of which the first is zero, p and
the logits' gradient (T, V), gates (T, G, H), and for LSTM cells (T + 1, H). Tiles are filled up to powers of two (HP,
VP) with zeros, which stay zero. TERMS: of the series of exp(x) - 1, by dtype.
"""

from __future__ import annotations

import triton
import triton.language as tl

TERMS = {"float32": 9, "float64": 17}
"""What is left out of the series for x up to 0.7 is below a quarter of a unit in the last place."""


@triton.jit
def tanh(x, TERMS: tl.constexpr):
    """As lecture.scan.functions says: nothing cancels near 0; NaN stays NaN."""
    twice = 2 * tl.abs(x)
    series = tl.full(x.shape, 1, x.dtype)
    for n in tl.static_range(TERMS, 1, -1):
        series = 1 + series * twice / n
    less_1 = twice * series
    far = 1 - 2 / (tl.exp(tl.where(twice > 40, 40.0, twice).to(x.dtype)) + 1)
    size = tl.where(twice < 0.7, less_1 / (less_1 + 2), far)
    return tl.where(x < 0, -size, size)


@triton.jit
def sigmoid(x):
    """1 / (1 + e^-x), from the side where e is at most 1."""
    e = tl.exp(-tl.abs(x))
    return tl.where(x > 0, 1, e) / (1 + e)


@triton.jit
def class_loss(h, linear, bias, y, share, V, VP: tl.constexpr):
    """One step's share of the loss, p, and the logits' gradient, from its state ``h``."""
    v = tl.arange(0, VP)
    logits = tl.where(v < V, bias + tl.sum(linear * h[None, :], 1), -float("inf"))
    logits = logits - tl.max(logits, 0)
    e = tl.exp(logits)
    whole = tl.sum(e, 0)
    p = e / whole
    loss = tl.sum(tl.where(y != 0, y * (tl.log(whole) - logits), 0.0), 0) * share
    return loss, p, (p * tl.sum(y, 0) - y) * share


@triton.jit
def adam(weights, mean, square, grad, at, mask, rate, spread):
    """One step of Adam for one part of the weights, which lies ``at`` (addresses from the start's own)."""
    dtype = grad.dtype
    m = tl.load(mean + at, mask, 0.0)
    v = tl.load(square + at, mask, 0.0)
    m = m + (grad - m) * (1 - 0.9)
    v = v * 0.999 + grad * grad * (1 - 0.999)
    tl.store(mean + at, m.to(dtype), mask)
    tl.store(square + at, v.to(dtype), mask)
    moved = tl.load(weights + at, mask, 0.0) - m / (tl.sqrt(v) / spread + 1e-8) * rate
    tl.store(weights + at, moved.to(dtype), mask)


@triton.jit
def gate(stacked, which, HP: tl.constexpr):
    """One gate, (HP,), of four that lie one after the other, (4 HP,)."""
    of = tl.reshape(stacked, (4, HP))
    return tl.sum(tl.where(tl.arange(0, 4)[:, None] == which, of, 0.0), 0)


@triton.jit
def stacked(i, f, g, o, HP: tl.constexpr):
    """Four gates, (HP,) each, one after the other, (4 HP,)."""
    of = tl.arange(0, 4)[:, None]
    first = tl.where(of == 0, i[None, :], f[None, :])
    last = tl.where(of == 2, g[None, :], o[None, :])
    return tl.reshape(tl.where(of < 2, first, last), (4 * HP,))


@triton.jit(do_not_specialize=["epochs", "T", "P", "V", "H"])
def train(
    x, y, share, before, on, rates, spreads, weights, mean, square, hidden, cells, gates, p, left, losses, epochs,
    T, P, V, H, VP: tl.constexpr, HP: tl.constexpr, LSTM: tl.constexpr, TERMS: tl.constexpr,
):  # fmt: skip
    """``epochs`` epochs of each start; rates and spreads (epochs): Adam's, corrected for its bias."""
    G: tl.constexpr = 4 if LSTM else 1
    start = tl.program_id(0).to(tl.int64)
    weights, mean, square = weights + start * P, mean + start * P, square + start * P
    hidden, cells, gates = hidden + start * (T + 1) * H, cells + start * (T + 1) * H, gates + start * T * G * H
    p, left, losses = p + start * T * V, left + start * T * V, losses + start * epochs
    j, v = tl.arange(0, HP), tl.arange(0, VP)
    of_h, of_v = j < H, v < V
    # Rows of all gates: which gate, and which node.
    row = tl.arange(0, G * HP)
    of, node = row // HP, row % HP
    at, of_rows = of * H + node, node < H
    # Where the parts lie, and which numbers of a tile are there.
    at_ih, ih = at[:, None] * V + v[None, :], of_rows[:, None] & of_v[None, :]
    at_hh, hh = G * H * V + at[:, None] * H + j[None, :], of_rows[:, None] & of_h[None, :]
    at_bias, at_other_bias = G * H * (V + H) + at, G * H * (V + H + 1) + at
    at_linear, vh = G * H * (V + H + 2) + v[:, None] * H + j[None, :], of_v[:, None] & of_h[None, :]
    at_linear_bias = G * H * (V + H + 2) + V * H + v
    for epoch in range(epochs):
        linear, linear_bias = tl.load(weights + at_linear, vh, 0.0), tl.load(weights + at_linear_bias, of_v, 0.0)
        w, u = tl.load(weights + at_ih, ih, 0.0), tl.load(weights + at_hh, hh, 0.0)
        bias = tl.load(weights + at_bias, of_rows, 0.0) + tl.load(weights + at_other_bias, of_rows, 0.0)
        h = tl.sum(tl.zeros_like(u), 0)
        c = h
        total = tl.sum(h, 0)
        lost = total
        for t in range(T):
            fresh = tl.load(before + t) == 0
            h, c = tl.where(fresh, 0.0, h).to(h.dtype), tl.where(fresh, 0.0, c).to(h.dtype)
            xt = tl.load(x + t * V + v, of_v, 0.0)
            z = bias + tl.sum(w * xt[None, :], 1) + tl.sum(u * h[None, :], 1)
            if LSTM:
                a = tl.where(of == 2, tanh(z, TERMS), sigmoid(z))
                tl.store(gates + t * G * H + at, a, of_rows)
                c = gate(a, 1, HP) * c + gate(a, 0, HP) * gate(a, 2, HP)
                h = gate(a, 3, HP) * tanh(c, TERMS)
                tl.store(cells + (t + 1) * H + j, c, of_h)
            else:
                h = tanh(z, TERMS)
            tl.store(hidden + (t + 1) * H + j, h, of_h)
            yt = tl.load(y + t * V + v, of_v, 0.0)
            one, likely, grad = class_loss(h, linear, linear_bias, yt, tl.load(share + t), V, VP)
            tl.store(p + t * V + v, likely, of_v)
            tl.store(left + t * V + v, grad, of_v)
            # Compensated (Kahan).
            change = one - lost
            more = total + change
            lost = (more - total) - change
            total = more
        tl.store(losses + epoch, total)
        # What one thread has stored another may load.
        tl.debug_barrier()
        dw, du, db = tl.zeros_like(w), tl.zeros_like(u), tl.zeros_like(bias)
        dlinear, dlinear_bias = tl.zeros_like(linear), tl.zeros_like(linear_bias)
        dh = tl.sum(tl.zeros_like(u), 0)
        dc = dh
        for back in range(T):
            t = T - 1 - back
            cut = tl.load(on + t) == 0
            dh, dc = tl.where(cut, 0.0, dh).to(dh.dtype), tl.where(cut, 0.0, dc).to(dh.dtype)
            xt, dlogits = tl.load(x + t * V + v, of_v, 0.0), tl.load(left + t * V + v, of_v, 0.0)
            now, state = tl.load(hidden + (t + 1) * H + j, of_h, 0.0), tl.load(before + t)
            earlier = tl.load(hidden + state * H + j, of_h, 0.0)
            dlinear += dlogits[:, None] * now[None, :]
            dlinear_bias += dlogits
            dh += tl.sum(linear * dlogits[:, None], 0)
            if LSTM:
                step = gates + t * G * H + j
                i, f = tl.load(step, of_h, 0.0), tl.load(step + H, of_h, 0.0)
                g, o = tl.load(step + 2 * H, of_h, 0.0), tl.load(step + 3 * H, of_h, 0.0)
                tanh_c = tanh(tl.load(cells + (t + 1) * H + j, of_h, 0.0), TERMS)
                dc += dh * o * (1 - tanh_c * tanh_c)
                into_f = dc * tl.load(cells + state * H + j, of_h, 0.0) * f * (1 - f)
                dz = stacked(dc * g * i * (1 - i), into_f, dc * i * (1 - g * g), dh * tanh_c * o * (1 - o), HP)
                dc *= f
            else:
                dz = dh * (1 - now * now)
            dh = tl.sum(u * dz[:, None], 0)
            dw += dz[:, None] * xt[None, :]
            du += dz[:, None] * earlier[None, :]
            db += dz
        rate, spread = tl.load(rates + epoch), tl.load(spreads + epoch)
        adam(weights, mean, square, dw, at_ih, ih, rate, spread)
        adam(weights, mean, square, du, at_hh, hh, rate, spread)
        adam(weights, mean, square, db, at_bias, of_rows, rate, spread)
        adam(weights, mean, square, db, at_other_bias, of_rows, rate, spread)
        adam(weights, mean, square, dlinear, at_linear, vh, rate, spread)
        adam(weights, mean, square, dlinear_bias, at_linear_bias, of_v, rate, spread)
        tl.debug_barrier()
