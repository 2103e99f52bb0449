"""A lecture of one's own in a folder of its own: parts, mistakes, template, and nothing is written elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import mistakes
import parts
from grading.commands.template import main
from tests import a_lecture

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture
def lecture(room, pytester):
    """Its folder, where pytest is pointed at."""
    claims = room("")
    for file in claims.iterdir():
        file.unlink()
    claims.rmdir()
    a_lecture.write(claims)
    return claims


@pytest.fixture
def judged(lecture, run, pytester):
    """``judged(text)``: what pytest says of a student's file."""

    def judge(text, *options):
        file = pytester.path / "own.py"
        file.write_text(text, "utf-8")
        return run("claims", "--submission", str(file), "--lang", "en", "--device", "cpu", *options)

    return judge


def files(folder):
    """All but what Python and tools keep for themselves, with their times."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    own = {"__pycache__", "out"}  # and what a run beside this one writes
    kept = (path for path in found if not any(part[0] == "." or part in own for part in path.parts))
    return {path: (folder / path).stat().st_mtime_ns for path in kept}


def test_it_holds_for_what_is_right(lecture, run):
    """With torch's own function and network."""
    run("claims", "-m", "not gpu").assert_outcomes(passed=3, deselected=3)


def test_a_right_file_holds_and_nothing_is_written_elsewhere(judged, lecture, pytester):
    """Function, gradients and network; the house is as it was, and no part and no mistake stays behind."""
    before = files(PROJECT)
    judged(a_lecture.RIGHT).assert_outcomes(passed=3, deselected=3)
    assert files(PROJECT) == before
    assert {path.name for path in pytester.path.iterdir()} <= {
        *("claims", "conftest.py", "pytest.ini", "own.py", "__pycache__", ".benchmarks"),
    }
    assert "attend" not in parts.names()
    assert "attend-not-divided" not in [mistake.name for mistake in mistakes.ALL]


@pytest.mark.parametrize("more", ["", "class Bilinear(nn.Module):\n    pass\n"], ids=["template", "pass"])
def test_what_is_not_written_yet_is_not_attempted(judged, lecture, monkeypatch, capfd, more):
    """Its template has no constructor that would say so; nor has a class in which nothing stands."""
    with monkeypatch.context() as patched:
        patched.setattr(parts, "_LECTURES", dict(parts._LECTURES))
        assert main(["--lecture", str(lecture)]) == 0
    judged(f"{capfd.readouterr().out}\n\n{more}").assert_outcomes(skipped=3, deselected=3)


def test_a_wrong_file_fails_and_its_mistake_is_named(judged):
    """By the lecture's own known mistake; what it does not touch holds."""
    result = judged(a_lecture.NOT_DIVIDED)
    result.assert_outcomes(passed=2, failed=1, deselected=3)
    result.stdout.fnmatch_lines(["*The scores are not divided by the root of d.*", "*first wrong row output[[]0]"])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (
            "return torch.softmax(q @ k.T * scale, 0) @ v",
            "Your output[[]0, 0[]] is * in place of * for (3, 4), (5, 4), *",
        ),
        (
            "return (torch.softmax(q @ k.T * scale, -1) @ v).T",
            "Your output is (4, 3) float32 for *it should be (3, 4) *",
        ),
        ("return torch.softmax(q @ k.T * scale, -1) @ v.detach()", "*gradients are wrong for (3, 4), *"),
        ("return torch.softmax(q @ k.T * scale, -1).round() @ v, 1", "*attend returns (Tensor, int); Tensor is asked*"),
        ("v.mul_(0); return torch.softmax(q @ k.T * scale, -1) @ v", "*Your output[[]0, 0[]] is 0 in place of *"),
        ("return torch.nn.functional.scaled_dot_product_attention(q, k, v)", "*aten::scaled_dot_product_attention*"),
    ],
    ids=["axis", "shape", "detached", "structure", "in place", "torch's own"],
)
def test_an_unknown_mistake_is_told_by_its_place(judged, wrong, said):
    """By the part's own probes, with gradients; torch's own operator is none to hand in."""
    result = judged(a_lecture.RIGHT.replace("return torch.softmax(q @ k.T * scale, -1) @ v", wrong))
    assert result.ret == 1
    result.stdout.fnmatch_lines([f"*{said.lstrip('*')}*"])


def test_a_network_is_held_against_the_right_one(judged):
    """One that agrees with itself alone, and whose call takes two tensors."""
    result = judged(a_lecture.RIGHT.replace("x, self.weight, y", "x, 3 * self.weight, y"), "--claim", "bilinear/")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*Your output[[]0, 0[]] is * in place of * for (7, 3), (7, 4)*"])


