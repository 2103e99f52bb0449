"""Inherits torch.nn.LSTM."""

from torch import nn


class LSTM(nn.LSTM):
    pass
