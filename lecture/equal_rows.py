"""What fastai's loaders do row by row, done once for rows that are equal, and once a batch in place of once an item."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

import torch

from lecture.fastai_parts import fastai_module


def rules_once() -> list[Callable[[str], str]]:
    """fastai's rules for a text before it is split, all in one, put to a text that comes again only the first time."""
    fastai = fastai_module("fastai.text.all")
    return [cache(fastai.compose(*fastai.defaults.text_proc_rules))]


class EachTextOnce:
    """fastai's tokenizer (spaCy's rules for English), which splits a text that comes again only the first time."""

    def __init__(self) -> None:
        self._split = fastai_module("fastai.text.core").SpacyTokenizer()
        self._known: dict[str, Any] = {}

    def __call__(self, texts: Iterable[Any]) -> Iterator[Any]:
        for text in map(str, texts):
            if text not in self._known:
                [self._known[text]] = self._split([text])
            yield self._known[text]


def joined(loader: Any) -> None:
    """Let a language model's loader cut its batches from one row of all its texts, joined anew for each pass.

    By itself it looks up for each item the texts that it lies in, asks of each slice what kind of tensor it is, and
    stacks 64 of them; that takes longer than training the small model. The batches are the same.
    """
    data = fastai_module("fastai.text.data")

    def make_chunks() -> None:
        parts = [loader.items[number].as_subclass(torch.Tensor) for number in range(len(loader.items))]
        loader.chunks = torch.cat(parts)

    def create_batches(numbers: Iterable[int]) -> Iterator[tuple[Any, Any]]:
        # Row b of a batch goes on where row b of the one before ended: each is a part of its own of the whole.
        rows = loader.bs, loader.bl
        x, y = (loader.chunks[shift:][: loader.bs * loader.bl].reshape(rows) for shift in (0, 1))
        for first in list(numbers)[:: loader.bs]:
            batch = first // loader.bs
            start = batch * loader.seq_len
            end = start + (loader.last_len if batch == loader.n_batches - 1 else loader.seq_len)
            cut = (one[:, start:end].contiguous() for one in (x, y))
            yield next(cut).as_subclass(data.LMTensorText), next(cut).as_subclass(data.TensorText)

    loader.make_chunks, loader.create_batches = make_chunks, create_batches
    make_chunks()
