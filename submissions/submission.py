"""One submission: its file, the workers that run it, and what has gone wrong with it so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from torch import Tensor

from submissions.client import Worker, WorkerLost
from submissions.contract import CALLS, FUNCTIONS, NAMES, NETWORKS
from submissions.files import Note, Source
from submissions.sandbox import Limits
from submissions.signals import Broken, NotAttempted, Raised, WrongAnswer
from submissions.texts import in_a_sentence

CHANCES = 2
"""How often a part may break (end its worker) before it is called no more."""


class Submission:
    """Asked by its proxies. Two workers at most: networks under the guard, functions without (torch's own networks)."""

    def __init__(self, source: Source, limits: Limits, *, allow_torch_rnn: bool = False, device: str = "cpu") -> None:
        self.source, self.limits, self.device = source, limits, device
        self.allow_torch_rnn = allow_torch_rnn
        self.only: Collection[str] = NAMES
        """The parts that are asked for; others that the file has are taken for not there."""
        self.asked = False
        """Whether the case that runs has called the submission at all."""
        self.last = ""
        """The part that was called last."""
        self.said: dict[str, tuple[str, str]] = {}
        """Which case (its id, its claim's) was the first to tell of a cause."""
        self.notes: list[Note] = list(source.notes)
        """What a student is told of the file as a whole, beside what is judged."""
        self.diagnoses: dict[str, Any] = {}
        """The likely mistake of a part, once it was asked."""
        self._seed = 0
        self._workers: dict[bool, Worker] = {}
        self._names: tuple[str, ...] | None = None
        self._near: dict[str, str] = {}
        """Of parts that are not there, the names that may be meant for them."""
        self._answered: set[str] = set()
        self._empty: set[str] = set()
        """Parts whose plain constructor is still to be written: asked once."""
        self._breaks: Counter[str] = Counter()
        self._last_break: dict[str, Broken] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """What the file defines of the contract. Raises Raised or Broken where it can't be loaded."""
        if self._names is None:
            self._worker(guard=not self.allow_torch_rnn)
        return tuple(name for name in self._names or () if name in self.only)

    def begin(self, seed: int) -> None:
        """A new case: nothing of the one before is kept, random streams are set anew at the first call."""
        self._seed, self.asked = seed, False
        for worker in self._workers.values():
            worker.knows_the_case = False
            worker.dropped.clear()

    def dropped(self) -> list[int]:
        """Calls whose gradients won't be asked for, of the worker that has just answered for a network."""
        return self._workers[not self.allow_torch_rnn].dropped

    def require(self, name: str) -> None:
        """Raises NotAttempted where the file has no ``name``, and the break again where it broke too often."""
        if name not in self.names:
            near = {"seen": self._near[name]} if name in self._near else {}
            raise NotAttempted("other name" if near else "no part", name=name, **near)
        if name in self._empty:
            raise NotAttempted("not implemented", name=name)
        if self._breaks[name] >= CHANCES:
            raise self._last_break[name]

    def ask(
        self, name: str, header: dict[str, Any], tensors: Mapping[str, Tensor] | None = None
    ) -> tuple[dict[str, Any], dict[str, Tensor]]:
        """One request about the part ``name``; the reply, or one of the signals."""
        self.asked, self.last = True, name
        guard = name in NETWORKS and not self.allow_torch_rnn
        what = f"{name}.forward" if name in NETWORKS and header["do"] in ("call", "loop", "gradients") else name
        try:
            worker = self._worker(guard)
            first = {} if worker.knows_the_case else {"case": self._seed}
            reply, found = worker.ask({**header, "drop": worker.dropped, **first}, tensors)
            self._note(reply)
            worker.knows_the_case = True
            worker.dropped.clear()
        except WorkerLost as lost:
            self._workers.pop(guard, None)
            # Waiting for a limit once is enough; an exit may be one call's own.
            self._breaks[name] += 1 if lost.key in ("exit", "garbage") else CHANCES
            self._last_break[name] = Broken(f"lost {lost.key}", amount=lost.amount, what=what)
            raise self._last_break[name] from None
        if "torch_rnn" in reply:
            raise WrongAnswer("torch rnn", name=name, operator=str(reply["torch_rnn"]))
        if "lacks" in reply:
            raise self._misfit(name, reply)
        if "wrong" in reply:
            raise WrongAnswer(str(reply["wrong"][0]), name=name, seen=str(reply["wrong"][1]))
        if "raised" in reply:
            signal = _raised(reply["raised"], name, self.device, self._may_be_missing(name, header))
            if isinstance(signal, NotAttempted) and header["do"] == "make" and not header["options"]:
                self._empty.add(name)
            raise signal
        if header["do"] != "make":
            self._answered.add(name)
        return reply, found

    def _may_be_missing(self, name: str, header: Mapping[str, Any]) -> bool:
        """Whether NotImplementedError means that nothing is there yet. Who has answered one call and raises it in
        others does not choose by it which cases are judged; but an option may be refused in this way, too."""
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
            return NotAttempted("no option", name=name, why=why)
        own = in_a_sentence(f"{name}{reply['signature']}")
        values = {"own": own, "asked": f"{name}({CALLS[name]})", "why": why}
        self.notes += [("signature", values)] if ("signature", values) not in self.notes else []
        return NotAttempted("signature", **values)

    def _note(self, reply: Mapping[str, Any]) -> None:
        for key in reply.get("notes", ()):
            if (key, {}) not in self.notes:
                self.notes.append((key, {}))

    def _worker(self, guard: bool) -> Worker:
        if guard not in self._workers:
            if self._names is None and self._last_break.get("file"):
                raise self._last_break["file"]
            main = self.source.text(self.source.main)
            beside = {name: self.source.text(name) for name in self.source.files if name != self.source.main}
            worker = Worker(self.limits, guard=guard, device=self.device)
            try:
                reply, _ = worker.ask({"do": "load", "main": self.source.main, "text": main, "files": beside})
            except WorkerLost as lost:
                self._last_break["file"] = Broken(f"lost {lost.key}", amount=lost.amount, what=self.source.main)
                raise self._last_break["file"] from None
            self._workers[guard] = worker
            if "raised" in reply:
                self.close()
                raise _raised(reply["raised"], "", self.device)
            self._note(reply)
            self._names = tuple(name for name in NETWORKS + FUNCTIONS if name in reply.get("names", ()))
            near = {part: names for part, names in reply.get("near", {}).items() if part in NETWORKS + FUNCTIONS}
            self._near = {part: ", ".join(names[:3]) for part, names in near.items() if part not in self._names}
            if not self._names:
                self.notes += [("rename", {"name": part, "seen": seen}) for part, seen in self._near.items()]
        return self._workers[guard]


NO_CUDA = ("Torch not compiled with CUDA", "Found no NVIDIA driver", "No CUDA GPUs", "CUDA_VISIBLE_DEVICES")
"""What torch says where a GPU is asked for and there is none."""

MIXED_DEVICES = (
    "Expected all tensors to be on the same device",
    "tensors are not at the same device",
    "should be either on cpu or on the same device",
)
"""What torch says where two tensors lie on two devices. All that the judge hands in lies on one."""


def _raised(found: Any, name: str, device: str, may_be_missing: bool = True) -> BaseException:
    """The signal for an exception that the worker described. It may be forged: everything is made a string."""
    message, lines = str(found["message"]), [(str(f), int(n), str(t), str(w)) for f, n, t, w in found["lines"]]
    # torch raises it, too, from a line that computes; a module without forward raises it in no line of its own.
    if "NotImplementedError" in found["kinds"] and may_be_missing and (not lines or "NotImplemented" in lines[-1][2]):
        return NotAttempted("not implemented", name=name)
    raised = Raised(str(found["type"]), message, lines)
    for key, words in (("hard-coded cuda", NO_CUDA if device == "cpu" else ()), ("mixed devices", MIXED_DEVICES)):
        if any(part in message for part in words):
            return WrongAnswer(key, name=name, place=raised.place, device=device)
    return raised
