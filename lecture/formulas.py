"""One step of each cell, written out, and the loop over steps.

Weights by torch.nn's names; formulas as in torch.nn's documentation. Every step takes x of shape (V,) or (N, V), a
state of shape (H,) or (N, H) (for LSTM a pair of them), and returns the new state. Gates are stacked in torch.nn's
order: i, f, g, o for LSTM, r, z, n for GRU.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

Weights = Mapping[str, Tensor]
Pair = tuple[Tensor, Tensor]


def over(step: Callable[[Tensor, Any], Any], x: Tensor, state: Any) -> tuple[Tensor, Any]:
    """``step(x[t], state)`` for each row of x, with the state that the step before returned.

    The rows of h, stacked, (L, H) or (L, N, H), and the last state; differentiable.
    """
    rows = []
    for xt in x:
        state = step(xt, state)
        rows.append(state[0] if isinstance(state, (tuple, list)) else state)
    return torch.stack(rows), state


def rnn_tanh(x: Tensor, h: Tensor, weights: Weights) -> Tensor:
    """h' = tanh(W_ih x + b_ih + W_hh h + b_hh)."""
    return torch.tanh(_from_input(x, weights) + _from_state(h, weights))


def rnn_relu(x: Tensor, h: Tensor, weights: Weights) -> Tensor:
    """h' = max(0, W_ih x + b_ih + W_hh h + b_hh)."""
    return (_from_input(x, weights) + _from_state(h, weights)).clamp(min=0)


def lstm(x: Tensor, state: Pair, weights: Weights) -> Pair:
    """c' = f c + i g and h' = o tanh(c'), with i, f, o through the sigmoid and g through tanh."""
    h, c = state
    i, f, g, o = (_from_input(x, weights) + _from_state(h, weights)).chunk(4, dim=-1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


def lstm_projected(x: Tensor, state: Pair, weights: Weights) -> Pair:
    """As :func:`lstm`, then h' = W_hr o tanh(c') of proj_size numbers, which is also what the next step reads."""
    h, c = lstm(x, state, weights)
    return h @ weights["weight_hr"].T, c


def gru(x: Tensor, h: Tensor, weights: Weights) -> Tensor:
    """h' = (1 - z) n + z h with n = tanh(n_x + r n_h): the reset gate acts after the product with W_hh."""
    rx, zx, nx = _from_input(x, weights).chunk(3, dim=-1)
    rh, zh, nh = _from_state(h, weights).chunk(3, dim=-1)
    r, z = torch.sigmoid(rx + rh), torch.sigmoid(zx + zh)
    n = torch.tanh(nx + r * nh)
    return (1 - z) * n + z * h


def gru_reset_before(x: Tensor, h: Tensor, weights: Weights) -> Tensor:
    """As :func:`gru` with n = tanh(n_x + W_hn (r h) + b_hn): the reset gate acts on h, before the product (Cho et al.,
    2014)."""
    rx, zx, nx = _from_input(x, weights).chunk(3, dim=-1)
    rh, zh, _ = _from_state(h, weights).chunk(3, dim=-1)
    r, z = torch.sigmoid(rx + rh), torch.sigmoid(zx + zh)
    n = torch.tanh(nx + _from_state(r * h, weights).chunk(3, dim=-1)[2])
    return (1 - z) * n + z * h


def summed_cross_entropy(logits: Tensor, y: Tensor) -> Tensor:
    """-sum of y log softmax(logits) over classes, the mean over L, summed over pieces; from (L, K) or (L, N, K)."""
    return -(y * (logits - logits.logsumexp(-1, keepdim=True))).sum(-1).mean(0).sum()


def adam_losses(net: torch.nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float) -> list[float]:
    """Train a copy of ``net`` by Adam as published (Kingma and Ba, 2015, algorithm 1; betas 0.9, 0.999, eps 1e-8).

    Returns epochs + 1 losses: each before its step, and the one after the last step.
    """
    # .to puts the copy's weights into one piece of memory again, as cuDNN wants them.
    net = copy.deepcopy(net).to(x.device)
    weights = list(net.parameters())
    m, v = [torch.zeros_like(w) for w in weights], [torch.zeros_like(w) for w in weights]
    losses = []
    for t in range(1, epochs + 1):
        loss = summed_cross_entropy(net(x), y)
        losses.append(loss.item())
        with torch.no_grad():
            for i, g in enumerate(torch.autograd.grad(loss, weights)):
                m[i] = 0.9 * m[i] + 0.1 * g
                v[i] = 0.999 * v[i] + 0.001 * g**2
                weights[i].sub_(lr * (m[i] / (1 - 0.9**t)) / ((v[i] / (1 - 0.999**t)).sqrt() + 1e-8))
    with torch.no_grad():
        return [*losses, summed_cross_entropy(net(x), y).item()]


STEPS: dict[str, Callable[..., Any]] = {"RNNCell": rnn_tanh, "RNNCell-relu": rnn_relu, "LSTMCell": lstm, "GRUCell": gru}


def _from_input(x: Tensor, weights: Weights) -> Tensor:
    return x @ weights["weight_ih"].T + weights.get("bias_ih", 0)


def _from_state(h: Tensor, weights: Weights) -> Tensor:
    return h @ weights["weight_hh"].T + weights.get("bias_hh", 0)
