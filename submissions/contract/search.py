"""A contract that fits a file, found by trying: each form in which a network may be written, until the numbers are
torch's. What runs in the worker is the file's own; what is right stays here."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

from parts.model import Part, written
from submissions.contract import forms, seen
from submissions.contract.adapter import Adapter
from submissions.contract.forms import H, L, N, V
from submissions.contract.model import GATES, PartContract
from submissions.contract.options import with_options
from submissions.replies import tensors_of
from submissions.signals import Broken, Raised, Signal
from submissions.submission import Submission

NEAR = 1e-4
"""How far from torch's the numbers of a right network may lie: far less than two gates lie apart."""


@dataclass(frozen=True)
class Attempt:
    """A call of the file's own network: its form, and what it gave, the tensors in order and their nesting."""

    input: str
    state: str
    call: str
    structure: Any
    tensors: tuple[Tensor, ...]


@dataclass(frozen=True)
class Found:
    """A contract that fits, and others that fit as well. unlike: arguments that are called like an option of torch's,
    and do not do the same; and that option."""

    contract: PartContract
    others: tuple[PartContract, ...] = ()
    unlike: tuple[tuple[str, str], ...] = ()

    @property
    def biases_alike(self) -> bool:
        """Whether there are two biases of which only the sum is seen, so that which is which can't be told."""
        weights = dict(self.contract.weights or ())
        ends = ("_l0", "")
        two = any(f"bias_ih{end}" in weights and weights[f"bias_ih{end}"] != weights[f"bias_hh{end}"] for end in ends)
        return two and not self.contract.part.startswith("GRU")


