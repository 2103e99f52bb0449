"""The likely mistake of a foreign implementation: one that is known, two of them together, or where it departs."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import torch
from torch import Tensor, nn

import mistakes
from lecture import loops, texts
from lecture.networks import SequenceClassifier
from mistakes.departure import departure
from mistakes.model import RIGHT, Mistake
from mistakes.probes import Answer, Make, Probe, ask, close, differ, flat, probes


@dataclass(frozen=True)
class Diagnosis:
    """names: of the known mistakes that it is; empty for an unknown one. en, ko: the sentence for the student."""

    names: tuple[str, ...]
    en: str
    ko: str


def diagnose(kind: str, make: Make) -> Diagnosis | None:
    """What is wrong with the networks that ``make`` makes: the constructor of ``kind``, as torch.nn's.

    None where every answer is right. Options that ``make`` does not take are not held against it. A BaseException
    that is no Exception goes through.
    """
    seen = {str(probe): answer for probe in probes(kind) if (answer := ask(make, kind, probe)) is not None}
    asked = [probe for probe in probes(kind) if str(probe) in seen]
    right = {str(probe): _right(kind, str(probe)) for probe in asked}
    wrong = [probe for probe in asked if differ(seen[str(probe)], right[str(probe)])]
    if not wrong:
        return None
    if not wrong[0].wrong:
        # Wrong numbers weigh more than a call that should have raised: many who make a mistake check no sizes either.
        asked = [probe for probe in asked if not probe.wrong]
    # Where it departs first, so that a mistake that is another one is known by its first answer.
    asked.sort(key=lambda probe: probe not in wrong)
    for mistake in mistakes.ALL:
        known = mistake.networks.get(kind)
        if known is not None and _same(known, kind, asked, seen):
            return Diagnosis((mistake.name,), mistake.en, mistake.ko)
    for first, second, both in _all_pairs(kind):
        if _same(both, kind, asked, seen):
            en = f"Two mistakes at once. {first.en} And: {second.en}"
            return Diagnosis((first.name, second.name), en, f"두 가지 실수가 겹쳤다. {first.ko} 그리고 {second.ko}")
    return Diagnosis((), *departure(kind, wrong[0], seen[str(wrong[0])], right[str(wrong[0])]))


def diagnose_one_hot(one_hot: Callable[..., Tensor]) -> Diagnosis | None:
    """The same for ``one_hot(tokens, mapping)``."""
    return _named("one_hot", _rows, one_hot, texts.one_hot)


def diagnose_train(train: Callable[..., Any]) -> Diagnosis | None:
    """The same for ``train(net, x, y, epochs, lr)``."""
    return _named("train", _trained, train, loops.train)


def _named(part: str, probe: Callable[..., Any], seen: Any, right: Any) -> Diagnosis | None:
    answer = probe(seen)
    if not differ(answer, probe(right)):
        return None
    for mistake in mistakes.ALL:
        if part in mistake.functions and not differ(answer, probe(mistake.functions[part])):
            return Diagnosis((mistake.name,), mistake.en, mistake.ko)
    if answer == "raised":
        return None
    told = {
        "one_hot": ("The rows of one_hot are not those of the mapping.", "one_hot의 행이 mapping과 맞지 않는다."),
        "train": ("The losses or the weights after training are others.", "손실이나 학습 뒤의 가중치가 다르다."),
    }
    return Diagnosis((), *told[part])


def _rows(one_hot: Callable[..., Tensor]) -> Answer:
    cases = [(texts.hi()[:9], texts.HI_MAPPING), (texts.words()[:9], texts.WORDS_MAPPING)]
    cases.append((texts.abcabc()[:9], texts.ABC_MAPPING))
    try:
        return [one_hot(*case) for case in cases]
    except Exception:
        return "raised"


def _trained(train: Callable[..., Any]) -> Answer:
    """Losses and weights of a small network, uncut and in two pieces."""
    found: list[Tensor] = []
    with torch.random.fork_rng(devices=[]):
        for pieces in (1, 2):
            torch.default_generator.manual_seed(6)
            net = SequenceClassifier(nn.LSTM(4, 3), nn.Linear(3, 4))
            lead = (128,) if pieces == 1 else (6, pieces)
            x, y = (torch.eye(4)[torch.randint(4, lead)] for _ in range(2))
            try:
                losses = train(net, x, y, 4, 0.1)
            except Exception:
                return "raised"
            found += [torch.tensor([float(loss) for loss in losses])]
            found += [weight.detach().clone() for weight in net.parameters()]
    return found


@cache
def _probe(kind: str, name: str) -> Probe:
    return next(probe for probe in probes(kind) if str(probe) == name)


@cache
def _right(kind: str, name: str) -> Answer:
    return ask(RIGHT[kind], kind, _probe(kind, name))


@lru_cache(maxsize=20_000)
def _known(network: Any, kind: str, name: str) -> Answer:
    return ask(network, kind, _probe(kind, name))


def _same(network: Any, kind: str, asked: list[Probe], seen: Mapping[str, Answer]) -> bool:
    return all(not differ(seen[str(probe)], _known(network, kind, str(probe))) for probe in asked)


@cache
def _all_pairs(kind: str) -> tuple[tuple[Mistake, Mistake, type[nn.Module]], ...]:
    """Pairs of mistakes put on top of each other that give other answers at a glance than each alone."""
    single = [m for m in mistakes.ALL if kind in m.networks]
    alone = {m.name: _glance(m.networks[kind], kind) for m in single}
    found = []
    for first, second in itertools.combinations(single, 2):
        try:
            both = type("Both", (first.networks[kind], second.networks[kind]), {})
        except TypeError:
            continue  # no order of methods serves both
        answer = _glance(both, kind)
        if answer and all(alone[m.name] is None or not close(answer, alone[m.name] or []) for m in (first, second)):
            found.append((first, second, both))
    return tuple(found)


def _glance(network: type[nn.Module], kind: str) -> list[Tensor] | None:
    """Three steps without gradients: a fraction of a millisecond, for there are thousands of pairs."""
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.default_generator.manual_seed(1)
        net = network(INPUT, 3)
        torch.default_generator.manual_seed(2)
        x = torch.randn(2, INPUT) if kind.endswith("Cell") else torch.randn(3, 2, INPUT)
        lead = (2,) if kind.endswith("Cell") else (1, 2)
        h = torch.randn(*lead, 3)
        try:
            return flat(net(x, (h, torch.randn(*lead, 3)) if kind.startswith("LSTM") else h))
        except Exception:
            return None


INPUT = 4
