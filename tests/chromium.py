"""A real Chromium for the tests of pages: started with a new profile, steered, asked."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.support.ui import WebDriverWait

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")

CONTRASTS = """
const number = (text) => text.match(/[\\d.]+/g).map(Number);
const over = (top, below) => { const a = top[3] ?? 1; return [0, 1, 2].map((k) => top[k] * a + below[k] * (1 - a)); };
const linear = (v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
const light = (rgb) => { const [r, g, b] = rgb.map((v) => linear(v / 255));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
const found = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement, text = walker.currentNode.textContent.trim();
  if (!text || element.closest("script, .unseen, option")) continue;
  if (!element.checkVisibility({ contentVisibilityAuto: true })) continue;
  const style = getComputedStyle(element), behind = [];
  for (let e = element; e; e = e.parentElement) behind.push(number(getComputedStyle(e).backgroundColor));
  const back = behind.reverse().reduce((below, top) => over(top, below), [255, 255, 255]);
  const ink = over(number(element.closest("svg") ? style.fill : style.color), back);
  const [a, b] = [light(ink), light(back)].sort((x, y) => y - x);
  const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
  const ratio = (a + 0.05) / (b + 0.05) / (large ? 3 : 4.5);
  found.push([ratio, text.slice(0, 40), element.tagName + "." + element.className]);
}
return [found.length, found.filter((one) => one[0] < 1)];
"""

AS_AT_FIRST = """
document.querySelector("button[data-lang=en]").click();
const theme = document.getElementById("theme");
theme.value = "as the system";
theme.dispatchEvent(new Event("change"));
"""
"""By the page's own means: after localStorage.clear() a busy Chromium has lost what was put there next."""


@contextlib.contextmanager
def started():
    """A Chromium with a new profile."""
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--lang=en"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    found = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    try:
        yield found
    finally:
        found.quit()


def open_page(browser, file: Path, anchor: str = "") -> None:
    """From disk, until its script has run."""
    browser.get(file.as_uri() + (f"#{anchor}" if anchor else ""))
    wait_until_loaded(browser)


def wait_until_loaded(browser) -> None:
    """On a busy machine get() may come back before the page's script has run."""
    ready = "return location.protocol === 'file:' && document.readyState === 'complete'"
    WebDriverWait(browser, 30).until(lambda one: one.execute_script(ready))


def size(browser, width: int, height: int = 900) -> None:
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def media(browser, kind: str = "", scheme: str = "light") -> None:
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": kind, "features": features})


def css(browser, selector: str):
    return browser.find_element("css selector", selector)


def visitor(browser, folder: Path):
    """``visit(page, anchor)`` opens a page of the folder anew, as with nothing chosen, 1280 pixels wide."""

    def visit(page: str, anchor: str = ""):
        browser.get("about:blank")
        size(browser, 1280)
        media(browser)
        open_page(browser, folder / page / "index.html", anchor)
        browser.execute_script(AS_AT_FIRST)
        return browser

    return visit


def shown(browser) -> list[str]:
    """Ids of the claims that are to be seen."""
    script = "return [...document.querySelectorAll('[data-claim]')].filter((e) => e.checkVisibility()).map((e) => e.id)"
    return browser.execute_script(script)
