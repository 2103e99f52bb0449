"""``--report DIR``: the run as a page, with the lecture's pictures, written when it ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fixtures.record import recorded, want

DONE = pytest.StashKey[Path]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("claims", "claims of the lecture")
    group.addoption(
        "--report",
        type=Path,
        default=None,
        metavar="DIR",
        help="write DIR/index.html, one page on all claims, and the lecture's pictures",
    )


def pytest_configure(config: pytest.Config) -> None:
    folder: Path | None = config.option.report
    if folder is None:
        return
    if folder.exists() and not folder.is_dir():
        raise pytest.UsageError(f"--report {folder}: it is a file; a folder is asked")
    want(config)


def pytest_sessionfinish(session: pytest.Session) -> None:
    config = session.config
    record = recorded(config)
    if config.option.report is not None and record is not None:
        from report.write import write_report

        try:
            config.stash[DONE] = write_report(record, config.option.report, config.rootpath, config.option.lang)
        except OSError as error:
            raise pytest.UsageError(f"--report {config.option.report}: {error.strerror or error}") from None


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if config.option.report is not None and not config.option.claims:
        page = config.stash.get(DONE, None)
        done, not_done = {"ko": ("보고서: {}", "보고서를 쓰지 않음: 실행이 끝나지 않음")}.get(
            config.option.lang, ("report: {}", "no report was written: the run did not end")
        )
        terminalreporter.line(done.format(page) if page else not_done, red=page is None)
