"""``--report DIR`` from a user's side: real runs of a small lecture."""

from __future__ import annotations

import re

import pytest
import report_records as records

from report.write import write_report

BODY = '''
    @state("a/one")
    def test_one(device):
        """It is."""
        check.keep("numbers", [1.0, 2.0])
        check.equal("sum", 1 + 1, 2)

    @state("a/two")
    def test_two():
        """No device: pytest runs it after those that have one."""
        check.equal("sum", 1 + 1, 2)

    @state("a/three")
    def test_three(device):
        """It is not."""
        check.equal("sum", 1 + 1, 3)
'''


def test_a_run_writes_its_page(room, run, pytester):
    """When it ends, failing or not: the claims in order, their code, and where the page is."""
    room(BODY)
    found = run("claims", "--report", "out/report")
    assert found.ret == pytest.ExitCode.TESTS_FAILED
    page = (pytester.path / "out" / "report" / "index.html").read_text("utf-8")
    assert re.findall(r'<article [^>]*id="([^"]*)"', page) == ["a/one", "a/two", "a/three"], "the lecture's order"
    assert "check.keep(&#34;numbers&#34;, [1.0, 2.0])" in page
    assert re.search(r"report: \S+index\.html", found.stdout.str())


def test_without_the_option_nothing_is_kept_or_loaded(room, run, pytester):
    """No page, no array, no matplotlib and no jinja2."""
    room(BODY.replace('check.equal("sum", 1 + 1, 2)', "check.equal('kept', check.running().kept, None)"))
    (pytester.path / "look.py").write_text(
        "import sys\n"
        "def pytest_unconfigure(config):\n"
        "    print('loaded:', sorted({'matplotlib', 'jinja2', 'report.write'} & set(sys.modules)))\n",
        "utf-8",
    )
    found = run("claims", "-p", "look", own_process=True)
    found.stdout.fnmatch_lines(["*loaded: []*"])
    assert "a/one" not in found.stdout.str().partition("FAILURES")[2]
    assert not list(pytester.path.rglob("index.html"))


def test_where_a_page_can_not_be_written_is_one_sentence(room, run, pytester):
    """At the start where that is seen: a file in its place, a folder that can't be made; else below the table."""
    room(BODY)
    (pytester.path / "taken").write_text("x", "utf-8")
    found = run("claims", "--report", "taken")
    assert found.ret == pytest.ExitCode.USAGE_ERROR
    assert "it is a file; a folder is asked" in found.stderr.str()
    for folder, why in {"taken/below": "Not a directory", "/proc/below": "No such file or directory"}.items():
        below = run("claims", "--report", folder)
        assert below.ret == pytest.ExitCode.USAGE_ERROR
        assert f"--report {folder}: {why}" in below.stderr.str()
    (pytester.path / "page" / "index.html").mkdir(parents=True)
    late = run("claims", "--report", "page")
    assert late.ret == pytest.ExitCode.USAGE_ERROR
    late.stdout.fnmatch_lines(["*all sections*", "*no report was written: page: Is a directory*"])


def test_a_page_names_what_was_under_test_and_its_mistakes(tmp_path):
    """Not torch, and the line to run it again says so too."""
    found = records.record()
    found.options = {"implementation": "lstm-gates-igfo", "seed": 43052}
    page = write_report(found, tmp_path, tmp_path, "ko").page.read_text("utf-8")
    assert "lstm-gates-igfo" in page
    assert "--claim a/fails --implementation lstm-gates-igfo" in page
    assert '<html lang="ko">' in page
