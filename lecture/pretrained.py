"""Pretrained weights of fastai's AWD_LSTM from a local folder, read without trusting the files."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

Learner = Any  # fastai's LMLearner

EMBEDDING = "0.encoder.weight"


class PretrainedMissing(Exception):
    """The pretrained weights aren't there, or aren't what they should be. The message is one whole sentence."""

    is_sentence = True


def load_pretrained(learner: Learner, folder: str | Path) -> None:
    """Load weights trained on other text, as fastai does after its download, and freeze all but the last layers.

    folder: holds one .pth file (the weights by name) and one .pkl file (the list of words they belong to); fastai's
    download ``wt103-fwd.tgz`` has them as lstm_fwd.pth and itos_wt103.pkl. Words in common keep their weights, others
    get the mean (fastai's ``match_embeds``). Raises PretrainedMissing.

    Both files are pickles, which can run code when they are opened. They are first read in a way that admits only
    tensors and plain lists of words; a file with anything else in it is refused.
    """
    weights_file, words_file = pretrained_files(Path(folder))
    words = _read(words_file, _plain_pickle)
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise PretrainedMissing(f"{words_file} is not a list of words.")
    weights = _read(weights_file, _plain_weights)
    rows, found, wanted = len(weights.get(EMBEDDING, [])), len(weights), len(learner.model.state_dict())
    if rows < len(words):
        raise PretrainedMissing(f"{weights_file} has weights of {rows} words, and {words_file} {len(words)} words.")
    # fastai pairs weights off by their order and would leave those that are missing as they are, without a word.
    if found < wanted:
        raise PretrainedMissing(f"{weights_file} has {found} of the {wanted} weights that this model needs.")
    try:
        learner.load_pretrained(weights_file, words_file)
    except (RuntimeError, KeyError, IndexError) as error:
        reason = str(error).strip().splitlines()[-1].strip().rstrip(".")
        raise PretrainedMissing(f"{weights_file} does not fit this model and its words: {reason}.") from error


def pretrained_files(folder: Path) -> tuple[Path, Path]:
    """The .pth and the .pkl file in ``folder``. Raises PretrainedMissing where there is not one of each."""
    return _only(folder, ".pth"), _only(folder, ".pkl")


def _only(folder: Path, suffix: str) -> Path:
    found = sorted(folder.glob(f"*{suffix}"))
    if len(found) != 1:
        raise PretrainedMissing(
            f"{folder} must hold one {suffix} file, and holds {len(found)}: unpack fastai's wt103-fwd.tgz there "
            "(lstm_fwd.pth and itos_wt103.pkl)."
        )
    return found[0]


def _read(file: Path, read: Callable[[Path], Any]) -> Any:
    try:
        return read(file)
    except Exception as error:  # a broken pickle raises whatever it likes
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
        raise PretrainedMissing(f"{file} can't be read as pretrained weights or words: {reason}.") from error


def _plain_weights(file: Path) -> dict[str, torch.Tensor]:
    weights = torch.load(file, map_location="cpu", weights_only=True)
    weights = weights.get("model", weights)  # fastai saves them beside those of an optimizer, or alone
    if not all(isinstance(weight, torch.Tensor) for weight in weights.values()):
        raise TypeError("not everything in it is a tensor")
    return weights


class _PlainUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"it names {module}.{name}, and only plain lists of words are opened")


def _plain_pickle(file: Path) -> Any:
    with file.open("rb") as opened:
        return _PlainUnpickler(opened).load()
