"""What a step worked out says of a submission, in both languages."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from diagnosis.groups import fewest, where_told
from diagnosis.shown.own_names import is_another
from results.model import Both
from results.worked import Own, Value, WorkedStep

PRINT = Both(
    "print these in your own code: the first that differs is where it goes wrong",
    "직접 쓴 코드에서 아래 값을 차례로 출력해 볼 것. 처음으로 다른 값이 틀린 곳이다",
)


STATE = Both(
    "c' comes out right and h' does not: look at o, at tanh(c') and at their product",
    "c'의 값은 맞는데 h'의 값이 틀렸다. o와 tanh(c'), 그리고 둘의 곱을 확인할 것",
)

RULES = {"LSTM": "c' = f * c + i * g", "GRU": "h' = (1 - z) * n + z * h"}


def beside_a_name(step: WorkedStep) -> WorkedStep | None:
    """What a step says where the mistake is named: not where else to look. None where it is right."""
    return None if step.is_right else replace(step, said=[said for said in step.said if said is not STATE])


def of_right(kind: str, groups: Collection[str] = (), gradients: bool = False) -> list[Both]:
    """Where the step comes out right. groups: those of the diagnosis' calls that were answered wrongly, as far as they
    are known; gradients: whether these alone are wrong in them."""
    if gradients:
        return [Both(_GRADIENTS[0].format(kind), _GRADIENTS[1].format(kind))]
    en, ko = f"one step of a tiny {kind} comes out right", f"작은 {kind}의 한 단계는 맞게 나온다"
    if groups and "plain" not in groups:
        return [_with_options(kind, en, ko, groups)]
    elsewhere, elsewhere_ko = _OF_A_CELL
    if not kind.endswith("Cell"):
        elsewhere, elsewhere_ko = _OF_ONE_LAYER if groups else _OF_A_NETWORK
    en = f"{en}: what is wrong shows elsewhere, such as with other numbers, {elsewhere}"
    return [Both(en, f"{ko}. 틀린 곳은 다른 데서 드러난다. 예: 다른 값, {elsewhere_ko}")]


_GRADIENTS = (
    "one step of a tiny {} comes out right, and so do the numbers of every call that was tried: gradients alone are "
    "wrong",
    "작은 {}의 한 단계도, 시도한 모든 호출의 값도 맞게 나온다. 기울기만 틀렸다",
)
_OF_A_CELL = (
    "in a batch, where the state is left out, with an option or in the gradients",
    "배치, 상태를 생략한 호출, 옵션을 준 호출, 기울기",
)
_OF_ONE_LAYER = (
    "between the steps, in a batch, where the state is left out, in the output or in the gradients",
    "단계와 단계 사이, 배치, 상태를 생략한 호출, output, 기울기",
)
_OF_A_NETWORK = (
    "between steps, layers or directions, in a batch, where the state is left out, with an option, in the output or in "
    "the gradients",
    "단계나 층이나 방향 사이, 배치, 상태를 생략한 호출, 옵션을 준 호출, output, 기울기",
)


def _with_options(kind: str, en: str, ko: str, groups: Collection[str]) -> Both:
    """Both options at once are not told beside one that is enough."""
    told = where_told(kind, fewest(kind, {*groups}))
    plain, plain_ko = "with no options", "옵션 없는 호출"
    if not kind.endswith("Cell"):
        plain, plain_ko = "with one layer, one direction and no options", "한 층, 한 방향, 옵션 없는 호출"
    where = ", and ".join(one for one, _ in told)
    return Both(
        f"{en}, and so does every call that was tried {plain}: what is wrong shows {where}",
        f"{ko}. 시험해 본 {plain_ko}도 모두 맞다. 틀린 곳이 드러나는 경우: {', '.join(one for _, one in told)}",
    )


def of_right_state(kind: str) -> list[Both]:
    """Where the state comes out right and the output does not."""
    return [
        Both(
            f"after one step of a tiny {kind} the state is right and the output is not: look at what is put into it",
            f"작은 {kind}의 한 단계 뒤에 상태는 맞고 output이 틀렸다. output에 무엇을 담는지 확인할 것",
        )
    ]


def of_wrong(stem: str, values: Sequence[Value], own: Sequence[Own], gates: str) -> list[Both]:
    """Values that are called after others, else the first that is none of the right ones; else what is right, so that
    the rest is not. stem: RNN, LSTM or GRU."""
    named = {one.name: one for one in reversed(own) if is_another(one, gates)}
    if named:
        return [_another(one) for one in reversed(named.values())]
    strange = next((one for one in own if not one.means), None)
    if strange is not None:
        return [_strange(strange)]
    fine = {value.name: not value.differs for value in values if value.seen is not None}
    if fine.get("c'") and not fine["h'"]:
        return [STATE, PRINT]
    known = {one.means for one in own}
    return [_put_together(stem, gates)] if gates and known >= set(gates) else [PRINT]


def _put_together(stem: str, gates: str) -> Both:
    en, ko, rule = f"{', '.join(gates[:-1])} and {gates[-1]}", ", ".join(gates), RULES[stem]
    return Both(
        f"{en} are right in your code; look at what is made of them: {rule}",
        f"코드에서 게이트 값({ko})은 모두 맞다. 이 값들로 계산하는 식을 확인할 것: {rule}",
    )


def _another(own: Own) -> Both:
    number, place = f"{own.numbers[0]:.4f}", own.line.place
    return Both(
        f"the value {number} that you call {own.name} in {place.en} is torch's {own.means}",
        f"{place.ko}에서 {own.name}에 담긴 값 {number}: torch에서는 {_in_korean(own.means)}의 값이다",
    )


def _in_korean(means: str) -> str:
    gate, _, rest = means.partition(" ")
    if rest.startswith("before "):
        return f"{gate}({rest.removeprefix('before ')}를 적용하기 전)"
    return f"{rest.removeprefix('of ')} 중 {gate}" if rest.startswith("of ") else means


def _strange(own: Own) -> Both:
    numbers, place = ", ".join(f"{number:.4f}" for number in own.numbers), own.line.place
    return Both(
        f"the first value in your code that is none of the right ones is {own.name} in {place.en}: {numbers}",
        f"코드에서 올바른 값 중 어느 것과도 다른 첫 값: {place.ko}의 {own.name}, {numbers}",
    )
