"""The notebook that a student fills in: ``python -m grading template --notebook``. Needs no Jupyter."""

from __future__ import annotations

import ast
import json
from typing import Any

from grading.claims import judged_claims
from parts.template import template

CLAIMS: dict[str, tuple[str, ...]] = {
    "RNN": ("lstm/hT-is-the-last-row", "practice/never-name-the-state"),
    "LSTM": ("lstm/printed-output", "lstm/hT-is-the-last-row", "lstm/omit-water"),
    "GRU": ("lstm/hT-is-the-last-row", "practice/never-name-the-state"),
    "RNNCell": ("cell/step-formulas",),
    "LSTMCell": ("cell/printed-step", "cell/loop-is-lstm"),
    "GRUCell": ("cell/step-formulas",),
    "one_hot": ("abcabc/shapes", "words/tokens"),
    "train": ("cut/steps-are-adams", "cut/losses-of-pieces-add-up"),
}
"""What the lecture says of each part first; a check asks more."""

TEXTS = {
    "how": (
        "Run the cells from the top. Below each part `%check` says what of it holds. For this, the notebook has to lie "
        "in the folder of the lecture's project, with `requirements.txt` installed where its kernel runs "
        "(and `requirements-notebook.txt` where there is no kernel yet). The notebook as it is saved is what you hand "
        "in.",
        "셀을 위에서부터 실행한다. 각 부분 아래의 `%check`가 무엇이 성립하는지 알려 준다. 이를 위해 노트북이 강의 "
        "프로젝트의 폴더에 있어야 하고, 커널이 실행되는 곳에 `requirements.txt`(커널이 아직 없으면 "
        "`requirements-notebook.txt`도 함께)가 설치되어 있어야 한다. 저장한 노트북을 그대로 제출한다.",
    ),
    "says": ("The lecture says:", "강의의 주장:"),
    "own": (
        "A claim of your own: the first line is the claim, the cell shows it. Change it, and run it once your LSTM is "
        "there.",
        "직접 만드는 주장: 첫 줄이 주장이고, 셀의 코드가 그것을 확인한다. LSTM을 작성한 뒤에 고쳐서 실행해 보라.",
    ),
    "claim": (
        "The state that is handed out is the last row of the output",
        "마지막 상태는 output의 마지막 행이다",
    ),
    "all": ("Everything together:", "전체 확인:"),
}

EXAMPLE = """\
import torch

lstm = LSTM(7, 4)
for weight in lstm.parameters():
    torch.nn.init.uniform_(weight, -0.5, 0.5)
output, (hT, cT) = lstm(torch.randn(9, 7))
check.close("hT", hT[0], output[-1])"""


def notebook(lang: str) -> str:
    """Its JSON, in ``"en"`` or ``"ko"``."""
    source = template(lang)
    module = ast.parse(source)
    head = (ast.get_docstring(module) or "").splitlines()
    rules = [line for line in head[1:] if line.strip() and "pytest claims/" not in line]
    cells = [
        _markdown(f"# {head[0]}\n\n{_say('how', lang)}\n\n{chr(10).join(rules)}"),
        _code("%load_ext grading.notebook"),
    ]
    statements = {claim.id: claim.statement.in_language(lang) for claim in judged_claims()}
    for node in module.body[1:]:
        text = ast.get_source_segment(source, node) or ""
        name = getattr(node, "name", "")
        if not name:
            cells.append(_code(text))
            continue
        said = [f"- {statements[id]} (`{id}`)" for id in CLAIMS.get(name, ()) if id in statements]
        cells.append(_markdown("\n".join([f"## {name}", "", _say("says", lang), "", *said])))
        cells += [_code(text), _code(f"%check {name} --lang {lang}")]
    cells += [_markdown(_say("own", lang)), _code(f"%%claim {_say('claim', lang)}\n{EXAMPLE}")]
    cells += [_markdown(_say("all", lang)), _code(f"%check --lang {lang}")]
    return as_json(cells)


def as_json(cells: list[dict[str, Any]]) -> str:
    """A notebook of these cells."""
    numbered = [{**cell, "id": f"cell-{number}"} for number, cell in enumerate(cells, 1)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = {"cells": numbered, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _say(key: str, lang: str) -> str:
    return TEXTS[key][lang == "ko"]


def _markdown(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True)}


def _code(text: str) -> dict[str, Any]:
    source = text.splitlines(keepends=True)
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
