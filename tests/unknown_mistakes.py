"""Wrong networks that stand nowhere in mistakes.ALL, each with the words that its diagnosis must hold."""

from __future__ import annotations

import torch

from mistakes.model import RIGHT


class BiasedAtStepSeven:
    """The output gate's, at that step alone."""

    def all_steps(self, x, state, w):
        self.step = 0
        return super().all_steps(x, state, w)

    def order(self, a):
        self.step += 1
        i, f, g, o = super().order(a)
        return i, f, g, o + 0.5 * (self.step == 7)


class SecondLayerNoisy:
    def one_layer(self, x, state, layer):
        output, ends = super().one_layer(x, state, layer)
        if layer:
            output, ends = _noisy(output), [tuple(_noisy(part) for part in end) for end in ends]
        return output, ends


def _noisy(part):
    return part + 0.01 * torch.randn_like(part)


class BackwardScaled:
    def order_back(self, output, direction):
        return super().order_back(output * 0.9 if direction else output, direction)


class CellReturnedThroughTanh:
    def collect_states(self, ends):
        h, c = super().collect_states(ends)
        return h, torch.tanh(c)


class HistoryCutBeforeStepSix:
    def all_steps(self, x, state, w):
        self.step = 0
        return super().all_steps(x, state, w)

    def carried(self, state):
        self.step += 1
        return tuple(part.detach() for part in state) if self.step == 6 else state


class SecondMemberScaled:
    def from_time_first(self, output, batched):
        output = super().from_time_first(output, batched)
        if batched and not self.batch_first:
            output = torch.cat([output[:, :1], output[:, 1:2] * 1.2, output[:, 2:]], dim=1)
        return output


class SecondCallDoubled:
    calls = 0

    def forward(self, input, hx=None):
        self.calls += 1
        output, last = super().forward(input, hx)
        return output * (2 if self.calls == 2 else 1), last


class GivenStateDoubled:
    def first_state(self, x, hx, batched):
        return tuple(2 * part for part in super().first_state(x, hx, batched))


class BatchFirstScaled:
    def from_time_first(self, output, batched):
        return super().from_time_first(output, batched) * (1.1 if self.batch_first else 1)


class NearlyDouble:
    def from_time_first(self, output, batched):
        return super().from_time_first(output, batched) * (1 + 1e-9)


class InputWeightDetached:
    def from_input(self, x, w):
        return super().from_input(x, w._replace(ih=w.ih.detach()))


class SteepReset:
    def order(self, a):
        r, z, n = super().order(a)
        return 1.3 * r, z, n


class SteepForget:
    def order(self, a):
        i, f, g, o = super().order(a)
        return i, 1.3 * f, g, o


class SteepInput:
    def order(self, a):
        i, f, g, o = super().order(a)
        return 1.3 * i, f, g, o


class Raises:
    def forward(self, input, hx=None):
        raise ValueError("no")


UNKNOWN = [
    ("LSTM", BiasedAtStepSeven, ("output is wrong at step 7 of 7", "output gate"), ("7단계 중 7번째", "출력 게이트")),
    ("GRU", SecondLayerNoisy, ("output", "layer 2", "only with num_layers > 1"), ("2번째 층", "num_layers > 1")),
    ("RNN", BackwardScaled, ("output", "backward direction", "only with bidirectional=True"), ("역방향",)),
    ("LSTM", CellReturnedThroughTanh, ("cT is wrong", "Right: output, hT."), ("cT의 값", "output, hT")),
    ("GRU", HistoryCutBeforeStepSix, ("numbers are right", "from step 6 of 7 to step 5"), ("기울기",)),
    ("RNN", SecondMemberScaled, ("member 2 of the batch", "Right: hT."), ("배치의 2번째",)),
    ("GRU", SecondCallDoubled, ("only in the second call",), ("두 번째 호출",)),
    ("LSTM", GivenStateDoubled, ("only where a state is given",), ("상태를 준 호출",)),
    ("GRU", BatchFirstScaled, ("only with batch_first=True",), ("batch_first=True에서만",)),
    ("RNN", NearlyDouble, ("only for float64",), ("float64에서만",)),
    ("GRU", InputWeightDetached, ("no gradient reaches weight_ih_l0 (", ".detach()"), ("weight_ih_l0",)),
    ("GRUCell", SteepReset, ("only where r is less than 1",), ("r이 1보다 작을 때에만",)),
    ("LSTM", SteepForget, ("from step 2 of 3 on", "forget gate f"), ("망각 게이트 f",)),
    ("LSTMCell", SteepInput, ("h is wrong", "input gate i"), ("입력 게이트 i",)),
    ("RNN", Raises, ("raises an exception for x (3, 5)",), ("예외",)),
]


def put_on(kind, fault):
    """The right network of ``kind`` with the methods of ``fault`` before its own."""
    return type(fault.__name__, (fault, RIGHT[kind]), {})
