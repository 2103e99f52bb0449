"""The language model of section 9: its loaders, its seeds, and what counts as counting right."""

import random
import sys

import numpy
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lecture import language_model, texts
from lecture.fastai_parts import FastaiMissing
from lecture.pretrained import PretrainedMissing

ROWS = 12
COUNT = texts.human_numbers().replace(",", " ,").split()


@pytest.fixture(scope="module")
def loaders():
    """A dozen rows: ten to train on, two held out."""
    return language_model.loaders(language_model.table(ROWS), seed=1)


@pytest.fixture
def learner(loaders):
    """The small model, untrained."""
    return language_model.small_learner(loaders, 1)


def streams():
    """Where torch's, numpy's and Python's random streams stand."""
    return torch.get_rng_state().tolist(), str(numpy.random.get_state()), random.getstate()


def state(learner):
    """A copy of the weights."""
    return {name: weight.clone() for name, weight in learner.model.state_dict().items()}


def same(first, second):
    """Equal bit for bit, by name."""
    return first.keys() == second.keys() and all(torch.equal(first[name], second[name]) for name in first)


def test_table():
    """Equal rows in the column text."""
    table = language_model.table(3)
    assert table["text"].tolist() == [texts.human_numbers()] * 3


def test_loaders_are_those_of_from_df(loaders):
    """Vocabulary and every batch are what the lecture's one line gives."""
    fastai = pytest.importorskip("fastai.text.all")
    table = language_model.table(ROWS)
    wanted = fastai.TextDataLoaders.from_df(table, is_lm=True, seq_len=5, text_col="text", device="cpu")
    assert list(loaders.vocab) == list(wanted.vocab)
    for ours, theirs in ((loaders.train, wanted.train), (loaders.valid, wanted.valid)):
        assert len(ours) == len(theirs)
        for (x, y), (other_x, other_y) in zip(ours, theirs, strict=True):
            assert x.tolist() == other_x.tolist()
            assert y.tolist() == other_y.tolist()


def test_rows_of_a_batch_go_on(loaders):
    """Put together, batch by batch, row 0 is the text from its start, and its targets are one token ahead."""
    x = torch.cat([x[0] for x, _ in loaders.train]).tolist()
    y = torch.cat([y[0] for _, y in loaders.train]).tolist()
    assert [loaders.vocab[token] for token in x] == ["xxbos", *COUNT][: len(x)]
    assert y[:-1] == x[1:]


@pytest.mark.parametrize(("batch_size", "seq_len"), [(64, 5), (8, 3)])
def test_batches_have_the_sizes_asked_for(batch_size, seq_len):
    """(batch_size, seq_len), int64."""
    made = language_model.loaders(language_model.table(5), seq_len=seq_len, batch_size=batch_size, seed=1)
    x, y = made.one_batch()
    assert x.shape == y.shape == (batch_size, seq_len)
    assert x.dtype == y.dtype == torch.int64


def test_nothing_moves_the_random_streams(capsys):
    """Loaders, learner, training, accuracy and text draw under seeds of their own, and print nothing."""
    before = streams()
    made = language_model.loaders(language_model.table(5), seed=3)
    language_model.shown_batch(made)
    learner = language_model.small_learner(made, 3)
    language_model.train_small(learner, epochs=1, seed=3)
    language_model.accuracy(learner)
    language_model.continue_text(learner, "one,", n_words=3, seed=3)
    assert streams() == before
    assert capsys.readouterr() == ("", "")


def test_the_dropouts_are_those_that_fastai_has_by_itself(loaders, monkeypatch):
    """Another default shows in each of them, times the small model's share."""
    from fastai.text.models import awdlstm

    shares = {"embed_p": 0.5, "input_p": 0.4, "weight_p": 0.3, "hidden_p": 0.2, "output_p": 0.6}
    for name, share in shares.items():
        monkeypatch.setitem(awdlstm.awd_lstm_lm_config, name, share)
    found = language_model.dropouts_of(language_model.small_learner(loaders, 1))
    assert found == pytest.approx({name: share * language_model.SMALL_DROP_MULT for name, share in shares.items()})


def test_shown_batch(loaders):
    """Words of the first rows: text_ is text one token on; as many as asked for."""
    shown = language_model.shown_batch(loaders, 4)
    assert len(shown) == 4
    assert shown[0] == ("xxbos one , two ,", "one , two , three")
    assert all(text.split()[1:] == text_.split()[:-1] for text, text_ in shown)


