"""What hostile files come to: the second table of the facts on grading, row by row, behind bubblewrap and without it.

Each file does one thing and would be right without it. No false pass, the right word, in time, and nothing left.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys

import psutil
import pytest

from fixtures.submissions import file_message, nothing_attempted
from submissions.files import Source, read
from submissions.sandbox import Limits, protections
from submissions.submission import Submission
from tests.places import PROJECT, python_path

HOSTILE = PROJECT / "tests" / "handed_in" / "hostile"
RIGHT = PROJECT / "tests" / "handed_in" / "minimal_lstm.py"
CPU = 1.0
SLACK = 2.0
STARTS = 10.0
"""Seconds that starting a worker, and the calls before the one that breaks, may take on a busy machine."""

# Words that may come out, by file; what has no effect is right, and graded so.
RNN, TIME, WALL = {"forbidden"}, {"lost time"}, {"lost wall"}
EXIT, GARBAGE, WRONG, FINE = {"lost exit"}, {"lost garbage"}, {"wrong"}, {"right"}
MEMORY = {"lost memory", "lost time", "raised RuntimeError", "raised MemoryError"}
NO_PROGRAM = {"raised PermissionError"}
NO_TENSOR, FULL, EVIL = {"structure"}, {"raised OSError"}, {"raised Evil"}
OUTCOMES: dict[str, set[str]] = {
    **dict.fromkeys(("torch_module", "torch_inherited", "torch_vf", "torch_aten", "torch_cell", "torch_script"), RNN),
    **dict.fromkeys(("torch_thread", "torch_getattr", "torch_importlib", "torch_functional_call", "torch_vmap"), RNN),
    **dict.fromkeys(("torch_quantized", "torch_quantizable", "torch_decomposition", "torch_guard_found"), RNN),
    "torch_composite_kernel": RNN,
    "torch_other_key": RNN | EXIT,
    "torch_guard_patched": {"raised RuntimeError"},
    "torch_fork": {"raised ValueError"},  # the child has no answer to send
    **dict.fromkeys(("torch_subprocess", "torch_posix_spawn"), NO_PROGRAM),
    **dict.fromkeys(("patches_allclose", "patches_testing", "patches_numpy_testing", "patches_pytest"), WRONG),
    "tensor_subclass": WRONG,
    **dict.fromkeys(("lazy_value", "always_less", "pickled_answer"), NO_TENSOR),
    **dict.fromkeys(("os_exit", "os_exit_at_import", "segfault", "closes_fds"), EXIT),
    "sys_exit": {"raised SystemExit"},
    "pytest_skip": {"raised Skipped", "raised SkipTest"},
    **dict.fromkeys(("loop_in_forward", "loop_in_init", "loop_at_import", "loop_that_swallows"), TIME),
    **dict.fromkeys(("loop_in_backward", "exception_that_is_endless"), TIME),
    **dict.fromkeys(("sleep", "deadlock", "stops_itself", "stops_after_the_answer", "half_a_reply"), WALL),
    **dict.fromkeys(("memory_bomb", "memory_of_children"), MEMORY),
    "fork_bomb": {"lost processes", "lost memory", "lost time", "raised BlockingIOError"},
    "thread_bomb": {"raised RuntimeError"},
    "gigabytes_on_stdout": {"lost output"},
    **dict.fromkeys(("huge_file", "many_large_files", "memory_of_dev_shm"), FULL),
    **dict.fromkeys(("reads_frames_and_gc", "writes_results", "mutates_inputs", "keeps_state"), WRONG),
    **dict.fromkeys(("returns_views", "returns_zeros", "returns_a_constant", "returns_nan"), WRONG),
    **dict.fromkeys(("garbage_replies", "huge_reply", "two_replies", "forged_reply", "forged_names"), GARBAGE),
    "beside": WRONG,
    "returns_its_input": WRONG,
    "floods_replies": GARBAGE,
    "names_of_parameters": {"parameters"},
    **dict.fromkeys(("exception_with_evil_str", "exception_with_evil_class"), EVIL),
    "exception_with_evil_repr": {f"raised {'NotAnError' * 20}"[:200]},
    "recursion": {"raised RuntimeError", "raised RecursionError", "raised MemoryError", "lost exit", "lost time"},
    "recursion_in_c": {"raised RecursionError", "raised MemoryError", "lost exit", "lost time"},
    "replaces_stdout": {"right", "raised RuntimeError"},
    **dict.fromkeys(("at_exit", "thousands_of_files", "left_behind", "reads_claims", "reads_other_processes"), FINE),
    **dict.fromkeys(("opens_the_network", "fork_that_returns", "fork_chain"), FINE),
    # Forked, it has no parent in its own namespace, and a signal to process 0 is one to its own group.
    "kills_its_parent": {"right", "lost exit"},
    **dict.fromkeys(("kills_every_process", "warnings_on_stderr", "json_on_stdout"), FINE),
}

# With the keeper alone: the rows about processes, ends and replies. Not those that write to the machine's disk, read
# it, or look for a network: nothing keeps them from that, which the header of a run says.
ALONE = {
    **{name: OUTCOMES[name] for name in ("torch_module", "torch_guard_found", "torch_subprocess", "os_exit")},
    **{name: OUTCOMES[name] for name in ("segfault", "loop_that_swallows", "stops_itself", "stops_after_the_answer")},
    **{name: OUTCOMES[name] for name in ("memory_bomb", "gigabytes_on_stdout", "fork_that_returns")},
    **{name: OUTCOMES[name] for name in ("left_behind", "floods_replies", "closes_fds", "huge_file")},
    "fork_bomb": OUTCOMES["fork_bomb"],
    # Where links of the chain are seen, what they take counts: it goes on for six seconds.
    "fork_chain": {"right", "lost processes", "lost time"},
    "kills_its_parent": {"right", "lost exit"},
}
KEPT = ("segfault", "loop_that_swallows", "fork_that_returns", "left_behind", "kills_its_parent", "memory_bomb")
"""Of these one for each thing that a keeper does."""
APART = {
    *("os_exit", "loop_that_swallows", "stops_after_the_answer", "fork_that_returns", "fork_bomb", "left_behind"),
    "kills_its_parent",
    "reads_claims",
    "reads_other_processes",
    "opens_the_network",
    "memory_of_dev_shm",
    "kills_every_process",
}
"""Behind bubblewrap, but started anew each time: as where the judge is no root, or on CUDA."""


def judge(folder, names, **switches):
    """What came of these files and of a right one after them; and the marks that all their processes carry."""
    # The system's numbers: those of two test processes that have run the same claim go on alike, and each would end
    # the other's.
    limits = {"cpu": CPU + random.SystemRandom().random() / 1000, "memory": 1500}
    files = [HOSTILE / name if name == "beside" else HOSTILE / f"{name}.py" for name in names]
    found = subprocess.run(
        [sys.executable, str(PROJECT / "tests" / "hostile_judge.py"), json.dumps(limits), *map(str, files), str(RIGHT)],
        cwd=PROJECT,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": python_path(PROJECT), "TMPDIR": str(folder), **switches},
        timeout=240,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    lines = [json.loads(line) for line in found.stdout.splitlines()]
    assert {line["bubblewrap"] for line in lines} == {"SUBMISSIONS_NO_BUBBLEWRAP" not in switches}
    return {line["name"]: line for line in lines}, (f'"cpu": {limits["cpu"]}', f"judge-{lines[0]['judge']}")


def left(marks):
    """Processes with one of the marks on their command line, which a fork keeps; ended now."""
    running = [(p, " ".join(p.info["cmdline"] or [])) for p in psutil.process_iter(["cmdline"])]
    found = [process for process, line in running if any(mark in line for mark in marks)]
    for process in found:
        process.kill()
    return found


def check_all(found, outcomes):
    """No false pass, the right word, in time; and the right one at the end is right."""
    seen = {name: line["word"] for name, line in found.items() if name != RIGHT.stem}
    assert {name: word for name, word in seen.items() if word not in outcomes[name]} == {}
    longest = {True: 3 * CPU, False: CPU}
    for name, line in found.items():
        if line["word"].startswith("lost"):
            limit = longest[line["word"] == "lost wall"]
            assert line["seconds"] < limit + SLACK + STARTS, name
    assert found[RIGHT.stem]["word"] == "right"


@pytest.mark.skipif(not protections().bubblewrap, reason="bubblewrap is not at hand")
def test_behind_bubblewrap(tmp_path):
    """Every file; then nothing runs, nothing lies in the temporary folder, and nothing steers a terminal."""
    found, marks = judge(tmp_path, OUTCOMES)
    assert left(marks) == []
    assert list(tmp_path.iterdir()) == []
    assert not [name for name, line in found.items() if "\x1b" in line["said"] + line["word"]]
    check_all(found, OUTCOMES)
    assert "beside was run" not in found["beside"]["said"]


@pytest.mark.slow
@pytest.mark.skipif(not protections().bubblewrap, reason="bubblewrap is not at hand")
def test_behind_bubblewrap_without_a_fork_server(tmp_path):
    """What starts anew for each submission is as well kept."""
    found, marks = judge(tmp_path, APART, SUBMISSIONS_NO_FORKSERVER="1")
    assert left(marks) == []
    assert list(tmp_path.iterdir()) == []
    check_all(found, OUTCOMES)


CONTRACT = """
[LSTM]
returns = "output, (hT, cT)"
[LSTM.weights]
weight_ih_l0 = "weight_ih_l0"
weight_hh_l0 = "weight_hh_l0"
bias_ih_l0 = "bias_ih_l0"
bias_hh_l0 = "bias_hh_l0"
"""
"""torch's form, written out: every call goes through the adapter."""

