"""Stand-ins on the judge's side: a network that is a torch.nn.Module here and runs there, and functions."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

import parts
from parts.model import Part, flat
from submissions import constructors
from submissions.contract.right import Filling
from submissions.nested import as_types, numbered, put_together, renamed, taken_apart
from submissions.replies import tensors_of
from submissions.signals import NotAttempted, WrongAnswer
from submissions.submission import Submission

Watched = tuple[str, tuple[Any, ...], Tensor]
"""A variable of a submission's code: its name, the line that computed it (file, number, text), and its value."""


class RemoteNetwork(nn.Module):
    """A network of the submission. Its weights are the judge's and lie here; they go along with every call.

    Constructor and call are those of the part's right one. ``dtype`` and ``device`` are not passed on: the worker
    converts the module. Raises the signals of :mod:`submissions.signals`.
    """

    def __init__(self, submission: Submission, kind: str, *sizes: int, **options: Any) -> None:
        super().__init__()
        submission.require(kind)
        self.submission, self.kind, self.part = submission, kind, parts.named(kind)
        if len(sizes) > 1:
            self.hidden_size = sizes[1]  # what stands on top of a recurrent network asks for it
        self._do = "call"
        self._seen: list[Watched] = []
        dtype = options.pop("dtype", torch.float32)
        options.pop("device", None)
        self._contract = submission.contract.of(kind)
        options |= self._contract.fixed if self._contract else {}
        shapes = _shapes(kind, sizes, options)
        for name, shape in shapes.items():
            self.register_parameter(name, nn.Parameter(torch.zeros(shape, dtype=dtype)))
        self._filling = Filling(self._contract, self, sizes, options) if self._contract else None
        made_with = self._contract.made_with(sizes, options, shapes) if self._contract else (sizes, {}, options)
        if made_with is None:
            raise submission.leave_out(kind)
        header: dict[str, Any] = {"do": "make", "kind": submission.contract.own(kind)}
        header["sizes"], header["named"], header["options"] = made_with
        plan = self._contract.plan(sizes, shapes) if self._contract else None
        header |= {"dtype": str(dtype).removeprefix("torch."), "plan": plan}
        reply, _ = submission.ask(kind, header)
        self._network = reply.get("network")
        if plan is None:
            own = reply.get("parameters", {})
            if unnoticed := constructors.unnoticed(
                options, own, functools.partial(_shapes, kind, sizes), submission.source
            ):
                raise NotAttempted("option unnoticed", name=submission.contract.own(kind), option=unnoticed)
            self._compare(own)

    def forward(self, *arguments: Any, **options: Any) -> Any:
        """One call in the worker; differentiable."""
        contract = self._contract
        if contract is None or self._filling is None:
            return self._asked(self._do, arguments, options)
        if arguments[0].dim() == (2 if self.part.kind == "cell" else 3) and not contract.offers("batch"):
            raise self.submission.leave_out(self.kind)
        own = arguments[:1] if contract.stateless else arguments
        return self._filling(self._asked(self._do, own, options), *arguments)

    def loop(self, x: Tensor, state: Any) -> Any:
        """A cell's: one call in the worker for each x[t], with the state that the call before returned; the rows of h,
        and the last state. Differentiable. One message, where calls from here would be two for each step."""
        return self._asked("steps", (x, state), {})

    @contextlib.contextmanager
    def meanwhile(self, work: Callable[[], None]) -> Iterator[None]:
        """Let ``work`` be done here, once, while the worker is busy with the next request."""
        self.submission.meanwhile = work
        try:
            yield
        finally:
            self.submission.meanwhile = None

    def watched(self, *arguments: Any) -> tuple[Any, list[Watched]]:
        """One call, without gradients, and the variables that its own code computed on the way: name, line, value."""
        self._do = "watch"
        try:
            with torch.no_grad():
                return self(*arguments), self._seen
        finally:
            self._do = "call"

    def _asked(self, do: str, arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
        request = self._request(do, options)
        found = request.send(arguments, list(self.parameters()))
        self._seen = request.watched
        return found

    def _request(self, do: str, options: dict[str, Any]) -> _Request:
        header = {"do": do, "network": self._network, "options": options}
        request = _Request(self.submission, self.part, header, list(dict(self.named_parameters())))
        request.answer = self._contract.answer() if self._contract else self.part.returns
        return request

    def _compare(self, seen: Mapping[str, list[int]]) -> None:
        wanted = {name: list(weight.shape) for name, weight in self.named_parameters()}
        missing = [name for name in wanted if name not in seen]
        if missing or len(seen) != len(wanted):
            told = {"seen": ", ".join(seen) or "–", "wanted": ", ".join(wanted)}
            lines = "; ".join(_aliases(seen, wanted))
            raise WrongAnswer("parameters", name=self.submission.contract.own(self.kind), lines=lines, **told)
        for name, size in wanted.items():
            if list(seen[name]) != size:
                at = f"{self.kind}.{name}"
                raise WrongAnswer("parameter shape", name=at, seen=str(tuple(seen[name])), wanted=str(tuple(size)))


def _aliases(seen: Mapping[str, list[int]], wanted: Mapping[str, list[int]]) -> list[str]:
    """What makes torch's names of the layers of an ``nn.Linear`` each, ``self.weight_ih = self.x2h.weight``; empty
    where shapes do not say which layer is which."""
    left = list(seen)
    found: dict[str, str] = {}
    for name, size in wanted.items():
        leaf = name.partition("_")[0]
        twin = name.replace("bias", "weight")
        fits = [own for own in left if own.endswith(f".{leaf}") and list(seen[own]) == size]
        if leaf == "bias" and twin in found:
            fits = [own for own in fits if own == found[twin].removesuffix("weight") + "bias"]
        if len(fits) != 1 or any(part.isdigit() for part in fits[0].split(".")):
            return []
        found[name] = fits[0]
        left.remove(fits[0])
    return [f"self.{name} = self.{own}" for name, own in found.items()] if not left else []


def _shapes(kind: str, sizes: tuple[int, ...], options: Mapping[str, Any]) -> dict[str, torch.Size]:
    return _shapes_of(kind, sizes, tuple(sorted(options.items())))


@functools.lru_cache(maxsize=1024)
def _shapes_of(kind: str, sizes: tuple[int, ...], options: tuple[tuple[str, Any], ...]) -> dict[str, torch.Size]:
    """The parameters of the right network, by name in its order."""
    # What it draws is not felt: a later network of the same sizes, which finds them here, draws nothing.
    with torch.random.fork_rng(devices=[]):
        right = parts.named(kind).right(*sizes, **dict(options))
    return {name: weight.shape for name, weight in right.named_parameters()}


class _Request:
    """One call to a network or function over there: what is asked, and, once it has answered, what came back."""

    def __init__(self, submission: Submission, part: Part, header: dict[str, Any], weights: Sequence[str] = ()) -> None:
        self.submission, self.part, self.weights = submission, part, weights
        self.answer = part.returns
        self.header = dict(header)
        self.given: list[str] = []
        self.structure: Any = None
        self.call: int | None = None
        self.live: set[str] = set()
        self.watched: list[Watched] = []

    def send(self, arguments: tuple[Any, ...], weights: Sequence[Tensor] = ()) -> Any:
        """The answer, put together as it was returned; differentiable by the tensors among ``arguments`` and by the
        weights."""
        tensors: list[Tensor] = []
        self.header["arguments"] = [taken_apart(argument, tensors) for argument in arguments]
        self.given = _names(self.part, len(tensors))
        self.header["arguments"] = renamed(self.header["arguments"], self.given)
        flat = _Call.apply(self, *tensors, *weights)
        return put_together(self.structure, flat)

    def ask(self, tensors: Sequence[Tensor], needed: Sequence[bool]) -> list[Tensor]:
        """The tensors that were returned, on the device of those that were given."""
        inputs = dict(zip(self.given, tensors, strict=False))
        weights = zip(self.weights, tensors[len(inputs) :], strict=True)
        # Of the input only where it is wanted: a loop over x[t] pays for it by the square of the length.
        leaves = [name for name, wanted in zip(inputs, needed, strict=False) if wanted]
        # A function may ask for gradients by itself; a network is asked for them, or is not.
        grad = self.part.kind == "function" or any(needed)
        header = {**self.header, "grad": grad, "leaves": leaves}
        reply, found = self.submission.ask(self.part.name, header, {**inputs, **{f"weight {n}": w for n, w in weights}})
        for name in reply.get("changed", ()):
            # What the submission did to its input in place happens to the caller's tensor, as it would in one process.
            inputs[name].data.copy_(found[f"changed {name}"])
        self.structure, self.call, self.live = reply.get("structure"), reply.get("call"), set(reply.get("live", ()))
        places = enumerate(reply.get("watched", ()))
        self.watched = [(name, tuple(line), found[f"watched {place}"]) for place, (name, *line) in places]
        self._compare("step" in reply)
        if reply.get("elsewhere"):
            name = self.submission.contract.own(self.part.name)
            raise WrongAnswer("answer elsewhere", name=name, device=self.submission.device)
        device = next((tensor.device for tensor in inputs.values()), torch.device("cpu"))
        return [found[f"t{place}"].to(device) for place in range(len(tensors_of(self.structure)))]

    def _compare(self, broke_off: bool) -> None:
        """With what should have been returned: of a cell that went through the steps, the rows, too."""
        wanted = numbered(self.answer)
        steps = ["t0", numbered(self.answer, 1)] if self.header["do"] == "steps" else wanted
        if broke_off or self.structure != steps:
            raise WrongAnswer(
                "structure",
                name=self.submission.contract.own(self.part.name),
                seen=as_types(self.structure),
                wanted=as_types(wanted),
            )


class _Call(torch.autograd.Function):
    """A request whose backward pass asks the worker for the vector-Jacobian product."""

    @staticmethod
    def forward(ctx: Any, request: _Request, *tensors: Tensor) -> Any:
        ctx.set_materialize_grads(False)
        outputs = request.ask(tensors, ctx.needs_input_grad[1:])
        ctx.mark_non_differentiable(*(t for place, t in enumerate(outputs) if f"t{place}" not in request.live))
        ctx.request, ctx.device = request, tensors[0].device if tensors else None
        ctx.shapes = [list(tensor.shape) for tensor in tensors]
        if request.call is not None:
            ctx.finish = _Unused(request.submission.dropped(request.part.name), request.call)
        return tuple(outputs)

    @staticmethod
    def backward(ctx: Any, *cotangents: Tensor | None) -> Any:
        request: _Request = ctx.request
        along = {f"t{n}": c for n, c in enumerate(cotangents) if c is not None and f"t{n}" in request.live}
        wanted = [*request.given, *(f"weight {name}" for name in request.weights)]
        asked = {"do": "gradients", "call": request.call, "of": dict(zip(wanted, ctx.shapes, strict=True))}
        _, found = request.submission.ask(request.part.name, asked, along)
        ctx.finish.used = True
        # Over there they come to lie on the CPU, as all that is sent; autograd wants them where the inputs are.
        return None, *(g if g is None else g.to(ctx.device) for g in map(found.get, wanted))


class _Unused:
    """Tells the worker when the graph of a call is gone without a backward pass."""

    def __init__(self, dropped: list[int], call: int) -> None:
        self.dropped, self.call, self.used = dropped, call, False

    def __del__(self) -> None:
        if not self.used:
            self.dropped.append(self.call)


def networks(submission: Submission) -> dict[str, Callable[..., nn.Module]]:
    """Constructors by name; those that the file lacks raise NotAttempted when they are called."""
    return {part.name: functools.partial(RemoteNetwork, submission, part.name) for part in parts.networks()}


def functions(submission: Submission) -> dict[str, Callable[..., Any]]:
    """What is no network: functions of tensors and plain values, and the loop that trains."""
    call = {"function": _function, "training": _train}
    return {
        part.name: functools.partial(call[part.kind], submission, part)
        for part in parts.registered()
        if not part.is_network
    }


def _function(submission: Submission, part: Part, *arguments: Any, **options: Any) -> Any:
    submission.require(part.name)
    called = _called(submission, part)
    header = {"do": "function", **called, "options": {**called["options"], **options}}
    return _Request(submission, part, header).send(arguments)


def _called(submission: Submission, part: Part) -> dict[str, Any]:
    """Its name in the file, and there its arguments by name where a contract says them."""
    contract = submission.contract.of(part.name)
    found: dict[str, Any] = {"name": submission.contract.own(part.name), "options": {}}
    if contract is not None and contract.arguments is not None:
        own = dict(contract.arguments)
        found["keywords"] = [own.get(name, name) for name in contract.given]
        found |= {"given": list(contract.given)} if part.kind == "training" else {}
    if contract is not None:
        found |= {"options": dict(contract.constants), "losses": contract.offers("losses")}
    return found


def _train(submission: Submission, part: Part, net: nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float) -> Any:
    submission.require(part.name)
    recurrent, linear = net.get_submodule("recurrent"), net.get_submodule("linear")
    header = {"do": "train", **_called(submission, part), "kind": type(recurrent).__name__, "epochs": epochs, "lr": lr}
    header |= {"sizes": [recurrent.input_size, recurrent.hidden_size], "classes": linear.out_features}
    weights = {f"weight {name}": weight for name, weight in net.state_dict().items()}
    _, found = submission.ask(part.name, header, {**weights, "x": x, "y": y})
    net.load_state_dict({name: found[f"weight {name}"] for name in net.state_dict()})
    return found["losses"].tolist()


def _names(part: Part, count: int) -> list[str]:
    """What the tensors of a call are called on the way: as the part calls them, then by their place."""
    own = list(flat(part.takes))[:count]
    return [*own, *(f"argument {place}" for place in range(len(own), count))]
