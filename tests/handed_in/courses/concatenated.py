"""One nn.Linear a gate on hidden state and input side by side; a state has to be given."""

import torch
from torch import nn


class LSTMModel(nn.Module):
    def __init__(self, input_dim, hidden_dim, dropout):
        super().__init__()
        self.forget_gate = nn.Linear(hidden_dim + input_dim, hidden_dim)
        self.input_gate = nn.Linear(hidden_dim + input_dim, hidden_dim)
        self.output_gate = nn.Linear(hidden_dim + input_dim, hidden_dim)
        self.candidate = nn.Linear(hidden_dim + input_dim, hidden_dim)
        self.dropout = dropout

    def forward(self, x, state):
        h, c = state
        outputs = []
        for x_t in x:
            z = torch.cat((h, x_t), dim=-1)
            f, i, o = (torch.sigmoid(gate(z)) for gate in (self.forget_gate, self.input_gate, self.output_gate))
            c = f * c + i * torch.tanh(self.candidate(z))
            h = o * torch.tanh(c)
            outputs.append(h)
        return torch.stack(outputs), h, c
