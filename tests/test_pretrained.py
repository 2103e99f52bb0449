"""fastai's pretrained weights for the language model: what is taken over, and what is refused."""

import pickle

import pytest
import torch

from lecture import language_model
from lecture.pretrained import PretrainedMissing, load_pretrained

ROWS = 12


@pytest.fixture(scope="module")
def loaders():
    """A dozen rows: ten to train on, two held out."""
    return language_model.loaders(language_model.table(ROWS), seed=1)


@pytest.fixture
def learner(loaders):
    """The small model, untrained."""
    return language_model.small_learner(loaders, 1)


@pytest.fixture
def pretrained(tmp_path, learner):
    """A folder as fastai's download leaves it, made from a small model with other words: weights and words."""
    words = ["xxunk", "xxpad", "xxbos", "the", "one", ",", "two", "of"]
    weights = {name: weight.clone() for name, weight in learner.model.state_dict().items()}
    for name in ("0.encoder.weight", "0.encoder_dp.emb.weight", "1.decoder.weight", "1.decoder.bias"):
        weights[name] = weights[name][: len(words)].clone()
    torch.manual_seed(2)
    weights["0.encoder.weight"].normal_()
    weights["1.decoder.bias"].normal_()
    save(tmp_path, weights, words)
    return tmp_path, weights, words


def save(folder, weights, words):
    """The two files under the names of fastai's download."""
    torch.save(weights, folder / "lstm_fwd.pth")
    (folder / "itos_wt103.pkl").write_bytes(pickle.dumps(words))


def state(learner):
    """A copy of the weights."""
    return {name: weight.clone() for name, weight in learner.model.state_dict().items()}


def test_pretrained_words_in_common_keep_their_weights(loaders, pretrained):
    """Embedding and bias by word, the mean for new words; the layers as saved; all but the last frozen."""
    folder, saved, words = pretrained
    learner = language_model.small_learner(loaders, 5)
    load_pretrained(learner, folder)
    loaded = state(learner)
    for row, word in enumerate(loaders.vocab):
        old = saved["0.encoder.weight"], saved["1.decoder.bias"]
        wanted = [part[words.index(word)] if word in words else part.mean(0) for part in old]
        assert torch.equal(loaded["0.encoder.weight"][row], wanted[0])
        assert torch.equal(loaded["1.decoder.bias"][row], wanted[1])
    recurrent = [name for name in saved if name.startswith("0.rnns.")]
    assert len(recurrent) == 8
    assert all(torch.equal(loaded[name], saved[name]) for name in recurrent)
    assert learner.opt.frozen_idx > 0


def test_pretrained_model_is_fine_tuned(loaders, pretrained):
    """One frozen epoch more than asked for; then every layer moves. From scratch there is no frozen epoch."""
    counted = []
    for folder in (pretrained[0], None):
        learner, seen = language_model.small_learner(loaders, 5), []
        if folder is not None:
            load_pretrained(learner, folder)
        before = state(learner)
        language_model.train_full(learner, epochs=1, progress=lambda done, total, seen=seen: seen.append((done, total)))
        assert all(not torch.equal(before[name], weight) for name, weight in state(learner).items())
        assert seen[-1][0] == seen[-1][1] == len(seen)
        counted.append(len(seen) // len(loaders.train))
    assert counted == [2, 1]


class Harmful:
    """Pickled, it makes a file when it is opened."""

    def __init__(self, file):
        self.file = file

    def __reduce__(self):
        return open, (str(self.file), "w")


@pytest.mark.parametrize("which", ["lstm_fwd.pth", "itos_wt103.pkl"])
def test_a_file_with_code_in_it_is_not_opened(learner, pretrained, which):
    """A pickle that would run something is refused before it can."""
    folder, weights, words = pretrained
    mark = folder / "it ran"
    harmful = Harmful(mark)
    save(folder, *(({"0.encoder.weight": harmful}, words) if which.endswith("pth") else (weights, [harmful])))
    with pytest.raises(PretrainedMissing, match=which):
        load_pretrained(learner, folder)
    assert not mark.exists()


def without(weights, words):
    return {name: weights[name] for name in list(weights)[:5]}, words


def narrower(weights, words):
    return {name: weight[..., :-1].clone() for name, weight in weights.items()}, words


def no_list(weights, words):
    return weights, {"one": 1}


def no_weights(weights, words):
    return [1, 2], words


@pytest.mark.parametrize("spoil", [without, narrower, no_list, no_weights])
def test_unfit_files_are_told_apart_in_a_sentence(learner, pretrained, spoil):
    """Missing weights, other sizes, something else altogether: PretrainedMissing names the file."""
    folder, weights, words = pretrained
    save(folder, *spoil(weights, words))
    with pytest.raises(PretrainedMissing, match=r"(lstm_fwd\.pth|itos_wt103\.pkl).*\.$") as caught:
        load_pretrained(learner, folder)
    assert "\n" not in str(caught.value)


def test_every_word_needs_its_weights(learner, pretrained):
    """A list with more words than the embedding has rows belongs to other weights."""
    folder, weights, words = pretrained
    save(folder, weights, [*words, "three"])
    with pytest.raises(PretrainedMissing, match=r"8 words, .* 9 words"):
        load_pretrained(learner, folder)


@pytest.mark.parametrize("missing", ["lstm_fwd.pth", "itos_wt103.pkl"])
def test_a_missing_or_broken_file_is_named(learner, pretrained, missing):
    """No file, two files, half a file."""
    folder = pretrained[0]
    file = folder / missing
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(PretrainedMissing, match=missing):
        load_pretrained(learner, folder)
    file.rename(folder / "elsewhere")
    with pytest.raises(PretrainedMissing, match="holds 0"):
        load_pretrained(learner, folder)
    for name in ("a", "b"):
        (folder / f"{name}{file.suffix}").write_bytes(whole)
    with pytest.raises(PretrainedMissing, match="holds 2"):
        load_pretrained(learner, folder)
