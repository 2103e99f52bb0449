"""A GRU in the other form: judged by the course's formula, which is right by itself."""

from __future__ import annotations

import pytest
import torch
from torch import nn

import parts
from tests.test_contract import by_contract, of_course, told

__all__ = ["by_contract"]


def test_a_gru_is_judged_by_the_formula_of_the_contract(by_contract):
    """The reset gate before the product, or after it: each is wrong by the other's. No mistake of torch's is named."""
    contract, text = of_course("gru_reset_before")
    after = text.replace("torch.cat([r * h, step], 1)", "torch.cat([h, step], 1)").replace(
        "self.W_h(", "self._candidate(r, "
    )
    after += """
    def _candidate(self, r, both):
        h, x = both[:, : self.hidden_dim], both[:, self.hidden_dim :]
        weight = self.W_h.weight
        return x @ weight[:, self.hidden_dim :].T + self.W_h.bias + r * (h @ weight[:, : self.hidden_dim].T)
"""
    ids = ("lstm/hT-is-the-last-row", "lstm/omit-water")
    assert (grade := by_contract(contract, text, ids)).score == grade.max_score == 4
    wrong = by_contract(contract, after, ids)
    assert (wrong.score, wrong.max_score) == (0, 4)
    word, advice = told(wrong)["lstm/hT-is-the-last-row"]
    assert (word, advice[:39]) == ("fails", "The numbers are not the formula's with ")
    assert "output against the course's" in {one.what for one in wrong.claims[0].shown.evidence}


@pytest.mark.parametrize(
    "options", [{}, {"num_layers": 2, "bidirectional": True}, {"batch_first": True}, {"bias": False}], ids=str
)
def test_the_other_gru_is_torch_s_but_for_the_reset_gate(options):
    """With one that is the same for all numbers both are one, in axes and states; with any other they are not."""
    own, torchs = parts.named("GRU").reset_before(5, 3, **options), nn.GRU(5, 3, **options)
    own.load_state_dict(torchs.state_dict())
    h = torch.randn(4 if "num_layers" in options else 1, 4 if "batch_first" in options else 2, 3)
    x = torch.randn(4, 2, 5)
    seen = [net(*given) for net in (own, torchs) for given in ((x, h), (x[:, 0],))]
    assert [[one.shape for one in pair] for pair in seen[:2]] == [[one.shape for one in pair] for pair in seen[2:]]
    assert not any(torch.allclose(*pair) for pair in zip(sum(seen[:2], ()), sum(seen[2:], ()), strict=True))
    for name, weight in torchs.named_parameters():
        weight.data[:3] = 50.0 if name.startswith("bias") else 0.0
    own.load_state_dict(torchs.state_dict())
    for given in ((x, h), (x[:, 0],)):
        assert all(torch.allclose(*pair, atol=1e-6) for pair in zip(own(*given), torchs(*given), strict=True))


def test_its_cell_is_its_step():
    """From any state."""
    cell, whole = parts.named("GRUCell").reset_before(5, 3), parts.named("GRU").reset_before(5, 3)
    cell.load_state_dict({name.removesuffix("_l0"): weight for name, weight in whole.state_dict().items()})
    x, h = torch.randn(2, 5), torch.randn(2, 3)
    assert torch.allclose(cell(x, h), whole(x[None], h[None])[1][0])
    for net, wrong in ((cell, h[:1]), (whole, h)):
        with pytest.raises(RuntimeError, match="hidden state"):
            net(x if net is cell else x[None], wrong)
