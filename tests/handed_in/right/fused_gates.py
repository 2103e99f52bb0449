"""LSTM and LSTMCell: the input's part of all steps in a single matmul, and the four gates in one go."""

import torch


def gates(a, c):
    """a: (..., 4H) before the nonlinearities, in the order i, f, g, o."""
    i, f, g, o = a.unflatten(-1, (4, -1)).unbind(-2)
    i, f, o = torch.stack((i, f, o)).sigmoid()
    c = torch.addcmul(f * c, i, g.tanh())
    return o * c.tanh(), c


def parameter(*shape, hidden_size):
    return torch.nn.Parameter((2 * torch.rand(*shape) - 1) * hidden_size**-0.5)


class LSTMCell(torch.nn.Module):
    def __init__(self, input_size, hidden_size, bias=True):
        super().__init__()
        self.hidden_size = hidden_size
        self.weight_ih = parameter(4 * hidden_size, input_size, hidden_size=hidden_size)
        self.weight_hh = parameter(4 * hidden_size, hidden_size, hidden_size=hidden_size)
        if bias:
            self.bias_ih = parameter(4 * hidden_size, hidden_size=hidden_size)
            self.bias_hh = parameter(4 * hidden_size, hidden_size=hidden_size)
        else:
            self.register_parameter("bias_ih", None)
            self.register_parameter("bias_hh", None)

    def forward(self, x, state=None):
        wanted = (*x.shape[:-1], self.hidden_size)
        h, c = state or (x.new_zeros(wanted), x.new_zeros(wanted))
        assert h.shape == c.shape == wanted, f"hidden states must be {wanted}"
        # [x, h] times [W_ih, W_hh]: one product for everything.
        a = torch.cat((x, h), -1) @ torch.cat((self.weight_ih, self.weight_hh), 1).mT
        if self.bias_ih is not None:
            a = a + (self.bias_ih + self.bias_hh)
        return gates(a, c)


class LSTM(torch.nn.Module):
    def __init__(self, input_size, hidden_size, bias=True, batch_first=False):
        super().__init__()
        self.input_size, self.hidden_size, self.batch_first, self.bias = input_size, hidden_size, batch_first, bias
        self.weight_ih_l0 = parameter(4 * hidden_size, input_size, hidden_size=hidden_size)
        self.weight_hh_l0 = parameter(4 * hidden_size, hidden_size, hidden_size=hidden_size)
        if bias:
            self.bias_ih_l0 = parameter(4 * hidden_size, hidden_size=hidden_size)
            self.bias_hh_l0 = parameter(4 * hidden_size, hidden_size=hidden_size)

    def forward(self, input, hx=None):
        assert input.dim() in (2, 3), "(L, V), (L, N, V) or, with batch_first, (N, L, V)"
        turn = self.batch_first and input.dim() == 3
        x = input.transpose(0, 1) if turn else input
        wanted = (1, *x.shape[1:-1], self.hidden_size)
        h, c = hx if hx is not None else torch.zeros(2, *wanted).to(x)
        assert h.shape == c.shape == wanted, f"expected hidden of shape {wanted}, got {tuple(h.shape)}"
        h, c = h.squeeze(0), c.squeeze(0)
        bias = self.bias_ih_l0 + self.bias_hh_l0 if self.bias else None
        prepared = torch.nn.functional.linear(x, self.weight_ih_l0, bias)
        W = self.weight_hh_l0.t().contiguous()
        outputs = []
        for a in prepared.unbind(0):
            h, c = gates(a + torch.matmul(h, W), c)
            outputs.append(h.unsqueeze(0))
        output = torch.cat(outputs)
        return (output.transpose(0, 1) if turn else output), (h.unsqueeze(0), c.unsqueeze(0))
