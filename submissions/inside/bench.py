"""The verbs that a worker answers: load a file, make a network, call it, pull gradients back, one_hot, train."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable
from typing import Any


class Bench:
    """The submission's names, the networks made from it, and the calls whose gradients may still be asked for."""

    def __init__(self, guard: Any) -> None:
        from submissions.inside.state import State

        self.guard = guard
        self.names: dict[str, Any] = {}
        self.files: tuple[str, ...] = ()
        self.notes: set[str] = set()
        self.state = State()
        self.networks: dict[int, Any] = {}
        self.calls: dict[int, Any] = {}
        self.number = 0

    def answer(self, header: dict[str, Any], tensors: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """The reply to one request: a header with what came of it, and tensors."""
        if "case" in header:
            self.begin(header["case"])
        for number in header.get("drop", ()):
            self.calls.pop(number, None)
        from submissions.inside.exceptions import described

        self.guard.take()
        self.state.restore()
        try:
            reply, found = getattr(self, f"do_{header['do']}")(header, tensors)
        except BaseException as error:  # SystemExit and the like must not end the worker
            reply, found = {"raised": described(error, self.files)}, {}
        if reached := self.guard.take():
            reply, found = {"torch_rnn": reached}, {}
        return {**reply, "notes": sorted(self.notes)} if self.notes else reply, found

    def begin(self, seed: int) -> None:
        """Forget the case before, and set every random stream."""
        import numpy
        import torch

        self.networks.clear()
        self.calls.clear()
        random.seed(seed)
        numpy.random.seed(seed)
        # As lecture.streams has it: manual_seed queues a call for the day when CUDA starts, a millisecond each time.
        # Whether that day can come is known of the build; whether it has come, its driver would have to be asked.
        if torch.backends.cuda.is_built():
            torch.manual_seed(seed)
        else:
            torch.default_generator.manual_seed(seed)

    def do_load(self, header: dict[str, Any], tensors: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Run the submission's file; which names of the contract it defines."""
        from submissions import asked
        from submissions.contract import NAMES
        from submissions.inside import source, state

        for name, text in header["files"].items():
            os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
            with open(name, "w", encoding="utf-8", newline="") as file:
                file.write(text)
        self.files = (header["main"], *header["files"])
        sys.argv[:] = [header["main"]]
        state.without_compiler(lambda: self.notes.add("not compiled"))
        self.names = source.run(header["main"], header["text"], header["files"])
        # Trying torch's own network on the way is no fault.
        self.guard.take()
        found = [name for name in NAMES if callable(self.names.get(name))]
        return {"names": found, "near": asked.near(*source.own(self.names), found)}, {}

    def do_make(self, header: dict[str, Any], tensors: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """A network; the names and shapes of its parameters."""
        import torch

        from submissions.inside.signatures import misfit

        made, sizes, options = self.names[header["kind"]], header["sizes"], header["options"]
        if lacks := misfit(made, sizes, options):
            return lacks, {}
        net = made(*sizes, **options)
        if not isinstance(net, torch.nn.Module):
            return {"wrong": ["not a module", type(net).__name__]}, {}
        net = net.to(getattr(torch, header["dtype"])).to(header["device"])
        self.number += 1
        self.networks[self.number] = net
        shapes = {name: list(weight.shape) for name, weight in net.named_parameters()}
        return {"network": self.number, "parameters": shapes}, {}

    def do_call(self, header: dict[str, Any], tensors: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Call a network with these weights, input and state; the structure of what it returned, and its tensors."""
        return self._run(header, tensors, lambda net, x, *state: (net(x, *state), {}))

    def do_loop(self, header: dict[str, Any], tensors: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Call a cell for each x[t] with the state that the call before returned: rows of h, and the last state.

        Where a call returns no such state, that is the answer, and ``step`` says which call it was.
        """
        return self._run(header, tensors, _over)

    def _run(
        self, header: dict[str, Any], tensors: dict[str, Any], run: Callable[..., tuple[Any, dict[str, Any]]]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        import torch

        net = self.networks[header["network"]]
        weights = dict(net.named_parameters())
        with torch.no_grad():
            for name, weight in weights.items():
                # Only where it is another: autograd counts writes, and an earlier call may still want its gradient.
                if not torch.equal(weight, given_weight := tensors[f"weight {name}"].to(weight.device)):
                    weight.copy_(given_weight)
        device = header["device"]
        given = {name: tensors[name].to(device) for name in ("x", "h0", "c0") if name in tensors}
        before = {name: part.clone() for name, part in given.items()}
        leaves = {name: given[name].requires_grad_() for name in header["leaves"]}
        # A copy each: the submission may change its input in place, which autograd forbids for a leaf.
        parts = {name: part.clone() for name, part in given.items()}
        state = [parts[name] for name in ("h0", "c0") if name in parts]
        first: list[Any] = [tuple(state) if len(state) == 2 else state[0]] if state else []
        if header["none"]:
            first = [None]
        with torch.set_grad_enabled(header["grad"]):
            result, reply = run(net, parts["x"], *first)
        found: dict[str, Any] = {}
        reply["structure"] = _taken_apart(result, found)
        reply["live"] = [name for name, tensor in found.items() if tensor.requires_grad]
        reply["changed"] = [name for name in given if not torch.equal(before[name], parts[name].detach())]
        if header["grad"] and reply["live"]:
            self.number += 1
            self.calls[self.number] = (found, leaves, weights)
            reply["call"] = self.number
        return reply, {**found, **{f"changed {name}": parts[name] for name in reply["changed"]}}

    def do_gradients(self, header: dict[str, Any], tensors: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """The vector-Jacobian product of an earlier call with these cotangents, by name."""
        import torch

        found, leaves, weights = self.calls.pop(header["call"])
        wanted = {**leaves, **{f"weight {name}": weight for name, weight in weights.items()}}
        live = [name for name in found if name in tensors]
        gradients = torch.autograd.grad(
            [found[name] for name in live],
            list(wanted.values()),
            [tensors[name].to(found[name].device) for name in live],
            allow_unused=True,
        )
        return {}, {name: g for name, g in zip(wanted, gradients, strict=True) if g is not None}

    def do_one_hot(self, header: dict[str, Any], tensors: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Rows of tokens."""
        from submissions.inside.signatures import misfit

        one_hot, given = self.names["one_hot"], (header["tokens"], header["mapping"])
        if lacks := misfit(one_hot, given):
            return lacks, {}
        found: dict[str, Any] = {}
        return {"structure": _taken_apart(one_hot(*given), found)}, found

    def do_train(self, header: dict[str, Any], tensors: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Train torch's own network by the submission's loop; losses, and the weights after it."""
        import torch

        from submissions.inside.signatures import misfit

        net = Classifier(getattr(torch.nn, header["kind"])(*header["sizes"]), header["classes"]).to(header["device"])
        net.load_state_dict({name.removeprefix("weight "): t for name, t in tensors.items() if name[:7] == "weight "})
        x, y = tensors["x"].to(header["device"]), tensors["y"].to(header["device"])
        train, given = self.names["train"], (net, x, y, header["epochs"], header["lr"])
        if lacks := misfit(train, given):
            return lacks, {}
        losses = train(*given)
        if not isinstance(losses, (list, tuple)):
            return {"wrong": ["not a list", type(losses).__name__]}, {}
        numbers = [float(loss) for loss in losses]
        weights = {f"weight {name}": tensor for name, tensor in net.state_dict().items()}
        return {"losses": len(numbers)}, {**weights, "losses": torch.tensor(numbers, dtype=torch.float64)}


def _over(cell: Any, x: Any, state: Any) -> tuple[Any, dict[str, Any]]:
    """See Bench.do_loop."""
    import torch

    rows, wanted = [], _taken_apart(state, {})
    for step, xt in enumerate(x):
        state = cell(xt, state)
        if _taken_apart(state, {}) != wanted:
            return state, {"step": step}
        rows.append(state[0] if isinstance(state, (tuple, list)) else state)
    return (torch.stack(rows), state), {}


def _taken_apart(value: Any, found: dict[str, Any]) -> Any:
    """What was returned: "t0" for a tensor that is put in ``found``, lists for tuples and lists, else a type's name."""
    import torch

    if isinstance(value, torch.Tensor):
        name = f"t{len(found)}"
        found[name] = value if type(value) is torch.Tensor else value.as_subclass(torch.Tensor)
        return name
    if isinstance(value, (tuple, list)) and len(found) < 16:
        return [_taken_apart(part, found) for part in value[:16]]
    return {"type": type(value).__name__}


def Classifier(recurrent: Any, classes: int) -> Any:
    """A network that returns logits, as ``train`` is given it."""
    import torch

    class SequenceClassifier(torch.nn.Module):
        """The recurrent network and Linear: logits of every step. Parameter names as lecture.networks has them."""

        def __init__(self) -> None:
            super().__init__()
            self.recurrent = recurrent
            self.linear = torch.nn.Linear(recurrent.hidden_size, classes)

        def forward(self, x: Any) -> Any:
            return self.linear(self.recurrent(x)[0])

    return SequenceClassifier()
