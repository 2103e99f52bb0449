"""The contract of one file, looked for: which of its names is which part, and in which form."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

import parts
from parts.model import Part
from submissions import files, proxies
from submissions.contract.model import Contract, PartContract
from submissions.contract.search import Found, Search
from submissions.contract.training import INSTEAD
from submissions.files import Note, Source
from submissions.signals import Broken, Raised, Signal, WrongAnswer
from submissions.submission import CHANCES, Submission

Start = Callable[[Contract], Submission]
"""Makes a submission of the file under a contract."""

MOST_NAMES = 6
_CLASS = re.compile(r"^class[ \t]+(\w+)", re.MULTILINE)
_TRAINING = {
    "net": r"net|model",
    "loader": r"loader|batches|^d[ls]$|^train_?(data|dl|set|iter)",
    "optimizer": r"opt",
    "loss": r"loss|crit",
    "epochs": r"epoch|iter",
    "y": r"^y|target|label",
    "lr": r"lr|rate|eta",
    "x": r"^x|input|data",
}
"""How the arguments of a training are called; the first that is like it is taken."""


@dataclass(frozen=True)
class Looked:
    """What was found of each part; missing: parts of whose name nothing is there; unfit: by part the name of what is
    there, and has no form that fits."""

    found: Mapping[str, Found]
    unfit: Mapping[str, str]

    @property
    def contract(self) -> Contract:
        """All of it, as a submission is judged by."""
        strict = tuple(PartContract(part, name) for part, name in self.unfit.items())
        kept = (*(found.contract for found in self.found.values()), *strict)
        order = list(parts.names())
        unfit = tuple(part for part in self.unfit if parts.named(part).diagnosed == "recurrent")
        return Contract(tuple(sorted(kept, key=lambda one: order.index(one.part))), looked_for=True, unfit=unfit)

    @property
    def notes(self) -> list[Note]:
        """For the student, a sentence for each."""
        return [
            ("contract found", {"part": part, "name": one.contract.name, "form": in_short(one.contract)})
            for part, one in self.found.items()
            if one.contract.adapts or one.contract.name != part
        ]


def look_for(source: Source, start: Start, asked: Sequence[str], named: Mapping[str, str] | None = None) -> Looked:
    """named: what the file calls a part, where that is known. Raises UnusableFile."""
    texts = [files.python_of(name, content) for name, content in source.files.items()]
    names = {part: [known] if (known := (named or {}).get(part)) else _names(part, texts) for part in asked}
    alike = {part: candidates for part, candidates in names.items() if candidates}
    if not any(parts.named(part).is_network for part in alike):
        # No class is called so: any may be meant.
        classes = list(dict.fromkeys(itertools.chain.from_iterable(map(_CLASS.findall, texts))))
        names |= {part: classes for part in asked if parts.named(part).is_network}
    found: dict[str, Found] = {}
    broken = 0
    for part, name in [(part, name) for part, candidates in names.items() for name in candidates[:MOST_NAMES]]:
        if part in found or broken == CHANCES:
            continue
        try:
            if (one := _tried(start, part, name)) is not None:
                found[part] = one
        except Broken:
            broken += 1  # each one may have cost all the time of a call
    return Looked(found, {part: candidates[0] for part, candidates in alike.items() if part not in found})


def _tried(start: Start, part: str, name: str) -> Found | None:
    submission = start(Contract((PartContract(part, name),)))
    try:
        submission.begin(0)
        return _found(submission, parts.named(part)) if part in submission.names else None
    except Broken:
        raise
    except (Signal, Exception):
        return None  # a reply may be forged: what can't be read of it fits no form
    finally:
        submission.close()


def _names(part: str, texts: Sequence[str]) -> list[str]:
    """What the file has under the part's name or one that comes near."""
    wanted = files.wanted()
    own = [part for text in texts if part in wanted.defined_in(text)]
    near = [name for text in texts for name in wanted.near_in(text).get(part, [])]
    return list(dict.fromkeys([*own, *near]))


