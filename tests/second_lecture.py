"""A second lecture as a teacher would write it: claims of all six kinds in two languages, one function and one network
of the student's, one known mistake, one shared training, one picture.

``python -m tests.second_lecture FOLDER`` writes it there, to begin from.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tests import a_lecture

TOML = """
key = "averages"
seed = 11

[title]
en = "Averages"
ko = "평균"

[[sections]]
key = "means"
en = "Means"
ko = "평균값"

[[sections]]
key = "one"
en = "Scores"
ko = "점수"
"""

CLAIMS = '''
"""Five claims, on means and on a network of two inputs. The exact ones stand in test_scores.py."""

import time

import torch

from checks import check
from fixtures.claim import claim
from lecture import statistics


def said(id, kind, section="means", **more):
    """The texts are short here."""
    texts = {"en": f"It is so: {id}.", "ko": f"그러하다: {id}."}
    return claim(id, section=section, kind=kind, likely_en="Look at the sum.", likely_ko="합을 보라.", **texts, **more)


class Walks:
    """Means of ten coins for each start."""

    name, starts = "walks of ten coins", 60

    def train(self, seeds, device, progress):
        tosses = [torch.rand(10, generator=torch.Generator().manual_seed(seed)) for seed in seeds]
        return torch.stack(tosses).to(device)

    def traces(self, found):
        return {"inputs": found, "outputs": found.mean(1)}

    def kept(self, found):
        return {"tosses": found}


WALKS = Walks()


@said("bilinear/rows-must-fit", "error", section="one", judges=("network",), asks=("Bilinear",), points=2)
def test_rows_must_fit(implementation, draw):
    """Another number of rows in y than in x is refused."""
    net, x, y = implementation.Bilinear(3, 4, 2), draw(7, 3), draw(5, 4)
    check.raises("another number of rows", lambda: net(x, y), names=["batch"])


@said("means/printed", "printed")
def test_printed():
    """As on the board."""
    check.printed("mean of 1, 2, 4", torch.tensor([1.0, 2.0, 4.0]).mean(), 2.333, 3)


@said("means/learnt", "trained")
def test_learnt(lecture_seed):
    """A number that is moved to the mean of the data ends there."""
    x = torch.randn(20, generator=torch.Generator().manual_seed(lecture_seed))
    at = torch.zeros(1)
    for _ in range(100):
        at -= 0.1 * 2 * (at - x.mean())
    check.keep("data", x.reshape(4, 5))
    check.below("distance from the mean", float((at - x.mean()).abs()), 1e-4)


@said("means/mostly-near-a-half", "tendency")
def test_mostly_near_a_half(trainings, device):
    """Most means of ten lie within 0.2 of one half."""
    means = trainings.of(WALKS, device).mean(1)
    near = int(((means - 0.5).abs() < 0.2).sum())
    check.holds("share near one half", statistics.share_above(near, len(means), 0.5, alpha=0.001))


@said("means/mean-is-quick", "speed")
def test_mean_is_quick(alone_on_the_machine):
    """A loop over ten thousand numbers takes longer than one call; the least of ten turns each."""
    x = torch.ones(10_000)
    loops, calls = [], []
    for _ in range(10):
        began = time.process_time()
        for _ in range(100):
            x.mean()
        middle = time.process_time()
        total = 0.0
        for value in x:
            total += float(value)
        loops.append(time.process_time() - middle)
        calls.append((middle - began) / 100)
    check.above("seconds of the loop for each second of the call", min(loops) / min(calls), 1.0)
'''

PICTURE = '''
"""The tosses behind the tendency."""

from report.pictures.kept import kept
from report.pictures.sheet import Sheet, show_matrix
from results.model import Both


def draw(record):
    """One row a start."""
    arrays = kept(record, "means/mostly-near-a-half", "tosses")
    if arrays is None:
        return []
    sheet = Sheet(3.6, 2.5)
    show_matrix(sheet.axes(0.1, 0.1, 3.5, 2.4), arrays["tosses"])
    text = Both(f"{len(arrays['tosses'])} starts of ten tosses", f"열 번씩 {len(arrays['tosses'])}회")
    return [sheet.picture("averages-tosses", "means/mostly-near-a-half", text, text)]
'''


def write_lecture(folder: Path) -> Path:
    """Into an empty folder."""
    a_lecture.write(folder)
    (folder / "pictures").mkdir()
    (folder / "lecture.toml").write_text(TOML, "utf-8")
    (folder / "test_averages.py").write_text(CLAIMS, "utf-8")
    (folder / "pictures" / "tosses.py").write_text(PICTURE, "utf-8")
    return folder


def main() -> None:
    """Of ``python -m tests.second_lecture``."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.second_lecture",
        description="Write a whole lecture into a new folder, to begin from: claims of all six kinds, a function and a "
        "network of the student's, a known mistake, a shared training and a picture.",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a folder that is not there yet")
    folder = parser.parse_args().folder
    try:
        if folder.exists():
            parser.error(f"{folder} is there already; a folder that is not there yet is asked")
        write_lecture(folder)
    except OSError as error:
        parser.error(f"{error.filename or folder}: {error.strerror or error}")


if __name__ == "__main__":
    main()
