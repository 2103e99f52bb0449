"""What of a network's form each claim is about: where a contract has no such thing, the claim has no meaning."""

from __future__ import annotations

from submissions.contract.model import Contract

_STATE = ("state left out",)
_SIZES = ("state sizes",)
_LONE = ("lone input", "batch")
_TRAINED = ("output",)

ABOUT: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("lstm/printed-output", "cell/printed-step"), ("biases",)),
    "lstm/hT-is-the-last-row": ("output", "state returned"),
    **dict.fromkeys(("lstm/omit-water", "cell/omit-water"), _STATE),
    **dict.fromkeys(("lstm/reshape-L1H", "cell/with-and-without-batch-axis"), _LONE),
    **dict.fromkeys(("lstm/batch-first-wants-NLH", "lstm/batch-first-misread"), ("batch_first", "output")),
    **dict.fromkeys(("lstm/water-shape", "lstm/water-size", "cell/water-shape"), _SIZES),
    "lstm/state-rows": ("state rows", "state returned"),
    "lstm/batch-is-parallel": ("batch",),
    "cell/loop-is-lstm": ("state given",),
    "cell/projected-steps": ("state given", "proj_size"),
    "practice/observation-axis": (*_LONE, "output", "state rows", "state returned", "num_layers", "bidirectional"),
    "practice/only-cutting-matters": (*_LONE, "batch_first", "output", "state given", "state returned"),
    "practice/never-name-the-state": (*_STATE, "bias", "batch_first"),
    "words/two-modules-need-one": _TRAINED,
    **dict.fromkeys(("cut/whole-learns-the-switch", "cut/only-x1", "cut/only-x2"), _TRAINED),
    **dict.fromkeys(("cut/pieces-cannot-switch", "cut/first-guess-is-a-coin"), (*_TRAINED, "batch")),
    **dict.fromkeys(("cut/losses-of-pieces-add-up", "cut/steps-are-adams"), ("losses",)),
}
"""By claim, of PartContract.offers; one that is not here, or of a lecture of one's own, is about none of it."""

ANY = ("output", "biases", "batch", "losses")
"""What claims may be about where a contract is looked for: what is computed, and not in which form."""


def judges(contract: Contract, claim: str, part: str) -> bool:
    """Whether the claim has a meaning for this part under the contract."""
    about = ABOUT.get(claim, ())
    if contract.any:
        return set(about) <= set(ANY)
    found = contract.of(part)
    return not contract.parts if found is None else all(map(found.offers, about))
