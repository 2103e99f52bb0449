"""What fastai's loaders do row by row, done once for rows that are equal, and once a pass in place of once an item."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import torch

from lecture.fastai_parts import fastai_module


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
    """Let a language model's loader cut its items from one row of all its texts, joined anew for each pass.

    By itself it looks up for each item the texts that it lies in, and asks of each slice what kind of tensor it is;
    that takes as long as training the small model. The items are the same.
    """
    data = fastai_module("fastai.text.data")

    def make_chunks() -> None:
        parts = [loader.items[number].as_subclass(torch.Tensor) for number in range(len(loader.items))]
        loader.chunks = torch.cat(parts)

    def create_item(number: int) -> tuple[Any, Any]:
        # Items go through the batches row by row: the first batch_size numbers are the first batch.
        batch, row = divmod(number, loader.bs)
        length = loader.last_len if batch == loader.n_batches - 1 else loader.seq_len
        first = row * loader.bl + batch * loader.seq_len
        text = loader.chunks[first : first + length + 1]
        return text[:-1].as_subclass(data.LMTensorText), text[1:].as_subclass(data.TensorText)

    loader.make_chunks, loader.create_item = make_chunks, create_item
    make_chunks()
