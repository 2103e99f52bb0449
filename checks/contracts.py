"""What is said of a course's contract, in English and in Korean: phrases of :mod:`checks.language`."""

from __future__ import annotations

OF_CONTRACTS: dict[str, tuple[str, str]] = {
    "left out by contract": (
        "the contract has no such option or call of {name}",
        "계약에 {name}의 이런 옵션이나 호출이 없음",
    ),
    "left out as found": (
        "{name} does not have what this is about",
        "{name}에는 이 주장이 다루는 것이 없음",
    ),
    "contract unfit": (
        "{name} gives the numbers of an {part} in no order of gates and axes that was tried",
        "게이트와 축의 순서를 바꾸어 보아도 {name}의 값이 {part}의 값이 되지 않음",
    ),
    "contract found": (
        "{name} was taken for {part}: {form}",
        "{name}을(를) {part}(으)로 보고 채점함: {form}",
    ),
    "contract weights": (
        "the parameters of {name} are {seen}; {wanted} are asked by the contract",
        "{name}의 파라미터가 {seen}임. 계약에 따르면 {wanted}이어야 함",
    ),
    "contract shape": (
        "{name} has {seen}, which does not fit the contract: {wanted}",
        "{name}의 {seen}이(가) 계약에 맞지 않음: {wanted}",
    ),
    "contract structure": (
        "{name} returns {seen}; {wanted} is asked by the contract",
        "{name}의 반환값이 {seen}임. 계약에 따르면 {wanted}이어야 함",
    ),
    "contract axes": (
        "{name} returns {seen}; {wanted} is asked by the contract",
        "{name}이(가) {seen}을(를) 반환함. 계약에 따르면 {wanted}이어야 함",
    ),
}