def test_a_network_that_raises_is_told_by_its_exception(judged):
    """It is no recurrent network: nothing is tried with and without a state."""
    wrong = a_lecture.RIGHT.replace(
        "        found = torch.einsum", "        x.no_such_thing\n        found = torch.einsum"
    )
    result = judged(wrong, "--claim", "bilinear/")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*'Tensor' object has no attribute 'no_such_thing'*"])


def test_a_mistake_can_be_tried(lecture, run):
    """By its name, as those of week 12; a claim that does not see it, though it says so, is named."""
    file = lecture / "mistakes" / "scores.py"
    file.write_text(file.read_text("utf-8").replace('("attend/two-keys",)', '("attend/two-keys", "attend/same-keys")'))
    result = run("claims", "--implementation", "attend-not-divided", "-m", "not gpu", "--lang", "en")
    result.assert_outcomes(passed=2, failed=1, deselected=3)
    result.stdout.fnmatch_lines(["in caught_by of attend-not-divided, and holds: attend/same-keys"])


@pytest.mark.parametrize(("lang", "said"), [("en", "softmax of the scores"), ("ko", "점수의 softmax")])
def test_its_template_is_its_parts(tmp_path, lang, said):
    """And theirs alone, in both languages; the file can be run."""
    a_lecture.write(tmp_path / "attention")
    words = [sys.executable, "-m", "grading", "template", "--lang", lang, "--lecture", str(tmp_path / "attention")]
    text = subprocess.run(words, cwd=PROJECT, capture_output=True, check=True).stdout.decode("utf-8")
    assert said in text
    assert "LSTM" not in text
    defined: dict = {}
    exec(compile(text, "template", "exec"), defined)
    assert {"attend", "Bilinear"} <= set(defined)


def test_a_part_without_a_template_is_told(tmp_path, monkeypatch, capsys):
    """Else the file to fill in would lack what the claims ask."""
    monkeypatch.setattr(parts, "_LECTURES", dict(parts._LECTURES))
    a_lecture.write(tmp_path / "attention")
    without = re.sub(r"template=.*,\n", "", a_lecture.PARTS)
    (tmp_path / "attention" / "parts.py").write_text(without, "utf-8")
    assert main(["--lecture", str(tmp_path / "attention")]) == 2
    assert "parts.py has no template in English and Korean for attend, Bilinear" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("parts.py", "PARTS = (3,)", "*parts.py has no PARTS, a tuple of parts.Part*"),
        ("parts.py", "1 / 0", "*parts.py can't be run: ZeroDivisionError*"),
        ("parts.py", a_lecture.PARTS.replace('"attend",', '"LSTM",'), "*registers LSTM, which is registered already*"),
        (
            "parts.py",
            a_lecture.PARTS.replace('"function"', '"functions"'),
            "*attend: kind='functions' is none of 'net*",
        ),
        ("parts.py", a_lecture.PARTS.replace("probes=calls,", ""), "*attend has no probes in parts.py, the calls by *"),
        (
            "parts.py",
            a_lecture.PARTS.replace("[Call((q, k, v)),", "[(q, k, v),"),
            "*probes of attend are not all *Call*",
        ),
        ("parts.py", a_lecture.PARTS.replace("in (3, 5, 5))", "in (3, 5))"), "*the probes of attend raise ValueError*"),
        ("parts.py", None, "*attend-not-divided: no part is called 'attend'; there are RNN, *"),
        ("mistakes/scores.py", "", "*scores.py has no MISTAKES, a tuple of mistakes.Mistake*"),
        (
            "mistakes/scores.py",
            a_lecture.MISTAKES.replace("attend-not-divided", "zeros"),
            "*two mistakes called zeros*",
        ),
        (
            "mistakes/scores.py",
            a_lecture.MISTAKES.replace('{"attend":', '{"atend":'),
            "*mistakes: attend-not-divided: no part is called 'atend'; there are RNN, *attend, Bilinear (a lecture's *",
        ),
        ("test_scores.py", a_lecture.CLAIMS.replace('("attend",)', '("atend",)'), "*unknown part 'atend'; parts are *"),
    ],
)
def test_what_can_not_be_used_is_told_at_once(lecture, run, file, text, said):
    """One sentence, before a claim is run: no student is to blame for it."""
    if text is None:
        (lecture / file).unlink()
    else:
        (lecture / file).write_text(text, "utf-8")
    result = run("claims")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([said])


def test_a_part_that_nobody_registered_is_no_fault_of_the_file(judged, lecture):
    """A claim that asks for one in its midst is not judged, and says which there are."""
    file = lecture / "test_scores.py"
    file.write_text(
        file.read_text("utf-8").replace('function("attend")(q, k, torch.eye', 'function("atend")(q, k, torch.eye')
    )
    result = judged(a_lecture.RIGHT, "--claim", "attend/two-keys")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*not judged*", "*no part is called 'atend'; there are RNN, *"])
