"""The notebook's road where there is no notebook: without Jupyter, in IPython's console, with modules beside it."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest

import parts
from grading.claims import judged_claims
from grading.judge import Round
from grading.notebook import cards, check
from grading.notebook.asked import Asked, UnknownName
from grading.notebook.cells import as_notebook
from grading.notebook.helpers import imported_from
from grading.notebook.own_claim import own_claim
from grading.notebook.words import WORDS
from submissions.contract.file import ContractError
from tests.a_class import RIGHT
from tests.places import PROJECT, python_path
from tests.test_contract import COURSES

END = {"end": "judged", "html": "", "text": ""}
JUPYTER = {"IPython", "ipykernel", "nbclient", "nbconvert", "nbformat", "jupyter_client", "traitlets"}
NO_JUPYTER = f"""
import sys
for name in {sorted(JUPYTER)!r}:
    sys.modules[name] = None
"""


def test_nothing_else_imports_jupyter():
    """One file asks for IPython when it is loaded, three when they are used; the rest of the house does without."""
    found = set()
    for file in PROJECT.glob("[!.]*/**/*.py"):
        place = file.relative_to(PROJECT)
        if place.parts[0] not in ("tests", "benchmarks"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                found |= {place.as_posix() for name in names if name.partition(".")[0] in JUPYTER}
    assert found == {f"grading/notebook/{name}.py" for name in ("__init__", "magics", "screen")}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("from grading.notebook import check; check()", "check works in a notebook or in IPython"),
        ("import grading.notebook.template as t; print(t.notebook('en')[:99])", '{\n "cells"'),
    ],
    ids=["check", "template"],
)
def test_without_jupyter(line, said):
    """A sentence for who asks for a check, and the template all the same."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    words = [sys.executable, "-c", NO_JUPYTER + line]
    done = subprocess.run(words, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert said in done.stdout + done.stderr


@pytest.mark.slow
def test_in_the_console_of_ipython(tmp_path):
    """Text, once, and the module beside it that was imported is judged with it, as it is now."""
    pytest.importorskip("IPython", reason="no Jupyter here: requirements-notebook.txt")
    (tmp_path / "own_lstm.py").write_text(RIGHT, "utf-8")
    lines = "from own_lstm import LSTM\n%load_ext grading.notebook\n%check lstm/omit-water --lang en\nexit\n"
    done = subprocess.run(
        [sys.executable, "-m", "IPython", "--simple-prompt", "--no-banner", "--colors=NoColor"],
        input=lines,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": python_path(PROJECT), "IPYTHONDIR": str(tmp_path / "ipython")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.count("1 hold, 0 do not, 0 not attempted") == 1
    assert "Judged with own_lstm.py from this folder" in done.stdout
    assert "<div" not in done.stdout


def test_modules_beside_the_notebook(tmp_path):
    """Those that cells import, and those that these import; none that lies there unused, nothing of another folder."""
    for name, text in (("one", "from two import x"), ("two", "x = 1"), ("three", "x = 3"), ("four", "\ufeffx = 4")):
        (tmp_path / f"{name}.py").write_text(text, "utf-8")
    found = imported_from(tmp_path, ["%matplotlib inline\nimport torch, one", "from four import x", "x = 'three'"])
    assert sorted(found) == ["four.py", "one.py", "two.py"]


def test_what_can_be_asked_for():
    """Parts, claims, the claims of a section; a slip of the pen is told what is near, in both languages."""
    text = as_notebook([RIGHT]).decode()
    assert Asked(text, what=["LSTM", "lstm/"]).chosen_parts() == ("LSTM",)
    assert Asked(text, what=["LSTM", "lstm/"]).chosen_claims() == ("lstm/",)
    assert Asked(text).chosen_parts() == parts.names()
    with pytest.raises(UnknownName, match="did you mean LSTM"):
        Asked(text, what=["lstm"]).chosen_parts()
    with pytest.raises(UnknownName, match=r"혹시 lstm/omit-water"):
        Asked(text, what=["lstm/omit-watter"], lang="ko").chosen_claims()
    with pytest.raises(UnknownName, match="no lstm/nope to check; of lstm/ there are: lstm/printed-output, lstm/hT-"):
        Asked(text, what=["lstm/nope"]).chosen_claims()
    with pytest.raises(UnknownName, match="such as lstm/omit-water"):
        Asked(text, what=["everything"]).chosen_claims()


def test_a_contract_is_asked_for(tmp_path, monkeypatch):
    """By its place from the notebook's folder; what is given a name gets the course's."""
    magics = pytest.importorskip("grading.notebook.magics", reason="no Jupyter here: requirements-notebook.txt")

    def ask(request, seconds):
        asked.append(request)
        yield END

    monkeypatch.setattr(magics.beside, "taken", lambda: SimpleNamespace(ask=ask, close=int))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "our own.toml").write_text("[LSTM]\nname = 'NaiveLSTM'\n", "utf-8")
    asked, shell = [], pytest.importorskip("IPython.core.interactiveshell").InteractiveShell()
    loaded = magics.Loaded(shell)
    shell.user_ns["Mine"] = type("Mine", (), {})
    loaded._check('LSTM --contract "our own.toml" --lang en')
    loaded.check([], "en", 1, {"LSTM": shell.user_ns["Mine"]}, "our own.toml")
    loaded._check("--contract any")
    assert [one["contract"] for one in asked] == [str(tmp_path / "our own.toml")] * 2 + ["any"]
    assert [(one["what"], one["renamed"]) for one in asked[:2]] == [
        (["LSTM"], []),
        (["LSTM"], ["NaiveLSTM = Mine"]),
    ]


def test_what_check_takes_is_said_and_no_time_is_none(monkeypatch, capsys):
    """--help had been no argument; a check of 0 seconds had been "stopped before the end"."""
    magics = pytest.importorskip("grading.notebook.magics", reason="no Jupyter here: requirements-notebook.txt")
    usage = pytest.importorskip("IPython.core.error").UsageError
    monkeypatch.setattr(magics.beside, "taken", lambda: SimpleNamespace(ask=pytest.fail, close=int))
    loaded = magics.Loaded(pytest.importorskip("IPython.core.interactiveshell").InteractiveShell())
    loaded._check("--help")
    assert "how long it may take" in capsys.readouterr().out
    for seconds in ("0", "-5", "nan"):
        with pytest.raises(usage, match="a number above 0 is asked"):
            loaded._check(f"LSTM --seconds {seconds}")
        with pytest.raises(ValueError, match="a number above 0 is asked"):
            check("LSTM", seconds=float(seconds))


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_check_by_a_contract(judge, lang):
    """The course's own class is right by it; what the contract leaves without a meaning has no line."""
    text = as_notebook([(COURSES / "matrices.py").read_text("utf-8")]).decode()
    asked = Asked(
        text, what=["lstm/printed-output", "lstm/batch-is-parallel"], lang=lang, contract=str(COURSES / "matrices.toml")
    )
    assert asked.chosen_parts() == ("LSTM",)
    assert asked.chosen_claims() == ("lstm/printed-output", "lstm/batch-is-parallel")
    round = Round(asked.source(), asked.chosen_parts(), asked.chosen_claims(), lang, contract=asked.terms)
    told = cards.at_the_end(judge.round(round), asked)
    assert {"en": "2 hold, 0 do not, 0 not attempted", "ko": "성립 2, 불성립 0"}[lang] in told["text"]
    for what in ("GRU", "lstm/batch-first-misread"):
        with pytest.raises(UnknownName, match=what):
            replace(asked, what=[what]).chosen_claims()
    with pytest.raises(ContractError, match="can't be read"):
        replace(asked, contract="none.toml").source()


NOT_WRITTEN = "class LSTM(torch.nn.Module):\n    def __init__(self, *sizes):\n        raise NotImplementedError"
NOTHING = {
    ("x = 1", "", "en"): "There is nothing to judge in the cells that were run: of RNN, LSTM",
    ("x = 1", "", "ko"): "실행한 셀에 확인할 것이 없음: RNN, LSTM",
    (
        "x = 1",
        "LSTM",
        "en",
    ): "not attempted\nThere is nothing to judge in the cells that were run: LSTM is not in this notebook.",
    (RIGHT, "cell/printed-step", "en"): "in the cells that were run: LSTMCell is not in this notebook.",
    (RIGHT, "GRU", "ko"): "실행한 셀에 확인할 것이 없음: 이 노트북에 GRU이(가) 없음.",
    (NOT_WRITTEN, "LSTM", "ko"): "실행한 셀에 확인할 것이 없음: LSTM에서 NotImplementedError 발생.",
}


@pytest.mark.parametrize(("text", "what", "lang"), NOTHING)
def test_a_notebook_in_which_nothing_is_written_yet(judge, text, what, lang):
    """Why there is no verdict stands on the card, in one sentence: of all that is asked for, or of what was named."""
    asked = Asked(as_notebook([f"import torch\n{text}"]).decode(), what=[what] if what else [], lang=lang)
    round = Round(asked.source(), asked.chosen_parts(), asked.chosen_claims(), lang)
    assert NOTHING[text, what, lang] in cards.at_the_end(judge.round(round), asked)["text"]


def test_a_check_that_was_stopped_says_how_far_it_came(judge):
    """And not of how many: which of the others would be about what was asked for is not known yet."""
    asked = Asked(as_notebook([RIGHT]).decode(), what=["LSTM", "lstm/"])
    round = Round(asked.source(), ("LSTM",), ("lstm/",), "en", seen=lambda done, *_: done < 1)
    told = cards.at_the_end(judge.round(round), asked, stopped=True)["text"]
    assert "Stopped before the end. Claims looked at: 1. Nothing is said of the rest." in told


def test_every_sentence_takes_the_same_values_in_both_languages():
    """And says something in each."""
    for en, ko in WORDS.values():
        assert sorted(re.findall(r"{\w+", en)) == sorted(re.findall(r"{\w+", ko))
        assert en
        assert re.search("[가-힣]", ko)


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_claim_of_ones_own_that_fails(lang):
    """The claim stands on top, what was seen below; nothing says once more which claim that is."""
    shell = SimpleNamespace(user_ns={}, transform_cell=str)
    told = own_claim(shell, "one is two", "check.equal('the number', 1, 2)", lang)
    html = told["html"]
    assert {"en": "run again", "ko": "다시 실행"}[lang] not in told["text"]
    assert html.count("one is two") == 1
    assert "the number" in html
    assert "<details" not in html


def test_a_round_is_on_what_was_asked_for(judge):
    """Claims and parts that were not asked for are not judged; it stops when it is told to; the next one is whole."""
    source = Asked(as_notebook([RIGHT]).decode()).source()
    assert judge.claims() == judged_claims()
    found = judge.round(Round(source, claims=("lstm/omit-water", "cell/")))
    assert {claim.id.partition("/")[0] for claim in found.claims} == {"lstm", "cell"}
    assert {case.claim for case in found.cases} == {claim.id for claim in found.claims}
    only = judge.round(Round(source, parts=("GRU",), claims=("lstm/omit-water",)))
    assert {case.word for case in only.cases} == {"not attempted"}
    heard = []
    stopped = judge.round(
        Round(source, seen=lambda done, of, claims, cases: bool(heard.append((done, of))) or done < 3)
    )
    assert [done for done, _ in heard] == [0, 1, 2, 3]
    assert judge.round(Round(source, seen=lambda *_: False)).cases == []
    assert len(stopped.cases) == 3
    assert judge.round(Round(source, claims=("lstm/omit-water",), lang="ko")).word_of(found.claims[0]) == "holds"
