"""python -m versions: what it prints, how it ends, and what it says of words that name nothing."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fixtures.devices import why_no_cuda
from results.model import Evidence
from results.record import write
from tests.made_records import case, record
from versions import matrix, named
from versions.__main__ import main
from versions.settings import ROOT


@pytest.fixture
def files(tmp_path) -> list[Path]:
    """Two versions, two run seeds each; in the newer one a claim fails."""
    bad = {"word": "fails", "evidence": [Evidence("output", "close", 1e-3, 1e-6, -1.0)]}
    found = []
    for torch, more in (("2.13.0", {}), ("2.9.1+cpu", bad)):
        for seed in (7, 8):
            ratio = [Evidence("ratio", "above", 60.0, 1.0, 1.0)]
            cases = case(), case("one/b", **copy.deepcopy(more)), case("one/c", evidence=ratio)
            found.append(tmp_path / f"torch-{torch}-seed{seed}.json")
            write(record(*cases, torch=torch, seed=seed, kinds={"one/c": "speed"}), found[-1])
    return found


def test_the_table_has_verdicts_drifts_reasons_and_ratios(files):
    """Oldest version first; the ratio of a claim about speed."""
    found = matrix.columns(matrix.records_in(files))
    table = matrix.frame(found)
    assert list(table.columns) == ["2.9.1", "2.13.0"]
    assert table["2.13.0"].tolist() == ["holds", "holds", "holds 60×, 60×"]
    assert table["2.9.1"].tolist() == ["holds", "fails kernel", "holds 60×, 60×"]
    sections = matrix.frame_of_sections(found)
    assert [sections[one].tolist() for one in ("2.9.1", "2.13.0")] == [["2 hold, 1 fail kernel"], ["3 hold"]]
    assert matrix.summary(found)[0].startswith("torch 2.9.1: 2 of 3 hold (fastai 2.8.12")
    assert matrix.no_cuda(found, "ko") == "CUDA: 아직 확인하지 못함"
    assert matrix.frame(found, "ko")["2.9.1"].tolist() == ["성립", "불성립 커널", "성립 60×, 60×"]
    assert matrix.frame_of_sections(found, "ko")["2.9.1"].tolist() == ["2개 성립, 1개 불성립 커널"]
    assert matrix.summary(found, "ko")[0].startswith("torch 2.9.1: 주장 3개 중 2개 성립 (fastai 2.8.12")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("text", "fails kernel"),
        ("markdown", "| one/b | fails kernel | holds |\n"),
        ("csv", "one/b,fails kernel,holds\n"),
        ("csv --by section", 'First,"2 hold, 1 fail kernel",3 hold\n'),
    ],
)
def test_the_command_line_prints_the_table_in_every_format(files, capsys, form, said):
    """python -m versions table FILES --format FORM."""
    assert main(["table", "--lang", "en", *map(str, files), "--format", *form.split()]) == 0
    assert said in capsys.readouterr().out


def test_the_page_of_versions_tells_every_drift(files, capfdbinary):
    """python -m versions table FILES --format html: one page, in UTF-8, with the words of the rows that moved."""
    assert main(["table", "--lang", "ko", *map(str, files), "--format", "html"]) == 0
    page = capfdbinary.readouterr().out.decode("utf-8")
    assert page.startswith("<!doctype html>")
    assert page.count("<dialog") == 1
    assert "A kernel: weights and inputs are the same." in page
    assert "60×, 60×" in page


def test_diff_and_why_say_what_moved(files, capsys, tmp_path):
    """1 where something moved, 0 where nothing did, 2 for what is no record."""
    assert main(["diff", "--lang", "en", str(files[0]), str(files[2])]) == 1
    assert "one/b no longer holds" in capsys.readouterr().out
    assert main(["diff", str(files[0]), str(files[0])]) == 0
    assert main(["why", "--lang", "en", "one/b", str(files[0]), str(files[2])]) == 1
    assert "kernel: weights and inputs are the same, outputs are not" in capsys.readouterr().out
    assert main(["why", "--lang", "ko", "one/a", str(files[0]), str(files[2])]) == 0
    assert "one/a" in capsys.readouterr().out
    assert main(["diff", str(tmp_path / "none.json"), str(files[0])]) == 2
    assert "can't be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["why", "one/lerner", "A", "C"], "there is no claim one/lerner; near: one/"),
        (["why", "nothing/", "A", "C"], "there is no claim nothing/; near: one/"),
        (
            ["diff", "2.13.0", "2.12.0"],
            "2.12.0 is neither a file nor a release with a record; there are 1.13.1, 1.13.1:7",
        ),
        (["diff", "2.13", "2.13.0"], "2.13 is neither a file"),
        (["diff", "2.13.0:8", "2.13.0"], "2.13.0:8 is neither a file"),
    ],
)
def test_a_word_that_names_nothing_is_told_with_what_there_is(files, capsys, words, said):
    """Status 2, and nothing that looks like an answer."""
    named = {"A": str(files[0]), "C": str(files[2])}
    assert main([named.get(word, word) for word in words] + ["--lang", "en"]) == 2
    out, err = capsys.readouterr()
    assert said in err
    assert out == ""


def test_a_build_of_a_release_names_its_record(capsys):
    """2.13.0+cpu is 2.13.0."""
    assert main(["diff", "--lang", "en", "2.13.0+cpu", "2.13.0"]) == 0
    assert "nothing moved" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "gpu", "seed"),
    [
        ("2.11.0", False, 43052),
        ("2.11.0-cuda", True, 43052),
        ("2.11.0 cuda", True, 43052),
        ("2.11.0+cu130-cuda:7", True, 7),
    ],
)
def test_a_record_of_a_gpu_has_a_name(name, gpu, seed):
    """As a column of the table is headed; a release alone is the CPU's."""
    found = named.record(name, "en")
    assert (bool(found.environment["gpu"]), found.options["seed"]) == (gpu, seed)


