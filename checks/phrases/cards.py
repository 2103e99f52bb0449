"""What stands on a card, in English and Korean."""

from __future__ import annotations

CARDS: dict[str, tuple[str, str]] = {
    "capped": ("no more while {claim} does not hold", "{claim}이(가) 성립하지 않아 상한까지만 인정"),
    "of cases": ("{held} of {all} cases", "사례 {all}개 중 {held}개"),
    "claimed": ("claimed", "주장"),
    "checked": ("checked", "확인한 것"),
    "seen": ("seen", "결과"),
    "likely": ("likely mistake", "의심할 점"),
    "again": ("run again", "다시 실행"),
    "mistake": ("planted mistake", "심어 둔 실수"),
    "as before": ("the same as in {claim}; mend that first", "{claim}과(와) 같은 문제. 그것부터 고칠 것"),
    "prints": ("it printed", "출력"),
    "where": ("where", "위치"),
    # causes
    "causes": (
        "{n} causes found, {claims} claims that do not hold",
        "찾은 원인 {n}가지, 성립하지 않는 주장 {claims}개",
    ),
    "one cause": ("1 cause found, {claims} claims that do not hold", "찾은 원인 1가지, 성립하지 않는 주장 {claims}개"),
    "cause of one": ("{n} to mend: 1 claim does not hold", "고칠 것 {n}가지: 성립하지 않는 주장 1개"),
    "follows": ("fails with it", "함께 불성립"),
    # card of somebody's own class
    "not your fault": (
        "This is not your fault: nothing could be judged here. Run it again.",
        "제출한 코드의 잘못이 아니다. 채점할 수 없었으니 다시 실행할 것.",
    ),
    "found by": ("shows in", "드러난 곳"),
    "your line": ("your line", "해당 줄"),
    "your step": ("your step", "계산하는 곳"),
    "first wrong row": ("first wrong row", "처음 틀린 행"),
    "row of step": ("{at}, step {step}", "{at}, {step}번째 단계"),
    "your numbers": ("yours", "제출한 값"),
    "right numbers": ("right", "올바른 값"),
    "one step": ("one step", "한 단계"),
}
