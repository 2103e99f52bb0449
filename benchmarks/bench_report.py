"""What a page costs: beside the run that it is of, and for a class of 200.

``pytest benchmarks/bench_report.py``: ratios within one run; a run that asks for no page is not slowed at all.
"""

import subprocess
import sys
import time

import pytest
from selenium import webdriver

import tests.report_records as records
from benchmarks.checkouts import PROJECT
from report.class_page import class_page

CLAIMS = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "-n", "0", "claims/"]


@pytest.mark.parametrize("way", ["without", "with"])
def test_a_run_with_and_without_a_page(benchmark, way, tmp_path):
    """The whole lecture without slow claims, once each: at most 15 % more."""
    benchmark.group = "pytest claims/, without a page and with one"
    more = ["--report", str(tmp_path / "report")] if way == "with" else []
    benchmark.pedantic(
        subprocess.run, ([*CLAIMS, *more],), {"cwd": PROJECT, "check": True, "stdout": subprocess.DEVNULL}, rounds=1
    )


def test_a_class_of_200_under_60_claims(benchmark, tmp_path):
    """From its results to the page as text."""
    room = records.students(200, 60)
    page = benchmark(class_page, room)
    benchmark.extra_info["bytes"] = len(page.encode())


def test_a_class_of_200_in_chromium(benchmark, tmp_path):
    """From asking for the page until a click on its last cell is answered: usable within 1 s."""
    file = tmp_path / "index.html"
    file.write_text(class_page(records.students(200, 60)), "utf-8")
    options = webdriver.ChromeOptions()
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu"):
        options.add_argument(word)
    browser = webdriver.Chrome(options=options)
    try:

        def use():
            started = time.perf_counter()
            browser.get(file.as_uri())
            browser.execute_script("document.querySelector('.map tbody tr:last-child td:last-child').click()")
            assert browser.execute_script("return document.getElementById('told').textContent")
            return time.perf_counter() - started

        use()
        benchmark.pedantic(use, rounds=5)
    finally:
        browser.quit()
