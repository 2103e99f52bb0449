"""Stand-ins on the judge's side: a network that is a torch.nn.Module here and runs there, and the two functions."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from submissions.contract import NETWORKS
from submissions.signals import WrongAnswer
from submissions.submission import Submission

STRUCTURES = {"LSTM": ["t0", ["t1", "t2"]], "RNN": ["t0", "t1"], "GRU": ["t0", "t1"], "LSTMCell": ["t0", "t1"]}
"""What a call returns: t0 is the first tensor. The other cells return one tensor."""


class RemoteNetwork(nn.Module):
    """A network of the submission. Its weights are the judge's and lie here; they go along with every call.

    Constructor and call are torch.nn's. ``dtype`` and ``device`` are not passed on: the worker converts the module.
    Raises the signals of :mod:`submissions.signals`.
    """

    def __init__(self, submission: Submission, kind: str, *sizes: int, **options: Any) -> None:
        super().__init__()
        submission.require(kind)
        self.submission, self.kind, self.hidden_size = submission, kind, sizes[1]
        dtype = options.pop("dtype", torch.float32)
        options.pop("device", None)
        for name, shape in _shapes(kind, sizes, tuple(sorted(options.items()))).items():
            self.register_parameter(name, nn.Parameter(torch.zeros(shape, dtype=dtype)))
        header = {"do": "make", "kind": kind, "sizes": sizes, "options": options, "device": submission.device}
        reply, _ = submission.ask(kind, {**header, "dtype": str(dtype).removeprefix("torch.")})
        self._network = reply.get("network")
        self._compare(reply.get("parameters", {}))

    def forward(self, x: Tensor, *state: Any) -> Any:
        """One call in the worker; differentiable."""
        return self._asked("call", x, *state)

    def loop(self, x: Tensor, state: Any) -> Any:
        """A cell's: one call in the worker for each x[t], with the state that the call before returned; the rows of h,
        and the last state. Differentiable. One message, where calls from here would be two for each step."""
        return self._asked("loop", x, state)

    def _asked(self, do: str, x: Tensor, *state: Any) -> Any:
        given: list[Tensor] = []
        for part in state:
            given += [] if part is None else list(part) if isinstance(part, (tuple, list)) else [part]
        shape: list[Any] = []
        none = bool(state) and not given
        flat = _Call.apply(self, do, shape, none, len(given), x, *given, *self.parameters())
        return _put_together(shape[0], flat)

    def _compare(self, seen: Mapping[str, list[int]]) -> None:
        wanted = {name: list(weight.shape) for name, weight in self.named_parameters()}
        missing = [name for name in wanted if name not in seen]
        if missing or len(seen) != len(wanted):
            raise WrongAnswer("parameters", name=self.kind, seen=", ".join(seen) or "–", wanted=", ".join(wanted))
        for name, size in wanted.items():
            if list(seen[name]) != size:
                at = f"{self.kind}.{name}"
                raise WrongAnswer("parameter shape", name=at, seen=str(tuple(seen[name])), wanted=str(tuple(size)))


@functools.lru_cache(maxsize=1024)
def _shapes(kind: str, sizes: tuple[int, ...], options: tuple[tuple[str, Any], ...]) -> dict[str, torch.Size]:
    """The parameters of torch's own network, by name in its order."""
    return {name: weight.shape for name, weight in getattr(nn, kind)(*sizes, **dict(options)).named_parameters()}


