"""A text in both languages."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Both:
    """A text in both languages."""

    en: str
    ko: str

    def in_language(self, lang: str) -> str:
        """The Korean text for ``"ko"``, else the English one."""
        return self.ko if lang == "ko" else self.en


def begins_with(text: str, name: str) -> bool:
    """Whether a sentence says by itself what it is about. In Korean a particle may follow the name."""
    return re.match(rf"{re.escape(name)}(?![A-Za-z0-9_])", text) is not None


_REFUSED = {
    "a state of the other rank": (
        "a state of another rank than x: 2-D beside 3-D, or the other way round",
        "x와 차원 수가 다른 상태(3차원 x에 2차원 상태, 또는 그 반대)",
    ),
    "a state for a batch of 1, given a batch of 3": (
        "a state (1, 1, H) beside a batch of 3",
        "배치가 3인 입력에 준 상태 (1, 1, H)",
    ),
    "a state of another hidden size": ("a state of another hidden size", "은닉노드 수가 다른 상태"),
    "a state of size 1": ("a state of width 1", "너비가 1인 상태"),
    "a state with rows for two layers, for one layer": (
        "a state of two rows where the network has one layer",
        "한 층인 네트워크에 준 두 행짜리 상태",
    ),
    "an input of another size": ("an x of another width than input_size", "너비가 input_size와 다른 x"),
}
"""What most who write a network for the first time do not refuse, in plain words."""


def label(what: str) -> Both:
    """What a check calls the thing that it compares: English, but for what stands on every card of a submission. The
    lecture's p(!) in words, for whoever reads a card alone."""
    if what in _REFUSED:
        return Both(*_REFUSED[what])
    if found := re.fullmatch(r"(\(.*?\)) with a state (\(.*\))", what):
        return Both(f"x {found[1]} beside a state {found[2]}", f"x {found[1]}에 준 상태 {found[2]}")
    what = re.sub(r"\bp\((.)\)", r"probability of \1", what)
    korean = what.replace(" against torch's", "(torch의 값과 비교)")
    return Both(what, korean.replace(" against the course's", "(과제 규격의 값과 비교)"))
