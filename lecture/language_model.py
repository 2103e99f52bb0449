"""Section 9: a language model that counts from one to one hundred, by fastai's text tools.

Figures don't depend on what ran before: whatever draws random numbers here does so under a seed of its own and leaves
torch's, numpy's and Python's streams as they were.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from lecture import LECTURE_SEED, texts
from lecture.equal_rows import EachTextOnce, joined, rules_once
from lecture.fastai_parts import fastai_module
from lecture.pretrained import load_pretrained
from lecture.streams import seeded

if TYPE_CHECKING:
    from pandas import DataFrame

Progress = Callable[[int, int], None]
Loaders = Any  # fastai's TextDataLoaders
Learner = Any  # fastai's LMLearner

FULL_ROWS = 2000
SMALL_ROWS = 300
SMALL_SIZES = {"emb_sz": 64, "n_hid": 128, "n_layers": 2}
SMALL_DROP_MULT = 0.1

FROM_SCRATCH_RATE = 5e-3
ROW_START = "xxbos"
"""fastai's token at the start of every row."""


def table(rows: int) -> DataFrame:
    """``rows`` equal rows of :func:`lecture.texts.human_numbers`, in the column ``text``."""
    return fastai_module("pandas").DataFrame({"text": [texts.human_numbers()] * rows})


def loaders(
    table: DataFrame,
    *,
    seq_len: int = 5,
    batch_size: int = 64,
    seed: int = LECTURE_SEED,
    device: str | torch.device = "cpu",
) -> Loaders:
    """The loaders that ``TextDataLoaders.from_df(table, is_lm=True, seq_len=5, text_col="text")`` makes.

    A batch is (input, target), int64 of shape (batch_size, seq_len), the target moved on by one token; row b of a
    batch goes on where row b of the batch before it ended. One row in five is kept for validation, chosen by
    ``seed``. Words are split by spaCy's rules for English, which need no download. Raises FastaiMissing.

    Put together from the parts that from_df uses, because that has no way to say: split the text into words in this
    process instead of starting others; keep every row's numbers (the default keeps 2, so that each of the 64 rows of a
    batch finds its text thrown away and numbers it anew; that alone takes three times as long as training); and what
    lecture.equal_rows says.
    """
    fastai = _fastai_text()
    words = fastai.TextBlock.from_df(
        "text", is_lm=True, seq_len=seq_len, n_workers=0, tok=EachTextOnce(), rules=rules_once()
    )
    block = fastai.DataBlock(
        blocks=[words],
        get_x=fastai.ColReader("text"),
        splitter=fastai.RandomSplitter(0.2, seed=seed),
    )
    with seeded(seed):
        made = fastai.TextDataLoaders.from_dblock(
            block,
            table,
            bs=batch_size,
            seq_len=seq_len,
            device=torch.device(device),
            num_workers=0,
            cache=len(table),
        )
    for loader in made.loaders:
        joined(loader)
    return made


def shown_batch(loaders: Loaders, n: int = 9) -> list[tuple[str, str]]:
    """What show_batch shows: (text, text_) of the first ``n`` rows of the first training batch."""
    with seeded(LECTURE_SEED):
        batch = loaders.train.one_batch()
    return [(str(text), str(text_)) for text, text_ in loaders.train.decode_batch(batch, max_n=n)]


def small_learner(loaders: Loaders, seed: int = LECTURE_SEED) -> Learner:
    """AWD_LSTM from scratch, small enough for a CPU: 64 numbers a word, two layers of 128, a tenth of the dropout."""
    return _learner(loaders, seed, config=SMALL_SIZES, drop_mult=SMALL_DROP_MULT)


def full_learner(loaders: Loaders, *, pretrained_dir: str | Path | None = None, seed: int = LECTURE_SEED) -> Learner:
    """The lecture's ``language_model_learner(loaders, AWD_LSTM, metrics=accuracy)``: 400, three layers of 1152.

    pretrained_dir: see :func:`lecture.pretrained.load_pretrained`; without it the weights are drawn under ``seed``.
    """
    learner = _learner(loaders, seed, config={}, drop_mult=1.0)
    if pretrained_dir is not None:
        load_pretrained(learner, pretrained_dir)
    return learner


def options_of(learner: Learner) -> dict[str, float]:
    """What language_model_learner took by default: eps and decay of its optimizer, alpha and beta of the penalties on
    large and on jumping activations (0 where it has none: fastai 2.7.10 does not hand them on)."""
    penalties = {"alpha": 0.0, "beta": 0.0}
    for callback in learner.cbs:
        penalties.update({name: float(value) for name, value in vars(callback).items() if name in penalties})
    hypers = learner.opt.hypers[0]
    return {**penalties, "eps": float(hypers["eps"]), "wd": float(hypers["wd"])}


