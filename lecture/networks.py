"""A recurrent network and a Linear in one module."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor, nn


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


def classifier(make: Callable[[int, int], nn.Module], tokens: int, hidden_size: int) -> SequenceClassifier:
    """``make(tokens, hidden_size)``, then ``Linear(hidden_size, tokens)``, in one module, on the CPU.

    In this order, as in the lecture, from torch's stream as it stands: whoever calls it has set the seed.
    """
    recurrent = make(tokens, hidden_size)
    return SequenceClassifier(recurrent, nn.Linear(hidden_size, tokens))
