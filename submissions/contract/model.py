"""What a contract is: by part what the course calls it, how it is called and what its weights are. Plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import parts
from parts.model import Names, Part, flat
from submissions.contract import notation
from submissions.contract.training import INSTEAD

GATES = {"LSTM": "ifgo", "GRU": "rzn", "RNN": "h"}
"""The rows of torch's weights, gate by gate."""
USUAL = {
    "num_layers": 1,
    "bias": True,
    "batch_first": False,
    "bidirectional": False,
    "nonlinearity": "tanh",
    "proj_size": 0,
}
"""The options of torch's networks, as they are where nobody gives them."""
NEEDS = {"num_layers": "weight_ih_l1", "bidirectional": "weight_ih_l0_reverse", "proj_size": "weight_hr_l0"}
"""A weight that a network made with the option has, and a contract may not say what it is."""


FORM = (
    *("lone input", "batch", "state given", "state left out", "state rows", "state returned", "state sizes"),
    *("output", "biases", "losses", *USUAL),
)
"""What of a network's form, or of a training's, a claim may be about: a course's own may have no such thing."""
COMPUTED = ("output", "biases", "batch", "losses")
"""Those that are about what is computed: where a contract is looked for, nothing is known of the others."""


@dataclass(frozen=True)
class PartContract:
    """One part. name: what the file calls it. Empty, or None, is everywhere: as torch has it.

    arguments: pairs of the part's own argument (of a network's constructor) and the course's, empty for the epochs of a
    training that is called once for each; constants: what else it is given. weights: pairs of torch's name and views,
    one for all rows or one a gate; order: of the gates, where all rows lie in one. input, output, state: axes. call,
    returns: names of the part's tensors in their nesting; a list of the output's rows is ``rows``, and ``_`` what
    nobody asks for. state_required: it can't be left out. reset: of a GRU ``before``, where the reset gate acts on h
    before its product with the weights; torch's acts after it.
    """

    part: str
    name: str
    arguments: tuple[tuple[str, str], ...] | None = None
    constants: tuple[tuple[str, Any], ...] = ()
    weights: tuple[tuple[str, tuple[str, ...]], ...] | None = None
    order: str = ""
    input: str = ""
    output: str = ""
    state: str = ""
    call: str = ""
    returns: str = ""
    state_required: bool = False
    reset: str = ""

    @property
    def right(self) -> Part:
        """The part that it is about."""
        return parts.named(self.part)

    @property
    def made(self) -> Any:
        """The constructor of what is right by it: torch's, or the course's other form of a GRU."""
        return self.right.reset_before if self.reset == "before" else self.right.right

    @property
    def returned(self) -> tuple[str, ...]:
        """Those of the part's answers that the course's returns."""
        names = set(flat(notation.nested(self.returns))) if self.returns else set(flat(self.right.returns))
        names |= {"output"} if "rows" in names else set()
        return tuple(name for name in flat(self.right.returns) if name in names)

    @property
    def states(self) -> tuple[str, ...]:
        """The states that its call takes."""
        taken = set(flat(notation.nested(self.call))) if self.call else set(flat(self.right.takes))
        return tuple(name for name in list(flat(self.right.takes))[1:] if name in taken)

    @property
    def adapts(self) -> bool:
        """Whether a network of the course's differs from torch's in more than names."""
        forms = (self.input, self.output, self.state, self.call, self.returns, self.reset)
        return self.right.is_network and (self.weights is not None or any(forms))

    @property
    def stateless(self) -> bool:
        """Whether it takes none of those that torch's takes."""
        return bool(self.call) and not self.states and self.right.diagnosed == "recurrent"

    @property
    def fixed(self) -> dict[str, Any]:
        """Options that the course's network has by itself: no biases, where the contract names none."""
        named = self.weights is None or any(name.startswith("bias") for name, _ in self.weights)
        return {} if named else {"bias": False}

    def offers(self, feature: str) -> bool:
        """Whether it has one of FORM, which a claim may be about."""
        part = self.right
        if feature == "losses":
            return part.kind != "training" or "losses" in self.returned
        if not part.is_network:
            return True
        if feature in USUAL:
            return self._takes(feature)
        return {
            "lone input": not self.input,
            "batch": not self.input or "N" in notation.axes(self.input),
            "state given": bool(self.states),
            "state left out": bool(self.states) and not self.state_required,
            "state rows": bool(self.states) and (not self.state or "D" in notation.axes(self.state)),
            "state returned": set(self.returned) >= {name for name in flat(part.returns) if name != "output"},
            "state sizes": bool(self.states) and not (self.state or self.input),
            "output": "output" in self.returned or part.kind == "cell",
            "biases": not self.fixed,
        }[feature]

    def _takes(self, option: str) -> bool:
        known = self.weights is None or option not in NEEDS or NEEDS[option] in dict(self.weights)
        given = self.arguments is None or option in dict(self.arguments)
        return given and known and not (option == "batch_first" and self.input)

    def made_with(
        self, sizes: Sequence[int], options: Mapping[str, Any], shapes: Mapping[str, Any]
    ) -> tuple[list[Any], dict[str, Any], dict[str, Any]] | None:
        """What its constructor is given: by place, by name, and options by name; None where the contract has no such
        option, or says nothing of a weight among ``shapes``."""
        if self.weights is not None and not set(shapes) <= set(dict(self.weights)):
            return None
        usual = {**USUAL, **self.fixed}
        options = {**options, **self.fixed}
        given = {name: value for name, value in options.items() if self._takes(name) or value != usual.get(name)}
        if any(name in USUAL and not self._takes(name) for name in given):
            return None
        if self.arguments is None:
            return list(sizes), dict(self.constants), given
        own = dict(self.arguments)
        named = dict(zip((own.get(name, name) for name in ("input_size", "hidden_size")), sizes, strict=False))
        options = {own.get(name, name): value for name, value in given.items()}
        return [], {**named, **dict(self.constants)}, options

    def plan(self, sizes: Sequence[int], shapes: Mapping[str, Sequence[int]]) -> dict[str, Any] | None:
        """What a worker is told, as plain data; None where the network is as torch's but for names.

        shapes: of torch's weights.
        """
        part = self.right
        if not self.adapts:
            return None
        weights = None if self.weights is None else {n: list(v) for n, v in self.weights if n in shapes}
        kind = part.name.removesuffix("Cell")
        gates = GATES.get(kind, "")
        batch = {"x": "LNV", "output": "LNH", "h": "NH", "c": "NH"}
        axes = {**batch, **dict.fromkeys(("h0", "c0", "hT", "cT"), "DNH")}
        if part.kind == "cell":
            axes |= {"x": "NV", "h0": "NH", "c0": "NH"}
        output = self.output or self.input.replace("V", "H")
        state = self.state or (", ".join(a for a in axes["h0"] if a in f"{self.input}DH") if self.input else "")
        return {
            "weights": weights,
            "shapes": {name: list(size) for name, size in shapes.items()},
            "order": [(self.order or gates).index(gate) for gate in gates],
            "sizes": {"input_size": sizes[0], "hidden_size": sizes[1]} if len(sizes) > 1 else {},
            "axes": axes,
            "own axes": {"x": self.input, "output": output, **dict.fromkeys(("h0", "c0", "hT", "cT", "h", "c"), state)},
            "states": list(self.states),
            "required": self.state_required,
            "call": self.call or parts.written(part.takes),
            "returns": self.returns or parts.written(part.returns),
            "answer": self.answer(),
        }

    def answer(self) -> Names:
        """Torch's answer in its nesting, with an empty name for what the course's does not return."""
        return _only(self.right.returns, self.returned)

    @property
    def given(self) -> tuple[str, ...]:
        """The part's own names of its arguments; of a training with a loader, an optimizer or a loss, where it has."""
        own, names = dict(self.arguments or ()), self.right.called_with.split(", ")
        more = [name for name in INSTEAD if name in own and self.right.kind == "training"]
        gone = {name for one in more for name in INSTEAD[one]}
        names = [name for name in (*names, *more) if name not in gone]
        return tuple(sorted((name for name in names if own.get(name) != ""), key=[*own, *names].index))

    @property
    def once_an_epoch(self) -> bool:
        """Whether it is a training that has no argument for epochs."""
        return self.right.kind == "training" and "epochs" not in self.given

    @property
    def called_with(self) -> str:
        """The arguments, as people write a call."""
        own = dict(self.arguments or ())
        names = [own.get(name, name) for name in self.given]
        return ", ".join([*names, *(f"{name}={value!r}" for name, value in self.constants)])