def dropouts_of(learner: Learner) -> dict[str, float]:
    """The shares that its dropouts set to zero: of embeddings, inputs, weights, hidden states, outputs."""
    encoder, decoder = learner.model[0], learner.model[1]
    return {
        "embed_p": encoder.encoder_dp.embed_p,
        "input_p": encoder.input_dp.p,
        "weight_p": encoder.rnns[0].weight_p,
        "hidden_p": encoder.hidden_dps[0].p,
        "output_p": decoder.output_dp.p,
    }


def train_small(
    learner: Learner,
    epochs: int = 2,
    lr: float = 3e-2,
    *,
    seed: int = LECTURE_SEED,
    progress: Progress | None = None,
) -> None:
    """Train in place by one cycle (the rate rises to ``lr`` and falls again). progress: called (batch, of how many)."""
    batches = epochs * len(learner.dls.train)
    with _quietly(learner, seed, progress, batches):
        learner.fit_one_cycle(epochs, lr)


def train_full(
    learner: Learner, *, seed: int = LECTURE_SEED, progress: Progress | None = None, epochs: int = 3
) -> None:
    """Train in place as the lecture does: ``fine_tune``, one frozen epoch and then ``epochs`` more.

    A learner without pretrained weights has nothing to keep frozen, and is trained by one cycle of ``epochs``.
    """
    fine_tune = learner.opt is not None and learner.opt.frozen_idx > 0
    batches = (epochs + fine_tune) * len(learner.dls.train)
    with _quietly(learner, seed, progress, batches):
        if fine_tune:
            learner.fine_tune(epochs)
        else:
            learner.fit_one_cycle(epochs, FROM_SCRATCH_RATE)


def accuracy(learner: Learner) -> float:
    """Share of validation tokens whose likeliest guess is right: the column accuracy of the lecture's table.

    A fresh pass without dropout. Every one of the 64 rows starts somewhere in the text from a zero state, so a perfect
    model misses about one guess in each row.
    """
    with _quietly(learner, LECTURE_SEED):
        return float(learner.validate()[1])


def continue_text(
    learner: Learner, start: str, n_words: int = 50, temperature: float = 0.2, seed: int = LECTURE_SEED
) -> str:
    """``start`` and the ``n_words`` tokens that the model puts after it, joined by blanks.

    Each token is drawn with probability proportional to p ** (1 / temperature). Tokens that start a row count among
    the ``n_words`` but are not in the answer.
    """
    with seeded(seed):
        return learner.predict(start, n_words=n_words, temperature=temperature, no_bar=True)


def expected_continuation(start: str, n_words: int) -> list[str]:
    """The tokens of ``start`` and of the right count after it: what a perfect ``continue_text(...).split()`` gives.

    After one hundred a new row starts, with a token of its own that is counted but left out. Raises ValueError where
    ``start`` is nowhere in the count.
    """
    begun, row = _tokens(start), _tokens(texts.human_numbers())
    places = range(len(row) - len(begun) + 1)
    place = next((place for place in places if row[place : place + len(begun)] == begun), None)
    if place is None:
        raise ValueError(f"{start!r} is not a part of the count from one to one hundred")
    rows = itertools.chain(row, itertools.cycle([ROW_START, *row]))
    whole = itertools.islice(rows, place, place + len(begun) + n_words)
    return [token for token in whole if token != ROW_START]


def _tokens(text: str) -> list[str]:
    return text.replace(",", " , ").split()


def _fastai_text() -> Any:
    # fastai imports spaCy only when it splits the first text, and then says something unhelpful.
    for module in ("spacy.symbols", "spacy.lang.en"):
        fastai_module(module)
    return fastai_module("fastai.text.all")


def _learner(loaders: Loaders, seed: int, *, config: dict[str, int], drop_mult: float) -> Learner:
    fastai = _fastai_text()
    with seeded(seed):
        learner = fastai.language_model_learner(
            loaders,
            fastai.AWD_LSTM,
            config={**fastai.awd_lstm_lm_config, **config},
            drop_mult=drop_mult,
            pretrained=False,
            metrics=fastai.accuracy,
        )
    learner.model.to(loaders.device)
    return learner


@contextmanager
def _quietly(learner: Learner, seed: int, progress: Progress | None = None, batches: int = 0) -> Iterator[None]:
    callbacks = [] if progress is None else [_reporting(progress, batches)]
    with seeded(seed), learner.no_bar(), learner.no_logging(), learner.added_cbs(callbacks):
        yield


def _reporting(progress: Progress, batches: int) -> Any:
    base: Any = fastai_module("fastai.callback.core").Callback
    done = itertools.count(1)

    class Reporting(base):
        run_valid = False

        def after_batch(self) -> None:
            progress(next(done), batches)

    return Reporting()