def _found(submission: Submission, part: Part) -> Found | None:
    if part.diagnosed == "recurrent":
        return Search(submission, part).found()
    taken, _ = submission.ask(part.name, {"do": "describe", "kind": submission.contract.own(part.name)})
    names = [str(name) for name, _ in taken.get("arguments", [])]
    returned = ("", "_") if part.kind == "training" else ("",)
    for returns, (arguments, constants) in itertools.product(returned, _arguments(part, names)):
        one = PartContract(part.name, submission.contract.own(part.name), arguments, constants, returns=returns)
        submission.contract = Contract((one,))
        try:
            if _is_right(submission, part):
                return Found(one)
        except (Raised, WrongAnswer):
            continue
    return None


def _arguments(
    part: Part, names: Sequence[str]
) -> Iterator[tuple[tuple[tuple[str, str], ...], tuple[tuple[str, Any], ...]]]:
    """Pairs of the part's own and the file's; and what else it is given."""
    own = part.called_with.split(", ")
    if part.kind != "training":
        yield from ((tuple(zip(own, order, strict=True)), ()) for order in itertools.permutations(names[:3], len(own)))
        return
    like: dict[str, str] = {}
    for one in names:
        name = next((name for name, like_it in _TRAINING.items() if re.search(like_it, one, re.I)), "")
        if name and name not in like:
            like[name] = one
    gone = {name for one in like for name in INSTEAD.get(one, ())}
    if {*own, *like, "epochs"} - gone == {*like, "epochs"} - gone:
        pairs = tuple((name, one) for name, one in like.items() if name not in gone)
        if "epochs" in like:
            yield pairs, ()
        # Called once an epoch; an epoch that it is told all the same is the number of this one.
        told = ((like["epochs"], 1),) if "epochs" in like else ()
        yield (*(pair for pair in pairs if pair[0] != "epochs"), ("epochs", "")), told


def _is_right(submission: Submission, part: Part) -> bool:
    function = proxies.functions(submission)[part.name]
    if part.kind == "training":
        # Twice: a number of epochs that is fixed in it may be one of them.
        return all(_trains_rightly(submission, part, epochs) for epochs in (3, 2))
    calls: list[tuple[Any, ...]] = [(["b", "a", "c", "b"], {"a": 0, "b": 1, "c": 2})]
    calls = [call.arguments for call in part.probes()] or calls
    return all(_near(function(*call), part.right(*call)) for call in calls)


def _trains_rightly(submission: Submission, part: Part, epochs: int) -> bool:
    stream = torch.Generator().manual_seed(0)
    x, y = torch.randn(5, 3, generator=stream), torch.eye(3)[torch.tensor([0, 1, 2, 1, 0])]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        nets = [_Classifier() for _ in range(2)]
    nets[1].load_state_dict(nets[0].state_dict())
    train = proxies.functions(submission)[part.name]
    seen, right = train(nets[0], x, y, epochs, 0.1), part.right(nets[1], x, y, epochs, 0.1)
    alike = all(map(_near, nets[0].parameters(), nets[1].parameters()))
    return alike and (_near(seen, right) or not submission.contract.judges(("losses",), part.name))


class _Classifier(nn.Module):
    """A network that returns logits, as a training is given it."""

    def __init__(self) -> None:
        super().__init__()
        self.recurrent, self.linear = nn.LSTM(3, 4), nn.Linear(4, 3)

    def forward(self, x: Any) -> Any:
        return self.linear(self.recurrent(x)[0])


def _near(seen: Any, right: Any) -> bool:
    one, other = torch.as_tensor(seen), torch.as_tensor(right)
    return one.shape == other.shape and torch.allclose(one.float(), other.float(), atol=1e-4)


def in_short(contract: PartContract) -> str:
    """What a reader wants to know of it: axes, call, gates, weights; of a function its arguments."""
    if not contract.right.is_network:
        return f"{contract.name}({contract.called_with})" + ("; epochs: 1" if contract.once_an_epoch else "")
    told = [f"{key} ({value})" for key, value in (("input", contract.input), ("state", contract.state)) if value]
    told += [f"{key}: {value}" for key, value in (("call", contract.call), ("returns", contract.returns)) if value]
    told += [f"reset: {contract.reset}"] if contract.reset else []
    told += [f"gates {', '.join(contract.order)}"] if contract.order else []
    told += [f"{name} = {', '.join(views)}" for name, views in contract.weights or ()]
    return "; ".join(told) or "–"
