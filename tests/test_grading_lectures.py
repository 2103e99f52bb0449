"""A class graded by another lecture, in a folder elsewhere, or by some claims: points are out of what was chosen."""

from __future__ import annotations

import json
import zipfile

import pytest

from grading.__main__ import main
from grading.claims import NoClaims, judged_claims
from tests.a_class import RIGHT, WRONG
from tests.conftest import HEAD

CLAIMS = """
@state("own/zeros", judges=("network",), points=2)
def test_zeros(implementation, draw):
    '''Leaving the state out means zeros.'''
    net, x = implementation.make("LSTM", 3, 4), draw(5, 3)
    check.equal("output, hT, cT", net(x), net(x, (torch.zeros(1, 4), torch.zeros(1, 4))))

@state("own/shape", judges=("network",), points=3)
def test_shape(implementation, draw):
    '''One row for each step.'''
    output, _ = implementation.make("LSTM", 3, 4)(draw(5, 3))
    check.equal("shape of the output", output.shape, (5, 4))

@state("own/not-judged", points=7)
def test_not_judged():
    '''No submission is asked.'''
    check.equal("n", 1, 1)
"""


@pytest.fixture
def attention(tmp_path):
    """A lecture's folder that lies nowhere near this project."""
    folder = tmp_path / "attention"
    folder.mkdir()
    (folder / "lecture.toml").write_text(
        '[title]\nen = "Mine"\nko = "나의 강의"\n[[sections]]\nkey = "one"\nen = "One"\nko = "하나"\n', "utf-8"
    )
    (folder / "test_attention.py").write_text(HEAD + CLAIMS, "utf-8")
    return folder


def graded(tmp_path, *words):
    """Grades by the name of the file."""
    handed_in = tmp_path / "handed_in"
    handed_in.mkdir()
    for name, text in {"right": RIGHT, "wrong": WRONG[0]}.items():
        (handed_in / f"{name}.py").write_text(text, "utf-8")
    out = tmp_path / "grades"
    assert main([str(handed_in), "--out", str(out), "--jobs", "1", "--lang", "en", *map(str, words)]) == 0
    return {
        file.parent.name.removesuffix(".py"): json.loads(file.read_text("utf-8")) for file in out.glob("*/grade.json")
    }


def test_a_class_is_graded_by_a_lecture_elsewhere(tmp_path, attention):
    """A right file has all points of that lecture, and nothing is written into its folder."""
    before = sorted(attention.rglob("*"))
    found = graded(tmp_path, "--lecture", attention)
    scores = {name: (grade["score"], grade["max_score"]) for name, grade in found.items()}
    assert scores == {"right": (5, 5), "wrong": (0, 5)}
    assert [one["claim"]["id"] for one in found["right"]["claims"]] == ["own/zeros", "own/shape"]
    assert [path for path in sorted(attention.rglob("*")) if "__pycache__" not in path.parts] == before


@pytest.mark.slow
def test_points_are_out_of_the_claims_that_were_chosen(tmp_path):
    """Of week 12 two claims, its key given."""
    found = graded(tmp_path, "--lecture", "week12", "--claim", "lstm/omit-water", "--claim", "lstm/water-shape")
    points = {claim.id: claim.points for claim in judged_claims()}
    most = points["lstm/omit-water"] + points["lstm/water-shape"]
    assert (found["right"]["score"], found["right"]["max_score"]) == (most, most)


def test_what_cannot_be_chosen_is_one_sentence(tmp_path, attention, capsys):
    """An unknown key or claim, a lecture that judges nothing or can't be read, two lectures at once."""
    (tmp_path / "own.py").write_text(RIGHT, "utf-8")

    def said(*words):
        assert main([str(tmp_path / "own.py"), "--out", str(tmp_path / "out"), "--lang", "en", *map(str, words)]) == 2
        return capsys.readouterr().err

    assert "--lecture week99: neither a folder with a lecture.toml nor a lecture here; here are: week12" in said(
        "--lecture", "week99"
    )
    assert "--claim lstm/nothing: no submission is judged by such a claim" in said("--claim", "lstm/nothing")
    assert "--claim numbers/: no submission is judged by such a claim" in said("--claim", "numbers/")
    below = attention / "below"
    below.mkdir()
    (below / "lecture.toml").write_text((attention / "lecture.toml").read_text("utf-8"), "utf-8")
    (below / "test_below.py").write_text(HEAD + CLAIMS.replace("own/", "below/"), "utf-8")
    assert "choose one with --lecture" in said("--lecture", attention)
    (below / "test_broken.py").write_text("import nothing_of_this_name\n", "utf-8")
    with pytest.raises(NoClaims, match="ModuleNotFoundError: No module named 'nothing_of_this_name'"):
        judged_claims(str(attention), lang="ko")
    assert not list((tmp_path / "out").rglob("*.json"))


def test_the_autograder_takes_the_lecture_along(tmp_path, attention):
    """Its folder, and the choice, in the line that judges."""
    file = tmp_path / "auto.zip"
    for hidden in (".git", ".pytest_cache"):
        (attention / hidden).mkdir()
        (attention / hidden / "HEAD").touch()
    assert main(["gradescope-zip", str(file), "--lecture", str(attention), "--claim", "own/zeros"]) == 0
    with zipfile.ZipFile(file) as archive:
        assert [name for name in archive.namelist() if "/." in name] == []
        assert {"lectures/attention/lecture.toml", "lectures/attention/test_attention.py"} < set(archive.namelist())
        assert "--lecture lectures/attention --claim own/zeros >" in archive.read("run_autograder").decode()


def test_ctrl_c_while_claims_are_collected_is_ctrl_c(monkeypatch):
    """pytest keeps it to itself: the command would end as if it had been typed wrong."""

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("fixtures.claim.pytest_collection_modifyitems", interrupted)
    judged_claims.cache_clear()
    with pytest.raises(KeyboardInterrupt):
        judged_claims()
    judged_claims.cache_clear()
