"""What is said of a network whose constructor can't be called, in English and in Korean: see :mod:`checks.language`."""

from __future__ import annotations

OF_SIGNATURES: dict[str, tuple[str, str]] = {
    "signature": (
        "{own} can't be called as {asked}: {why}",
        "{own}은(는) {asked}(으)로 부를 수 없음: {why}",
    ),
    "signature foreign": (
        "{own} can't be called as {asked}: {why}. torch.nn.{kind} has no argument {told}: take it out of __init__ or "
        "give it a default; a layer on top of the recurrent part is a module of its own",
        "{own}은(는) {asked}(으)로 부를 수 없음: {why}. torch.nn.{kind}에 없는 인자 {told}을(를) __init__에서 빼거나 "
        "기본값을 줄 것. 순환층 위에 얹는 층은 별도의 모듈로 만든다",
    ),
    "signature options": (
        "{own} can't be called as {asked}: {why}. Options may be left out: give {told} torch.nn.{kind}'s default",
        "{own}은(는) {asked}(으)로 부를 수 없음: {why}. 옵션은 생략할 수 있어야 하므로 {told}에 torch.nn.{kind}의 "
        "기본값을 줄 것",
    ),
    "signature sizes": (
        "{own} can't be called as {asked}: {why}. Let these two come first in __init__, and all others have a default",
        "{own}은(는) {asked}(으)로 부를 수 없음: {why}. __init__에서 이 둘을 맨 앞에 두고 나머지에는 모두 기본값을 "
        "줄 것",
    ),
}
