"""Words in the names of files and folders that are nobody's name."""

from __future__ import annotations

import re
import unicodedata

WHAT_IT_IS = """
a an answer answers assignment cell class code copy draft exercise file final fixed from gru homework hot hw
implementation in lab last late lstm main minimal model my network new notebook numpy of one own part problem project ps
python pytorch rnn scratch script solution submission submit template test the torch train untitled v ver version week
강의 과제 과제물 구현 최종 최종본 코드 수정 수정본 숙제 실습 제출 주차 주차과제
"""
"""Words in the name of a file that say nothing of whose it is."""


def says_only_what_it_is(stem: str) -> bool:
    """Whether no word of a name can be a student's."""
    stem = unicodedata.normalize("NFC", stem).casefold()
    # rnn구현 is two words.
    return all(word in WHAT_IT_IS.split() for word in re.findall(r"[a-z]+|[가-힣]+|[^\W\d_]+", stem))
