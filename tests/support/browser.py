"""Open pages in the system's Chromium, with Playwright."""

# Only the targets that open pages install the driver.
# mypy: disable-error-code="import-not-found,import-untyped"
# pyright: reportMissingImports=false

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from playwright.sync_api import Page, sync_playwright

QUIET = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


@contextmanager
def opened(url: str, color_scheme: Literal["light", "dark"], *, own: str) -> Iterator[Page]:
    """Open a page, and check in the end that its console is empty and that it requested only its own addresses.

    Args:
        url: Where the page is.
        color_scheme: `light` or `dark`.
        own: What each address begins with that it may ask for.
    """
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert chromium, "Chromium is needed: install your system's package of it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        said: list[str] = []
        page = browser.new_page(color_scheme=color_scheme, viewport={"width": 1200, "height": 900})
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda asked: said.append(asked.url) if not asked.url.startswith(own) else None)
        page.goto(url)
        yield page
        browser.close()
        assert said == []
