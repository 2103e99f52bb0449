"""Notebooks from their first cell to the last, as they are saved: the template, colab.ipynb, their page in Chromium."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("nbclient", reason="no Jupyter here: requirements-notebook.txt")
pytest.importorskip("ipykernel", reason="no Jupyter here: requirements-notebook.txt")
pytest.importorskip("selenium", reason="no selenium here: requirements.txt")

import nbformat
from chromium import CHROMIUM, CONTRASTS, DRIVER, css, media, size, started
from nbclient import NotebookClient

from grading.judge import Round
from grading.notebook import cards
from grading.notebook.asked import Asked
from grading.notebook.cells import NAME, as_notebook
from grading.notebook.template import notebook
from submissions.files import read
from tests.a_class import RIGHT, WRONG, comparable
from tests.places import PROJECT, python_path

SCRIPT = re.compile(r"<script|\bon\w+\s*=|javascript:", re.IGNORECASE)

CLAIMS = ["lstm/", "words/two-modules-need-one"]
"""Some of them, so that it is quick: of each claim all evidence is compared."""


def execute(saved, folder: Path):
    """Run all cells in a real kernel; the notebook with its outputs."""
    client = NotebookClient(saved, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(folder)}})
    client.execute()
    return saved


def html_of(cell) -> str:
    return "".join(one.data.get("text/html", "") for one in cell.outputs if one.output_type == "display_data")


def text_of(cell) -> str:
    return "".join(one.get("text", "") or one.get("data", {}).get("text/plain", "") for one in cell.outputs)


def filled_in(lang: str, text: str):
    """The template with this LSTM in its place, and without the other parts."""
    saved = nbformat.reads(notebook(lang), 4)
    names = ("RNN", "GRU", "RNNCell", "LSTMCell", "GRUCell", "one_hot", "train")
    others = tuple(word for name in names for word in (f"class {name}(", f"def {name}(", f"%check {name} "))
    saved.cells = [cell for cell in saved.cells if not cell.source.startswith(others)]
    for cell in saved.cells:
        if cell.source.startswith("class LSTM"):
            cell.source = text
        cell.source = cell.source.replace("%check LSTM ", "%check LSTM lstm/printed-output ")
        cell.source = cell.source.replace("%check --lang", f"%check {' '.join(CLAIMS)} --lang")
    return saved


@pytest.fixture(scope="module", params=["ko", pytest.param("en", marks=pytest.mark.slow)])
def saved(request, tmp_path_factory):
    """The template, filled in with a wrong LSTM (ko) or a right one (en), run and saved."""
    folder = tmp_path_factory.mktemp("한글 and spaces")
    done = execute(filled_in(request.param, WRONG[0] if request.param == "ko" else RIGHT), PROJECT)
    nbformat.write(done, folder / NAME)
    return request.param, folder / NAME, done


def test_the_saved_notebook_has_the_same_verdict(saved, judge):
    """To the bit: all evidence of the cells that were run, and the card that the kernel showed."""
    lang, file, done = saved
    sources = [cell.source for cell in done.cells if cell.cell_type == "code"]
    asked = Asked(as_notebook(sources).decode(), what=CLAIMS, lang=lang)
    beside = judge.round(Round(asked.source(), claims=tuple(CLAIMS), lang=lang, watched=True))
    alone = judge.round(Round(read(file), claims=tuple(CLAIMS), lang=lang, watched=True))
    assert comparable(beside) == comparable(alone)
    assert beside.claims
    assert cards.at_the_end(alone, asked)["html"] == html_of(done.cells[-1])


def test_what_a_card_says(saved):
    """One thing to do first; Korean or English; no script; a claim of one's own holds."""
    lang, _, done = saved
    whole, part = html_of(done.cells[-1]), html_of(next(c for c in done.cells if c.source.startswith("%check LSTM")))
    for html in (whole, part):
        assert not SCRIPT.search(html)
        assert 'lang="' + lang in html
    assert ("먼저 고칠 것" in part) == (lang == "ko")
    assert ("<table" in part) == (lang == "ko")
    assert ("Everything that was attempted holds." in part) == (lang == "en")
    assert bool(re.search("값이다; notebook.ipynb 셀 [0-9]+의 [0-9]+행에서", part)) == (lang == "ko")
    assert bool(re.search("output\\(torch의 값과 비교\\): 다름, 최대 차이 .*, 위치", whole)) == (lang == "ko")
    own = next(cell for cell in done.cells if cell.source.startswith("%%claim"))
    assert ("성립" if lang == "ko" else "holds") in text_of(own)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="no Chromium and chromedriver here")
