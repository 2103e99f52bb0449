"""Your own recurrent networks. Fill in what is asked of you, delete the rest.

Try it at home:  pytest claims/ --submission THIS_FILE.py
What still raises NotImplementedError, or is deleted, counts as not attempted. torch's own RNN, LSTM, GRU and their cells
may not be used. L is the length of the series, N the batch, V = input_size, H = hidden_size, D the directions (2 if
bidirectional, else 1); dtypes are those of the input.
The weights come from outside: after the constructor they are overwritten, so compute nothing from them there. Layers
of nn.Linear serve, too, where each weight has torch's name as well: self.weight_ih = self.x2h.weight in a cell.
"""

from torch import nn


class RNN(nn.Module):
    """As torch.nn.RNN. Parameters, in this order: weight_ih_l0 (H, V), weight_hh_l0 (H, H), bias_ih_l0 (H,), bias_hh_l0 (H,)."""

    def __init__(
        self,
        input_size,
        hidden_size,
        num_layers=1,
        bias=True,
        batch_first=False,
        bidirectional=False,
        nonlinearity="tanh",
    ):
        super().__init__()
        raise NotImplementedError

    def forward(self, x, state=None):
        """x: (L, V), (L, N, V), or with batch_first (N, L, V). state: h: (D * num_layers, H), (D * num_layers, N, H); zeros where it is left out.

        Returns output of shape (L, H), (L, N, H) or (N, L, H), and the last state, shaped like state.
        """
        raise NotImplementedError


class LSTM(nn.Module):
    """As torch.nn.LSTM. Parameters, in this order: weight_ih_l0 (4H, V), weight_hh_l0 (4H, H), bias_ih_l0 (4H,), bias_hh_l0 (4H,).

    Rows of the weights: gates in the order i, f, g, o."""

    def __init__(self, input_size, hidden_size, num_layers=1, bias=True, batch_first=False, bidirectional=False):
        super().__init__()
        raise NotImplementedError

    def forward(self, x, state=None):
        """x: (L, V), (L, N, V), or with batch_first (N, L, V). state: (h, c): (D * num_layers, H), (D * num_layers, N, H); zeros where it is left out.

        Returns output of shape (L, H), (L, N, H) or (N, L, H), and the last state, shaped like state.
        """
        raise NotImplementedError


class GRU(nn.Module):
    """As torch.nn.GRU. Parameters, in this order: weight_ih_l0 (3H, V), weight_hh_l0 (3H, H), bias_ih_l0 (3H,), bias_hh_l0 (3H,).

    Rows of the weights: gates in the order r, z, n."""

    def __init__(self, input_size, hidden_size, num_layers=1, bias=True, batch_first=False, bidirectional=False):
        super().__init__()
        raise NotImplementedError

    def forward(self, x, state=None):
        """x: (L, V), (L, N, V), or with batch_first (N, L, V). state: h: (D * num_layers, H), (D * num_layers, N, H); zeros where it is left out.

        Returns output of shape (L, H), (L, N, H) or (N, L, H), and the last state, shaped like state.
        """
        raise NotImplementedError


class RNNCell(nn.Module):
    """As torch.nn.RNNCell. Parameters, in this order: weight_ih (H, V), weight_hh (H, H), bias_ih (H,), bias_hh (H,)."""

    def __init__(self, input_size, hidden_size, bias=True, nonlinearity="tanh"):
        super().__init__()
        raise NotImplementedError

    def forward(self, x, state=None):
        """x: (V,) or (N, V). state: h: (H,), (N, H), zeros where it is left out. Returns the new state."""
        raise NotImplementedError


class LSTMCell(nn.Module):
    """As torch.nn.LSTMCell. Parameters, in this order: weight_ih (4H, V), weight_hh (4H, H), bias_ih (4H,), bias_hh (4H,).

    Rows of the weights: gates in the order i, f, g, o."""

    def __init__(self, input_size, hidden_size, bias=True):
        super().__init__()
        raise NotImplementedError

    def forward(self, x, state=None):
        """x: (V,) or (N, V). state: (h, c): (H,), (N, H), zeros where it is left out. Returns the new state."""
        raise NotImplementedError


class GRUCell(nn.Module):
    """As torch.nn.GRUCell. Parameters, in this order: weight_ih (3H, V), weight_hh (3H, H), bias_ih (3H,), bias_hh (3H,).

    Rows of the weights: gates in the order r, z, n."""

    def __init__(self, input_size, hidden_size, bias=True):
        super().__init__()
        raise NotImplementedError

    def forward(self, x, state=None):
        """x: (V,) or (N, V). state: h: (H,), (N, H), zeros where it is left out. Returns the new state."""
        raise NotImplementedError


def one_hot(tokens, mapping):
    """tokens: list of L strings. mapping: string -> index. Returns float32 of shape (L, V), V = len(mapping)."""
    raise NotImplementedError


def train(net, x, y, epochs, lr):
    """Train net (returns logits) in place with torch.optim.Adam(lr) on the whole of x, one step an epoch.

    x, y (one-hot): (L, V), or (L, N, V) for a series cut in N pieces. Loss: cross entropy, the mean over the L
    steps; of a cut series the sum of its pieces' means. Returns the list of losses, each read before its step."""
    raise NotImplementedError