def test_why_takes_all_claims_that_begin_so(files, capsys):
    """One after the other; 1 where one of them moved."""
    assert main(["why", "--lang", "en", "one/", str(files[0]), str(files[2])]) == 1
    out = capsys.readouterr().out
    assert "one/b no longer holds" in out
    assert "nothing moved beyond its allowance in one/a" in out


def test_a_table_without_its_baseline_says_so(files, capsys):
    """Its cells have no drift then."""
    assert main(["table", "--lang", "en", *map(str, files), "--baseline", "9.9.9"]) == 0
    assert "no record of torch 9.9.9 is among them (2.9.1, 2.13.0): drift is not told" in capsys.readouterr().err


def test_a_column_that_was_compared_with_nothing_says_so(files, tmp_path, capfdbinary):
    """A seed or a device that the baseline lacks: without it such a column looks like one that did not move."""
    files += [tmp_path / "seed9.json", tmp_path / "cuda.json"]
    write(record(case(), torch="2.9.1", seed=9), files[-2])
    write(record(case(device="cuda"), torch="2.9.1", seed=7), files[-1])

    def said(*words):
        assert main(["table", "--lang", "en", *map(str, files), *words]) == 0
        return [stream.decode("utf-8") for stream in capfdbinary.readouterr()]

    why = "was compared with nothing: torch 2.13.0 has no record of the same cases on the same device"
    told = [f"torch 2.9.1 (seeds 9) {why}", f"torch 2.9.1 cuda (seeds 7) {why}"]
    out, err = said()
    assert [line.partition(" under")[0] for line in out.splitlines()[-2:]] == told
    assert err == ""
    out, err = said("--format", "markdown")
    assert [line.partition(" under")[0] for line in err.splitlines()] == told
    assert all(line.startswith("|") for line in out.splitlines())
    assert all(line in said("--format", "html")[0] for line in told)
    assert matrix.alone(matrix.columns(matrix.records_in(files), "9.9.9"), "9.9.9") == [], "that is told by itself"


def test_below_the_table_all_records_of_a_version_are_counted(tmp_path, capsys):
    """In whichever order they are given."""
    one, other = record(case()), record(case("one/b"), case("one/c", word="fails"))
    names = [str(tmp_path / name) for name in ("one.json", "other.json")]
    for made, name in zip((one, other), names, strict=True):
        write(made, Path(name))
    for words in (names, names[::-1]):
        assert main(["table", "--lang", "en", *words]) == 0
        assert "torch 2.13.0: 2 of 3 hold (" in capsys.readouterr().out


def test_the_page_has_no_rows_of_sections(files, capsys):
    """Which is refused, not passed over."""
    assert main(["table", "--lang", "en", *map(str, files), "--format", "html", "--by", "section"]) == 2
    out, err = capsys.readouterr()
    assert (out, err.partition(":")[0]) == ("", "--by section")


