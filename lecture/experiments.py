"""The trainings that several claims and pictures share, and how many starts each is judged by.

The numbers of starts give every verdict a power of at least 0.9999 at the measured effects (tests/test_power.py
computes it); the lecture's own 25 starts are the picture.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from lecture import texts
from lecture.starts import Maker, Progress, Starts, train_alone, train_starts

PICTURE_STARTS = 25
"""Starts that the lecture draws for each size."""

Pieces = list[tuple[Tensor, Tensor]]


@dataclass(frozen=True)
class Experiment:
    """One network and one series, trained from ``starts`` seeds."""

    name: str
    kind: str
    hidden_size: int
    pieces: Callable[[], Pieces]
    epochs: int
    starts: int
    carry: bool = False
    lr: float = 0.1

    def train(
        self,
        seeds: Sequence[int],
        device: str | torch.device = "cpu",
        progress: Progress | None = None,
        *,
        dtype: torch.dtype = torch.float32,
        epochs: int | None = None,
    ) -> Starts:
        """All starts at once (see :func:`lecture.starts.train_starts`)."""
        return train_starts(
            self.kind,
            self.hidden_size,
            self.pieces(),
            seeds,
            epochs=self.epochs if epochs is None else epochs,
            lr=self.lr,
            carry=self.carry,
            device=device,
            dtype=dtype,
            progress=progress,
        )

    def traces(self, found: Starts) -> dict[str, object]:
        """What the starts began from and came to, for a record's digests."""
        return {"weights": found.first_weights, "inputs": self.pieces(), "outputs": found.losses}

    def train_alone(
        self,
        seed: int,
        epochs: int,
        device: str | torch.device = "cpu",
        make: Maker | None = None,
        *,
        dtype: torch.dtype = torch.float32,
    ) -> tuple[nn.Module, Tensor]:
        """One start by itself, for ``epochs`` of its epochs (see :func:`lecture.starts.train_alone`)."""
        return train_alone(
            self.kind,
            self.hidden_size,
            self.pieces(),
            seed,
            epochs=epochs,
            lr=self.lr,
            carry=self.carry,
            device=device,
            dtype=dtype,
            make=make,
        )

    def head(self, steps: int) -> Experiment:
        """The same on no more than the first ``steps`` steps of each piece."""
        return replace(self, pieces=lambda: [(x[:steps], y[:steps]) for x, y in self.pieces()])


def one_hot_pairs(tokens: list[str], mapping: dict[str, int]) -> tuple[Tensor, Tensor]:
    """x and y of a text, one-hot, each (L - 1, V)."""
    x, y = texts.pairs(tokens)
    return texts.one_hot(x, mapping), texts.one_hot(y, mapping)


def abcabc() -> Pieces:
    """Section 1's series, uncut: (599, 4)."""
    return [one_hot_pairs(texts.abcabc(), texts.ABC_MAPPING)]


def coins() -> Pieces:
    """Section 2's series, uncut: (149, 4)."""
    return [one_hot_pairs(texts.coin_text(), texts.ABC_MAPPING)]


def words() -> Pieces:
    """Section 3's series, uncut: (998, 6)."""
    return [one_hot_pairs(texts.words(), texts.WORDS_MAPPING)]


def hi_whole() -> Pieces:
    """Section 7's series, uncut: (17, 4)."""
    return [one_hot_pairs(texts.hi(), texts.HI_MAPPING)]


def hi_pieces() -> Pieces:
    """Section 7's two pieces of 9 letters: twice (8, 4). The step from the last ! to h is in neither."""
    letters = texts.hi()
    return [one_hot_pairs(part, texts.HI_MAPPING) for part in (letters[:9], letters[9:])]


def hi_linked() -> Pieces:
    """The same cut with the link kept: (9, 4), which ends on ! -> h, and (8, 4)."""
    [(x, y)] = hi_whole()
    return [(x[:9], y[:9]), (x[9:], y[9:])]


EXPERIMENTS = {
    experiment.name: experiment
    for experiment in (
        *(Experiment(f"abcabC RNN(4,{size})", "RNN", size, abcabc, epochs=500, starts=60) for size in (3, 4, 8)),
        Experiment("coins LSTM(4,3)", "LSTM", 3, coins, epochs=500, starts=60),
        Experiment("coins LSTM(4,8)", "LSTM", 8, coins, epochs=500, starts=PICTURE_STARTS),  # shown, not judged
        Experiment("coins LSTM(4,16)", "LSTM", 16, coins, epochs=500, starts=60),
        Experiment("words LSTM(6,20)", "LSTM", 20, words, epochs=50, starts=85),
        Experiment("hi whole", "LSTM", 10, hi_whole, epochs=100, starts=150),
        Experiment("hi in pieces", "LSTM", 10, hi_pieces, epochs=100, starts=150),
        Experiment("hi in pieces, state carried", "LSTM", 10, hi_pieces, epochs=100, starts=150, carry=True),
        Experiment("hi linked, from zeros", "LSTM", 10, hi_linked, epochs=100, starts=150),
        Experiment("hi linked, state carried", "LSTM", 10, hi_linked, epochs=100, starts=150, carry=True),
    )
}
