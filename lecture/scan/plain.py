"""The reference: many recurrent networks at once by calls into torch, with a backward pass derived by hand.

A batch of S networks of one size, each with weights of its own, runs over one input. Per step there are two calls
into torch for an RNN and seven for an LSTM, whatever S is; backwards two and five. What can be computed for all steps
at once (the input's share of the gates, every derivative of a nonlinearity, the gradients of the weights) is.

Shapes: L steps, N pieces of a cut series, V inputs, H hidden nodes, G gates (1 for RNN, 4 for LSTM).
x (L, N, V), shared by all networks; weight_ih (S, G*H, V); weight_hh (S, G*H, H); bias (S, G*H), the sum of torch.nn's
two; first states (S, N, H); hidden (L, S, N, H).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import once_differentiable

Piece = tuple[Tensor, Tensor]
State = tuple[Tensor, ...]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Trained:
    """S trained starts: weights (S, ...) by name, losses (S, epochs), and of the last epoch, before its step, hidden
    (S, T, H) and probabilities (S, T, V), pieces one after the other along T."""

    weights: dict[str, Tensor]
    losses: Tensor
    hidden: Tensor
    probabilities: Tensor


def train(
    kind: str,
    first_weights: dict[str, Tensor],
    pieces: Sequence[Piece],
    *,
    epochs: int,
    lr: float,
    carry: bool,
    progress: Progress | None = None,
) -> Trained:
    """Train S starts by calls into torch and by torch.optim.Adam: see :func:`lecture.starts.train_starts`."""
    weights = {name: weight.clone().requires_grad_() for name, weight in first_weights.items()}
    runs = _runs(pieces, carry)
    optimizer = torch.optim.Adam(weights.values(), lr=lr)
    losses = []
    for epoch in range(epochs):
        state, kept, parts = None, [], []
        for x, y in runs:
            hidden, logits, last = forward(kind, weights, x, state)
            state = last if carry else None
            parts.append(losses_of(logits, y))
            kept.append((hidden.detach(), logits.detach().permute(0, 2, 3, 1)))
        total = torch.stack(parts).sum(0)
        losses.append(total.detach())
        optimizer.zero_grad()
        total.sum().backward()
        optimizer.step()
        if progress is not None:
            progress(epoch + 1, epochs)
    # (S, L, N, ...) -> pieces one after the other along L
    hidden, logits = (
        torch.cat([part.transpose(1, 2).flatten(1, 2) for part in parts], 1) for parts in zip(*kept, strict=True)
    )
    trained = {name: weight.detach() for name, weight in weights.items()}
    return Trained(trained, torch.stack(losses, 1), hidden, logits.softmax(-1))


def _runs(pieces: Sequence[Piece], carry: bool) -> list[Piece]:
    """What goes through one scan, as (L, N, V): pieces of one length side by side, unless a state is handed on."""
    if carry or len({len(x) for x, _ in pieces}) > 1:
        return [(x.unsqueeze(1), y.unsqueeze(1)) for x, y in pieces]
    return [(torch.stack([x for x, _ in pieces], 1), torch.stack([y for _, y in pieces], 1))]


def forward(
    kind: str, weights: dict[str, Tensor], x: Tensor, state: State | None
) -> tuple[Tensor, Tensor, tuple[Tensor, ...]]:
    """Hidden states (S, L, N, H), logits (S, V, L, N), and the last state, detached, each part (S, N, H)."""
    get = {name.removeprefix("recurrent."): weight for name, weight in weights.items()}
    weight_ih, weight_hh = get["weight_ih_l0"], get["weight_hh_l0"]
    bias = get["bias_ih_l0"] + get["bias_hh_l0"]
    if state is None:
        size = weight_hh.shape[2]
        zero = weight_hh.new_zeros(len(weight_hh), x.shape[1], size)
        state = (zero,) if kind == "RNN" else (zero, zero)
    if kind == "RNN":
        hidden = rnn_scan(x, weight_ih, weight_hh, bias, *state)
        last: tuple[Tensor, ...] = (hidden[-1].detach(),)
    else:
        hidden, cells = lstm_scan(x, weight_ih, weight_hh, bias, *state)
        last = (hidden[-1].detach(), cells)
    # Classes before steps: softmax over an axis that is not the last is what torch computes fastest for few classes.
    by_start = hidden.transpose(0, 1)
    turned = by_start.flatten(1, 2).transpose(1, 2)
    logits = torch.baddbmm(get["linear.bias"].unsqueeze(2), get["linear.weight"], turned)
    return by_start, logits.unflatten(2, by_start.shape[1:3]), last


def losses_of(logits: Tensor, y: Tensor) -> Tensor:
    """Of each start the sum over pieces of the mean cross entropy; logits (S, V, L, N), one-hot y (L, N, V)."""
    return -(logits.log_softmax(1) * y.permute(2, 0, 1)).sum((1, 2, 3)) / len(y)


def rnn_scan(x: Tensor, weight_ih: Tensor, weight_hh: Tensor, bias: Tensor, h0: Tensor) -> Tensor:
    """Hidden states (L, S, N, H) of S networks with h' = tanh(W_ih x + W_hh h + b)."""
    hidden: Tensor = _RnnScan.apply(x, weight_ih, weight_hh, bias, h0)
    return hidden