class Search:
    """Of one part, in a submission that was loaded with the file's own name for it. Raises Broken."""

    def __init__(self, submission: Submission, part: Part) -> None:
        self.submission, self.part = submission, part
        self.name = submission.contract.own(part.name)
        self.gates = GATES[part.name.removesuffix("Cell")]
        stream = torch.Generator().manual_seed(7)
        self.options: list[str] = []
        """Arguments of its constructor that may be left out."""
        self.draw: Callable[..., Tensor] = lambda *size: torch.randn(*size, generator=stream)
        self.x = self.draw(*(() if part.kind == "cell" else (L,)), N, V)
        rows = () if part.kind == "cell" else (1,)
        self.states = [self.draw(*rows, N, H) for _ in range(2 if part.name.startswith("LSTM") else 1)]

    def found(self) -> Found | None:
        """None where no form gives torch's numbers."""
        try:
            taken = self._ask({"do": "describe", "kind": self.name})[0].get("arguments", [])
            self.options = [str(name) for name, optional in taken if optional]
            for arguments, constants in forms.arguments([(str(name), bool(optional)) for name, optional in taken]):
                contract = PartContract(self.part.name, self.name, tuple(arguments.items()), tuple(constants.items()))
                if found := self._with(contract):
                    return found
        except Broken:
            raise
        except Signal:
            pass
        return None

    def _with(self, contract: PartContract) -> Found | None:
        """The forms of a network that is made so."""
        made = contract.made_with((V, H), {}, {})
        assert made is not None
        header = dict(zip(("sizes", "named", "options"), made, strict=True))
        try:
            reply, _ = self._ask({"do": "make", "kind": self.name, "dtype": "float32", "plain": True, **header})
        except Broken:
            raise
        except (Raised, Signal):
            return None
        shapes = {str(name): tuple(size) for name, size in reply.get("parameters", {}).items()}
        if sum(torch.Size(size).numel() for size in shapes.values()) > 10_000:
            return None
        own = {name: 0.5 * self.draw(*size) for name, size in shapes.items()}
        attempts = list(self._attempts(reply["network"], own))
        fitting = [
            one
            for reset in ("", "before")[: 2 if self.gates == "rzn" else 1]
            for views, order in forms.weights(self.part.kind, self.gates, shapes)
            for one in self._fitting(replace(contract, weights=views, order=order, reset=reset), own, attempts)
        ]
        # Without a state some weights are not used at all: that tells less.
        fitting.sort(key=lambda one: one.call == "x")
        rest = [one for one in fitting[1:] if (one.call == "x") == (fitting[0].call == "x")]
        if not fitting:
            return None
        with_all, unlike = with_options(fitting[0], self.options, self.submission, NEAR)
        return Found(with_all, tuple(rest), unlike)

    def _attempts(self, network: int, own: Mapping[str, Tensor]) -> Iterator[Attempt]:
        """Every call that raises nothing; those without a state first."""
        cell = self.part.kind == "cell"
        inputs = ("N, V", "V", "V, 1", "V, N") if cell else ("N, L, V", "L, N, V", "L, V", "L, V, 1", "L, V, N")
        states = ("N, H", "H", "H, 1", "H, N") if cell else ("N, H", "D, N, H", "H", "D, H", "H, 1", "H, N")
        weights = {f"weight {name}": weight for name, weight in own.items()}
        for call, form in itertools.product(self._calls(), inputs):
            for state in states if call != "x" else ("",):
                if state and ("N" in form) != ("N" in state):
                    continue
                given = {"x": seen.laid(self.x, seen.axes(self.part, "x"), form)}
                names = [name for name in ("h0", "c0") if name in call]
                for name, part in zip(names, self.states, strict=False):
                    given[name] = seen.laid(part, seen.axes(self.part, name), state)
                header = {"do": "call", "network": network, "arguments": seen.arguments(call), "leaves": []}
                try:
                    reply, found = self._ask({**header, "grad": False, "options": {}}, {**given, **weights})
                except Raised:
                    continue
                count = len(tensors_of(reply["structure"]))
                yield Attempt(form, state, call, reply["structure"], tuple(found[f"t{n}"] for n in range(count)))

    def _calls(self) -> tuple[str, ...]:
        if len(self.states) == 1:
            return ("x", "x, h0", "h0, x")
        return ("x", "x, (h0, c0)", "x, h0, c0", "(h0, c0), x", "h0, c0, x")

    def _fitting(
        self, contract: PartContract, own: Mapping[str, Tensor], attempts: list[Attempt]
    ) -> list[PartContract]:
        """The contract in each form whose numbers are torch's, the one that says most first."""
        right = self._right(contract, own)
        plain: PartContract | None = None
        stated: list[PartContract] = []
        can_omit = any(attempt.call == "x" for attempt in attempts)
        for attempt in attempts:
            state = attempt.call != "x"
            if state and can_omit and (plain is None or plain.input != attempt.input):
                continue
            if not state and plain is not None:
                continue
            form = self._form(contract, attempt, right(state))
            if form is not None and not state:
                plain = form
            elif form is not None:
                stated.append(replace(form, state_required=plain is None))
        found = [*stated, *([plain] if plain is not None else [])]
        return [self._plainer(one, attempts, right) for one in found[:1]]

    def _form(self, contract: PartContract, attempt: Attempt, right: Mapping[str, Tensor]) -> PartContract | None:
        """The contract as this attempt says it; None where the numbers are not the right ones."""
        batch = "N" in attempt.input
        wanted = dict(right)
        if not batch:
            wanted = {n: tensor.select(seen.axes(self.part, n).index("N"), 0) for n, tensor in wanted.items()}
        returns = seen.returned(self.part, attempt.structure, attempt.tensors, wanted, batch, NEAR)
        if returns is None or (attempt.state and returns.state not in ("", attempt.state)):
            return None
        return replace(
            contract,
            input=attempt.input,
            state=attempt.state or returns.state,
            output="" if returns.output in ("", attempt.input.replace("V", "H")) else returns.output,
            call="" if attempt.call == written(self.part.takes) else attempt.call,
            returns="" if returns.text == written(self.part.returns) else returns.text,
        )

    def _plainer(self, form: PartContract, attempts: list[Attempt], right: Any) -> PartContract:
        """Without what is as torch has it: the axes, where a lone input is taken, too, and names of weights."""
        batch, lone = ("N, V", "V") if self.part.kind == "cell" else ("L, N, V", "L, V")
        call = form.call or written(self.part.takes)
        alone = [one for one in attempts if one.input == lone]
        wanted = replace(form, input=lone, state=form.state.replace("N, ", ""))
        same = any(self._form(form, one, right(call != "x")) == wanted for one in alone if one.call == call)
        omitted = form.state_required or any(self._form(form, one, right(False)) for one in alone if one.call == "x")
        # It is taken without a batch, too, in the same form.
        if form.input == batch and same and omitted:
            usual = ", ".join(seen.axes(self.part, "h0"))
            form = replace(form, input="", state="" if form.state == usual else form.state)
        if form.weights is not None and all(views == (name,) for name, views in form.weights) and not form.order:
            form = replace(form, weights=None)
        return form

    def _right(self, contract: PartContract, own: Mapping[str, Tensor]) -> Callable[[bool], dict[str, Tensor]]:
        """torch's answers, by name, with these weights of the file's own; with a state and without."""
        module = contract.made(V, H, **contract.fixed)
        shapes = {name: tuple(weight.shape) for name, weight in module.named_parameters()}
        plan = contract.plan((V, H), shapes)
        assert plan is not None
        weights = Adapter(_Weights(own), plan).gradients(own)
        # What stands in one place for two is there once.
        first, second = f"bias_ih{self._end}", f"bias_hh{self._end}"
        if second in weights and plan["weights"][first] == plan["weights"][second]:
            weights[second] = torch.zeros_like(weights[second])
        module.load_state_dict(weights)
        given = self.states[0] if len(self.states) == 1 else tuple(self.states)
        answers: dict[bool, dict[str, Tensor]] = {}

        def right(state: bool) -> dict[str, Tensor]:
            if state not in answers:
                with torch.no_grad():
                    answers[state] = seen.named(self.part, module(self.x, *([given] if state else [])))
            return answers[state]

        return right

    @property
    def _end(self) -> str:
        return "_l0" if self.part.kind == "network" else ""

    def _ask(self, header: dict[str, Any], tensors: Mapping[str, Tensor] | None = None) -> Any:
        return self.submission.ask(self.part.name, header, tensors)


class _Weights(nn.Module):
    """Something that has these weights."""

    def __init__(self, own: Mapping[str, Tensor]) -> None:
        super().__init__()
        self.own = own

    def named_parameters(self, *_: Any, **__: Any) -> Any:
        return self.own.items()
