"""Small records, made up: what compare, show and the command line are tried on."""

from __future__ import annotations

from results.lecture import Lecture, Section
from results.model import Both, Case, Claim, Evidence
from results.record import Record

MACHINE = {
    "system": "Linux",
    "machine": "x86_64",
    "cpu": "a CPU",
    "cpu capability": "AVX2",
    "threads": 1,
    "onednn": True,
}


def claim(id: str, kind: str = "exact") -> Claim:
    return Claim(id, "one", kind, Both("so", "그렇다"), Both("look", "보라"))


def record(
    *cases: Case, torch: str = "2.13.0", seed: int = 7, kinds: dict[str, str] | None = None, **options
) -> Record:
    ids = dict.fromkeys(case.claim for case in cases)
    return Record(
        environment={**MACHINE, "torch": torch, "fastai": "2.8.12", "numpy": "2", "python": "3.11", "gpu": None},
        options={"seed": seed, "device": "auto", **options},
        lectures=[Lecture("", Both("A lecture", "강의"), (Section("one", Both("First", "첫째")),))],
        claims=[claim(id, (kinds or {}).get(id, "exact")) for id in ids],
        cases=list(cases),
        command="pytest claims/ --record run.json",
    )


def case(id: str = "one/a", value: float = 1e-7, word: str = "holds", device: str = "cpu", **more) -> Case:
    evidence = more.pop("evidence", [Evidence("output", "close", value, 1e-6, 0.9)])
    digests = {
        "weights": "w",
        "inputs": "i",
        "outputs": f"{more.get('figures')} {evidence}",
        "shapes": "s",
        **more.pop("digests", {}),
    }
    return Case(
        id, f"claims/test_a.py::test_{id[-1]}[{device}]", device, word, evidence=evidence, digests=digests, **more
    )
