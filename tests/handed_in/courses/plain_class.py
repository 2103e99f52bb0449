"""A class of Python's own: weights in a dict, a batch first, the state in a pair of zeros."""

import torch


class LSTMScratch:
    def __init__(self, num_inputs, num_hiddens, sigma=0.01):
        self.num_hiddens = num_hiddens
        self.steps_seen = torch.zeros(1)

        def triple():
            return (
                (torch.randn(num_inputs, num_hiddens) * sigma).requires_grad_(),
                torch.randn(num_hiddens, num_hiddens, requires_grad=True) * sigma,
                torch.zeros(num_hiddens, requires_grad=True),
            )

        self.weights = {gate: triple() for gate in ("i", "f", "o", "c")}

    def __call__(self, inputs, H_C=None):
        if H_C is None:
            H = torch.zeros((inputs.shape[0], self.num_hiddens), dtype=inputs.dtype)
            C = torch.zeros((inputs.shape[0], self.num_hiddens), dtype=inputs.dtype)
        else:
            H, C = H_C
        outputs = []
        for X in inputs.unbind(1):
            i, f, o, c = (X @ W + H @ U + b for W, U, b in self.weights.values())
            C = torch.sigmoid(f) * C + torch.sigmoid(i) * torch.tanh(c)
            H = torch.sigmoid(o) * torch.tanh(C)
            outputs.append(H)
        return outputs, (H, C)
