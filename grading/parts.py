"""What a course asks for: the claims that are about these parts alone."""

from __future__ import annotations

from collections.abc import Collection

import parts as registry
from submissions.contract.about import judges
from submissions.contract.model import STRICT, Contract

NETWORK = (("LSTM",), ("RNN",), ("GRU",))
CELL = (("LSTMCell",), ("RNNCell",), ("GRUCell",))
TRAINED = (("LSTM",), ("train",))

NEEDS: dict[str, tuple[tuple[str, ...], ...]] = {
    **dict.fromkeys(("abcabc/shapes", "words/tokens", "cut/shapes"), (("one_hot",),)),
    **dict.fromkeys(("words/two-modules-need-one", "lstm/printed-output", "cell/projected-steps"), (("LSTM",),)),
    **dict.fromkeys(("lstm/hT-is-the-last-row", "lstm/omit-water", "lstm/reshape-L1H", "lstm/state-rows"), NETWORK),
    **dict.fromkeys(("lstm/batch-first-wants-NLH", "lstm/batch-first-misread", "lstm/batch-is-parallel"), NETWORK),
    **dict.fromkeys(("lstm/water-shape", "lstm/water-size"), NETWORK),
    "lstm/input-unchanged": (*NETWORK, *CELL),
    "cell/printed-step": (("LSTMCell",),),
    **dict.fromkeys(("cell/omit-water", "cell/with-and-without-batch-axis", "cell/water-shape"), CELL),
    "cell/step-formulas": CELL,
    "cell/loop-is-lstm": (("LSTM", "LSTMCell"), ("RNN", "RNNCell"), ("GRU", "GRUCell")),
    **dict.fromkeys(("practice/observation-axis", "practice/only-cutting-matters"), NETWORK),
    "practice/never-name-the-state": NETWORK,
    **dict.fromkeys(("cut/whole-learns-the-switch", "cut/pieces-cannot-switch", "cut/first-guess-is-a-coin"), TRAINED),
    **dict.fromkeys(("cut/only-x1", "cut/only-x2"), TRAINED),
    **dict.fromkeys(("cut/losses-of-pieces-add-up", "cut/steps-are-adams"), (("train",),)),
}
"""By claim what its cases are about: one or several parts each. A test holds it against what they ask for."""


def is_about(claim: str, parts: Collection[str], contract: Contract = STRICT) -> bool:
    """Whether a claim has a case for which these parts are enough, in the form that the contract gives them. Any part
    is where ``parts`` is empty; a claim that is not in the table, of a lecture of one's own, always has."""
    fit = {part for part in parts or registry.names() if judges(contract, claim, part)}
    return claim not in NEEDS or any(set(needs) <= fit for needs in NEEDS[claim])


def read_parts(text: str) -> tuple[str, ...]:
    """Of ``LSTM,train`` the parts, in the contract's order. Raises ValueError."""
    names = registry.names()
    words = [word.strip() for word in text.split(",") if word.strip()]
    if unknown := [word for word in words if word not in names]:
        raise ValueError(f"{unknown[0]!r} is no part; parts are {', '.join(names)}")
    return tuple(name for name in names if name in words)
