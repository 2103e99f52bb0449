"""What a submission may define, and the names that both sides of the channel use. Imports nothing."""

from __future__ import annotations

NETWORKS = ("RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell")
"""Constructor, call, parameter names and gate order as torch.nn's."""

FUNCTIONS = ("one_hot", "train")
"""``one_hot(tokens, mapping)`` -> float (L, V); ``train(net, x, y, epochs, lr)`` -> losses, each before its step."""

NAMES = NETWORKS + FUNCTIONS

CALLS = {
    **dict.fromkeys(NETWORKS, "input_size, hidden_size"),
    "one_hot": "tokens, mapping",
    "train": "net, x, y, epochs, lr",
}
"""With what each is called, in this order; a network's options come to it by name."""

LARGEST_MESSAGE = 64 * 2**20
"""Bytes that one message may have, either way."""
