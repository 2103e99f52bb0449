"""pytest claims/ --submission FILE, as a student types it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from fixtures.devices import why_no_cuda
from fixtures.submissions import file_message, nothing_attempted
from submissions.files import Source
from submissions.sandbox import Limits
from submissions.submission import Submission

PROJECT = Path(__file__).resolve().parent.parent
RIGHT = PROJECT / "tests" / "handed_in" / "minimal_lstm.py"


def claims(*words):
    """pytest in a process of its own."""
    line = [sys.executable, "-m", "pytest", "claims/", "-p", "no:cacheprovider", "--lang", "en", "--device", "cpu"]
    line += map(str, words)
    return subprocess.run(line, cwd=PROJECT, capture_output=True, encoding="utf-8", timeout=300, check=False)


def cards(found) -> str:
    """What is printed before pytest's own summary, which repeats first lines whole where CI is set."""
    return found.stdout.partition("short test summary info")[0]


def test_a_right_file(tmp_path):
    """It holds where it attempts, the rest is said to be not attempted, and the header says how it is run."""
    found = claims("--submission", RIGHT, "--claim", "lstm/")
    assert found.returncode == 0, found.stdout
    assert "under test: minimal_lstm.py" in found.stdout
    assert "not attempted" in found.stdout
    assert "GRU is not in the file" in found.stdout
    assert "fails" in found.stdout.split("holds")[1], "the table has its columns"


@pytest.mark.skipif(bool(why_no_cuda()), reason="no GPU")
@pytest.mark.parametrize("on", ["auto", "cuda"])
def test_a_file_on_a_gpu(tmp_path, on):
    """A right one holds on each device; a wrong one's mistake has the name that it has on the CPU, and is told once."""
    chosen = ("--claim", "lstm/printed-output", "--claim", "lstm/omit-water", "--device", on)
    right = claims("--submission", RIGHT, *chosen)
    assert right.returncode == 0, right.stdout
    file = tmp_path / "own.py"
    file.write_text(RIGHT.read_text("utf-8").replace("i, f, g, o = (row", "i, g, f, o = (row"), "utf-8")
    wrong = claims("--submission", file, *chosen)
    assert wrong.returncode == 1
    assert cards(wrong).count("Your gates are in the order i, g, f, o") == 1
    assert "= 1 cause found, 2 claims that do not hold =" in wrong.stdout


def test_cards_stand_in_the_order_of_the_summary(tmp_path):
    """What a call does not refuse is mended last, though its claim comes before that on the training."""
    refuses = """        if h.shape != wanted or c.shape != wanted:
            raise ValueError(f"a state of shape {wanted} is asked")
"""
    text = RIGHT.read_text("utf-8").replace(refuses, "")
    text += "\n\ndef train(net, x, y, epochs, lr):\n    raise KeyError('x')\n"
    file = tmp_path / "own.py"
    file.write_text(text, "utf-8")
    found = claims("--submission", file, "--claim", "lstm/water-size", "--claim", "cut/steps-are-adams")
    shown = found.stdout.partition(" causes found")[2]
    assert 0 < shown.index("_ 1. train _") < shown.index("_ 2. LSTM _"), shown


def test_a_wrong_file_is_told_its_mistake_once(tmp_path):
    """By name, with the line that runs it again, which does; what it printed stands with the case."""
    text = RIGHT.read_text("utf-8").replace("i, f, g, o = (row", "i, g, f, o = (row")
    text = text.replace("        rows = []\n", "        rows = []\n        print('hello from the student')\n")
    file = tmp_path / "my lstm.py"
    file.write_text(text, "utf-8")
    chosen = ("--claim", "lstm/printed-output", "--claim", "cut/pieces-cannot-switch")
    options = ("--allow-torch-rnn", "--sizes-seed", "5", "--call-seconds", "9.5", "--memory", "3000")
    found = claims("--submission", file, *chosen, *options)
    assert found.returncode == 1
    assert cards(found).count("Your gates are in the order i, g, f, o") == 1
    assert "= 1 cause found, 2 claims that do not hold =" in found.stdout
    assert "fails with it   cut/pieces-cannot-switch" in found.stdout
    assert "= 1 failed, 1 skipped" in found.stdout
    assert "1 of a cause above" in found.stdout
    assert "_ 1. LSTM _" in found.stdout, "a card is headed by its class"
    assert "that you call g in my lstm.py line" in found.stdout, "at home its own variables are looked at"
    assert "hello from the student" in found.stdout
    again = next(line for line in found.stdout.splitlines() if "run again" in line)
    for words in (f'--submission "{file}" --allow-torch-rnn', "--sizes-seed 5", "--call-seconds 9.5 --memory 3000"):
        assert words in again


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import nothing_of_this_name\n", "own.py needs the module nothing_of_this_name"),
        (None, "there is no such file"),
    ],
    ids=["import", "no file"],
)
def test_a_file_that_can_not_be_judged_is_a_usage_error(tmp_path, text, said):
    """A usage error, exit status 4, no stack."""
    file = tmp_path / "own.py"
    if text is not None:
        file.write_text(text, "utf-8")
    found = claims("--submission", file)
    assert found.returncode == 4
    assert said in found.stderr + found.stdout
    assert "Traceback" not in found.stderr + found.stdout


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def broken(:\n", "own.py line 1"),
        ("x = 1\n", "own.py defines none of RNN, LSTM"),
        ("def helper():\n    raise KeyError('k')\n\nLSTM = helper()\n", "own.py line 2: raise KeyError('k')"),
    ],
    ids=["syntax", "empty", "own line"],
)
def test_what_is_wrong_with_a_file_is_one_sentence(text, said):
    """With the student's own line."""
    submission = Submission(Source("own.py", "own.py", {"own.py": text.encode("utf-8")}), Limits())
    message = file_message(submission, "en") or nothing_attempted(submission, "en")
    submission.close()
    assert said in message
    assert "\n" not in message


@pytest.mark.slow
def test_a_network_that_always_raises_has_refused_nothing(tmp_path):
    """Claims about errors ask for a right answer too."""
    file = tmp_path / "own.py"
    text = RIGHT.read_text("utf-8")
    file.write_text(
        text.replace("        if x.dim()", "        raise ValueError('always')\n        if x.dim()"), "utf-8"
    )
    found = claims("--submission", file, "--claim", "lstm/water-size", "--claim", "lstm/water-shape")
    assert found.returncode == 1
    assert " passed" not in found.stdout.splitlines()[-1]
    assert cards(found).count("ValueError: always") == 1, "one bug, one message"
