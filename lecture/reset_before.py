"""The GRU of most textbooks as torch's is called: torch's own resets after the product with W_hh."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor, nn

from lecture import formulas


class GRU(nn.GRU):
    """torch.nn.GRU in all but the formula, lecture.formulas.gru_reset_before."""

    whose = "the course"

    def forward(self, input: Tensor, hx: Tensor | None = None) -> tuple[Tensor, Tensor]:  # type: ignore[override]
        """x: (L, V), (L, N, V), or (N, L, V) with batch_first; h0: (D * layers, H) or (D * layers, N, H)."""
        batched, along = input.dim() == 3, 1 if self.batch_first else 0
        x = input.transpose(0, along) if batched else input.unsqueeze(1)
        rows = self.num_layers * (2 if self.bidirectional else 1)
        h0 = x.new_zeros(rows, x.shape[1], self.hidden_size) if hx is None else hx
        h0 = h0 if h0.dim() == 3 else h0.unsqueeze(1)
        if h0.shape != (rows, x.shape[1], self.hidden_size) or (hx is not None and hx.dim() != input.dim()):
            raise RuntimeError(f"hidden state {tuple(h0.shape)} does not fit an input {tuple(input.shape)}")
        last: list[Tensor] = []
        for layer in range(self.num_layers):
            beside = []
            for suffix in ("", "_reverse") if self.bidirectional else ("",):
                step = partial(formulas.gru_reset_before, weights=self._of(f"_l{layer}{suffix}"))
                output, h = formulas.over(step, x.flip(0) if suffix else x, h0[len(last)])
                beside.append(output.flip(0) if suffix else output)
                last.append(h)
            x = torch.cat(beside, dim=-1)
        hT = torch.stack(last)
        return (x.transpose(0, along), hT) if batched else (x.squeeze(1), hT.squeeze(1))

    def _of(self, suffix: str) -> dict[str, Tensor]:
        return {n.removesuffix(suffix): w for n, w in self.named_parameters() if n.endswith(suffix)}


class GRUCell(nn.GRUCell):
    """torch.nn.GRUCell in all but the formula, lecture.formulas.gru_reset_before."""

    whose = "the course"

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        """x: (V,) or (N, V); h0: (H,) or (N, H)."""
        h = input.new_zeros(*input.shape[:-1], self.hidden_size) if hx is None else hx
        if h.shape != (*input.shape[:-1], self.hidden_size):
            raise RuntimeError(f"hidden state {tuple(h.shape)} does not fit an input {tuple(input.shape)}")
        return formulas.gru_reset_before(input, h, dict(self.named_parameters()))