ADAPTED = (
    *("forged_reply", "garbage_replies", "two_replies", "names_of_parameters", "forged_names"),
    *("tensor_subclass", "lazy_value", "returns_zeros", "returns_its_input", "returns_views", "mutates_inputs"),
    *("keeps_state", "patches_allclose", "torch_module", "torch_thread", "os_exit"),
)
"""Those that tamper with what a call is given and gives. All of them were seen under it."""


@pytest.mark.slow
@pytest.mark.skipif(not protections().bubblewrap, reason="bubblewrap is not at hand")
def test_under_a_contract(tmp_path):
    """The teacher's contract changes nothing of what a hostile file comes to."""
    (tmp_path / "contract.toml").write_text(CONTRACT, "utf-8")
    folder = tmp_path / "workers"
    folder.mkdir()
    found, marks = judge(folder, ADAPTED, HOSTILE_CONTRACT=str(tmp_path / "contract.toml"))
    assert left(marks) == []
    assert list(folder.iterdir()) == []
    # The same, in a contract's words.
    outcomes = {**OUTCOMES, "names_of_parameters": {"contract weights"}, "lazy_value": {"contract structure"}}
    check_all(found, outcomes)


@pytest.mark.skipif(sys.platform != "linux", reason="a keeper is Linux's")
@pytest.mark.parametrize("names", [KEPT, pytest.param(ALONE, marks=pytest.mark.slow)], ids=["some", "all"])
def test_with_the_keeper_alone(tmp_path, names):
    """The rows that hold there too; a keeper that was killed by its worker leaves nothing either."""
    found, marks = judge(tmp_path, names, SUBMISSIONS_NO_BUBBLEWRAP="1")
    assert left(marks) == []
    assert list(tmp_path.iterdir()) == []
    check_all(found, ALONE)