def test_the_saved_output_is_read_in_a_browser(saved, theme, tmp_path):
    """Without us, light and dark: contrast of all of the card, nothing wider than the page, folds that open."""
    _, file, _ = saved
    pytest.importorskip("nbconvert", reason="no Jupyter here: requirements-notebook.txt")
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--theme", theme, "--output-dir", str(tmp_path)]
    subprocess.run([*command, str(file)], check=True, capture_output=True)
    with started() as browser:
        size(browser, 1000)
        media(browser, scheme=theme)
        browser.get((tmp_path / NAME).with_suffix(".html").as_uri())
        assert browser.execute_script("return document.querySelectorAll('.lecture-check script').length") == 0
        css(browser, ".lecture-check summary").click()
        assert css(browser, ".lecture-check details[open] > :not(summary)").is_displayed()
        browser.execute_script("for (const one of document.querySelectorAll('details')) one.open = true")
        # The page's own colours are nbconvert's.
        ours = CONTRASTS.replace(
            'if (!text || element.closest("',
            'if (!text || !element.closest(".lecture-check") || element.closest("style, ',
        )
        assert ours != CONTRASTS
        count, low = browser.execute_script(ours)
        assert count > 20
        assert low == []
        cards_of_page = "return [...document.querySelectorAll('.lecture-check')]"
        assert browser.execute_script(f"{cards_of_page}.length") >= 3
        assert browser.execute_script(f"{cards_of_page}.filter((e) => e.scrollWidth > e.clientWidth).length") == 0
        # JupyterLab takes the style out of a notebook that somebody else ran.
        browser.execute_script("for (const one of document.querySelectorAll('.lecture-check style')) one.remove()")
        assert browser.execute_script(ours) == [count, []]
        weight = "return getComputedStyle(document.querySelector('.lecture-check .counts b')).fontWeight"
        assert int(browser.execute_script(weight)) >= 600


def test_the_template_is_taken_back(tmp_path, judge):
    """Untouched nothing of it is attempted, in both languages; and it is what the command prints."""
    for lang in ("en", "ko"):
        file = tmp_path / f"{lang}.ipynb"
        file.write_text(notebook(lang), "utf-8")
        nbformat.validate(nbformat.read(file, 4))
        judgement = judge.judge(read(file))
        assert {judgement.word_of(claim) for claim in judgement.claims} == {"not attempted"}
    command = [sys.executable, "-m", "grading", "template", "--notebook", "--lang", "ko"]
    printed = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True).stdout
    assert printed.decode("utf-8") == notebook("ko")


def a_project(folder: Path) -> Path:
    """The checkout as it is now, committed in a repository of its own."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listed, cwd=PROJECT, check=True, capture_output=True).stdout.decode().split("\0"):
        if name and (PROJECT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(PROJECT / name, folder / name)
    git = ["git", "-c", "user.name=one", "-c", "user.email=one@localhost", "-C", str(folder)]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "as it is"]):
        subprocess.run([*git, *words], check=True, capture_output=True)
    return folder


@pytest.mark.skipif(shutil.which("git") is None or not (PROJECT / ".git").exists(), reason="this is no git checkout")
def test_colab(tmp_path, monkeypatch):
    """From nothing to table, page and the card of an LSTM with a mistake: every cell, of the lecture one claim."""
    (tmp_path / "content").mkdir()
    (tmp_path / "project").mkdir()
    monkeypatch.setenv("LECTURE_PROJECT", str(a_project(tmp_path / "project")))
    monkeypatch.setenv("PYTEST_ADDOPTS", "--claim lstm/omit-water --lang en")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("PYTHONPATH", python_path())
    done = execute(nbformat.read(PROJECT / "colab.ipynb", 4), tmp_path / "content")
    code = [cell for cell in done.cells if cell.cell_type == "code"]
    table = next(text_of(cell) for cell in code if "pytest claims/" in cell.source)
    assert re.search(r"torch\.nn\.LSTM +1 ", table)
    frames = [cell for cell in code if "page(" in cell.source]
    assert len(frames) == 2
    for cell in frames:
        assert "iframe srcdoc=" in json.dumps(cell.outputs)
    assert "order f, i, g, o" in text_of(next(cell for cell in code if "%check LSTM" in cell.source))
