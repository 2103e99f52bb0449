"""The parts of week 12: torch's recurrent networks, their cells, ``one_hot``, and the training loop."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from torch import nn

from lecture import loops, reset_before, texts
from parts.model import Part

_NETWORKS = ("lstm", "gru", "rnn_tanh", "rnn_relu", "quantized_lstm", "quantized_gru")
KERNELS = (
    *(f"{name}.{form}" for name in _NETWORKS for form in ("input", "data")),
    *("lstm_cell", "gru_cell", "rnn_tanh_cell", "rnn_relu_cell"),
    *("quantized_lstm_cell", "quantized_gru_cell", "quantized_rnn_tanh_cell", "quantized_rnn_relu_cell"),
    *("mkldnn_rnn_layer", "_thnn_fused_lstm_cell", "_thnn_fused_gru_cell", "_cudnn_rnn", "miopen_rnn"),
)
"""torch's own recurrent operators."""


def _cut(lang: str) -> dict[str, str]:
    """The template's texts by the name that each one defines; what stands above them by the empty name."""
    text = (Path(__file__).parent / "templates" / f"{lang}.py").read_text("utf-8")
    head, *rest = re.split(r"\n\n\n(?=class |def )", text)
    return {"": head, **{re.split(r"\W", one, maxsplit=2)[1]: one for one in rest}}


_EN, _KO = _cut("en"), _cut("ko")
HEAD = _EN[""], _KO[""]
HEAD_OF_OTHERS = (
    '"""Fill in what is asked of you, delete the rest. What raises NotImplementedError counts as not attempted."""',
    '"""요구된 것을 채우고 나머지는 지울 것. NotImplementedError가 남아 있으면 시도하지 않은 것으로 본다."""',
)
"""How the template of a lecture begins that does not say it itself."""


def _part(right: Any, kind: Any, returns: Any, **more: Any) -> Part:
    name = right.__name__
    return Part(name, kind, right, returns, template=(_EN[name], _KO[name]), **more)


def _network(right: type[nn.Module], kind: str, takes: Any, returns: Any, **more: Any) -> Part:
    return _part(right, kind, returns, takes=takes, forbidden=KERNELS, diagnosed="recurrent", **more)


PARTS = (
    _network(nn.RNN, "network", ("x", "h0"), ("output", "hT")),
    _network(nn.LSTM, "network", ("x", ("h0", "c0")), ("output", ("hT", "cT"))),
    _network(nn.GRU, "network", ("x", "h0"), ("output", "hT"), reset_before=reset_before.GRU),
    _network(nn.RNNCell, "cell", ("x", "h0"), "h"),
    _network(nn.LSTMCell, "cell", ("x", ("h0", "c0")), ("h", "c")),
    _network(nn.GRUCell, "cell", ("x", "h0"), "h", reset_before=reset_before.GRUCell),
    # Their claims hold what they give against the lecture's figures, and have nothing else to ask.
    _part(texts.one_hot, "function", "rows", compare="", diagnosed="rows"),
    _part(loops.train, "training", "losses", compare="", diagnosed="training"),
)
