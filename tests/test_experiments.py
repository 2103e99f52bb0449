"""``trainings.of``: a training of a lecture's own, done once, explained by its traces, kept for pictures."""

from __future__ import annotations

from results.record import read

BODY = """
from dataclasses import dataclass, field

@dataclass
class Walk:
    '''Not hashable, and not one of week 12's.'''

    name: str
    starts: int = 3
    trained: list = field(default_factory=list)

    def train(self, seeds, device, progress):
        self.trained.append(list(seeds))
        torch.rand(7)  # moves torch's stream, which no case may feel
        return torch.tensor([seed % 97 for seed in seeds], dtype=torch.float32, device=device)

    def traces(self, found):
        return {"weights": torch.zeros(2), "inputs": torch.ones(2), "outputs": found}

    def kept(self, found):
        return {"ends": found}

ONE, OTHER = Walk("walk"), Walk("walk", starts=2)

@state("one/first")
def test_first(trainings, device):
    '''Trained when it is first asked for.'''
    check.note("drawn", str(float(torch.rand(1))))
    check.equal("ends", len(trainings.of(ONE, device)), 3)

@state("one/second")
def test_second(trainings, device):
    '''And not again; another one of the same name is another one.'''
    found = trainings.of(ONE, device)
    check.equal("the first two seeds", trainings.of(OTHER, device).tolist(), found[:2].tolist())
    check.equal("times", (len(ONE.trained), len(OTHER.trained)), (1, 1))
"""


def test_an_experiment_of_ones_own_is_trained_once_and_recorded(room, run, pytester):
    """Seeds from the run seed and its name; digests and arrays in every case that asks."""
    room(BODY)
    file, other = pytester.path / "run.json", pytester.path / "other.json"
    run("claims", "--device", "cpu", "--record", file).assert_outcomes(passed=2)
    first, second = read(file).cases
    assert first.arrays["ends"].tolist()[:2] == second.arrays["ends"].tolist()
    assert first.digests["outputs"]
    assert first.digests["weights"] != first.digests["inputs"]
    run("claims", "--device", "cpu", "--seed", "7", "--record", other).assert_outcomes(passed=2)
    assert read(other).cases[0].arrays["ends"].tolist() != first.arrays["ends"].tolist()
    assert read(other).cases[0].digests["outputs"] != first.digests["outputs"]
