"""Wrong language models of section 9: loaders, training, drawing of words."""

from __future__ import annotations

from typing import Any

from lecture import language_model
from mistakes.model import Mistake

_loaders, _table, _continue = language_model.loaders, language_model.table, language_model.continue_text
_train_small = language_model.train_small


def _of_32(table: Any, **options: Any) -> Any:
    return _loaders(table, **{**options, "batch_size": 32})


def _six_long(table: Any, **options: Any) -> Any:
    return _loaders(table, **{**options, "seq_len": 6})


def _not_moved(table: Any, **options: Any) -> Any:
    found = _loaders(table, **options)
    for loader in (found.train, found.valid):
        # fastai asks the loader for each item as (input, target); the input serves as both.
        make = loader.create_item

        def twice(place: Any, make: Any = make) -> Any:
            x, _ = make(place)
            return x, x

        loader.create_item = twice
    return found


def _untrained(learner: Any, *args: Any, **options: Any) -> None:
    """Leaves the weights as they were drawn."""


def _tiny_rate(learner: Any, epochs: int = 3, lr: float = 3e-2, **options: Any) -> None:
    _train_small(learner, epochs, lr / 1000, **options)


def _tenth_of_the_rows(rows: int) -> Any:
    return _table(max(rows // 10, 1))


def _upside_down(learner: Any, start: str, n_words: int = 50, temperature: float = 0.2, **options: Any) -> str:
    return _continue(learner, start, n_words, 1 / temperature, **options)


def _word_missing(learner: Any, start: str, n_words: int = 50, temperature: float = 0.2, **options: Any) -> str:
    return _continue(learner, start, n_words - 1, temperature, **options)


def _start_left_out(learner: Any, start: str, *args: Any, **options: Any) -> str:
    said = _continue(learner, start, *args, **options).split()
    return " ".join(said[len(start.replace(",", " ,").split()) :])


def _counting(name: str, target: str, replacement: Any, en: str, ko: str, *claims: str) -> Mistake:
    return Mistake(f"language-{name}", en, ko, claims, patches={f"lecture.language_model.{target}": replacement})


LOADERS, SHOW, LEARNER = "numbers/loaders", "numbers/show-batch", "numbers/learner"
SAYS = ("numbers/continues-one-two", "numbers/continues-twenty")

MISTAKES = (
    _counting(
        "batches-of-32",
        "loaders",
        _of_32,
        "Your batches have 32 rows; 64 is the default that the lecture uses.",
        "배치가 32행이다. 강의는 기본값인 64를 쓴다.",
        LOADERS,
    ),
    _counting(
        "six-tokens-long",
        "loaders",
        _six_long,
        "Your sequences are six tokens long; seq_len is 5.",
        "시계열의 길이가 6이다. seq_len은 5이다.",
        LOADERS,
        SHOW,
    ),
    _counting(
        "targets-not-moved",
        "loaders",
        _not_moved,
        "Your targets are the inputs themselves: the model learns to repeat, not to go on.",
        "정답이 입력과 같다. 모형이 이어 말하기가 아니라 따라 말하기를 배운다.",
        LOADERS,
        SHOW,
        *SAYS,
    ),
    _counting(
        "rows-missing",
        "table",
        _tenth_of_the_rows,
        "Your table has a tenth of the rows.",
        "표의 행이 10분의 1뿐이다.",
        SHOW,
    ),
    _counting(
        "not-trained",
        "train_small",
        _untrained,
        "Your language model was never trained.",
        "언어모형을 학습하지 않았다.",
        LEARNER,
        *SAYS,
    ),
    _counting(
        "tiny-rate",
        "train_small",
        _tiny_rate,
        "Your language model is trained at a thousandth of the rate.",
        "언어모형을 정해진 학습률의 천분의 일로 학습했다.",
        LEARNER,
        *SAYS,
    ),
    _counting(
        "temperature-upside-down",
        "continue_text",
        _upside_down,
        "You multiply by the temperature where you must divide: words are drawn almost evenly.",
        "temperature로 나누어야 하는데 곱했다. 단어를 거의 고르게 뽑게 된다.",
        *SAYS,
    ),
    _counting(
        "word-missing",
        "continue_text",
        _word_missing,
        "You add 49 words; 50 were asked for.",
        "49개 단어만 이어 붙였다. 50개여야 한다.",
        *SAYS,
    ),
    _counting(
        "start-left-out",
        "continue_text",
        _start_left_out,
        "You return the new words alone; the text goes on from the start that was given.",
        "새 단어만 반환했다. 주어진 시작에 이어진 텍스트여야 한다.",
        *SAYS,
    ),
)
