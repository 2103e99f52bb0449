"""Every mistake is wrong in what it replaces, and says so in two languages. (Whether claims see it: ``caught_by``.)"""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from mistake_probes import answers, close, right_answers
from torch import nn

import mistakes
from diagnosis.answers import RAISED, differ
from diagnosis.probes import probes
from lecture import experiments, loops, texts
from lecture.networks import SequenceClassifier
from lecture.switch import sure
from mistakes.training import Loop

PROJECT = Path(__file__).resolve().parent.parent
NAMES = [mistake.name for mistake in mistakes.ALL]
WRONG_NETWORKS = [mistake for mistake in mistakes.ALL if mistake.networks]


def named(found):
    return pytest.mark.parametrize("mistake", found, ids=lambda mistake: mistake.name)


@named(WRONG_NETWORKS)
def test_every_wrong_network_differs(mistake):
    """In each kind that it replaces, at least one probe has another answer; the plain call still runs."""
    # A fault of the nonlinearity or of a projection may show in one option only: all probes are asked.
    for kind in mistake.networks:
        seen, wanted = answers(mistake.networks, kind), right_answers(kind)
        assert seen.keys() == wanted.keys()
        assert any(differ(seen[probe], wanted[probe]) for probe in seen), kind
        assert seen[str(next(probes(kind)))] is not RAISED, kind


def trained(train, n):
    """Losses and weights after training a small network on drawn rows, uncut or in two pieces; for 0 where it
    is sure of all targets."""
    torch.manual_seed(6)
    net = SequenceClassifier(nn.LSTM(4, 3), nn.Linear(3, 4))
    x, y = (torch.eye(4)[torch.randint(4, (128,) if n < 2 else (6, n))] for _ in range(2))
    losses = train(net, x, y if n else sure(net, y), 4, 0.1)
    return [torch.tensor([float(loss) for loss in losses]), *(weight.detach() for weight in net.parameters())]


@named([mistake for mistake in mistakes.ALL if "train" in mistake.functions])
def test_every_wrong_loop_differs(mistake):
    """In losses or weights after four epochs, on an uncut series or on two pieces, or where losses are near 0."""
    train = mistake.functions["train"]
    assert not all(close(trained(train, n), trained(loops.train, n)) for n in (1, 2, 0))


def test_the_loop_that_mistakes_start_from_is_right():
    """Losses and weights are those of lecture.loops.train."""
    assert all(close(trained(Loop(), n), trained(loops.train, n)) for n in (1, 2))


@named([mistake for mistake in mistakes.ALL if "one_hot" in mistake.functions])
def test_every_wrong_one_hot_differs(mistake):
    """On letters of section 1, also by a mapping that lists them otherwise, letters of a piece of section 7 or words of
    section 3: in shape, dtype or numbers."""
    one_hot = mistake.functions["one_hot"]
    cases = [(list("abca"), texts.ABC_MAPPING), (list("abcC"), {"C": 3, "b": 1, "a": 0, "c": 2})]
    cases += [(texts.hi()[:9], texts.HI_MAPPING), (texts.words()[:9], texts.WORDS_MAPPING)]
    cases += [(texts.abcabc()[:9], texts.ABC_MAPPING)]
    assert not all(close(one_hot(*case), texts.one_hot(*case)) for case in cases)


@named([mistake for mistake in mistakes.ALL if mistake.patches])
def test_patches_replace_what_is_there(mistake, monkeypatch):
    """Every target exists, and what stands there is another thing before and after."""
    for target, replacement in mistake.patches.items():
        before = resolved(target)
        monkeypatch.setattr(target, replacement)
        assert resolved(target) is replacement is not before


def resolved(target):
    parent, _, name = target.rpartition(".")
    try:
        return getattr(importlib.import_module(parent), name)
    except ModuleNotFoundError:  # the parent is a class
        return getattr(resolved(parent), name)