def test_a_run_does_not_depend_on_what_ran_before(loaders):
    """The same seed gives the same weights, trained too; another seed gives others."""

    def trained(seed):
        learner = language_model.small_learner(loaders, seed)
        language_model.train_small(learner, epochs=1, seed=seed)
        return state(learner)

    first = trained(1)
    torch.rand(3), random.random(), numpy.random.rand()
    language_model.shown_batch(loaders)
    assert same(first, trained(1))
    assert not same(first, trained(2))


def test_training_learns_and_reports(loaders, learner):
    """Accuracy rises, and progress counts every training batch."""
    seen = []
    before = language_model.accuracy(learner)
    language_model.train_small(learner, epochs=3, progress=lambda done, total: seen.append((done, total)))
    total = 3 * len(loaders.train)
    assert seen == [(done, total) for done in range(1, total + 1)]
    assert language_model.accuracy(learner) > before + 0.1


def test_accuracy_is_the_share_of_right_guesses_on_held_out_rows(loaders, learner):
    """By hand: no dropout, the state carried from batch to batch from zeros, mean over batches."""
    language_model.train_small(learner, epochs=1)
    model = learner.model.eval()
    model.reset()
    with torch.no_grad():
        shares = [(model(x)[0].argmax(-1) == y).float().mean().item() for x, y in loaders.valid]
    assert 0.05 < language_model.accuracy(learner) < 0.95
    assert language_model.accuracy(learner) == pytest.approx(sum(shares) / len(shares), abs=1e-6)


def test_continued_text_is_seeded(learner):
    """The start, then n_words more but for row starts; the seed decides at temperature 1."""
    said = [language_model.continue_text(learner, "one, two,", 20, temperature=1.0, seed=seed) for seed in (1, 1, 2)]
    assert said[0] == said[1] != said[2]
    assert said[0].split()[:4] == ["one", ",", "two", ","]
    assert len(said[0].split()) <= 24


@pytest.mark.parametrize(
    ("start", "end"), [("one, two,", "twenty four , twenty five"), ("twenty, twenty one,", "thirty eight ,")]
)
def test_the_lectures_continuations_count_right(start, end):
    """Fifty words on from the lecture's two starts."""
    tokens = language_model.expected_continuation(start, 50)
    assert len(tokens) == len(start.replace(",", " ,").split()) + 50
    assert " ".join(tokens).endswith(end)


@given(place=st.integers(0, len(COUNT) - 5), n_words=st.integers(0, len(COUNT)))
def test_counting_on_is_what_stands_in_the_text(place, n_words):
    """Five tokens may stand at one place only; what follows there follows in the answer, as far as the row goes."""
    begun = COUNT[place : place + 5]
    tokens = language_model.expected_continuation(" ".join(begun), n_words)
    row = COUNT[place:]
    assert tokens[: len(row)] == row[: 5 + n_words]


def test_counting_starts_again_after_one_hundred():
    """The token that starts a row takes one of the words, unseen."""
    assert language_model.expected_continuation("one hundred", 4) == ["one", "hundred", "one", ",", "two"]


def test_a_start_outside_of_the_count_is_refused():
    """Nothing is guessed about a start that is no part of the text."""
    with pytest.raises(ValueError, match="three, two"):
        language_model.expected_continuation("three, two", 5)


def test_full_learner_is_the_lectures(loaders):
    """AWD_LSTM as language_model_learner makes it: 400 numbers a word, three layers of 1152, metric accuracy."""
    learner = language_model.full_learner(loaders, seed=1)
    shapes = {name: tuple(weight.shape) for name, weight in learner.model.state_dict().items()}
    assert shapes["0.encoder.weight"] == (40, 400)
    assert [shapes[f"0.rnns.{layer}.weight_hh_l0_raw"] for layer in range(3)] == [(4608, 1152)] * 2 + [(1600, 400)]
    assert [metric.name for metric in learner.metrics] == ["accuracy"]
    with pytest.raises(PretrainedMissing):
        language_model.full_learner(loaders, pretrained_dir="no such folder", seed=1)


@pytest.mark.parametrize("part", ["spacy", "spacy.lang.en", "fastai.text.all", "pandas"])
def test_without_a_part_one_sentence_says_so(monkeypatch, part):
    """spaCy is what splits the text; without it, or with half of it, the sentence comes at once."""
    monkeypatch.setitem(sys.modules, part, None)
    for name in [name for name in sys.modules if name.startswith(f"{part}.")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(FastaiMissing, match="can't be imported"):
        language_model.loaders(language_model.table(2), seed=1)
