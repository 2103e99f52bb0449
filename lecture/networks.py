"""A recurrent network and a Linear in one module."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lecture import LECTURE_SEED


class SequenceClassifier(nn.Module):
    """Logits for every step: ``linear(recurrent(x)[0])``, the first state left out.

    recurrent: any module with the call of torch.nn's RNN, LSTM or GRU, ``(output, state) = recurrent(x)``.
    x of shape (L, V) or (L, N, V); logits of shape (L, K) or (L, N, K), K = linear.out_features.
    """

    def __init__(self, recurrent: nn.Module, linear: nn.Linear) -> None:
        super().__init__()
        self.recurrent = recurrent
        self.linear = linear

    def forward(self, x: Tensor) -> Tensor:
        output, _ = self.recurrent(x)
        return self.linear(output)


class SeededLSTM(SequenceClassifier):
    """Section 8's network: LSTM(V, H), then Linear(H, V), the seed set inside the making.

    Because the seed stands inside, two networks of the same sizes start from the same weights on every device,
    whatever was drawn before. Made on the CPU; torch's stream is left where the Linear's weights end.
    """

    def __init__(self, tokens: int = 6, hidden_size: int = 20, *, seed: int = LECTURE_SEED) -> None:
        torch.manual_seed(seed)
        super().__init__(nn.LSTM(tokens, hidden_size), nn.Linear(hidden_size, tokens))
