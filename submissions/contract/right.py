"""The right network as a contract lets it be seen: without what the course's own has not."""

from __future__ import annotations

from typing import Any

from torch import nn

from submissions.contract.model import PartContract


def without_state(contract: PartContract | None, module: nn.Module) -> None:
    """Where the course's takes no state, one that is given is as good as none."""
    if contract is None or not contract.stateless:
        return
    forward = module.forward
    vars(module)["forward"] = lambda x, *_: forward(x)
    # Its answers are remembered by what it is.
    vars(module)["first_state"] = "zeros"


class Filling:
    """What the course's does not return, computed by torch with the weights of ``net``; differentiable."""

    def __init__(self, contract: PartContract, net: nn.Module, sizes: Any, options: Any) -> None:
        part = contract.right
        self.right = None
        if set(contract.returned) >= set(_flat(part.returns)):
            return
        self.right = contract.made(*sizes, **options)
        for name, weight in net.named_parameters():
            # The very same: what is written into one, or pulled back to it, is the other's.
            setattr(self.right, name, weight)
        without_state(contract, self.right)

    def __call__(self, answer: Any, *arguments: Any) -> Any:
        """The answer with None filled in."""
        return answer if self.right is None else _filled(answer, self.right(*arguments))


def _filled(answer: Any, right: Any) -> Any:
    if isinstance(answer, tuple):
        return tuple(_filled(one, other) for one, other in zip(answer, right, strict=True))
    return right if answer is None else answer


def _flat(names: Any) -> list[str]:
    return [names] if isinstance(names, str) else [one for name in names for one in _flat(name)]
