"""Records for the pages: every verdict, both devices, markup where words go, and arrays for every picture."""

from __future__ import annotations

import functools
import shutil
from pathlib import Path

import matplotlib
import numpy

from report.class_page import class_page
from report.pictures import draw_all
from report.pictures.sheet import Picture
from report.student_page import Line, Student, student_page
from report.versions_page import Column, versions_page
from report.write import write_report
from results.comparison import Comparison, Row
from results.lecture import Lecture, Section
from results.model import WORDS, Both, Case, Claim, Evidence, Matrix
from results.record import Record

PROJECT = Path(__file__).resolve().parent.parent
EVIL = "<script>document.title='broken'</script><img src=x onerror=\"document.title='broken'\">"
WORDS_OF_SECTION = {"one": WORDS[:4], "two": WORDS[4:]}
LEARNED = {3: 8, 4: 15, 8: 23}
"""Of 25 starts, by nodes."""


def claim(id: str, section: str = "one", **more) -> Claim:
    texts = Both(f"The statement of {id}.", f"{id}의 내용."), Both("Look there.", "거기를 보라.")
    return Claim(id, section, more.pop("kind", "exact"), *texts, **more)


def case(claim: Claim, word: str, device: str = "cpu", **more) -> Case:
    margin = 0.25 if word == "holds" else -2.0
    seen = [Evidence("output", "close", 1e-7, 4e-7, margin, where="[0, 1]"), Evidence("note", "note", text=EVIL)]
    idle = word in ("not run", "not attempted")
    node = f"claims/test_room.py::test_{claim.id.partition('/')[2]}[{device}]"
    why = "" if word == "holds" else f"because {EVIL}"
    return Case(claim.id, node, device, word, 0.5, why, [] if idle else seen, **more)


def matrix() -> Matrix:
    return Matrix(f"output {EVIL}", "[0, 0]", [[0.5, -1.0, 1e-9]] * 3, [[0.5, -0.25, 0.0]] * 3)


def record() -> Record:
    """One claim for each word; the first on two devices, of which one does not hold in its looser wording."""
    claims, cases = [], []
    for section, words in WORDS_OF_SECTION.items():
        for word in words:
            says = Both("Loosely said.", "느슨한 표현.") if word == "holds" else None
            claims.append(claim(f"a/{word.replace(' ', '-')}", section, lecture_says=says))
            cases.append(case(claims[-1], word))
    cases[1].advice, cases[1].matrix = Both("Look at the gates.", "게이트를 보라."), matrix()
    cases.insert(1, case(claims[0], "holds", "cuda"))
    environment = {"torch": "2.13.0", "cpu": "A processor", "gpu": EVIL}
    sections = tuple(Section(key, Both(f"Part {key}", f"{key} 절")) for key in WORDS_OF_SECTION)
    lectures = [Lecture("", Both("A small lecture", "작은 강의"), sections)]
    return Record(environment, {"seed": 7}, lectures, claims, cases, 12.0, "2026-01-02T03:04:05+00:00", "pytest")


