"""A recurrent network and a Linear in one module."""

from __future__ import annotations

from torch import Tensor, nn


class SequenceClassifier(nn.Module):
    """Logits for every step: ``linear(recurrent(x)[0])``, the first state left out.

    x of shape (L, V) or (L, N, V); logits of shape (L, K) or (L, N, K).
    """

    def __init__(self, recurrent: nn.Module, linear: nn.Linear) -> None:
        super().__init__()
        self.recurrent = recurrent
        self.linear = linear

    def forward(self, x: Tensor) -> Tensor:
        output, _ = self.recurrent(x)
        return self.linear(output)
