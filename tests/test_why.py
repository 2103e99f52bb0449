"""python -m versions why, in real runs: which setting what moved goes with, and that it is here at all."""

from __future__ import annotations

import torch
from torch import nn

from results.record import write
from tests.test_planted import answers_with, noise, ran
from versions.__main__ import main
from versions.why import why


def test_a_setting_that_moves_bits_by_itself_is_told_from_what_moved(monkeypatch):
    """An LSTM's noise under oneDNN alone, on the version that was recorded, where not a bit may move: without oneDNN
    the rest is rounding. Noise of that size can't be told from it; TF32 and threads have nothing to do with it."""
    forward = nn.LSTM.forward

    def plant(relative: float) -> None:
        noisy = noise(relative, torch.float32)

        def only_onednn(net: nn.LSTM, *given):
            output, state = forward(net, *given)
            return noisy(output) if torch._C._get_mkldnn_enabled() else output, state

        monkeypatch.setattr(nn.LSTM, "forward", only_onednn)

    recorded = ran("lstm/omit-water")
    for relative, gone in ((1e-5, True), (1e-7, None)):
        plant(relative)
        found = why("lstm/omit-water", recorded)
        assert [told for _, told in found.tried] == [gone, False, False]


def test_what_another_build_of_this_version_did_is_not_seen_here(monkeypatch, capsys, tmp_path):
    """Its record has this torch's name; no setting is tried on what an unchanged run does not show."""
    same = ran("cell/omit-water")
    with monkeypatch.context() as patched:
        answers_with(patched, noise(1e-4, torch.float32))
        other = ran("cell/omit-water")
        assert why("cell/omit-water", same, other).seen
    found = why("cell/omit-water", same, other)
    assert (found.seen, found.tried) == (False, [])
    for name, made in (("a", same), ("b", other)):
        write(made, tmp_path / name)
    assert main(["why", "cell/omit-water", str(tmp_path / "a"), str(tmp_path / "b"), "--lang", "en"]) == 1
    said = capsys.readouterr().out
    assert "not seen on this torch" in said
    assert "oneDNN" not in said
