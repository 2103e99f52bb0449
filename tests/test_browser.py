"""The pages in a real Chromium: opened from disk, searched, on a phone, in the dark, on paper."""

from __future__ import annotations

import dataclasses
import json

import pytest

pytest.importorskip("selenium", reason="no selenium here: requirements.txt")

import report_records as records
from chromium import (
    CHROMIUM,
    CONTRASTS,
    DRIVER,
    css,
    media,
    open_page,
    shown,
    size,
    started,
    visitor,
    wait_until_loaded,
)
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.ui import WebDriverWait

from report.write import write_report

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
def test_it_opens_from_disk_and_asks_for_nothing(visit, page):
    """No request but for the page itself, nothing on the console, no horizontal scroll."""
    browser = visit(page)
    browser.get_log("performance")
    browser.refresh()
    wait_until_loaded(browser)
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
    assert [url.rpartition("/")[2] for url in asked if not url.startswith("data:")] == ["index.html"]
    assert browser.get_log("browser") == []


@pytest.mark.parametrize("page", PAGES)
def test_what_others_wrote_is_text(visit, page):
    """Names, reasons, prints and advice that look like markup are read as they stand, and do nothing."""
    browser = visit(page)
    assert browser.title != "broken"
    assert browser.execute_script("return document.images.length") == 0
    assert browser.execute_script("return document.scripts.length") == 1
    assert records.EVIL in browser.execute_script("return document.body.textContent")


@pytest.mark.parametrize("page", PAGES)
def test_two_languages(visit, page):
    """A click shows Korean alone, in choices and pictures too."""
    browser = visit(page)
    both = (
        "return [...document.querySelectorAll('main [lang]')].filter((e) => e.checkVisibility())"
        ".map((e) => e.getAttribute('lang'))"
    )
    assert set(browser.execute_script(both)) == {"en"}
    css(browser, "button[data-lang=ko]").click()
    assert set(browser.execute_script(both)) == {"ko"}
    assert css(browser, "#theme option").text == "시스템 색"
    if page == "claims":
        assert css(browser, "#by-word option").text == "전체"
        assert css(browser, "#by-word option[value=fails]").text == "✗ 불성립"
        drawing = css(browser, "#picture-coin-losses .drawing")
        assert drawing.get_attribute("aria-label").startswith("점 하나가")
        assert "새 동전에서의 손실" in drawing.text
        assert "loss on fresh coins" not in drawing.text


def test_what_a_reader_chose_is_kept_and_nothing_else(folder):
    """A page that only opens keeps nothing: it must not undo what was chosen on another a moment ago."""
    kept = "return Object.entries(localStorage).sort()"
    seen = "return [document.documentElement.lang, document.documentElement.dataset.theme, theme.value]"
    with started() as browser:
        for page in PAGES:
            open_page(browser, folder / page / "index.html")
            assert browser.execute_script(kept) == []
        css(browser, "button[data-lang=ko]").click()
        Select(css(browser, "#theme")).select_by_value("dark")
        for page in PAGES:

            def is_remembered(one, page=page) -> bool:
                open_page(one, folder / page / "index.html")
                return one.execute_script(seen) == ["ko", "dark", "dark"]

            # Chromium writes down what a page keeps some time after the page has said so.
            WebDriverWait(browser, 30).until(is_remembered)
            assert browser.execute_script(kept) == [["lang", "ko"], ["theme", "dark"]]


def test_filters(visit):
    """By verdict, section, device and words; how many are left is said; all can be had back."""
    browser = visit("claims")
    everything = shown(browser)
    assert len(everything) == len(records.illustrated().claims)
    Select(css(browser, "#by-word")).select_by_value("fails")
    assert shown(browser) == ["a/fails"]
    assert css(browser, "#left").text == f"1 of {len(everything)} shown"
    assert not css(browser, "#section-2").is_displayed()
    Select(css(browser, "#by-section")).select_by_value("two")
    assert shown(browser) == []
    css(browser, "#reset").click()
    assert shown(browser) == everything
    Select(css(browser, "#by-device")).select_by_value("cuda")
    assert shown(browser) == ["a/holds"]
    css(browser, "#find").send_keys("no such thing")
    assert shown(browser) == []
    css(browser, "#reset").click()
    css(browser, "#find").send_keys("느슨한")
    assert shown(browser) == ["a/holds"]


