"""The pages in a real Chromium, used by keyboard alone, and what a click tells."""

from __future__ import annotations

import pytest

pytest.importorskip("selenium", reason="no selenium here: requirements.txt")

import report_records as records
from chromium import CHROMIUM, DRIVER, css, shown, started, visitor
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="no Chromium and chromedriver here")

PAGES = ("claims", "class", "student", "versions")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A page of each kind, as files."""
    return records.write_pages(tmp_path_factory.mktemp("한글 and spaces"))


@pytest.fixture(scope="module")
def visit(folder):
    """See chromium.visitor."""
    with started() as browser:
        yield visitor(browser, folder)


@pytest.mark.parametrize("page", PAGES)
def test_keyboard_alone_suffices(visit, page):
    """Tab reaches everything that can be used or scrolled, in the page's order, and what has focus shows it."""
    browser = visit(page)
    wanted = browser.execute_script(
        "return [...document.querySelectorAll('a[href], button, select, input, summary, [tabindex=\"0\"]')]"
        ".filter((e) => e.checkVisibility({ contentVisibilityAuto: true }))"
        ".map((e, k) => e.dataset.k = String(k)).length"
    )
    reached = []
    for _ in range(wanted):
        ActionChains(browser).send_keys(Keys.TAB).perform()
        reached.append(
            browser.execute_script(
                "const e = document.activeElement; return [e.dataset.k, getComputedStyle(e).outlineStyle]"
            )
        )
    assert [k for k, _ in reached] == [str(k) for k in range(wanted)]
    assert "none" not in {outline for _, outline in reached}


def test_using_it_by_keyboard(visit):
    """Skip to the content, switch the language, search, choose, unfold."""
    browser = visit("claims")
    keys = ActionChains(browser)
    keys.send_keys(Keys.TAB, Keys.ENTER).perform()
    assert browser.execute_script("return document.activeElement.id") == "content"
    keys.send_keys(Keys.TAB, "scored", *[Keys.BACKSPACE] * 6, "a/fails").perform()
    assert shown(browser) == ["a/fails"]
    browser.execute_script("document.querySelector('[id=\"a/fails\"] details.evidence summary').focus()")
    before = css(browser, "[id='a/fails'] details.evidence").get_attribute("open")
    ActionChains(browser).send_keys(Keys.ENTER).perform()
    assert css(browser, "[id='a/fails'] details.evidence").get_attribute("open") != before
    browser.execute_script("document.querySelector('button[data-lang=ko]').focus()")
    ActionChains(browser).send_keys(Keys.SPACE).perform()
    assert browser.execute_script("return document.documentElement.lang") == "ko"


def test_a_cell_of_the_map_says_what_it_is(visit):
    """Who, which claim, which verdict, in the language of the page."""
    browser = visit("class")
    css(browser, "button[data-lang=ko]").click()
    cell = css(browser, ".map tbody tr:nth-child(2) td:nth-child(7)")
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'}); arguments[0].click()", cell)
    assert "학생 1.py" in css(browser, "#told").text
    assert "part/claim-4" in css(browser, "#told").text
    assert "불성립" in css(browser, "#told").text
    last = css(browser, ".map tbody tr:last-child td:last-child")
    browser.execute_script("arguments[0].click()", last)
    assert "part/claim-11" in css(browser, "#told").text


def test_a_drift_and_its_reason_on_a_click(visit):
    """By mouse and by keyboard: what was recorded, what is now, and why, the worst first; Escape closes it."""
    browser = visit("versions")
    drifted, missing = browser.find_elements("css selector", ".versions button")
    assert drifted.text == "no longer holds"
    assert "5.00" in drifted.find_element("xpath", "..").text
    drifted.click()
    told = css(browser, "dialog[open]")
    rows = [row.text for row in told.find_elements("css selector", "tbody tr")]
    assert [row.partition(":")[0] for row in rows] == ["no longer holds", "drifted", "drifted"]
    assert "Start or stream" in rows[0]
    assert records.EVIL in rows[0]
    assert "1 1.5 0.5 0.1 A kernel: weights and inputs are the same." in rows[1]
    css(browser, "dialog[open] [data-closes]").click()
    missing.send_keys(Keys.ENTER)
    assert "missing" in css(browser, "dialog[open]").text
    ActionChains(browser).send_keys(Keys.ESCAPE).perform()
    assert browser.find_elements("css selector", "dialog[open]") == []
