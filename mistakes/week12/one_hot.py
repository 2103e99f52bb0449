"""Wrong one-hot rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

from lecture import texts
from mistakes.model import Mistake

# Taken before anybody patches it.
_one_hot = texts.one_hot

Tokens = Sequence[str]


def _alphabetical(tokens: Tokens, mapping: Mapping[str, int]) -> Tensor:
    return _one_hot(tokens, {token: place for place, token in enumerate(sorted(mapping))})


def _as_they_are_listed(tokens: Tokens, mapping: Mapping[str, int]) -> Tensor:
    return _one_hot(tokens, {token: place for place, token in enumerate(mapping)})


def _as_they_appear(tokens: Tokens, mapping: Mapping[str, int]) -> Tensor:
    order = dict.fromkeys([*tokens, *mapping])
    return _one_hot(tokens, {token: place for place, token in enumerate(order)})


def _seen_alone(tokens: Tokens, mapping: Mapping[str, int]) -> Tensor:
    seen = sorted(set(tokens), key=mapping.__getitem__)
    return _one_hot(tokens, {token: place for place, token in enumerate(seen)})


def _up_to_the_largest(tokens: Tokens, mapping: Mapping[str, int]) -> Tensor:
    return _one_hot(tokens, mapping)[:, : 1 + max(mapping[token] for token in tokens)]


def _as_many_as_occur(tokens: Tokens, mapping: Mapping[str, int]) -> Tensor:
    rows = torch.zeros(len(tokens), len(set(tokens)))
    for row, token in zip(rows, tokens, strict=True):
        row[mapping[token]] = 1
    return rows


def _from_one(tokens: Tokens, mapping: Mapping[str, int]) -> Tensor:
    return _one_hot(tokens, mapping).roll(1, dims=-1)


def _integers(tokens: Tokens, mapping: Mapping[str, int]) -> Tensor:
    return _one_hot(tokens, mapping).long()


def _doubles(tokens: Tokens, mapping: Mapping[str, int]) -> Tensor:
    return _one_hot(tokens, mapping).double()


def _transposed(tokens: Tokens, mapping: Mapping[str, int]) -> Tensor:
    return _one_hot(tokens, mapping).T


def _numbers_for_rows(tokens: Tokens, mapping: Mapping[str, int]) -> Tensor:
    return torch.tensor([[float(mapping[token])] for token in tokens])


def _rows(name: str, function: Callable[..., Tensor], en: str, ko: str, *claims: str) -> Mistake:
    return Mistake(f"one-hot-{name}", en, ko, claims, functions={"one_hot": function})


SHAPES, TOKENS, CUT = "abcabc/shapes", "words/tokens", "cut/shapes"

MISTAKES = (
    _rows(
        "alphabetical",
        _alphabetical,
        "Your columns follow the alphabet; they have to follow the numbers of the mapping.",
        "열이 알파벳 순서이다. mapping의 번호를 따라야 한다.",
        SHAPES,
    ),
    _rows(
        "as-they-are-listed",
        _as_they_are_listed,
        "Your columns follow the order in which the mapping lists its tokens; they have to follow its numbers, "
        "mapping[token].",
        "열이 mapping에 적힌 토큰 순서이다. mapping의 번호(mapping[token])를 따라야 한다.",
        SHAPES,
    ),
    _rows(
        "as-they-appear",
        _as_they_appear,
        "Your columns follow the order in which tokens appear; they have to follow the numbers of the mapping.",
        "열이 토큰이 나타난 순서이다. mapping의 번호를 따라야 한다.",
        TOKENS,
    ),
    _rows(
        "seen-alone",
        _seen_alone,
        "Tokens that are in the mapping and not in the text have no column; they need one.",
        "mapping에 있지만 텍스트에 없는 토큰의 열이 빠졌다.",
        CUT,
    ),
    _rows(
        "as-many-as-the-largest",
        _up_to_the_largest,
        "You make a column for each number up to the largest that occurs, as F.one_hot does by itself; "
        "len(mapping) columns are needed: num_classes=len(mapping).",
        "나타난 가장 큰 번호까지만 열을 만들었다(F.one_hot의 기본 동작). 열은 len(mapping)개여야 한다: "
        "num_classes=len(mapping).",
        SHAPES,
    ),
    _rows(
        "as-many-as-occur",
        _as_many_as_occur,
        "You make as many columns as there are different tokens in the text, too few where one of the mapping does not "
        "occur; len(mapping) columns are needed.",
        "텍스트에 나온 서로 다른 토큰 수만큼만 열을 만들어, mapping의 토큰이 텍스트에 다 나오지 않으면 모자란다. 열은 "
        "len(mapping)개여야 한다.",
        SHAPES,
        CUT,
    ),
    _rows(
        "counted-from-one",
        _from_one,
        "Your 1 stands one column too far to the right: numbers of the mapping begin at 0.",
        "1이 한 열 오른쪽에 있다. mapping의 번호는 0부터 시작한다.",
        SHAPES,
        TOKENS,
    ),
    _rows(
        "integers",
        _integers,
        "Your one-hot rows are integers; a network needs float32.",
        "one-hot 행렬이 정수이다. 네트워크에는 float32가 필요하다.",
        SHAPES,
    ),
    _rows(
        "doubles",
        _doubles,
        "Your one-hot rows are float64; they are float32.",
        "one-hot 행렬이 float64이다. float32여야 한다.",
        SHAPES,
    ),
    _rows(
        "transposed",
        _transposed,
        "Your one-hot tokens stand in columns, (V, L); each token is a row, (L, V).",
        "토큰이 열로 놓여 (V, L)이다. 토큰마다 한 행, (L, V)여야 한다.",
        SHAPES,
        TOKENS,
        CUT,
    ),
    _rows(
        "numbers",
        _numbers_for_rows,
        "You return the tokens' numbers; a row with a single 1 is wanted for each.",
        "토큰의 번호를 반환했다. 토큰마다 1이 하나 있는 행이 필요하다.",
        SHAPES,
        TOKENS,
        CUT,
    ),
)
