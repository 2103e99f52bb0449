"""What a submission may define, and the names that both sides of the channel use. Imports nothing."""

from __future__ import annotations

NETWORKS = ("RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell")
"""Constructor, call, parameter names and gate order as torch.nn's."""

FUNCTIONS = ("one_hot", "train")
"""``one_hot(tokens, mapping)`` -> float (L, V); ``train(net, x, y, epochs, lr)`` -> losses, each before its step."""

NAMES = NETWORKS + FUNCTIONS

LARGEST_MESSAGE = 64 * 2**20
"""Bytes that one message may have, either way."""
