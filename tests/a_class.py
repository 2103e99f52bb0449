"""A class to judge: right, wrong and hostile submissions in turn, as many as wanted; and what may differ of a grade."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from grading import run
from grading.hand_ins.handed_in import HandedIn
from grading.judge import Judge, Settings
from results.judgement import Judgement
from submissions.files import Source, read
from submissions.sandbox import Limits

FOLDER = Path(__file__).resolve().parent / "handed_in"
RIGHT = (FOLDER / "minimal_lstm.py").read_text("utf-8")
STYLES = sorted(path for path in (FOLDER / "right").iterdir() if path.suffix in (".py", ".ipynb"))
GATES = "i, f, g, o = (row"
WRONG = [RIGHT.replace(GATES, f"{order} = (row") for order in ("i, g, f, o", "f, i, g, o")]
HOSTILE = ("os_exit", "forged_reply", "patches_pytest", "loop_in_forward", "torch_thread")


def texts() -> list[str]:
    """One of each: right ones, wrong ones, hostile ones, one that does not import."""
    hostile = [(FOLDER / "hostile" / f"{name}.py").read_text("utf-8") for name in HOSTILE]
    return [RIGHT, *hostile[:2], WRONG[0], f"{RIGHT}\nprint('hello')\n", *hostile[2:], "import nothing_of_this_name\n"]


def class_of(count: int, kinds: Sequence[str]) -> list[HandedIn]:
    """``count`` submissions that take turns; each has a comment of its own, so that no two are the same file."""
    made = []
    for number in range(count):
        text = f"{kinds[number % len(kinds)]}\n# {number}\n"
        key = f"student {number}"
        made.append(HandedIn(key, Source("own", "own.py", {"own.py": text.encode("utf-8")})))
    return made


def right_class(count: int) -> list[HandedIn]:
    """``count`` right submissions, in all styles in turn."""
    sources = [read(STYLES[number % len(STYLES)]) for number in range(count)]
    return [HandedIn(f"{number} {one.name}", one) for number, one in enumerate(sources)]


def settings(*claims: str, cpu: float = 1.0) -> Settings:
    """Short limits, and these claims alone."""
    return Settings(limits=Limits(cpu=cpu, memory=1500), claims=claims)


def alone(found: Sequence[HandedIn], chosen: Settings) -> dict[str, Any]:
    """What each one comes to, one after the other in one judge."""
    judge = Judge(chosen)
    try:
        return {one.key: comparable(judge.judge(one.source)) for one in found}
    finally:
        judge.close()


def together(
    found: Sequence[HandedIn], chosen: Settings, jobs: int, after: Callable[[int, Any], None] = lambda *_: None
) -> dict[str, Any]:
    """What each one comes to in a LocalCluster; ``after`` is called with how many are done, and the dask client."""
    done: dict[str, Any] = {}
    with run.client(jobs, None) as dask:

        def enter(one: HandedIn, judgement: Judgement) -> None:
            done[one.key] = comparable(judgement)
            after(len(done), dask)

        run.judge_all(found, chosen, dask, enter)
    return done


def kill_one(dask: Any) -> int:
    """SIGKILL for one of the processes that judge; its id."""
    victim = next(iter(dask.run(os.getpid).values()))
    with contextlib.suppress(ProcessLookupError):
        os.kill(victim, signal.SIGKILL)
    return victim


def comparable(judgement: Judgement) -> dict[str, Any]:
    """All of it but the times, and the sum over the bytes, in which a comment stands."""
    data = judgement.as_dict()
    data.pop("seconds")
    data.pop("sha256")
    for case in data["cases"]:
        case.pop("seconds")
    return data