def illustrated() -> Record:
    """A record whose claims kept what every picture needs; numbers of our own choosing."""
    found, draw = record(), numpy.random.default_rng(1)

    def uniform(*shape):
        return draw.uniform(-1, 1, shape).astype("float32")

    def chances(*shape):
        parts = draw.uniform(0.01, 1, shape).astype("float32")
        return parts / parts.sum(-1, keepdims=True)

    kept = {
        "abcabc/more-nodes-learn-more-often": {},
        "coin/too-many-nodes-overfit": {"best guess on the table, on fresh coins": numpy.array([0.2315, 0.2326])},
        "cut/link-and-state-reconnect": {
            "p(?) at the switch, with the state": numpy.full(9, 0.36, "float32"),
            "p(?) at the switch, from zeros": numpy.full(9, 0.0025, "float32"),
        },
        "lstm/batch-first-misread": {"as meant": uniform(10, 4), "misread": uniform(10, 4)},
        "lstm/state-rows": {"hT": uniform(6, 2, 3), "layers and directions": numpy.array([3, 2])},
        "loops/match": {"losses, Learner": numpy.array([1.5, 1.2]), "losses, fastai_adam": numpy.array([1.5, 1.2004])},
        "loops/why-not-exactly": {
            "losses, Learner": numpy.array([1.5, 1.2]),
            "losses, matching_adamw": numpy.array([1.5, 1.2]),
        },
        "numbers/continues-one-two": {
            "said": _text("one , two , three , five <b> five"),
            "right": _text("one , two , three , four , five"),
        },
    }
    for size, won in LEARNED.items():
        arrays = kept["abcabc/more-nodes-learn-more-often"]
        arrays[f"{size} nodes, hidden"] = uniform(25, 6, size)
        arrays[f"{size} nodes, probabilities"] = chances(25, 6, 4)
        arrays[f"{size} nodes, learned"] = numpy.arange(60) % 25 < won
        for where in ("the table", "fresh coins"):
            losses = draw.uniform(0.2, 0.3, 20) if size < 16 else None
            kept["coin/too-many-nodes-overfit"][f"{size} nodes, loss on {where}"] = losses
    for where in ("the table", "fresh coins"):
        kept["coin/too-many-nodes-overfit"][f"16 nodes, loss on {where}"] = numpy.array([0.18, 0.2, 0.9])
        kept["coin/too-many-nodes-overfit"][f"8 nodes, loss on {where}"] = numpy.array([0.19, 0.2])
    kept["lstm/state-rows"]["hT by hand"] = kept["lstm/state-rows"]["hT"]
    for loop, id in (("by hand", "words/torch-loop-learns"), ("Learner", "words/fastai-learner-learns")):
        targets = numpy.array([0, 1, 0, 2, 0, 3, 0, 4, 0, 5])
        words = numpy.array([5, *targets[:-1]])
        arrays = {"words": words, "targets": targets, "hidden": uniform(10, 20), "probabilities": chances(10, 6)}
        kept[id] = {f"{loop}, {name}": array for name, array in arrays.items()}
    ways = {
        "whole": "whole-learns-the-switch",
        "pieces": "pieces-cannot-switch",
        "only x1": "only-x1",
        "only x2": "only-x2",
    }
    for way, id in ways.items():
        steps = 8 if "only" in way else 17
        letters = numpy.array(([2, 3, 0] * 6)[:steps])
        arrays = {"letters": letters, "hidden": uniform(steps, 10), "probabilities": chances(steps, 4)}
        kept[f"cut/{id}"] = {f"{way}, {name}": array for name, array in arrays.items()}
    for id, arrays in kept.items():
        found.claims.append(claim(id, "two", kind="trained"))
        found.cases.append(case(found.claims[-1], "holds", arrays=arrays))
    return found


@functools.lru_cache(maxsize=1)
def drawn() -> list[Picture]:
    """All pictures, drawn once."""
    before = dict(matplotlib.rcParams)
    pictures = draw_all(illustrated(), PROJECT).pictures
    assert dict(matplotlib.rcParams) == before, "drawing changes no setting of whoever draws too"
    return pictures


def students(count: int, claims: int) -> list[Student]:
    """A class; the fourth student is called EVIL, and every fifth claim of each does not hold."""
    room = [claim(f"part/claim-{place}") for place in range(claims)]
    return [
        Student(
            EVIL if k == 3 else f"학생 {k}.py",
            f"s{k}/index.html",
            float(k % 11),
            10,
            [_line(c, k + p) for p, c in enumerate(room)],
        )
        for k in range(count)
    ]


def _line(claim: Claim, k: int) -> Line:
    if k % 5:
        return Line(claim, "holds", 1, 1)
    advice = Both(f"The gates {EVIL}.", f"게이트 {EVIL}.")
    shown = case(claim, "fails", mistake="lstm-gates", advice=advice, prints=f"hello {EVIL}", matrix=matrix())
    return Line(claim, "fails", 0, 1, shown=shown)


def _text(text: str):
    return numpy.array(list(text.encode()))


def versions() -> list[Column]:
    """Three records; the second drifted and broke, the third is as the first."""
    first, rows = record(), []
    for level, reason, what in (("drift", "kernel", "output"), ("broken", "stream", EVIL), ("drift", "meaning", "h")):
        rows.append(
            Row("a/holds", "node", "cpu", "exact", level, "holds", "holds", what, 1.0, 1.5, 0.5, 0.1, reason, EVIL)
        )
    rows.append(Row("a/error", "node", "cpu", "exact", "missing", "error", "not run"))
    moved = Comparison({}, {}, "version", rows, 9, {"a/holds": 5.0})
    names = ("2.13.0", "1.13.1", EVIL)
    return [Column(name, [first], found) for name, found in zip(names, ([], [moved], []), strict=True)]


def write_pages(folder: Path) -> Path:
    """The pages, one of each kind in a folder of its own, as files."""
    room = students(20, 12)
    shutil.copytree(PROJECT / "claims" / "pictures", folder / "claims" / "pictures")
    shutil.copy(PROJECT / "claims" / "lecture.toml", folder / "claims")
    (folder / "claims" / "test_room.py").write_text('def test_holds():\n    """It does."""\n', "utf-8")
    write_report(illustrated(), folder / "claims", folder)
    pages = {
        "class": class_page(room),
        "student": student_page(room[0]),
        "versions": versions_page(versions(), "2.13.0"),
    }
    for name, page in pages.items():
        (folder / name).mkdir()
        (folder / name / "index.html").write_text(page, "utf-8")
    return folder