def test_a_link_to_every_claim(visit):
    """It is brought into view, also where the choices had hidden it; links in the page have somewhere to go."""
    browser = visit("claims", "cut/only-x2")
    top = "return document.getElementById(arguments[0]).getBoundingClientRect().top"
    assert 0 <= browser.execute_script(top, "cut/only-x2") < 500
    css(browser, "#find").send_keys("no such thing")
    browser.execute_script("location.hash = '#a/fails'")
    browser.execute_async_script("setTimeout(arguments[0], 100)")
    assert "a/fails" in shown(browser)
    assert browser.execute_script("return document.activeElement.id") == "a/fails"
    dead = (
        "return [...document.querySelectorAll('a[href^=\"#\"]')].map((a) => a.hash.slice(1))"
        ".filter((id) => !document.getElementById(id))"
    )
    assert browser.execute_script(dead) == []


@pytest.mark.parametrize("page", PAGES)
def test_no_horizontal_scroll_on_a_phone(visit, page):
    """At 375 pixels, everything unfolded, in both languages; tables scroll in boxes of their own."""
    browser = visit(page)
    size(browser, 375)
    for lang in ("en", "ko"):
        css(browser, f"button[data-lang={lang}]").click()
        browser.execute_script("for (const d of document.querySelectorAll('details')) d.open = true")
        assert browser.execute_script("return document.documentElement.scrollWidth") <= 375
        small = (
            "const large = (t) => parseFloat(getComputedStyle(t).fontSize)"
            " * Math.hypot(t.getScreenCTM().a, t.getScreenCTM().b) >= 9.5;"
            "return [...document.querySelectorAll('.drawing text')].filter((t) => t.checkVisibility() && !large(t))"
            ".map((t) => t.textContent)"
        )
        assert browser.execute_script(small) == [], "words in pictures can be read"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_contrast(visit, page, scheme):
    """Every text is told from what is behind it at 4.5 : 1, large text at 3 : 1 (WCAG 2 AA)."""
    browser = visit(page)
    media(browser, scheme=scheme)
    browser.execute_script("for (const d of document.querySelectorAll('details')) d.open = true")
    texts, faint = browser.execute_script(CONTRASTS)
    assert texts > 50
    assert faint == []


def test_light_and_dark(visit):
    """As the system has it, until the reader chooses; on paper always black on white."""
    browser = visit("claims")

    def background() -> str:
        return css(browser, "body").value_of_css_property("background-color")

    bright = background()
    media(browser, scheme="dark")
    dim = background()
    assert dim != bright
    Select(css(browser, "#theme")).select_by_value("light")
    assert background() == bright
    Select(css(browser, "#theme")).select_by_value("dark")
    media(browser, scheme="light")
    assert background() == dim
    media(browser, "print")
    assert background() == "rgba(255, 255, 255, 1)"
    assert not css(browser, "#choose").is_displayed()


def test_printing_unfolds_evidence(visit):
    """Evidence and words on paper, code not; afterwards all is as it was."""
    browser = visit("claims")
    browser.execute_script(
        "addEventListener('beforeprint', () => { window.seen = ['evidence', 'code'].map((name) => "
        "[...document.querySelectorAll('details.' + name)].every((d) => d.open)); })"
    )
    browser.execute_cdp_cmd("Page.printToPDF", {})
    assert browser.execute_script("return window.seen") == [True, False], browser.get_log("browser")
    assert browser.execute_script("return document.querySelectorAll('details.evidence:not([open])').length") > 0


@pytest.mark.parametrize("width", [420, 1280])
def test_bars_stand_on_one_line_and_are_as_high_as_what_they_count(visit, width):
    """Whether the range under a bar takes one line or two."""
    browser = visit("class")
    size(browser, width)
    browser.execute_script("document.querySelector('.spread li span:last-child').textContent = '33.6–39.2'")
    bars = browser.execute_script(
        "return [...document.querySelectorAll('.spread li')].map((li) => { const bar = li.querySelector('i')"
        ".getBoundingClientRect(); return [Number(li.firstElementChild.textContent), bar.height, bar.bottom]; })"
    )
    assert len({round(bottom, 1) for _, _, bottom in bars}) == 1
    most, highest, _ = max(bars)
    assert most > 1
    for count, height, _ in bars:
        assert abs(height - max(1, highest * count / most)) < 0.6


def test_a_page_without_arrays_or_claims(visit, tmp_path):
    """An empty record is a page too."""
    empty = dataclasses.replace(records.record(), claims=[], cases=[])
    browser = visit("claims")
    open_page(browser, write_report(empty, tmp_path, tmp_path).page)
    assert css(browser, "h1").text == "A small lecture"
    assert browser.get_log("browser") == []
    assert not (tmp_path / "pictures").exists()