def test_what_a_part_was_not_asked_for_is_not_missing(tmp_path, capsys):
    """A whole record against one of some claims."""
    whole, part = record(case(), case("one/b")), record(case())
    part.options["claim"] = ["one/a"]
    for name, made in (("whole", whole), ("part", part)):
        write(made, tmp_path / f"{name}.json")
    assert main(["diff", "--lang", "en", str(tmp_path / "whole.json"), str(tmp_path / "part.json")]) == 0
    assert "missing" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"schema": 1', '"schema": "1"', "its schema is no number: '1'"),
        ('"schema": 1', '"schema": 3', "newer than 2"),
        ('"claim": "one/a"', '"claim": "one/zzz"', "belongs to no claim: 'one/zzz'"),
        ('"figures": {"float32": [0.5, 1.0]}', '"figures": {"float32": [0.5]}', "damaged record"),
        ('"torch": "2.13.0", ', "", "its environment does not tell its torch"),
        ('"section": "one"', '"section": "none"', "one/a stands in no section of its lecture: 'none'"),
        ('"digests": {"weights": "w"', '"digests": ["w"], "prints": {"weights": "w"', "no texts by name"),
    ],
)
@pytest.mark.parametrize("words", [["diff", "FILE", "FILE"], ["table", "FILE"]])
def test_a_damaged_record_is_one_sentence(tmp_path, capsys, old, new, said, words):
    """Status 2, never 1, which means that something moved, and the file's name."""
    made = record(case(figures={"float32": (0.5, 1.0)}))
    file = tmp_path / "run.json"
    write(made, file)
    text = file.read_text("utf-8")
    assert old in text
    head, _, tail = text.rpartition(old)
    file.write_text(head + new + tail, "utf-8")
    assert main([str(file) if word == "FILE" else word for word in words]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.startswith(str(file))
    assert "Traceback" not in err


def test_a_large_record_is_told_while_it_is_read(files, capsys, monkeypatch):
    """On stderr, before it takes its time: each file, and the comparison."""
    monkeypatch.setattr(named, "LARGE", 10)
    monkeypatch.setattr("versions.__main__.MANY", 1)
    assert main(["diff", "--lang", "en", str(files[0]), str(files[0])]) == 0
    told = capsys.readouterr().err.splitlines()
    assert [line.partition(" ")[0] for line in told] == ["reading", "reading", "comparing"]
    assert main(["table", "--lang", "ko", str(files[0])]) == 0
    assert "읽는 중" in capsys.readouterr().err


def test_why_lists_every_row_and_shows_where_long_texts_differ(tmp_path, capsys):
    """Case by case; of two lists of options what stands around the first difference."""
    start = "amsgrad 0, beta1 0.9, beta2 0.999, capturable 0, differentiable 0, "
    for name, eps in (("a", "eps 1e-08"), ("b", "eps 1e-05")):
        cases = [case(evidence=[Evidence("Adam", "options", text=start + eps)], device=one) for one in ("cpu", "cuda")]
        write(record(*cases, torch="2.13.0" if name == "a" else "2.15.0"), tmp_path / name)
    assert main(["why", "--lang", "en", "one/a", str(tmp_path / "a"), str(tmp_path / "b")]) == 1
    out = capsys.readouterr().out
    assert out.count("test_a[c") == 2
    assert out.count("…able 0, eps 1e-08") == out.count("…able 0, eps 1e-05") == 2
    assert "more)" not in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["measure", "--claim", "torch/compiled"], "no case of torch/compiled ran: slow: runs with --slow"),
        (["measure", "--claim", "no/such"], "the run did not end: --claim no/such: there is no such claim"),
        (["why", "torch/compiled", "2.13.0"], "no case of torch/compiled ran: slow: runs with --slow"),
    ],
)
def test_what_can_not_run_is_said_in_one_sentence(monkeypatch, capsys, words, said):
    """In place of pytest's last line; no table without a row."""
    monkeypatch.setattr(matrix, "records_in", lambda files: [])
    assert main([*words, "--lang", "en"]) == 2
    out, err = capsys.readouterr()
    assert err.splitlines()[-1].startswith(said)
    assert out == ""


@pytest.mark.skipif(not why_no_cuda(), reason="there is a GPU")
def test_a_claim_of_the_gpu_is_told_before_it_runs(capsys):
    """From a record that was made on one."""
    record = matrix.RECORDS / "torch-2.11.0-cuda-seed43052.json"
    assert main(["why", "cell/cudnn-is-near", str(record), "--lang", "en"]) == 2
    assert "cell/cudnn-is-near was recorded on a GPU alone: torch" in capsys.readouterr().err


def test_measure_refuses_a_seed_and_reads_records_before_it_runs(monkeypatch, capsys, tmp_path):
    """Not after an hour of runs."""
    with pytest.raises(SystemExit):
        main(["measure", "--seed", "-1"])
    assert "a seed lies between 0 and" in capsys.readouterr().err
    (tmp_path / "stray.json").write_text("no record", "utf-8")
    monkeypatch.setattr(matrix, "RECORDS", tmp_path)
    assert main(["measure", "--claim", "lstm/water-size"]) == 2
    assert capsys.readouterr().err.endswith("stray.json is not a record of the claims\n")


@pytest.mark.parametrize(("encoding", "lang"), [("cp949", "en"), ("cp1252", "ko")])
def test_a_pipe_of_another_encoding_gets_what_it_can_carry(encoding, lang):
    """As Windows gives one to > file."""
    words = [sys.executable, "-m", "versions", "diff", "2.13.0", "1.13.1", "--lang", lang]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, env={**os.environ, "PYTHONIOENCODING": encoding})
    assert (done.returncode, done.stderr) == (1, b"")
    assert b"decoupled_weight_decay 0" in done.stdout


def test_a_reader_that_has_enough_ends_it_quietly():
    """As head does."""
    words = [sys.executable, "-m", "versions", "table", "--format", "csv"]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        running.stdout.close()
        assert running.stderr.read() == b""
