"""A real browser for pages: Debian's Chromium under Playwright, judged by axe.

A module that uses it has no asynchronous test: Playwright's own loop runs while it is open.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import pytest

from tests.html_tree import plain

SCREENSHOTS = "CARILLON_SCREENSHOTS"
"""The folder screenshots go to; none are taken without."""
WIDTHS = (360, 768, 1280)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
NARROWEST = 320
"""Pixels: 1280 at 400 %."""
WAITS_MS = 15_000
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
_AXE_RUN = """async (rules) => {
  const only = rules.length ? {runOnly: {type: "rule", values: rules}} : {};
  const found = await axe.run(document, {resultTypes: ["violations"], ...only});
  return found.violations.flatMap((rule) => rule.nodes.map((node) =>
    `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary.split("\\n").slice(1).join(" ").trim()}`));
}"""
_ABOUT_COLOURS = ("color-contrast", "link-in-text-block")
_FOCUSED = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return "";
  const label = at.labels && at.labels.length ? at.labels[0].innerText : "";
  return label || at.getAttribute("aria-label") || at.innerText || at.id;
}"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A Playwright `Browser`; a test that needs it is skipped where there is none."""
    with opened_chromium() as browser:
        yield browser


@contextmanager
def opened_chromium() -> Iterator[Any]:
    executable = shutil.which("chromium")
    if executable is None:
        pytest.skip("needs a Chromium called `chromium`")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened_page(browser: Any, url: str = "", *, width: int = 768, scripts: bool = True) -> Iterator[Any]:
    """A page of its own, without anybody's cookies, in French."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale="fr-FR", java_script_enabled=scripts
    )
    context.set_default_timeout(WAITS_MS)
    page = context.new_page()
    try:
        if url:
            page.goto(url)
        yield page
    finally:
        context.close()


def axe_violations(page: Any, *rules: str) -> list[str]:
    """What axe finds wrong, one sentence for each place; only by these rules, when there are any.

    The page's policy lets no script tag in, so axe is evaluated.
    """
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(_AXE_RUN, list(rules))
    return found


def axe_violations_in_both_schemes(page: Any) -> list[str]:
    """Light by every rule, then dark by those about colours; what moves is over before it is judged."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    found = [f"light: {each}" for each in axe_violations(page)]
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found += [f"dark: {each}" for each in axe_violations(page, *_ABOUT_COLOURS)]
    page.emulate_media(color_scheme="light")
    return found


def scrolls_sideways(page: Any, width: int = NARROWEST) -> list[str]:
    """What is wider than a window of this width; empty when all of it is there without scrolling sideways."""
    before = page.viewport_size
    page.set_viewport_size({"width": width, "height": 700})
    wide: list[str] = page.evaluate(
        """() => document.documentElement.scrollWidth <= window.innerWidth ? [] :
        [...document.querySelectorAll("body *")].filter((each) =>
          each.getBoundingClientRect().right > window.innerWidth + 1).map((each) => each.outerHTML.slice(0, 90))"""
    )
    page.set_viewport_size(before)
    return wide


def focus_order(page: Any, stops: int) -> list[str]:
    """The words of what is focused, after each press of Tab."""
    order = []
    for _ in range(stops):
        page.keyboard.press("Tab")
        order.append(focused(page))
    return order


def focused(page: Any) -> str:
    return plain(page.evaluate(_FOCUSED))


def screenshot(
    page: Any,
    name: str,
    widths: Sequence[int] = WIDTHS,
    schemes: Sequence[Literal["light", "dark"]] = SCHEMES,
) -> None:
    """The whole page at each width, light and dark, into the folder named by CARILLON_SCREENSHOTS; else nothing."""
    folder = os.environ.get(SCREENSHOTS)
    if not folder:
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    before = page.viewport_size
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in schemes:
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=str(Path(folder) / f"{name}-{width}-{scheme}.png"), full_page=True)
    page.set_viewport_size(before)
    page.emulate_media(color_scheme="light")