@dataclass(frozen=True)
class Contract:
    """Parts that are not named are as torch has them where ``parts`` is empty, and else not asked for.

    any: for each submission one is looked for that fits (see submissions.contract.looked). looked_for: this one was;
    unfit: parts that are in the file, and in no form are what they are called.
    """

    parts: tuple[PartContract, ...] = ()
    any: bool = False
    looked_for: bool = False
    unfit: tuple[str, ...] = ()

    def of(self, part: str) -> PartContract | None:
        """Of one part; None where it is as torch has it."""
        return next((one for one in self.parts if one.part == part), None)

    def own(self, part: str) -> str:
        """What a part is called in the file."""
        found = self.of(part)
        return found.name if found else part

    def judges(self, form: Sequence[str], part: str) -> bool:
        """Whether a claim that is about this ``form`` has a meaning for the part."""
        if self.any:
            return set(form) <= set(COMPUTED)
        found = self.of(part)
        return not self.parts if found is None else all(map(found.offers, form))

    @property
    def asked(self) -> tuple[str, ...]:
        """The parts that it is about; empty for all."""
        return tuple(name for name in parts.names() if self.of(name))


STRICT = Contract()
"""torch's names and layouts."""


def _only(names: Names, kept: Sequence[str]) -> Names:
    if isinstance(names, str):
        return names if names in kept else ""
    return tuple(_only(name, kept) for name in names)