def test_every_hostile_file_has_an_outcome():
    """And there is a file for each."""
    assert {path.stem for path in HOSTILE.glob("*.py")} | {"beside"} == set(OUTCOMES)


def claims(*words, **variables):
    """pytest as a student types it, in a process of its own."""
    line = [sys.executable, "-m", "pytest", "claims/", "-p", "no:cacheprovider", "--lang", "en", "--call-seconds", "1"]
    return subprocess.run(
        [*line, "-rA", *map(str, words)],
        cwd=PROJECT,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, **variables},
        timeout=300,
        check=False,
    )


@pytest.mark.slow
def test_under_the_claims_only_the_right_file_holds(tmp_path):
    """Patches, skips, exits, forged results, a conftest beside it: each has its own sentence; the last is unharmed."""
    sentences = {
        "patches_pytest": "",
        "pytest_skip": ": not today",
        "os_exit": "ended",
        "torch_guard_found": "torch",
        "writes_results": "",
        "returns_nan": "",
        "forged_reply": "",
        "exception_with_evil_repr": "NotAnError",
        "loop_in_forward": "longer than 1 s",
        "beside": "",
    }
    files = [HOSTILE / name if name == "beside" else HOSTILE / f"{name}.py" for name in sentences]
    words = [word for file in [*files, RIGHT] for word in ("--submission", file)]
    found = claims(*words, "--claim", "lstm/printed-output", TMPDIR=str(tmp_path))
    assert found.returncode == 1, found.stdout + found.stderr
    assert "INTERNALERROR" not in found.stdout + found.stderr
    assert "beside was run" not in found.stdout + found.stderr
    assert "1 passed" in found.stdout.splitlines()[-1]
    assert f"{len(files)} failed" in found.stdout.splitlines()[-1]
    assert "skipped" not in found.stdout.splitlines()[-1]
    for sentence in sentences.values():
        assert sentence in found.stdout, sentence
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["returns_zeros", "returns_a_constant", "returns_its_input", "mutates_inputs"])
def test_what_agrees_with_itself_holds_nowhere(judge, name):
    """Zeros, one number, the input, and an input that is changed: the same in whatever way the network is called."""
    found = judge.judge(read(HOSTILE / f"{name}.py"))
    # An error where a network without gradients is to be trained.
    assert {case.word for case in found.cases} <= {"fails", "error", "not attempted"}, found.message
    assert sum(case.word == "fails" for case in found.cases) > 12
    if name == "returns_zeros":
        last = next(case for case in found.cases if case.claim == "lstm/hT-is-the-last-row" and case.word == "fails")
        assert "output against torch's" in last.why
        # That sizes are not checked is another thing to mend.
        others = [case for case in found.cases if not (case.evidence and case.evidence[-1].check == "raises")]
        assert {case.advice.en for case in others if case.advice} == {"Everything that you return is zero."}