def lstm_scan(
    x: Tensor, weight_ih: Tensor, weight_hh: Tensor, bias: Tensor, h0: Tensor, c0: Tensor
) -> tuple[Tensor, Tensor]:
    """Hidden states (L, S, N, H) and last cell states (S, N, H) of S networks; gates in torch.nn's order i, f, g, o.

    The last cell states are for handing on; no gradient flows through them.
    """
    hidden, last = _LstmScan.apply(x, weight_ih, weight_hh, bias, h0, c0)
    return hidden, last


class _RnnScan(Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, weight_ih: Tensor, weight_hh: Tensor, bias: Tensor, h0: Tensor) -> Tensor:
        hidden = _from_input(x, weight_ih, bias)
        back = weight_hh.transpose(1, 2)
        before = h0
        for now in hidden.unbind(0):
            now.baddbmm_(before, back)
            before = now.tanh_()
        ctx.save_for_backward(x, weight_ih, weight_hh, h0, hidden)
        return hidden

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad_hidden: Tensor) -> tuple[Tensor | None, ...]:
        x, weight_ih, weight_hh, h0, hidden = ctx.saved_tensors
        # d tanh(z) = 1 - tanh(z)^2, for all steps at once.
        slopes = torch.addcmul(torch.ones((), dtype=hidden.dtype, device=hidden.device), hidden, hidden, value=-1)
        grads = grad_hidden.clone(memory_format=torch.contiguous_format)
        steps = list(zip(grads.unbind(0), slopes.unbind(0), strict=True))
        after, slope = steps[-1]
        after.mul_(slope)
        for now, slope in reversed(steps[:-1]):
            now.baddbmm_(after, weight_hh)
            after = now.mul_(slope)
        return _gradients(ctx, x, weight_ih, weight_hh, h0, hidden, grads)


