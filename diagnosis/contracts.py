"""What a diagnosis comes to under a course's contract: known mistakes are told of torch's names and layouts, which the
student has never seen. What can't be said in the contract's own words is not said."""

from __future__ import annotations

import re
from typing import Any

from parts import flat
from results.model import Both
from submissions.contract.model import GATES, PartContract

_ORDER = re.compile(r"(lstm|gru)-gates-(\w+)")
_OF_TORCHS_LAYOUT = re.compile(
    r"torch stacks|batch_first|num_layers|transpos|reshape|3-D|2-D|\(|weight_|bias_|\brows?\b"
)

UNKNOWN = Both(
    "The numbers are not the formula's with these weights: look at the gates and their order, at the biases, and at "
    "what is carried from step to step.",
    "이 가중치로 식을 계산한 값과 다르다. 게이트와 그 순서, 편향, 단계마다 넘기는 것을 확인할 것.",
)

RAISES = Both(
    "Your code raises this exception: mend it first, what comes after it can't be seen.",
    "작성한 코드에서 이 예외가 난다. 이것부터 고칠 것. 그 뒤는 확인할 수 없다.",
)


def can_diagnose(contract: PartContract | None) -> bool:
    """Whether known mistakes can be told apart: not where a part of each answer is torch's own, or right is another
    formula than torch's."""
    if contract is None:
        return True
    if contract.reset:
        return False
    return not (contract.stateless or contract.fixed) and set(contract.returned) >= set(flat(contract.right.returns))


def told(found: Any, contract: PartContract | None) -> Both:
    """The sentence for the student. found: a Diagnosis, or None."""
    if contract is None or not contract.adapts:
        return Both(found.en, found.ko)
    if found is not None and len(found.names) == 1 and (order := _ORDER.fullmatch(found.names[0])):
        return _of_order(contract, order[2])
    if found is None or _OF_TORCHS_LAYOUT.search(found.en):
        return UNKNOWN
    return Both(found.en, found.ko)


def _of_order(contract: PartContract, seen: str) -> Both:
    """seen: for each gate of torch's rows the gate as which it is used."""
    gates = GATES[contract.part.removesuffix("Cell")]
    used = dict(zip(gates, seen, strict=True))
    if contract.weights is not None and any(len(views) > 1 for _, views in contract.weights):
        pairs = [(gate, other) for gate, other in used.items() if gate != other]
        en = ", ".join(f"those of {gate} as {other}" for gate, other in pairs)
        ko = ", ".join(f"{gate}의 것을 {other}에" for gate, other in pairs)
        return Both(
            f"You use the weights of one gate for another: {en}.", f"한 게이트의 가중치를 다른 게이트에 썼다: {ko}."
        )
    own = contract.order or gates
    mine, asked = ", ".join(used[gate] for gate in own), ", ".join(own)
    return Both(
        f"Your gates are in the order {mine}; the contract has {asked}.",
        f"게이트의 순서가 {mine}이다. 과제 규격은 {asked}이다.",
    )