TEXT_PROBES = {
    "pairs": lambda: texts.pairs(list("abcdef")),
    "coin_tosses": lambda: texts.coin_tosses(),
    "coin_table_csv": lambda: texts.coin_table_csv(list("abc")),
    "words": lambda: texts.words(),
    "hi": lambda: texts.hi(),
    "human_numbers": lambda: texts.human_numbers(),
    "ABC_MAPPING": lambda: texts.ABC_MAPPING,
    "WORDS_MAPPING": lambda: texts.WORDS_MAPPING,
    "HELLO_MAPPING": lambda: texts.HELLO_MAPPING,
}


@named([m for m in mistakes.ALL if any(target.startswith("lecture.texts.") for target in m.patches)])
def test_every_wrong_text_differs(mistake, monkeypatch):
    """What the lecture's own function or mapping gives changes."""
    [(target, replacement)] = mistake.patches.items()
    probe = TEXT_PROBES[target.rpartition(".")[2]]
    before = probe()
    monkeypatch.setattr(target, replacement)
    assert probe() != before


@named([mistake for mistake in mistakes.ALL if mistake.name.startswith("starts-")])
def test_wrong_starts_are_wrong_both_ways_alike(mistake, monkeypatch):
    """Some experiment trains otherwise; and one start by itself is trained as all at once are."""
    short = [experiments.EXPERIMENTS[name] for name in ("hi in pieces", "hi linked, state carried")]
    before = [experiment.train_alone(1, 3)[1] for experiment in short]
    for target, replacement in mistake.patches.items():
        monkeypatch.setattr(target, replacement)
    after = [experiment.train_alone(1, 3)[1] for experiment in short]
    assert any(a.shape != b.shape or not torch.allclose(a, b, atol=1e-4) for a, b in zip(after, before, strict=True))
    for experiment, alone in zip(short, after, strict=True):
        together = experiment.train([1]).losses[0, : len(alone)]
        assert torch.allclose(together, alone, atol=1e-4)


def test_names_are_slugs_and_sentences_are_there_in_both_languages():
    """Names, and sentences in each language, are all distinct; the Korean ones are in Hangul."""
    assert all(re.fullmatch(r"[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*", name) for name in NAMES)
    for found in (NAMES, [m.en for m in mistakes.ALL], [m.ko for m in mistakes.ALL]):
        assert len(set(found)) == len(found)
    assert all(m.en.endswith(".") and m.ko.endswith(".") for m in mistakes.ALL)
    assert all(re.search("[가-힣]", m.ko) and not re.search("[가-힣]", m.en) for m in mistakes.ALL)


def test_every_mistake_replaces_something_and_names_claims_that_exist():
    """One of networks, functions and patches; caught_by holds ids that stand in claims/."""
    sources = "".join(path.read_text("utf-8") for path in (PROJECT / "claims").rglob("test_*.py"))
    ids = set(re.findall(r'@\w+\(\s*"([a-z0-9-]+/[^"]+)",', sources))
    for mistake in mistakes.ALL:
        assert mistake.networks or mistake.functions or mistake.patches
        assert set(mistake.caught_by) <= ids, mistake.name


def test_every_lecture_section_has_mistakes_that_it_catches():
    """No section of claims is without teeth."""
    sections = {claim.partition("/")[0] for mistake in mistakes.ALL for claim in mistake.caught_by}
    assert sections == {"abcabc", "coin", "words", "lstm", "cell", "practice", "cut", "loops", "numbers", "torch"}


def test_find():
    """By name; a near miss is told what lies near."""
    assert mistakes.find("zeros").name == "zeros"
    assert "o, f, g, i; torch" in mistakes.find("lstm-gates-ofgi").en
    with pytest.raises(KeyError, match="lstm-gates-igfo"):
        mistakes.find("lstm-gates-igfx")
    with pytest.raises(KeyError, match="no mistake"):
        mistakes.find("")


def test_importing_mistakes_imports_nothing_heavy():
    """Neither fastai, scipy, pandas nor pytest."""
    code = "import sys, mistakes; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert not {"fastai", "scipy", "pandas", "pytest", "fixtures"} & set(done.stdout.split())
