"""Takes memory in processes of its own (2 GiB at most; each of them stays within the limit)."""

import os
import time

import torch
from torch import nn


class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        for name, *more in ("weight_ih", input_size), ("weight_hh", hidden_size), ("bias_ih",), ("bias_hh",):
            self.register_parameter(f"{name}_l0", nn.Parameter(torch.empty(4 * hidden_size, *more)))

    def forward(self, x, state=None):
        for _ in range(3):
            if os.fork() == 0:
                kept = bytearray(b"x") * (700 * 2**20)
                time.sleep(20)
                os._exit(len(kept) % 2)
        time.sleep(20)
