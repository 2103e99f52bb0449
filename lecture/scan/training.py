"""Whole epochs of one block of starts: forwards, loss, backwards and Adam, without a call into torch.

What numba compiles are ``train_rnn`` and ``train_lstm``: a loop over epochs around one intrinsic, whose instructions
the functions of this package write. numba unpacks the arrays, calls LLVM and keeps what comes out.
"""

from __future__ import annotations

import math
from typing import Any

from numba import types
from numba.extending import intrinsic

from lecture.scan.code import Code, Numbers, Rows, Steps, Whole
from lecture.scan.emitted import DOUBLE, SINGLE, Emitted, fma, root
from lecture.scan.gradients import Series, gradients
from lecture.scan.layout import GATES, Layout

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8
"""torch.optim.Adam's defaults, which are its paper's."""

FORMATS = {types.float32: SINGLE, types.float64: DOUBLE}


def adam_step(code: Code, rows: Rows, count: Whole, rate: Emitted, spread: Emitted) -> None:
    """One step of Adam for ``count`` weights, in the order in which torch.optim.Adam computes it."""
    with code.loop(count) as row:
        g, mean, square = (rows[count * n + row] for n in (1, 2, 3))
        mean = fma(g - mean, 1 - BETA1, mean)
        square = fma(g * g, 1 - BETA2, square * BETA2)
        rows[count * 2 + row] = mean
        rows[count * 3 + row] = square
        rows[row] = rows[row] - mean / (root(square) / spread + EPSILON) * rate


def _epoch(kind: str, given: tuple[Any, ...]) -> Any:
    """Signature and code of an intrinsic: one epoch and its step. given: the types of what ``rnn_epoch`` is given."""
    rows, series, _, losses, _, rate, spread = given
    format = FORMATS[rows.dtype]

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        code = Code(builder, format)

        def array(type: Any, value: Any) -> Any:
            return context.make_array(type)(context, builder, value)

        def numbers(type: Any, value: Any) -> Any:
            found = array(type, value)
            if isinstance(type.dtype, types.Integer):
                return Steps(code, found.data)
            shape = [builder.extract_value(found.shape, axis) for axis in range(type.ndim)]
            return Numbers(code, found.data, shape)

        def shared(type: Any, value: Any) -> Emitted:
            return Emitted(builder, format, format.spread(builder, context.cast(builder, value, type, rows.dtype)))

        parts = [builder.extract_value(args[1], place) for place in range(len(series))]
        all_series = Series(*map(numbers, series, parts))
        steps, inputs = all_series.x.shape
        at = Layout(GATES[kind], steps, inputs, Whole(builder, args[2]))
        block = Rows(code, array(rows, args[0]).data)
        gradients(kind, code, block, at, all_series, Rows(code, array(losses, args[3]).data), Whole(builder, args[4]))
        adam_step(code, block, at.count, shared(rate, args[5]), shared(spread, args[6]))
        return context.get_dummy_value()

    return types.void(rows, series, types.int64, losses, types.int64, rate, spread), emit


@intrinsic
def rnn_epoch(context, rows, series, size, losses, epoch, rate, spread):
    """Loss, gradients and step of one epoch of an RNN, in place."""
    return _epoch("RNN", (rows, series, size, losses, epoch, rate, spread))


@intrinsic
def lstm_epoch(context, rows, series, size, losses, epoch, rate, spread):
    """As ``rnn_epoch``, of an LSTM."""
    return _epoch("LSTM", (rows, series, size, losses, epoch, rate, spread))


def train_rnn(rows, series, size, losses, lr, done):
    """Train a block's RNN of ``size`` hidden nodes in place, for as many epochs as ``losses`` has rows.

    rows, series: see lecture.scan.gradients. losses: (epochs, starts), each read before its step. done: epochs that
    have gone before.
    """
    for epoch in range(len(losses)):
        step = done + epoch + 1
        rnn_epoch(rows, series, size, losses, epoch, lr / (1 - BETA1**step), math.sqrt(1 - BETA2**step))


def train_lstm(rows, series, size, losses, lr, done):
    """As :func:`train_rnn`, for LSTM."""
    for epoch in range(len(losses)):
        step = done + epoch + 1
        lstm_epoch(rows, series, size, losses, epoch, lr / (1 - BETA1**step), math.sqrt(1 - BETA2**step))
