"""Two matrices and one bias, transposed; a batch first; the state without an axis of layers."""

import math

import torch
from torch import nn


class NaiveLSTM(nn.Module):
    def __init__(self, input_sz, hidden_sz):
        super().__init__()
        self.hidden_size = hidden_sz
        self.W = nn.Parameter(torch.empty(input_sz, 4 * hidden_sz))
        self.U = nn.Parameter(torch.empty(hidden_sz, 4 * hidden_sz))
        self.bias = nn.Parameter(torch.zeros(4 * hidden_sz))
        for weight in self.parameters():
            nn.init.uniform_(weight, -1 / math.sqrt(hidden_sz), 1 / math.sqrt(hidden_sz))

    def forward(self, x, init_states=None):
        bs, seq_len, _ = x.shape
        n = self.hidden_size
        h, c = (x.new_zeros(bs, n), x.new_zeros(bs, n)) if init_states is None else init_states
        hidden_seq = []
        for t in range(seq_len):
            gates = x[:, t] @ self.W + h @ self.U + self.bias
            i_t, f_t = torch.sigmoid(gates[:, :n]), torch.sigmoid(gates[:, n : 2 * n])
            g_t, o_t = torch.tanh(gates[:, 2 * n : 3 * n]), torch.sigmoid(gates[:, 3 * n :])
            c = f_t * c + i_t * g_t
            h = o_t * torch.tanh(c)
            hidden_seq.append(h)
        return torch.stack(hidden_seq, dim=1), (h, c)
