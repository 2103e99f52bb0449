"""``--report DIR``: the run as a page, with the lecture's pictures, written when it ends."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fixtures.record import recorded, want
from results.files import make_folder, named

if TYPE_CHECKING:
    from report.write import Written

DONE: pytest.StashKey[Written] = pytest.StashKey()
WHY_NOT = pytest.StashKey[str]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("claims", "claims of the lecture")
    group.addoption(
        "--report",
        type=named,
        default=None,
        metavar="DIR",
        help="write DIR/index.html, one page on all claims, and the lecture's pictures",
    )


def pytest_configure(config: pytest.Config) -> None:
    folder: Path | None = config.option.report
    if folder is None:
        return
    if folder.is_file():
        raise pytest.UsageError(f"--report {folder}: it is a file; a folder is asked")
    try:  # now, not after the whole run
        make_folder(folder)
    except OSError as error:
        raise pytest.UsageError(f"--report {folder}: {error.strerror}") from None
    want(config)


def pytest_sessionfinish(session: pytest.Session) -> None:
    config = session.config
    record = recorded(config)
    if config.option.report is None or record is None:
        return
    from report.write import write_report

    try:
        config.stash[DONE] = write_report(record, config.option.report, config.rootpath, config.option.lang)
    except OSError as error:
        # The run is over and has a table to show: that must not be lost with the page.
        config.stash[WHY_NOT] = f"{config.option.report}: {error.strerror or error}"
        session.exitstatus = pytest.ExitCode.USAGE_ERROR


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if config.option.report is None or config.option.claims:
        return
    done, korean = config.stash.get(DONE, None), config.option.lang == "ko"
    if done is not None:
        terminalreporter.line(f"{'보고서' if korean else 'report'}: {done.page}")
        for fault in done.faults:
            said = "그림을 그리지 못함" if korean else "a picture could not be drawn"
            terminalreporter.line(f"{said}: {fault}", red=True)
        return
    why = config.stash.get(WHY_NOT, "실행이 끝나지 않음" if korean else "the run did not end")
    terminalreporter.line(f"{'보고서를 쓰지 않음' if korean else 'no report was written'}: {why}", red=True)
