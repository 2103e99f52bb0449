"""What a step worked out says of a submission, in both languages."""

from __future__ import annotations

from collections.abc import Sequence

from diagnosis.shown.own_names import is_another
from results.model import Both
from results.worked import Own, Value

PRINT = Both(
    "print these in your own code: the first that differs is where it goes wrong",
    "직접 쓴 코드에서 아래 값을 차례로 출력해 볼 것. 처음으로 다른 값이 틀린 곳이다",
)


STATE = Both(
    "c' comes out right and h' does not: look at o, at tanh(c') and at their product",
    "c'은 맞게 나오는데 h'이 틀리다. o와 tanh(c'), 둘의 곱을 확인할 것",
)


def of_right(kind: str) -> list[Both]:
    """Where the step comes out right."""
    return [
        Both(
            f"one step of a tiny {kind} comes out right: what is wrong lies between the steps or shows in other calls",
            f"작은 {kind}의 한 단계는 맞게 나온다. 틀린 곳은 단계와 단계 사이이거나, 다른 호출에서만 드러난다",
        )
    ]


def of_wrong(values: Sequence[Value], own: Sequence[Own], gates: str) -> list[Both]:
    """Values that are called after others, else the first that is none of the right ones; else what the state says, and
    what to do."""
    named = {one.name: one for one in reversed(own) if is_another(one, gates)}
    if named:
        return [_another(one) for one in reversed(named.values())]
    strange = next((one for one in own if not one.means), None)
    if strange is not None:
        return [_strange(strange)]
    fine = {value.name: not value.differs for value in values if value.seen is not None}
    return [STATE, PRINT] if fine.get("c'") and not fine["h'"] else [PRINT]


def _another(own: Own) -> Both:
    number, place = f"{own.numbers[0]:.4f}", own.line.place
    return Both(
        f"the value {number} that you call {own.name} in {place} is torch's {own.means}",
        f"{place}에서 {own.name}(이)라고 한 값 {number}은(는) torch의 {own.means}이다",
    )


def _strange(own: Own) -> Both:
    numbers, place = ", ".join(f"{number:.4f}" for number in own.numbers), own.line.place
    return Both(
        f"the first value in your code that is none of the right ones is {own.name} in {place}: {numbers}",
        f"코드에서 올바른 값 중 어느 것도 아닌 첫 값은 {place}의 {own.name}이다: {numbers}",
    )
