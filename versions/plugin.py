"""``--against FILE``: run the claims and compare with a record; fails where something moved that may not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from fixtures.collected import COLLECTED
from fixtures.lectures import node_of
from fixtures.record import recorded, so_far, want
from results.comparison import Comparison
from results.files import named, same_file
from results.record import Record, UnreadableRecord, read
from results.unfinished import unfinished_file
from versions import show
from versions.compare import compare
from versions.words import text

BEFORE = pytest.StashKey[Record]()
COMPARISON = pytest.StashKey[Comparison]()
LEFT_OUT = pytest.StashKey["LeftOut"]()
DESELECTED = "deselected claims"
SEEDS: dict[str, Callable[[Record], list[int]]] = {
    "seed": lambda record: [],
    "lecture_seed": lambda record: [lecture.seed for lecture in record.lectures],
}
"""Options that have to be as recorded, and what the record has where the option was not given."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("claims", "claims of the lecture")
    group.addoption(
        "--against",
        type=named,
        default=None,
        metavar="FILE",
        help="compare with a record: fails where a claim no longer holds, a case is missing or new, or a number moved",
    )


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """After --record's place has been looked at."""
    file: Path | None = config.option.against
    if file is None:
        return
    config.stash[LEFT_OUT] = LeftOut(config)
    config.pluginmanager.register(config.stash[LEFT_OUT], "claims-left-out")
    if hasattr(config, "workerinput"):
        want(config)
        return
    own = config.option.record
    if own is not None and any(same_file(place, file) for place in (own, unfinished_file(own))):
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


class LeftOut:
    """What this run lacks because it was told to leave it out, or because it stopped at a failure.

    last_failed: by --lf, which does not even collect the rest, so that nobody knows what is gone.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.nodes: set[str] = set()
        self.stopped = False
        failed = getattr(config.option, "lf", False) and config.cache and config.cache.get("cache/lastfailed", {})
        self.last_failed = bool(failed)

    def pytest_deselected(self, items: Iterable[pytest.Item]) -> None:
        self.nodes |= {node_of(item) for item in items}

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """What pytest and xdist stop a run by after a failure is an interrupt of a class of its own."""
        self.stopped = excinfo.type.__name__ == "Interrupted"

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput[DESELECTED] = sorted(self.nodes)
        self.stopped = bool(session.testsfailed and (self.stopped or session.shouldstop or session.shouldfail))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """xdist's workers choose, this process does not."""
        self.nodes |= set(getattr(node, "workeroutput", {}).get(DESELECTED, ()))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    config = session.config
    before = config.stash.get(BEFORE, None)
    if before is None or config.option.collectonly:
        return
    run = config.stash[LEFT_OUT]
    part = run.stopped or bool(config.stash[COLLECTED].broken)
    after = recorded(config) or (so_far(config) if run.stopped else None)
    if after is None:
        return
    left_out = {case.node for case in before.cases} if run.last_failed else run.nodes
    found = compare(before, after, part=part, left_out=left_out, lang=config.option.lang)
    config.stash[COMPARISON] = found
    if not found.clean and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


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
    if not found.clean and found.rows and not found.stopped:
        for line in show.accept(file, config.stash[BEFORE], lang):
            terminalreporter.line(line)
