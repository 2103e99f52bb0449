from torch import nn


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size, bias=True):
        super().__init__()
        self.a, self.b = nn.Linear(input_size, 4 * hidden_size, bias), nn.Linear(hidden_size, 4 * hidden_size, bias)
        self.weight_ih, self.weight_hh = self.a.weight, self.b.weight
        self.bias_ih, self.bias_hh = self.a.bias, self.b.bias

    def forward(self, x, state):  # right for (N, V); the state must be given
        h, c = state
        i, f, g, o = (self.a(x) + self.b(h)).chunk(4, 1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c
