"""What stands on a card, in English and Korean."""

from __future__ import annotations

CARDS: dict[str, tuple[str, str]] = {
    "claimed": ("claimed", "주장"),
    "checked": ("checked", "확인한 것"),
    "seen": ("seen", "결과"),
    "likely": ("likely mistake", "의심할 점"),
    "again": ("run again", "다시 실행"),
    "mistake": ("planted mistake", "심어 둔 실수"),
    "as before": ("the same as in {claim}; mend that first", "{claim}과(와) 같은 문제. 그것부터 고칠 것"),
    "prints": ("it printed", "출력"),
    "where": ("where", "위치"),
    # card of somebody's own class
    "your line": ("your line", "해당 줄"),
    "first wrong row": ("first wrong row", "처음 틀린 행"),
    "your numbers": ("yours", "제출한 값"),
    "right numbers": ("right", "올바른 값"),
    "one step": ("one step", "한 단계"),
    "step is right": (
        "one step of a tiny {kind} comes out right: what is wrong lies between the steps or shows in other calls",
        "작은 {kind}의 한 단계는 맞게 나온다. 틀린 곳은 단계와 단계 사이이거나, 다른 호출에서만 드러난다",
    ),
    "is torch's": (
        "the value {number} that you call {name} in {place} is torch's {means}",
        "{place}에서 {name}(이)라고 한 값 {number}은(는) torch의 {means}이다",
    ),
    "none of these": (
        "the first value in your code that is none of the right ones is {name} in {place}: {numbers}",
        "코드에서 올바른 값 중 어느 것도 아닌 첫 값은 {place}의 {name}이다: {numbers}",
    ),
    "print these": (
        "print these in your own code: the first that differs is where it goes wrong",
        "직접 쓴 코드에서 아래 값을 차례로 출력해 볼 것. 처음으로 다른 값이 틀린 곳이다",
    ),
}
