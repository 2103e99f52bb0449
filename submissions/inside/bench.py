"""The verbs that a worker answers: load a file, make a network, call it or a function, pull gradients back, train."""

from __future__ import annotations

import functools
import random
import sys
from collections.abc import Callable, Sequence
from typing import Any


class Bench:
    """The submission's names, the networks made from it, and the calls whose gradients may still be asked for.

    device: cpu or cuda, where it is called.
    """

    def __init__(self, guard: Any, device: str) -> None:
        from submissions.inside.state import State

        self.guard, self.device = guard, device
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
        from submissions.contract.adapter import Unfit
        from submissions.inside import arithmetic
        from submissions.inside.exceptions import described

        self.guard.take()
        self.state.restore()
        try:
            reply, found = getattr(self, f"do_{header['do']}")(header, tensors)
            arithmetic.finish_on(self.device)
        except Unfit as unfit:
            reply, found = {"wrong": unfit.wrong}, {}
        except BaseException as error:  # SystemExit and the like must not end the worker
            reply, found = {"raised": described(error, self.files), "stopped": arithmetic.stopped(self.device)}, {}
        if reached := self.guard.take():
            reply, found = {"forbidden": reached, "stopped": reply.get("stopped", "")}, {}
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
        """Run the submission's file; which of the names that are asked for it defines, and which come near."""
        from submissions.asked import Wanted
        from submissions.inside import helpers, source, state

        top = helpers.lie_on_disk(header["files"], header["main"])
        self.files = (header["main"], *header["files"])
        sys.argv[:] = [header["main"]]
        state.without_compiler(lambda: self.notes.add("not compiled"))
        wanted = Wanted(tuple(header["networks"]), tuple(header["functions"]))
        self.names = source.run(header["main"], header["text"], wanted, header["files"], top)
        self.state.loaded(self.device)
        # Trying torch's own network on the way is no fault.
        self.guard.take()
        found = [name for name in wanted.names if callable(self.names.get(name))]
        torchs = [name for name in found if source.is_torchs(self.names[name])]
        near = wanted.near(*source.own(self.names), set(found) - set(torchs))
        return {"names": found, "torchs": torchs, "near": near}, {}

    def do_describe(self, header: dict[str, Any], tensors: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """The arguments of something that was defined: name, and whether it may be left out."""
        import inspect

        taken = inspect.signature(self.names[header["kind"]]).parameters.values()
        plain = [one for one in taken if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)]
        return {"arguments": [[one.name, one.default is not one.empty] for one in plain]}, {}

    def do_make(self, header: dict[str, Any], tensors: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """A network; the names and shapes of its parameters. plan: of a contract, where there is one; plain: where one
        is looked for."""
        import torch

        from submissions.contract.adapter import Adapter
        from submissions.contract.plain import Plain, as_network
        from submissions.inside.signatures import is_unwritten, made, misfit

        kind, sizes, named, options = self.names[header["kind"]], header["sizes"], header["named"], header["options"]
        if is_unwritten(kind):
            raise NotImplementedError
        if lacks := misfit(kind, sizes, options, named):
            return lacks, {}
        net, lacks = made(kind, sizes, named, options)
        if lacks:
            return lacks, {}
        net = as_network(net, header.get("plan"), looked_for=header.get("plain", False))
        if not isinstance(net, (torch.nn.Module, Plain)):
            return {"wrong": ["not a module", type(net).__name__]}, {}
        net = net.to(getattr(torch, header["dtype"])).to(self.device)
        net = Adapter(net, header["plan"]) if header.get("plan") else net
        self.number += 1
        self.networks[self.number] = net
        shapes = {name: list(weight.shape) for name, weight in net.named_parameters()}
        return {"network": self.number, "parameters": shapes}, {}

    def do_call(self, header: dict[str, Any], tensors: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Call a network with these weights and arguments; the structure of what it returned, and its tensors."""
        net = self._weighted(header, tensors)
        return self._run(header, tensors, lambda *given, **options: (net(*given, **options), {}), net)

    def do_watch(self, header: dict[str, Any], tensors: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """As do_call; and the variables of the submission's own code, in the order in which they were computed."""
        from submissions.inside.watching import Watch

        net, watch = self._weighted(header, tensors), Watch(self.files)
        reply, found = self._run(header, tensors, lambda *given, **_: (watch.call(net, *given), {}), net)
        return {**reply, "watched": watch.places}, {**found, **watch.values}

    def do_steps(self, header: dict[str, Any], tensors: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Call a cell for each x[t] with the state that the call before returned: rows of h, and the last state.

        Where a call returns no such state, that is the answer, and ``step`` says which call it was.
        """
        net = self._weighted(header, tensors)
        return self._run(header, tensors, functools.partial(_over, net), net)

    def do_function(self, header: dict[str, Any], tensors: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Call a function with these arguments, tensors and plain values; what it returned as a network's call."""
        from submissions.inside.signatures import misfit

        function = self.names[header["name"]]
        given, by_name = _by_name(header, header["arguments"])
        if lacks := misfit(function, given, header["options"], by_name):
            return lacks, {}

        def run(*arguments: Any, **options: Any) -> tuple[Any, dict[str, Any]]:
            given, by_name = _by_name(header, arguments)
            return function(*given, **by_name, **options), {}

        return self._run(header, tensors, run)

    def _weighted(self, header: dict[str, Any], tensors: dict[str, Any]) -> Any:
        """The network that is asked for, with the weights that came along."""
        import torch

        from submissions.contract.adapter import Adapter

        net = self.networks[header["network"]]
        given = {name[7:]: weight for name, weight in tensors.items() if name[:7] == "weight "}
        given = net.own_weights(given) if isinstance(net, Adapter) else given
        with torch.no_grad():
            for name, weight in net.named_parameters():
                if name not in given:  # made by a call, for whatever it is
                    continue
                # Only where it is another: autograd counts writes, and an earlier call may still want its gradient.
                if not torch.equal(weight, given_weight := given[name].to(weight.device)):
                    weight.copy_(given_weight)
        return net

    def _run(
        self,
        header: dict[str, Any],
        tensors: dict[str, Any],
        run: Callable[..., tuple[Any, dict[str, Any]]],
        net: Any = None,
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """The one way into a submission's call. ``arguments``: a name stands for a tensor, a list for a tuple, and an
        object holds a plain value; ``options`` are plain values."""
        import torch

        from submissions.replies import tensors_of

        given = {name: tensors[name].to(self.device) for name in tensors_of(header["arguments"])}
        before = {name: part.clone() for name, part in given.items()}
        leaves = {name: given[name].requires_grad_() for name in header["leaves"]}
        # A copy each: the submission may change its input in place, which autograd forbids for a leaf.
        parts = {name: part.clone() for name, part in given.items()}
        arguments = [_put_together(argument, parts) for argument in header["arguments"]]
        with torch.set_grad_enabled(header["grad"]):
            result, reply = run(*arguments, **header["options"])
        found: dict[str, Any] = {}
        reply["structure"] = _taken_apart(result, found)
        reply["live"] = [name for name, tensor in found.items() if tensor.requires_grad]
        # Of a function that is given no tensor the answer may lie anywhere.
        reply["elsewhere"] = [name for name, one in found.items() if given and one.device.type != self.device]
        reply["changed"] = [name for name in given if not torch.equal(before[name], parts[name].detach())]
        if header["grad"] and reply["live"]:
            self.number += 1
            self.calls[self.number] = (found, leaves, net)
            reply["call"] = self.number
        return reply, {**found, **{f"changed {name}": parts[name] for name in reply["changed"]}}

    def do_gradients(self, header: dict[str, Any], tensors: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """The vector-Jacobian product of an earlier call with these cotangents, by name."""
        from submissions.contract.adapter import Adapter
        from submissions.inside.arithmetic import pulled_back

        found, leaves, net = self.calls.pop(header["call"])
        weights = {} if net is None else dict(net.named_parameters())
        wanted = {**leaves, **{f"weight {name}": weight for name, weight in weights.items()}}
        live = [name for name in found if name in tensors]
        gradients = pulled_back(
            [found[name] for name in live],
            list(wanted.values()),
            [tensors[name].to(found[name].device) for name in live],
        )
        pulled = {name: g for name, g in zip(wanted, gradients, strict=True) if g is not None}
        if isinstance(net, Adapter):
            own = {name[7:]: pulled.pop(name) for name in list(pulled) if name[:7] == "weight "}
            pulled |= {f"weight {name}": gradient for name, gradient in net.gradients(own).items()}
        return {}, pulled

    def do_train(self, header: dict[str, Any], tensors: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Train torch's own network by the submission's loop; losses, and the weights after it."""
        import torch

        from submissions.contract import training
        from submissions.inside.signatures import misfit

        recurrent = getattr(torch.nn, header["kind"])(*header["sizes"])
        net = training.sequence_classifier(recurrent, header["classes"]).to(self.device)
        net.load_state_dict({name.removeprefix("weight "): t for name, t in tensors.items() if name[:7] == "weight "})
        x, y = tensors["x"].to(self.device), tensors["y"].to(self.device)
        train = self.names[header["name"]]
        names = header.get("given", ("net", "x", "y", "epochs", "lr"))
        given, by_name = _by_name(header, training.arguments(names, net, x, y, header["epochs"], header["lr"]))
        if lacks := misfit(train, given, header["options"], by_name):
            return lacks, {}
        call = functools.partial(train, *given, **by_name, **header["options"])
        losses, wrong = training.ran(call, names, header["epochs"], header.get("losses", True))
        if wrong:
            return {"wrong": [wrong, type(losses).__name__]}, {}
        numbers = [float(loss) for loss in losses]
        weights = {f"weight {name}": tensor for name, tensor in net.state_dict().items()}
        return {"losses": len(numbers)}, {**weights, "losses": torch.tensor(numbers, dtype=torch.float64)}


def _by_name(header: dict[str, Any], given: Sequence[Any]) -> tuple[Sequence[Any], dict[str, Any]]:
    """The arguments of a function as a contract has them: by its own names, where there is one."""
    names = header.get("keywords")
    return (given, {}) if names is None else ((), dict(zip(names, given, strict=True)))


def _over(cell: Any, x: Any, state: Any) -> tuple[Any, dict[str, Any]]:
    """See Bench.do_steps."""
    import torch

    rows, wanted = [], _taken_apart(state, {})
    for step, xt in enumerate(x):
        state = cell(xt, state)
        if _taken_apart(state, {}) != wanted:
            return state, {"step": step}
        rows.append(state[0] if isinstance(state, (tuple, list)) else state)
    return (torch.stack(rows), state), {}


def _put_together(argument: Any, tensors: dict[str, Any]) -> Any:
    """See Bench._run."""
    if isinstance(argument, list):
        return tuple(_put_together(part, tensors) for part in argument)
    return tensors[argument] if isinstance(argument, str) else argument["plain"]


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
