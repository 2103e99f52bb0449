import torch
from torch.nn import Module, Parameter


class LSTM(Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        H = hidden_size
        self.H = H
        self.weight_ih_l0, self.weight_hh_l0 = Parameter(torch.rand(4 * H, input_size)), Parameter(torch.rand(4 * H, H))
        self.bias_ih_l0, self.bias_hh_l0 = Parameter(torch.rand(4 * H)), Parameter(torch.rand(4 * H))

    def forward(self, x, water=None):
        shape = torch.Size([1]) + x.shape[1:-1] + torch.Size([self.H])
        h, c = water or (torch.zeros(shape).type_as(x), torch.zeros(shape).type_as(x))
        if not (h.shape == c.shape == shape):
            raise Exception("wrong water")
        output = []
        for xt in x:
            a = self.weight_ih_l0 @ xt[..., None] + self.weight_hh_l0 @ h[0][..., None]
            a = a[..., 0] + self.bias_ih_l0 + self.bias_hh_l0
            i, f, g, o = [a[..., k * self.H : (k + 1) * self.H] for k in range(4)]
            c = (f.sigmoid() * c[0] + i.sigmoid() * g.tanh())[None]
            h = o.sigmoid() * c.tanh()
            output.append(h)
        return torch.cat(output), (h, c)
