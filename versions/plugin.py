"""``--against FILE``: run the claims and compare with a record; fails where something moved that may not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fixtures.record import recorded, want
from results.comparison import Comparison
from results.record import Record, UnreadableRecord, read
from versions import show
from versions.compare import compare
from versions.words import text

BEFORE = pytest.StashKey[Record]()
COMPARISON = pytest.StashKey[Comparison]()
SEEDS: dict[str, Callable[[Record], list[int]]] = {
    "seed": lambda record: [],
    "lecture_seed": lambda record: [lecture.seed for lecture in record.lectures],
}
"""Options that have to be as recorded, and what the record has where the option was not given."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("claims", "claims of the lecture")
    group.addoption(
        "--against",
        type=Path,
        default=None,
        metavar="FILE",
        help="compare with a record: fails where a claim no longer holds, a case is missing or new, or a number moved",
    )


def pytest_configure(config: pytest.Config) -> None:
    file: Path | None = config.option.against
    if file is None or hasattr(config, "workerinput"):
        if file is not None:
            want(config)
        return
    own = config.option.record
    if own is not None and own.absolute() == file.absolute():
        raise pytest.UsageError(text("onto itself", config.option.lang, file=own))
    try:
        before = read(file)
    except UnreadableRecord as error:
        raise pytest.UsageError(f"--against: {error}") from None
    for name, own in SEEDS.items():
        seed, asked = before.options.get(name), getattr(config.option, name)
        if seed is not None and seed != asked and not (asked is None and seed in own(before)):
            words = {"file": file, "name": name.replace("_", "-"), "recorded": seed}
            raise pytest.UsageError(text("other seed", config.option.lang, **words))
    config.stash[BEFORE] = before
    want(config)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    config = session.config
    before = config.stash.get(BEFORE, None)
    after = recorded(config)
    if before is None or after is None or config.option.collectonly:
        return
    part = _only_some(session)
    found = config.stash[COMPARISON] = compare(before, after, part=part, lang=config.option.lang)
    if not found.clean and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _only_some(session: pytest.Session) -> bool:
    """Whether cases were chosen, or the run stopped at a failure."""
    option = session.config.option
    return bool(option.claim or option.keyword or option.markexpr or session.shouldstop or session.shouldfail)


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    file: Path | None = config.option.against
    if file is None or config.option.claims or config.option.collectonly:
        return
    lang = config.option.lang
    terminalreporter.section(text("against", lang, before=file))
    found = config.stash.get(COMPARISON, None)
    if found is None:
        terminalreporter.line(text("not compared", lang), red=True)
        return
    for line in show.lines(found, lang):
        terminalreporter.line(line)
    if not found.clean:
        for line in show.accept(file, config.stash[BEFORE], lang):
            terminalreporter.line(line)
