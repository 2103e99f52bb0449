"""Korean or English: by the option, by the locale, and English where Hangul can't be printed."""

import re

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from calibration.runs import run_pytest
from checks.language import PHRASES
from checks.width import pad, width, wrap
from fixtures import devices

HANGUL = re.compile("[가-힣]")

FAILING = """
    @state("one/wrong", likely_ko="둘째 수를 바꿨다")
    def test_wrong():
        '''Fails.'''
        check.equal("n", 1, 2)
"""


@pytest.mark.parametrize(
    ("locale", "options", "korean"),
    [
        ("C.UTF-8", [], False),
        ("ko_KR.UTF-8", [], True),
        ("ko_KR.UTF-8", ["--lang", "en"], False),
        ("C.UTF-8", ["--lang", "ko"], True),
    ],
)
def test_the_language_of_cards_and_table(room, run, monkeypatch, locale, options, korean):
    """--lang first, then the locale."""
    room(FAILING)
    monkeypatch.setenv("LC_ALL", locale)
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
    result = run("claims", *options)
    wanted = (
        ["*의심할 점*둘째 수를 바꿨다*", "*작은 강의*"]
        if korean
        else ["*likely mistake*look there*", "*A small lecture*"]
    )
    result.stdout.fnmatch_lines(wanted)


@pytest.mark.parametrize(("lang", "korean"), [("ko", True), ("en", False)])
def test_why_a_case_is_not_run_is_told_in_the_language_of_the_run(monkeypatch, lang, korean):
    """A learner's table had "built without CUDA" in it in every run. Of the claims those that lack something here."""
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    ids = ("torch/compiled", "cell/omit-water")
    chosen = [word for claim in ids for word in ("--claim", claim)]
    monkeypatch.setattr(devices, "_no_cuda", lambda: ("built without CUDA", {"torch": "9.9"}))
    found = run_pytest("-p", "no:xdist", *chosen, "--device", "auto", "--lang", lang)
    told = {case["why"] for case in found.cases if case["word"] == "not run"}
    assert len(told) == 2
    assert [why for why in told if bool(HANGUL.search(why)) != korean] == []


@pytest.mark.parametrize(
    ("cuda", "is_there", "said"),
    [
        (None, False, ("built without CUDA", "CUDA 없이 빌드된")),
        ("13.0", False, ("finds no usable GPU", "쓸 수 있는 GPU나 드라이버를 찾지 못함")),
        ("13.0", True, ("a first computation on the GPU failed", "GPU에서 첫 계산이 실패함")),
    ],
)
def test_why_there_is_no_cuda(monkeypatch, cuda, is_there, said):
    def broken(*_, device="cpu"):
        raise RuntimeError("no kernel image\nfor this device")

    monkeypatch.setattr(torch.version, "cuda", cuda)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: is_there)
    monkeypatch.setattr(torch, "zeros", broken)
    devices._no_cuda.cache_clear()
    try:
        for lang, words in zip(("en", "ko"), said, strict=True):
            assert words in devices.why_no_cuda(lang)
        assert "for this device" not in devices.why_no_cuda()
    finally:
        devices._no_cuda.cache_clear()


def test_a_console_without_hangul_gets_english(room, run, monkeypatch):
    """Even when Korean was asked for: better read than crash."""
    room(FAILING)
    monkeypatch.setenv("PYTHONIOENCODING", "ascii:backslashreplace")
    result = run("claims", "--lang", "ko", own_process=True)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*likely mistake*look there*"])


def test_files_are_read_as_utf8_whatever_the_locale(room, run, monkeypatch):
    """lecture.toml and the texts, under a locale of ASCII alone."""
    room(FAILING)
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("PYTHONUTF8", "0")
    monkeypatch.setenv("PYTHONCOERCECLOCALE", "0")
    result = run("claims", "--junitxml=out.xml", own_process=True)
    assert result.ret == 1
    assert "Error" not in result.stderr.str()


def test_every_phrase_takes_the_same_values_in_both_languages():
    """No {name} is lost in translation."""
    import string

    for key, both in PHRASES.items():
        fields = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in both]
        assert fields[0] == fields[1], key
        assert all(text.strip() for text in both), key


def test_hangul_takes_two_columns():
    """Tables stay in line."""
    assert width("가나 a") == 6
    assert pad("가", 4) == "가  "
    assert pad("가", 4, right=True) == "  가"


@given(st.text(alphabet="ab가나 ", max_size=60), st.integers(2, 12))
def test_a_text_is_wrapped_by_its_columns(text, columns):
    """No line is wider, and no letter is lost, whatever the language."""
    lines = wrap(text, columns)
    assert all(width(line) <= columns for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert lines


def test_a_printed_row_keeps_its_columns():
    """What a student printed is not pulled together."""
    assert wrap("  1.0   2.0", 20) == ["  1.0   2.0"]
    assert wrap("가나다 라마", 7) == ["가나다", "라마"]
