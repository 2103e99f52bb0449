"""What a student is advised where nothing can be compared: not the claim's own hint, which is about something else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch

from checks.cards import card
from diagnosis.advice import ADVICE, advice_of
from grading.judge import Round
from results.model import Both, Case, Claim, Evidence
from submissions.files import Source
from submissions.proxies import networks
from submissions.signals import Broken, WrongAnswer
from tests.a_class import RIGHT
from tests.conftest import changed

PROJECT = Path(__file__).resolve().parent.parent
LAST = "return torch.stack(rows), (h[None], c[None])"
FIRST = "        if x.dim() not in"


def test_every_wrong_answer_and_every_limit_has_advice():
    """As they are raised in submissions/."""
    code = "".join(file.read_text("utf-8") for file in (PROJECT / "submissions").rglob("*.py"))
    wrong = set(re.findall(r'WrongAnswer\(\s*"([a-z -]+)"', code)) | set(re.findall(r'"wrong": \["([a-z -]+)"', code))
    lost = set(re.findall(r'_lose\("([a-z]+)"', code))
    assert len(wrong) > 5
    assert len(lost) > 5
    assert wrong | {f"lost {key}" for key in lost} <= set(ADVICE)


@pytest.mark.parametrize(
    ("wrong", "en", "ko"),
    [
        (RIGHT.replace(LAST, "return torch.stack(rows)"), "return output, (hT, cT)", "return output, (hT, cT)"),
        (RIGHT.replace(FIRST, "        import os\n        os._exit(0)\n" + FIRST), "os._exit()", "os._exit()"),
        (RIGHT.replace("(nn.Module)", ""), "inherit from torch.nn.Module", "상속해야"),
        (RIGHT.replace("weight_hh_l0", "weight_hidden"), "with torch.nn's name", "nn.Parameter"),
        (
            RIGHT.replace(FIRST, f"        torch.nn.LSTM(x.shape[-1], self.hidden_size).to(x)(x)\n{FIRST}"),
            "Compute each step yourself",
            "직접 계산",
        ),
    ],
    ids=["state not returned", "exit", "no module", "parameters", "torch's own"],
)
def test_what_can_not_be_judged_says_what_to_do(judge, wrong, en, ko):
    """In both languages, once."""
    found = judge.round(Round(Source("own.py", "own.py", {"own.py": wrong.encode()}), claims=("lstm/",)))
    told = [case for case in found.cases if case.word in ("fails", "error") and not case.as_before]
    assert told
    assert en in told[0].advice.en
    assert ko in told[0].advice.ko


@pytest.mark.parametrize(
    ("seen", "wanted", "said"),
    [
        (
            "weight_ih_l0",
            "weight_ih_l0, weight_ih_l0_reverse",
            "an option asks for more weights (weight_ih_l0_reverse, …)",
        ),
        ("weight_ih_l0", "weight_ih_l0, weight_hh_l0", "with torch.nn's name"),
        ("weight_ih_l0, bias_ih_l0, bias_hh_l0", "weight_ih_l0", "make bias_ih_l0, bias_hh_l0 only where bias is True"),
        ("weight_ih_l0, h0", "weight_ih_l0", "others beside them (h0)"),
        ("bias_ih_l0, bias_more", "bias_ih_l0", "others beside them (bias_more)"),
        ("weight_ih_l0, more", "weight_ih_l0, weight_ih_l1", "with torch.nn's name"),
    ],
)
def test_weights_of_an_option_are_told_from_weights_of_wrong_names(seen, wanted, said):
    """Who takes num_layers and makes one layer has named that one right."""
    assert said in advice_of(WrongAnswer("parameters", name="LSTM", seen=seen, wanted=wanted, lines="")).en


def test_a_process_that_its_memory_has_ended_says_so(submit):
    """As C++ ends one: that no memory was left is printed, and is no fault of an exit() that is looked for."""
    said = b"terminate called after throwing an instance of 'std::bad_alloc'\n"
    broken = submit(changed(f"import os; os.write(2, {said!r}); os.abort()"))
    with pytest.raises(Broken, match=r"lost memory .*1500"):
        networks(broken)["LSTM"](3, 4)(torch.zeros(5, 3))


@pytest.mark.parametrize("before", [[], [Evidence("x", "equal", value=0.0, allowed=0.0, margin=1.0)]])
def test_the_card_says_why_nothing_was_compared(before):
    """Also after a check that held: the reason is what was seen, and comes first."""
    text = Both("It holds.", "성립한다.")
    claim = Claim("a/x", "one", "exact", text, text)
    case = Case("a/x", "a/x", "cpu", "fails", why="LSTM returns Tensor; more is asked", evidence=before)
    seen = next(line for line in card(claim, case, "en", "again").splitlines() if line.strip().startswith("seen"))
    assert "LSTM returns Tensor" in seen


@pytest.mark.parametrize(
    ("wrong", "mistake", "weights"),
    [
        (RIGHT.replace(" + self.bias_hh_l0:", ":"), "bias-hh-forgotten", "recurrent.bias_hh_l0"),
        (RIGHT.replace(LAST, LAST.replace("(rows)", "(rows).detach()")), "", "recurrent.weight_ih_l0"),
    ],
    ids=["bias", "detached"],
)
def test_a_weight_that_no_gradient_reaches_is_named(judge, wrong, mistake, weights):
    """In the claim's own words, and no exception of the judge's."""
    claims = ("words/two-modules-need-one",)
    [case] = judge.round(Round(Source("own.py", "own.py", {"own.py": wrong.encode()}), claims=claims)).cases
    assert case.word == "fails"
    assert "weights that no gradient reaches" in case.why
    assert weights in case.why
    assert "≠" not in case.why, "the claim asks for none, which no sign has to say"
    assert case.mistake == mistake or not mistake
