"""Wrong texts, pairs and mappings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from lecture import LECTURE_SEED, texts
from mistakes.model import Mistake

# Taken before anybody patches them.
_words, _numbers = texts.words, texts.human_numbers
_tosses, _csv = texts.coin_tosses, texts.coin_table_csv

Tokens = Sequence[str]
Pairs = tuple[list[str], list[str]]


def _two_apart(tokens: Tokens) -> Pairs:
    return list(tokens[:-2]), list(tokens[2:])


def _not_moved(tokens: Tokens) -> Pairs:
    return list(tokens[:-1]), list(tokens[:-1])


def _turned_round(tokens: Tokens) -> Pairs:
    return list(tokens[1:]), list(tokens[:-1])


def _in_a_ring(tokens: Tokens) -> Pairs:
    return list(tokens), [*tokens[1:], tokens[0]]


def _unseeded(seed: int = 0, tosses: int = 50) -> list[str]:
    return ["c" if coin == 1 else "C" for coin in torch.bernoulli(torch.zeros(tosses) + 0.5)]


def _sides_swapped(*args: Any, **options: Any) -> list[str]:
    return [coin.swapcase() for coin in _tosses(*args, **options)]


def _drawn_otherwise(seed: int = LECTURE_SEED, tosses: int = 50) -> list[str]:
    coins = torch.randint(2, (tosses,), generator=torch.Generator().manual_seed(seed))
    return ["c" if coin == 1 else "C" for coin in coins]


def _windows_lines(tokens: Tokens) -> str:
    return _csv(tokens).replace("\n", "\r\n")


def _patched(name: str, target: str, replacement: Any, en: str, ko: str, *claims: str) -> Mistake:
    return Mistake(name, en, ko, claims, patches={f"lecture.texts.{target}": replacement})


SHAPES, TOKENS, CUT, TABLE = "abcabc/shapes", "words/tokens", "cut/shapes", "coin/table-from-the-seed"

MISTAKES = (
    _patched(
        "pairs-two-apart",
        "pairs",
        _two_apart,
        "Your targets are two tokens ahead; they have to be one ahead.",
        "정답이 두 칸 뒤의 토큰이다. 바로 다음 토큰이어야 한다.",
        SHAPES,
        TOKENS,
        TABLE,
    ),
    _patched(
        "pairs-not-moved",
        "pairs",
        _not_moved,
        "Your targets are the inputs themselves; move them on by one token.",
        "정답이 입력과 같다. 한 토큰 밀어야 한다.",
        SHAPES,
        TOKENS,
        TABLE,
    ),
    _patched(
        "pairs-turned-round",
        "pairs",
        _turned_round,
        "Inputs and targets are exchanged: you predict the letter before.",
        "입력과 정답이 서로 바뀌었다. 이전 글자를 예측하고 있다.",
        SHAPES,
        TOKENS,
        TABLE,
    ),
    _patched(
        "pairs-in-a-ring",
        "pairs",
        _in_a_ring,
        "Your last token is paired with the first; it has no target and is left out of the inputs.",
        "마지막 토큰을 첫 토큰과 짝지었다. 마지막 토큰은 정답이 없으므로 입력에서 빼야 한다.",
        TABLE,
        CUT,
    ),
    _patched(
        "abc-mapping-c-and-C-swapped",
        "ABC_MAPPING",
        {"a": 0, "b": 1, "C": 2, "c": 3},
        "In your mapping c and C are exchanged.",
        "mapping에서 c와 C가 바뀌었다.",
        SHAPES,
    ),
    _patched(
        "words-mapping-comma-last",
        "WORDS_MAPPING",
        {"one": 0, "two": 1, "three": 2, "four": 3, "five": 4, ",": 5},
        "Your mapping numbers the comma last; it is 0.",
        "mapping에서 쉼표가 마지막 번호이다. 쉼표는 0이다.",
        TOKENS,
    ),
    _patched(
        "hello-mapping-as-it-appears",
        "HELLO_MAPPING",
        {"h": 0, "i": 1, "?": 2, "e": 3, "l": 4, "o": 5, "!": 6},
        "Your mapping of hi?hello!! numbers the letters as they appear.",
        "hi?hello!!의 mapping이 글자가 나타난 순서로 되어 있다.",
        "lstm/printed-output",
        "cell/printed-step",
    ),
    _patched(
        "coin-without-seed",
        "coin_tosses",
        _unseeded,
        "Your coins are tossed without the seed: every run has others.",
        "시드 없이 동전을 던져 실행할 때마다 결과가 다르다.",
        TABLE,
    ),
    _patched(
        "coin-c-and-C-swapped",
        "coin_tosses",
        _sides_swapped,
        "You take 1 for C and 0 for c; it is the other way round.",
        "1을 C로, 0을 c로 읽었다. 서로 바꾸어야 한다.",
        TABLE,
    ),
    _patched(
        "coin-drawn-otherwise",
        "coin_tosses",
        _drawn_otherwise,
        "You toss with randint; the same seed gives other coins than bernoulli does.",
        "randint로 던졌다. 시드가 같아도 bernoulli와는 다른 동전이 나온다.",
        TABLE,
    ),
    _patched(
        "coin-table-with-windows-lines",
        "coin_table_csv",
        _windows_lines,
        "The lines of your table end in \\r\\n; they end in \\n.",
        "표의 줄이 \\r\\n으로 끝난다. \\n으로 끝나야 한다.",
        TABLE,
    ),
    _patched(
        "words-last-comma-kept",
        "words",
        lambda: [*_words(), ","],
        "Your text of words ends in a comma; the last one is left out.",
        "단어 텍스트가 쉼표로 끝난다. 마지막 쉼표는 빼야 한다.",
        TOKENS,
    ),
    _patched(
        "hi-four-times",
        "hi",
        lambda: list("hi!") * 4 + list("hi?") * 2,
        "Your text has four hi! and two hi?; it has three of each.",
        "hi!가 네 번, hi?가 두 번이다. 세 번씩이어야 한다.",
        CUT,
    ),
    _patched(
        "numbers-fourty",
        "human_numbers",
        lambda: _numbers().replace("forty", "fourty"),
        "Your numbers spell forty with a u.",
        "forty를 fourty로 적었다.",
        "numbers/loaders",
    ),
    _patched(
        "numbers-to-ninety-nine",
        "human_numbers",
        lambda: _numbers().removesuffix(", one hundred"),
        "Your numbers stop at ninety nine; one hundred is missing.",
        "숫자가 ninety nine에서 끝난다. one hundred가 빠졌다.",
        "numbers/loaders",
        "numbers/show-batch",
    ),
)
