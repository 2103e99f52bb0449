"""The lecture's texts, made from rules and seeds: no file is read and nothing is downloaded."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from lecture import LECTURE_SEED

ABC_MAPPING = {"a": 0, "b": 1, "c": 2, "C": 3}
WORDS_MAPPING = {",": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
HELLO_MAPPING = {"!": 0, "?": 1, "h": 2, "i": 3, "e": 4, "l": 5, "o": 6}
HI_MAPPING = {"!": 0, "?": 1, "h": 2, "i": 3}

COIN_TABLE_SHA256 = "0b538638b6c448963a29b2b1d6b6aef4d04aa4b7c1bdc0be4d7cf1de8fb7301d"
HUMAN_NUMBERS_SHA256 = "0f8e88ef8f44197599660f7d90609da852a7b6670cbe9cf3c6ce670b68feea00"

_UNITS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = [
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def abcabc() -> list[str]:
    """Section 1: ``abcabC`` a hundred times, 600 letters."""
    return list("abcabC") * 100


def coin_tosses(seed: int = LECTURE_SEED, tosses: int = 50) -> list[str]:
    """Section 2: fair coins, 1 -> ``c`` and 0 -> ``C``, from torch's stream under ``seed`` on the CPU.

    torch's own random state is left as it was.
    """
    generator = torch.Generator().manual_seed(seed)
    coins = torch.bernoulli(torch.zeros(tosses) + 0.5, generator=generator)
    return ["c" if coin == 1 else "C" for coin in coins]


def coin_text(seed: int = LECTURE_SEED, tosses: int = 50) -> list[str]:
    """Section 2: a, b and a tossed c or C, ``tosses`` times; 3 * tosses letters."""
    return [letter for coin in coin_tosses(seed, tosses) for letter in ("a", "b", coin)]


def words() -> list[str]:
    """Sections 3 and 8: one , two , … five , a hundred times without the last comma; 999 tokens."""
    count = [token for word in _UNITS[:5] for token in (word, ",")]
    return (count * 100)[:-1]


def hello() -> list[str]:
    """Sections 4 and 5: ``hi?hello!!`` a hundred times, 1000 letters."""
    return list("hi?hello!!") * 100


def hello_rows() -> Tensor:
    """Section 4's x: the one-hot rows of :func:`hello` but the last, (999, 7)."""
    return one_hot(pairs(hello())[0], HELLO_MAPPING)


def hi() -> list[str]:
    """Section 7: hi! three times, then hi? three times; 18 letters."""
    return list("hi!") * 3 + list("hi?") * 3


def human_numbers() -> str:
    """Section 9: the numbers one to one hundred in words, joined by ``, ``; 1135 characters."""
    tens = [number for ten in _TENS for number in (ten, *(f"{ten} {unit}" for unit in _UNITS))]
    return ", ".join([*_UNITS, *_TEENS, *tens, "one hundred"])


def pairs(tokens: Sequence[str]) -> tuple[list[str], list[str]]:
    """txt_x and txt_y: every token but the last, and every token but the first."""
    return list(tokens[:-1]), list(tokens[1:])


def one_hot(tokens: Sequence[str], mapping: Mapping[str, int]) -> Tensor:
    """One-hot rows of ``tokens``: float32 of shape (L, V) with V = len(mapping), on the CPU.

    Raises KeyError for a token that is not in ``mapping``.
    """
    indices = torch.tensor([mapping[token] for token in tokens])
    return torch.nn.functional.one_hot(indices, num_classes=len(mapping)).float()


def decode(rows: Tensor, mapping: Mapping[str, int]) -> list[str]:
    """The tokens whose index is largest in each row of ``rows``, of shape (L, V)."""
    names = {index: token for token, index in mapping.items()}
    return [names[int(index)] for index in rows.argmax(dim=-1)]


def coin_table_csv(tokens: Sequence[str]) -> str:
    r"""The table txt_x, txt_y of a text as CSV: header ``txt_x,txt_y``, lines end in ``\n``."""
    rows = zip(*pairs(tokens), strict=True)
    return "".join(f"{x},{y}\n" for x, y in [("txt_x", "txt_y"), *rows])


def sha256(text: str) -> str:
    """Hex digest of ``text`` in UTF-8."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
