"""One submission: its file, the workers that run it, and what has gone wrong with it so far."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from torch import Tensor

import parts as registry
from submissions import constructors
from submissions.client import MachineFault, Worker, WorkerLost
from submissions.contract.model import STRICT, Contract
from submissions.files import Note, Source, wanted
from submissions.sandbox import Limits
from submissions.signals import Broken, LeftOut, NotAttempted, WrongAnswer, of_exception
from submissions.texts import in_a_sentence

OFTEN = 5
"""How often a submission may stop a GPU before the rest is asked on the CPU: each time costs a process its start."""

CHANCES = 2
"""How often a part may break (end its worker) before it is called no more."""

BREAKS = {"exit": 1, "garbage": 1, "gpu": 0}
"""What a loss counts for: any other CHANCES, for waiting for a limit once is enough, where an exit may be one call's
own. What stops a GPU is an exception on the CPU, and counts there for nothing."""


class Submission:
    """Asked by its proxies. A worker for each set of forbidden operators: a network may not reach torch's own, and the
    function that trains one is handed torch's."""

    def __init__(
        self,
        source: Source,
        limits: Limits,
        *,
        allow_torch_rnn: bool = False,
        device: str = "cpu",
        parts: tuple[str, ...] = (),
        contract: Contract = STRICT,
        watched: bool = False,
    ) -> None:
        self.parts = parts or contract.asked or registry.names()
        """What is asked for."""
        self.contract = contract
        """What of it is called what, and how it is called."""
        self.watched = watched
        """Whether its own variables may be looked at: by the one who wrote it, at home."""
        self.not_asked = False
        """Whether a part was called for that is not, or an option that the contract has not."""
        self.source, self.limits, self.device = source, limits, device
        self.allow_torch_rnn = allow_torch_rnn
        self.asked = False
        """Whether the case that runs has called the submission at all."""
        self.last = ""
        """The part that was called last."""
        self.last_request: tuple[dict[str, Any], Mapping[str, Tensor]] = ({}, {})
        """What it was called with, as it was sent."""
        self.made: dict[tuple[str, int], dict[str, Any]] = {}
        """What the networks of the case that runs were asked for with, by part and number."""
        self.said: dict[str, tuple[str, str]] = {}
        """Which case (its id, its claim's) was the first to tell of a cause."""
        self.notes: list[Note] = list(source.notes)
        """What a student is told of the file as a whole, beside what is judged."""
        self.right_to_the_end: dict[str, bool] = {}
        """By device: whether a network of it is right over a whole long series; known once it has been asked for."""
        self.diagnoses: dict[str, Any] = {}
        """The likely mistake of a part, once it was asked."""
        self.meanwhile: Callable[[], None] | None = None
        """What the judge has to do while the worker is busy with the next request."""
        self._seed = 0
        self._left_out: set[str] = set()
        """Parts for which the case that runs has no meaning."""
        self._workers: dict[tuple[str, tuple[str, ...]], Worker] = {}
        """By the device that they see and the operators that raise in them."""
        self._names: tuple[str, ...] | None = None
        self._near: dict[str, str] = {}
        """Of parts that are not there, the names that may be meant for them."""
        self._torchs: list[str] = []
        """Names of parts under which the file has what is torch's own."""
        self._answered: set[str] = set()
        self._empty: set[str] = set()
        """Parts whose plain constructor is still to be written: asked once."""
        self._breaks: Counter[str] = Counter()
        self._stopped = 0
        """How often it has stopped a GPU."""
        self._last_break: dict[str, dict[str, Any]] = {}
        """What to say of it: the exception itself would keep all that its frames held, a reply of megabytes, say."""

    @property
    def names(self) -> tuple[str, ...]:
        """What the file defines of the contract. Raises Raised or Broken where it can't be loaded."""
        if self._names is None:
            self._worker(self._forbidden(registry.names()[0]))
        return self._names or ()

    def begin(self, seed: int, form: tuple[str, ...] = ()) -> None:
        """A new case, of a claim about this ``form``: nothing of the one before is kept, random streams are set anew at
        the first call."""
        self._seed, self.asked = seed, False
        self.made.clear()
        self._left_out = {one.part for one in self.contract.parts if not self.contract.judges(form, one.part)}
        for worker in self._workers.values():
            worker.knows_the_case = False
            worker.dropped.clear()

    def compute_on(self, device: str) -> None:
        """Where the case that comes is asked."""
        self.device = "cpu" if self._stopped >= OFTEN else device

    def on_the_cpu(self) -> contextlib.AbstractContextManager[None]:
        """What is asked inside is asked on the CPU. A file that speaks of cuda may not run there, and stays."""
        stays = self.device == "cpu" or any("cuda" in self.source.text(name) for name in self.source.files)
        return self.asked_on(self.device if stays else "cpu")

    @contextlib.contextmanager
    def asked_on(self, device: str) -> Iterator[None]:
        """What is asked inside is asked on ``device``."""
        device, self.device = self.device, device
        try:
            yield
        finally:
            self.device = device

    def dropped(self, name: str) -> list[int]:
        """Calls whose gradients won't be asked for, of the worker that has just answered for the part ``name``."""
        return self._workers[self.device, self._forbidden(name)].dropped

    def require(self, name: str) -> None:
        """Raises NotAttempted where the file has no ``name``, and the break again where it broke too often."""
        own = self.contract.own(name)
        if name not in self.parts:
            self.not_asked = True
            raise NotAttempted("no part", name=own)
        if name not in self.names:
            near = {"seen": self._near[name]} if name in self._near else {}
            missing = "torch's own" if own in self._torchs else "no part"
            raise NotAttempted("other name" if near else missing, name=own, **near)
        if name in self._left_out:
            raise self.leave_out(name)
        if name in self.contract.unfit:
            raise WrongAnswer("contract unfit", name=own, part=name)
        if name in self._empty:
            raise NotAttempted("not implemented", name=own)
        if self._breaks[name] >= CHANCES:
            raise Broken(**self._last_break[name])

    def leave_out(self, name: str) -> LeftOut:
        """What to raise where a case asks what the contract has not."""
        # A contract that was looked for says what the file has, and not what is asked.
        self.not_asked = self.not_asked or not self.contract.looked_for
        return LeftOut(
            "left out as found" if self.contract.looked_for else "left out by contract", name=self.contract.own(name)
        )

    def ask(
        self, name: str, header: dict[str, Any], tensors: Mapping[str, Tensor] | None = None
    ) -> tuple[dict[str, Any], dict[str, Tensor]]:
        """One request about the part ``name``; the reply, or one of the signals."""
        self.asked, self.last, self.last_request = True, name, (header, tensors or {})
        forbidden = self._forbidden(name)
        forward = registry.named(name).is_network and header["do"] in ("call", "steps", "watch", "gradients")
        own = self.contract.own(name)
        what = f"{own}.forward" if forward else own
        try:
            worker = self._worker(forbidden)
            first = {} if worker.knows_the_case else {"case": self._seed}
            meanwhile, self.meanwhile = self.meanwhile, None
            reply, found = worker.ask({**header, "drop": worker.dropped, **first}, tensors, meanwhile)
            self._note(reply)
            worker.knows_the_case = True
            worker.dropped.clear()
        except MachineFault:
            self._workers.pop((self.device, forbidden), None)
            raise
        except WorkerLost as lost:
            self._workers.pop((self.device, forbidden), None)
            if lost.key == "gpu":
                self._count_a_stop()
            self._breaks[name] += BREAKS.get(lost.key, CHANCES)
            self._last_break[name] = {"key": f"lost {lost.key}", "amount": lost.amount, "what": what}
            raise Broken(**self._last_break[name]) from None
        if reply.get("stopped"):  # by a call that is told by something else
            self._workers.pop((self.device, forbidden)).close()
        if "forbidden" in reply:
            raise WrongAnswer("forbidden", name=own, operator=str(reply["forbidden"]))
        if "lacks" in reply:
            raise self._misfit(name, reply)
        if "wrong" in reply:
            key, seen, *wanted = map(str, reply["wrong"])
            raise WrongAnswer(key, name=self.contract.own(name), seen=seen, wanted="".join(wanted))
        if "raised" in reply:
            signal = of_exception(reply["raised"], own, self.device, self._may_be_unwritten(name, header))
            if isinstance(signal, NotAttempted) and header["do"] == "make" and not header["options"]:
                self._empty.add(name)
            raise signal
        if header["do"] == "make":
            self.made[name, reply.get("network", 0)] = header
        else:
            self._answered.add(name)
        return reply, found

    def _may_be_unwritten(self, name: str, header: Mapping[str, Any]) -> bool:
        """Whether a NotImplementedError is taken for "not written yet", and its case is left out.

        Of a part that has answered before it is not: a file must not choose which cases it is judged by. When a
        network is made with options it always is: they may be what is not written.
        """
        return name not in self._answered or bool(header["do"] == "make" and header["options"])

    def prints(self) -> str:
        """What it has printed since the last time."""
        return "".join(worker.prints() for worker in self._workers.values())

    def close(self) -> None:
        """End its workers."""
        while self._workers:
            self._workers.popitem()[1].close()

    def _misfit(self, name: str, reply: Mapping[str, Any]) -> NotAttempted:
        """It does not take what it is called with. Where that is not an option's fault, it stands above all."""
        why = in_a_sentence(str(reply["lacks"]))
        if "signature" not in reply:
            return NotAttempted("no option", name=self.contract.own(name), why=why)
        own, found = in_a_sentence(f"{self.contract.own(name)}{reply['signature']}"), self.contract.of(name)
        called = found.called_with if found else registry.named(name).called_with
        values = {"own": own, "asked": f"{self.contract.own(name)}({called})", "why": why}
        key = "signature"
        if registry.named(name).is_network and not found:
            key, told = constructors.to_mend(name, str(reply["signature"]))
            values |= {"kind": name, "told": in_a_sentence(told)}
        self.notes += [(key, values)] if (key, values) not in self.notes else []
        return NotAttempted(key, **values)

    def _note(self, reply: Mapping[str, Any]) -> None:
        said = reply["raised"]["message"] if "raised" in reply else ""
        sought = [one for one in self.source.left if re.search(rf"No such file.*['/]{re.escape(one)}'", said)]
        found: list[Note] = [(key, {}) for key in reply.get("notes", ())]
        found += [("file not there", {"file": name}) for name in sought]
        self.notes += [note for note in found if note not in self.notes]

    def _loaded_on_the_cpu(self, forbidden: tuple[str, ...]) -> Worker:
        """A file whose own lines stop a GPU is asked there no more: what they make may be one part's alone."""
        self._stopped, self.device = OFTEN, "cpu"
        self.notes.append(("loaded on the CPU", {}))
        return self._worker(forbidden)

    def _count_a_stop(self) -> None:
        self._stopped += 1
        if self._stopped == OFTEN:
            self.notes.append(("on the CPU from here", {"n": f"{OFTEN}"}))

    def _forbidden(self, name: str) -> tuple[str, ...]:
        return () if self.allow_torch_rnn else registry.named(name).forbidden

    def _worker(self, forbidden: tuple[str, ...]) -> Worker:
        key = self.device, forbidden
        if key not in self._workers:
            if self._names is None and self._last_break.get("file"):
                raise Broken(**self._last_break["file"])
            main = self.source.text(self.source.main)
            beside = {name: self.source.text(name) for name in self.source.files if name != self.source.main}
            worker = Worker(self.limits, forbidden=forbidden, device=self.device)
            load = {"do": "load", "main": self.source.main, "text": main, "files": beside}
            try:
                asked = wanted(self.contract)
                reply, _ = worker.ask({**load, "networks": asked.networks, "functions": asked.functions})
            except WorkerLost as lost:
                if lost.key == "gpu" and self._stopped < OFTEN:
                    return self._loaded_on_the_cpu(forbidden)
                self._last_break["file"] = {"key": f"lost {lost.key}", "amount": lost.amount, "what": self.source.main}
                raise Broken(**self._last_break["file"]) from None
            self._workers[key] = worker
            self._note(reply)
            if "raised" in reply:
                self.close()
                raise of_exception(reply["raised"], self.source.main, self.device)
            self._torchs = [] if self.allow_torch_rnn else reply.get("torchs", [])
            there, near = set(reply.get("names", ())) - set(self._torchs), reply.get("near", {})
            asked_for = [name for name in registry.names() if name in self.parts]
            self._names = tuple(name for name in asked_for if self.contract.own(name) in there)
            missing = {name: self.contract.own(name) for name in asked_for if name not in self._names}
            self._near = {name: ", ".join(near[own][:3]) for name, own in missing.items() if own in near}
            if not self._names:
                told = {missing[name]: seen for name, seen in self._near.items()}
                self.notes += [("rename", {"name": name, "seen": seen}) for name, seen in told.items()]
                torchs = ", ".join(name for name in missing.values() if name in self._torchs)
                self.notes += [("only torch's own", {"names": torchs})] if torchs else []
        return self._workers[key]
