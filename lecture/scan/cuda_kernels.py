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
    j, k, v = tl.arange(0, HP), tl.arange(0, HP), tl.arange(0, VP)
    of_h, of_v = j < H, v < V
    # Where the parts lie, and which numbers of a tile are there.
    at_ih, ih = j[:, None] * V + v[None, :], of_h[:, None] & of_v[None, :]
    at_hh, hh = G * H * V + j[:, None] * H + k[None, :], of_h[:, None] & of_h[None, :]
    at_bias, at_other_bias = G * H * (V + H) + j, G * H * (V + H + 1) + j
    at_linear, vh = G * H * (V + H + 2) + v[:, None] * H + k[None, :], of_v[:, None] & of_h[None, :]
    at_linear_bias = G * H * (V + H + 2) + V * H + v
    for epoch in range(epochs):
        linear, linear_bias = tl.load(weights + at_linear, vh, 0.0), tl.load(weights + at_linear_bias, of_v, 0.0)
        w0, u0 = tl.load(weights + at_ih, ih, 0.0), tl.load(weights + at_hh, hh, 0.0)
        b0 = tl.load(weights + at_bias, of_h, 0.0) + tl.load(weights + at_other_bias, of_h, 0.0)
        if LSTM:
            w1, u1 = tl.load(weights + at_ih + H * V, ih, 0.0), tl.load(weights + at_hh + H * H, hh, 0.0)
            w2, u2 = tl.load(weights + at_ih + 2 * H * V, ih, 0.0), tl.load(weights + at_hh + 2 * H * H, hh, 0.0)
            w3, u3 = tl.load(weights + at_ih + 3 * H * V, ih, 0.0), tl.load(weights + at_hh + 3 * H * H, hh, 0.0)
            b1 = tl.load(weights + at_bias + H, of_h, 0.0) + tl.load(weights + at_other_bias + H, of_h, 0.0)
            b2 = tl.load(weights + at_bias + 2 * H, of_h, 0.0) + tl.load(weights + at_other_bias + 2 * H, of_h, 0.0)
            b3 = tl.load(weights + at_bias + 3 * H, of_h, 0.0) + tl.load(weights + at_other_bias + 3 * H, of_h, 0.0)
        zeros = tl.zeros_like(b0)
        h, c = zeros, zeros
        total, lost = tl.sum(zeros, 0), tl.sum(zeros, 0)
        for t in range(T):
            fresh = tl.load(before + t) == 0
            h, c = tl.where(fresh, zeros, h), tl.where(fresh, zeros, c)
            xt = tl.load(x + t * V + v, of_v, 0.0)
            z0 = b0 + tl.sum(w0 * xt[None, :], 1) + tl.sum(u0 * h[None, :], 1)
            if LSTM:
                f = sigmoid(b1 + tl.sum(w1 * xt[None, :], 1) + tl.sum(u1 * h[None, :], 1))
                g = tanh(b2 + tl.sum(w2 * xt[None, :], 1) + tl.sum(u2 * h[None, :], 1), TERMS)
                o = sigmoid(b3 + tl.sum(w3 * xt[None, :], 1) + tl.sum(u3 * h[None, :], 1))
                i = sigmoid(z0)
                c = f * c + i * g
                h = o * tanh(c, TERMS)
                tl.store(gates + 4 * t * H + j, i, of_h)
                tl.store(gates + (4 * t + 1) * H + j, f, of_h)
                tl.store(gates + (4 * t + 2) * H + j, g, of_h)
                tl.store(gates + (4 * t + 3) * H + j, o, of_h)
                tl.store(cells + (t + 1) * H + j, c, of_h)
            else:
                h = tanh(z0, TERMS)
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
        dw0, du0, db0 = tl.zeros_like(w0), tl.zeros_like(u0), zeros
        dlinear, dlinear_bias = tl.zeros_like(linear), tl.zeros_like(linear_bias)
        if LSTM:
            dw1, dw2, dw3 = tl.zeros_like(w0), tl.zeros_like(w0), tl.zeros_like(w0)
            du1, du2, du3 = tl.zeros_like(u0), tl.zeros_like(u0), tl.zeros_like(u0)
            db1, db2, db3 = zeros, zeros, zeros
        dh, dc = zeros, zeros
        for back in range(T):
            t = T - 1 - back
            cut = tl.load(on + t) == 0
            dh, dc = tl.where(cut, zeros, dh), tl.where(cut, zeros, dc)
            xt, dlogits = tl.load(x + t * V + v, of_v, 0.0), tl.load(left + t * V + v, of_v, 0.0)
            now, state = tl.load(hidden + (t + 1) * H + j, of_h, 0.0), tl.load(before + t)
            earlier = tl.load(hidden + state * H + j, of_h, 0.0)
            dlinear += dlogits[:, None] * now[None, :]
            dlinear_bias += dlogits
            dh += tl.sum(linear * dlogits[:, None], 0)
            if LSTM:
                i, f = tl.load(gates + 4 * t * H + j, of_h, 0.0), tl.load(gates + (4 * t + 1) * H + j, of_h, 0.0)
                g, o = tl.load(gates + (4 * t + 2) * H + j, of_h, 0.0), tl.load(gates + (4 * t + 3) * H + j, of_h, 0.0)
                tanh_c = tanh(tl.load(cells + (t + 1) * H + j, of_h, 0.0), TERMS)
                dc += dh * o * (1 - tanh_c * tanh_c)
                dz0 = dc * g * i * (1 - i)
                dz1 = dc * tl.load(cells + state * H + j, of_h, 0.0) * f * (1 - f)
                dz2 = dc * i * (1 - g * g)
                dz3 = dh * tanh_c * o * (1 - o)
                dc *= f
                dh = tl.sum(u0 * dz0[:, None], 0) + tl.sum(u1 * dz1[:, None], 0)
                dh += tl.sum(u2 * dz2[:, None], 0) + tl.sum(u3 * dz3[:, None], 0)
                dw1 += dz1[:, None] * xt[None, :]
                dw2 += dz2[:, None] * xt[None, :]
                dw3 += dz3[:, None] * xt[None, :]
                du1 += dz1[:, None] * earlier[None, :]
                du2 += dz2[:, None] * earlier[None, :]
                du3 += dz3[:, None] * earlier[None, :]
                db1, db2, db3 = db1 + dz1, db2 + dz2, db3 + dz3
            else:
                dz0 = dh * (1 - now * now)
                dh = tl.sum(u0 * dz0[:, None], 0)
            dw0 += dz0[:, None] * xt[None, :]
            du0 += dz0[:, None] * earlier[None, :]
            db0 += dz0
        rate, spread = tl.load(rates + epoch), tl.load(spreads + epoch)
        adam(weights, mean, square, dw0, at_ih, ih, rate, spread)
        adam(weights, mean, square, du0, at_hh, hh, rate, spread)
        adam(weights, mean, square, db0, at_bias, of_h, rate, spread)
        adam(weights, mean, square, db0, at_other_bias, of_h, rate, spread)
        if LSTM:
            adam(weights, mean, square, dw1, at_ih + H * V, ih, rate, spread)
            adam(weights, mean, square, dw2, at_ih + 2 * H * V, ih, rate, spread)
            adam(weights, mean, square, dw3, at_ih + 3 * H * V, ih, rate, spread)
            adam(weights, mean, square, du1, at_hh + H * H, hh, rate, spread)
            adam(weights, mean, square, du2, at_hh + 2 * H * H, hh, rate, spread)
            adam(weights, mean, square, du3, at_hh + 3 * H * H, hh, rate, spread)
            adam(weights, mean, square, db1, at_bias + H, of_h, rate, spread)
            adam(weights, mean, square, db2, at_bias + 2 * H, of_h, rate, spread)
            adam(weights, mean, square, db3, at_bias + 3 * H, of_h, rate, spread)
            adam(weights, mean, square, db1, at_other_bias + H, of_h, rate, spread)
            adam(weights, mean, square, db2, at_other_bias + 2 * H, of_h, rate, spread)
            adam(weights, mean, square, db3, at_other_bias + 3 * H, of_h, rate, spread)
        adam(weights, mean, square, dlinear, at_linear, vh, rate, spread)
        adam(weights, mean, square, dlinear_bias, at_linear_bias, of_v, rate, spread)
        tl.debug_barrier()
