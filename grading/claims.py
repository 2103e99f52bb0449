"""The claims that submissions are judged on: those that pytest itself collects, of one lecture, all or some of them."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from checks.language import phrase
from results.model import Claim

ROOT = Path(__file__).resolve().parent.parent


class NoClaims(ValueError):
    """Why there is nothing to judge by, in one sentence."""


def chosen(lecture: str, claims: tuple[str, ...]) -> list[str]:
    """What pytest is told. lecture: its key or its folder; empty: that of claims/. claims: as --claim takes them."""
    words = [word for claim in claims for word in ("--claim", claim)]
    if lecture and (Path(lecture) / "lecture.toml").is_file():
        # Another folder than this project's takes the plugins along with this project's conftest.py.
        return ["--rootdir", str(ROOT), str(ROOT / "conftest.py"), lecture, *words]
    return ["--rootdir", str(ROOT), str(ROOT / "claims"), *(["--lecture", lecture] if lecture else []), *words]


def folder_of_lecture(word: str, lang: str) -> Path:
    """Of ``--lecture``: a key, or a folder. Raises NoClaims where it is neither, OSError."""
    from fixtures.lectures import FILE, folders_below

    try:
        known = folders_below(ROOT / "claims")
    except pytest.UsageError as error:
        raise NoClaims(str(error)) from None
    folder = known.get(word, Path(word))
    # By stat: is_file() of a folder that may not be looked into raises in some releases of Python, and not in others.
    try:
        (folder / FILE).stat()
    except (FileNotFoundError, NotADirectoryError):
        raise NoClaims(phrase("no lecture", lang, word=word, known=", ".join(known))) from None
    return folder


@lru_cache(maxsize=4)
def judged_claims(
    lecture: str = "", claims: tuple[str, ...] = (), device: str = "cpu", lang: str = "en"
) -> tuple[Claim, ...]:
    """In the lecture's order. Raises NoClaims where pytest can't collect them, there are none, or of two lectures; of a
    folder that may not be read OSError."""
    if lecture:
        folder_of_lecture(lecture, lang)
    found = _Collected()
    said = io.StringIO()
    words = ["-q", "-s", "--collect-only", "-p", "no:cacheprovider", "--device", device, "--lang", lang]
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said), without_habits(), _the_same_path():
        status = pytest.main([*chosen(lecture, claims), *words], plugins=[found])
    if found.interrupted:
        raise KeyboardInterrupt
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        told = [line.removeprefix("ERROR: ") for line in said.getvalue().splitlines() if line.startswith("ERROR: ")]
        raise NoClaims("; ".join(found.faults or told or [f"pytest ended with {int(status)}"]))
    if not found.claims:
        raise NoClaims(phrase("judges nothing", lang))
    lectures = list(dict.fromkeys(claim.lecture for claim in found.claims.values()))
    if len(lectures) > 1:
        raise NoClaims(phrase("several lectures", lang, keys=", ".join(lectures)))
    return tuple(found.claims.values())


def claims_of(items: Iterable[Any]) -> tuple[Claim, ...]:
    """Those that these cases of a submission are about, in the lecture's order, with what their cases ask for."""
    from fixtures.submissions import asked_of

    found = []
    for claim, cases in by_claim(items).items():
        asked = dict.fromkeys(asked_of(case) for case in cases)
        found.append(replace(claim, asks=tuple(asked)))
    return tuple(found)


def by_claim(items: Iterable[Any]) -> dict[Claim, list[Any]]:
    """The cases of each claim, in the lecture's order: cases are moved about, its files stay as they are."""
    from fixtures.claim import CLAIM

    cases: dict[Claim, list[Any]] = defaultdict(list)
    for item in items:
        if CLAIM in item.stash:
            cases[item.stash[CLAIM]].append(item)
    return dict(sorted(cases.items(), key=lambda pair: pair[1][0].location[:2]))


@contextlib.contextmanager
def without_habits() -> Iterator[None]:
    """What somebody likes for their own runs, or another pytest tells its workers, is not how grades are made."""
    names = ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT")
    kept = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)


@contextlib.contextmanager
def _the_same_path() -> Iterator[None]:
    """pytest puts a lecture's folder first, and processes that are started later would take its parts.py for ours."""
    kept = list(sys.path)
    try:
        yield
    finally:
        sys.path[:] = kept


def as_for_any_submission(config: Any) -> None:
    """Have the cases collected that any submission is judged by. The name stands for whichever one it will be."""
    config.option.submission = ["submission.py"]
    config.option.warm = True


class _Collected:
    """The pytest plugin: keeps what was collected, and what could not be."""

    def __init__(self) -> None:
        self.claims: dict[str, Claim] = {}
        self.faults: list[str] = []
        self.interrupted = False
        """By Ctrl-C, which pytest keeps to itself; it calls a collection with faults interrupted, too."""

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: Any) -> None:
        as_for_any_submission(config)

    def pytest_keyboard_interrupt(self, excinfo: Any) -> None:
        self.interrupted = not isinstance(excinfo.value, pytest.Session.Interrupted)

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            lines = str(report.longrepr).strip().splitlines()
            self.faults.append(f"{report.nodeid}: {lines[-1] if lines else report.outcome}")

    def pytest_collection_finish(self, session: Any) -> None:
        self.claims = {claim.id: claim for claim in claims_of(session.items)}