class _Call(torch.autograd.Function):
    """The call of a network over there; its backward pass asks the worker for the vector-Jacobian product."""

    @staticmethod
    def forward(
        ctx: Any, net: RemoteNetwork, do: str, shape: list[Any], none: bool, states: int, x: Tensor, *rest: Tensor
    ) -> Any:
        ctx.set_materialize_grads(False)
        names = [name for name, _ in net.named_parameters()]
        inputs = dict(zip(("x", "h0", "c0")[: 1 + states], (x, *rest[:states]), strict=True))
        tensors = {**inputs, **{f"weight {n}": w for n, w in zip(names, rest[states:], strict=True)}}
        header = {"do": do, "network": net._network, "none": none, "device": net.submission.device}
        # Of the input only where it is wanted: a loop over x[t] pays for it by the square of the length.
        leaves = [name for name, wanted in zip(inputs, ctx.needs_input_grad[5:], strict=False) if wanted]
        header |= {"grad": any(ctx.needs_input_grad), "leaves": leaves}
        reply, found = net.submission.ask(net.kind, header, tensors)
        for name in reply.get("changed", ()):
            # What the submission did to its input in place happens to the caller's tensor, as it would in one process.
            inputs[name].data.copy_(found[f"changed {name}"])
        structure = reply.get("structure")
        if "step" in reply:
            raise _wrong_structure(net.kind, structure)
        _check(net.kind.removesuffix("Cell") if do == "loop" else net.kind, structure)
        shape.append(structure)
        outputs = [found[f"t{place}"].to(x.device) for place in range(_count(structure))]
        live = set(reply.get("live", ()))
        ctx.mark_non_differentiable(*(t for place, t in enumerate(outputs) if f"t{place}" not in live))
        ctx.net, ctx.places, ctx.names = net, ["x", "h0", "c0"][: 1 + states], names
        ctx.call, ctx.live, ctx.device = reply.get("call"), live, x.device
        if ctx.call is not None:
            ctx.finish = _Unused(net.submission.dropped(), ctx.call)
        return tuple(outputs)

    @staticmethod
    def backward(ctx: Any, *cotangents: Tensor | None) -> Any:
        given = {f"t{n}": c for n, c in enumerate(cotangents) if c is not None and f"t{n}" in ctx.live}
        _, found = ctx.net.submission.ask(ctx.net.kind, {"do": "gradients", "call": ctx.call}, given)
        ctx.finish.used = True
        wanted = [*ctx.places, *(f"weight {name}" for name in ctx.names)]
        # Over there they come to lie on the CPU, as all that is sent; autograd wants them where the inputs are.
        return None, None, None, None, None, *(g if g is None else g.to(ctx.device) for g in map(found.get, wanted))


class _Unused:
    """Tells the worker when the graph of a call is gone without a backward pass."""

    def __init__(self, dropped: list[int], call: int) -> None:
        self.dropped, self.call, self.used = dropped, call, False

    def __del__(self) -> None:
        if not self.used:
            self.dropped.append(self.call)


def networks(submission: Submission) -> dict[str, Callable[..., nn.Module]]:
    """Constructors by kind; those that the file lacks raise NotAttempted when they are called."""
    return {kind: functools.partial(RemoteNetwork, submission, kind) for kind in NETWORKS}


def functions(submission: Submission) -> dict[str, Callable[..., Any]]:
    """``one_hot`` and ``train`` of the submission."""
    return {"one_hot": functools.partial(_one_hot, submission), "train": functools.partial(_train, submission)}


def _one_hot(submission: Submission, tokens: list[str], mapping: Mapping[str, int]) -> Tensor:
    submission.require("one_hot")
    reply, found = submission.ask("one_hot", {"do": "one_hot", "tokens": list(tokens), "mapping": dict(mapping)})
    if reply.get("structure") != "t0":
        raise WrongAnswer("structure", name="one_hot", seen=_told(reply.get("structure")), wanted="Tensor")
    return found["t0"]


def _train(submission: Submission, net: nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float) -> list[float]:
    submission.require("train")
    recurrent, linear = net.get_submodule("recurrent"), net.get_submodule("linear")
    header = {"do": "train", "kind": type(recurrent).__name__, "epochs": epochs, "lr": lr, "device": submission.device}
    header |= {"sizes": [recurrent.input_size, recurrent.hidden_size], "classes": linear.out_features}
    weights = {f"weight {name}": weight for name, weight in net.state_dict().items()}
    _, found = submission.ask("train", header, {**weights, "x": x, "y": y})
    net.load_state_dict({name: found[f"weight {name}"] for name in net.state_dict()})
    return [float(loss) for loss in found["losses"]]


def _check(kind: str, seen: Any) -> None:
    if seen != STRUCTURES.get(kind, "t0"):
        raise _wrong_structure(kind, seen)


def _wrong_structure(kind: str, seen: Any) -> WrongAnswer:
    return WrongAnswer("structure", name=kind, seen=_told(seen), wanted=_told(STRUCTURES.get(kind, "t0")))


def _told(structure: Any) -> str:
    if isinstance(structure, list):
        return f"({', '.join(map(_told, structure))})"
    return "Tensor" if isinstance(structure, str) else str(structure.get("type", "?"))


def _count(structure: Any) -> int:
    return sum(map(_count, structure)) if isinstance(structure, list) else 1


def _put_together(structure: Any, flat: tuple[Tensor, ...]) -> Any:
    if isinstance(structure, list):
        return tuple(_put_together(part, flat) for part in structure)
    return flat[int(structure[1:])]