def test_an_input_that_is_changed_fails_one_claim_alone(judge):
    """Right answers, and the input halved: the claims that use their input twice are not led astray."""
    text = RIGHT.read_text("utf-8")
    start = text.index("    def forward(self, x, state=None")
    changed = "    def forward(self, x, state=None):\n        found = self.right(x.clone(), state)\n"
    changed += "        x.mul_(0.5)\n        return found\n\n"
    text = text[:start] + changed + text[start:].replace("def forward", "def right", 1)
    found = judge.judge(Source("halves.py", "halves.py", {"halves.py": text.encode("utf-8")}))
    failed = {case.claim: case for case in found.cases if case.word not in ("holds", "not attempted")}
    assert [claim for claim in failed if claim.startswith("lstm/")] == ["lstm/input-unchanged"]
    assert "You change x, which was given, in place" in failed["lstm/input-unchanged"].advice.en


@pytest.mark.parametrize(
    ("name", "said"),
    [("os_exit_at_import", "ended"), ("loop_at_import", "longer than 1 s"), ("forged_names", "forged_names.py")],
)
def test_what_breaks_at_import_is_one_sentence(name, said):
    """pytest says it as a usage error, a grade as its message."""
    submission = Submission(read(HOSTILE / f"{name}.py"), Limits(cpu=1.0))
    message = file_message(submission, "en") or nothing_attempted(submission, "en")
    submission.close()
    assert said in message
    assert "\n" not in message