class _LstmScan(Function):
    @staticmethod
    def forward(
        ctx: Any, x: Tensor, weight_ih: Tensor, weight_hh: Tensor, bias: Tensor, h0: Tensor, c0: Tensor
    ) -> tuple[Tensor, Tensor]:
        size = weight_hh.shape[2]
        gates = _from_input(x, weight_ih, bias)
        hidden = gates.new_empty(*gates.shape[:-1], size)
        cells, squashed = torch.empty_like(hidden), torch.empty_like(hidden)
        back = weight_hh.transpose(1, 2)
        i, f, g, o = (part.unbind(0) for part in gates.chunk(4, dim=-1))
        both = gates[..., : 2 * size].unbind(0)
        h, c = h0, c0
        steps = zip(
            gates.unbind(0), both, i, f, g, o, hidden.unbind(0), cells.unbind(0), squashed.unbind(0), strict=True
        )
        for z, i_and_f, i_now, f_now, g_now, o_now, h_now, c_now, tanh_c in steps:
            z.baddbmm_(h, back)
            i_and_f.sigmoid_()
            g_now.tanh_()
            o_now.sigmoid_()
            torch.mul(f_now, c, out=c_now)
            c = c_now.addcmul_(i_now, g_now)
            torch.tanh(c, out=tanh_c)
            h = torch.mul(o_now, tanh_c, out=h_now)
        ctx.save_for_backward(x, weight_ih, weight_hh, h0, c0, gates, hidden, cells, squashed)
        last = c.clone()
        ctx.mark_non_differentiable(last)
        return hidden, last

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad_hidden: Tensor, _grad_last: Tensor) -> tuple[Tensor | None, ...]:
        x, weight_ih, weight_hh, h0, c0, gates, hidden, cells, squashed = ctx.saved_tensors
        to_c, of_c, of_h = _slopes(gates, cells, squashed, c0)
        forget = gates.chunk(4, dim=-1)[1]
        size = hidden.shape[-1]
        grad_h = grad_hidden.clone(memory_format=torch.contiguous_format)
        grads = torch.empty_like(gates)
        # Gates i, f, g move with c alone, o with h alone.
        three = grads[..., : 3 * size].unflatten(-1, (3, size)).unbind(0)
        one = grads[..., 3 * size :].unbind(0)
        grad_c = torch.zeros_like(c0)
        steps = list(
            zip(grad_h.unbind(0), to_c.unbind(0), of_c.unbind(0), of_h.unbind(0), forget.unbind(0), three, one,
                grads.unbind(0), strict=True)
        )  # fmt: skip
        after: Tensor | None = None
        for dh, c_by_h, gates_by_c, o_by_h, f_now, dz_three, dz_one, dz in reversed(steps):
            if after is not None:
                dh.baddbmm_(after, weight_hh)
            grad_c.addcmul_(dh, c_by_h)
            torch.mul(grad_c.unsqueeze(2), gates_by_c, out=dz_three)
            torch.mul(dh, o_by_h, out=dz_one)
            grad_c.mul_(f_now)
            after = dz
        *found, grad_h0 = _gradients(ctx, x, weight_ih, weight_hh, h0, hidden, grads)
        return (*found, grad_h0, grad_c if ctx.needs_input_grad[5] else None)


def _slopes(gates: Tensor, cells: Tensor, squashed: Tensor, c0: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """For all steps: dc/dh through o tanh(c); d(i, f, g)'s pull on c, stacked (L, S, N, 3, H); do's pull on h."""
    i, f, g, o = gates.chunk(4, dim=-1)
    before = torch.cat([c0.unsqueeze(0), cells[:-1]])
    of_c = torch.stack([g * i * (1 - i), before * f * (1 - f), i * (1 - g * g)], dim=-2)
    return o * (1 - squashed * squashed), of_c, squashed * o * (1 - o)


def _from_input(x: Tensor, weight_ih: Tensor, bias: Tensor) -> Tensor:
    """W_ih x + b for all steps and networks, (L, S, N, G*H), contiguous."""
    steps, pieces, _ = x.shape
    flat = torch.matmul(x.reshape(1, steps * pieces, -1), weight_ih.transpose(1, 2)) + bias.unsqueeze(1)
    return flat.unflatten(1, (steps, pieces)).transpose(0, 1).contiguous()


def _gradients(
    ctx: Any, x: Tensor, weight_ih: Tensor, weight_hh: Tensor, h0: Tensor, hidden: Tensor, grads: Tensor
) -> tuple[Tensor | None, ...]:
    """Gradients of x, both weights, bias and h0 from those of the gates, ``grads`` (L, S, N, G*H)."""
    steps, starts, pieces, _ = grads.shape
    by_start = grads.transpose(0, 1).reshape(starts, steps * pieces, -1)
    before = torch.cat([h0.unsqueeze(0), hidden[:-1]]).transpose(0, 1).reshape(starts, steps * pieces, -1)
    turned = by_start.transpose(1, 2)
    grad_x = None
    if ctx.needs_input_grad[0]:
        grad_x = torch.bmm(by_start, weight_ih).sum(0).reshape(x.shape)
    inputs = x.reshape(1, steps * pieces, -1).expand(starts, -1, -1)
    return (
        grad_x,
        torch.bmm(turned, inputs),
        torch.bmm(turned, before),
        by_start.sum(1),
        torch.bmm(grads[0], weight_hh) if ctx.needs_input_grad[4] else None,
    )
