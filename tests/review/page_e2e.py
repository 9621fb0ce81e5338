"""The HTML report in a real browser: the system's Chromium, driven by Playwright."""

# Only `make review-page` installs the driver.
# mypy: disable-error-code="import-not-found,import-untyped"
# pyright: reportMissingImports=false

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from review.reports.page import to_html
from review.source import load_openapi
from review.verdict import Review
from review.wire import contract
from tests.support.browser import opened

from . import pairs
from .test_reports import review

SCREENSHOT = Path(__file__).parents[2] / "docs" / "review.png"


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the page of a review with findings of all severities."""
    folder = tmp_path_factory.mktemp("page")
    old, new = pairs.library(), pairs.library()
    schemas = new["components"]["schemas"]
    schemas["Book"]["properties"]["state"]["enum"].append("lost")
    schemas["Book"]["properties"]["isbn"] = {"type": "string"}
    schemas["Book"]["properties"]["title"]["description"] = "What it is called."
    del schemas["Book"]["properties"]["pages"]
    new["paths"]["/books"]["get"]["parameters"][0]["name"] = "page_size"
    files = pairs.write(old, new, folder)
    base, revision = (load_openapi(file, name=file.name) for file in files)
    review = Review(
        "library.json, before",
        "library.json, after",
        "1.4.0",
        "1.4.0",
        contract.compare(base, revision),
        ("contract",),
        has_differences=True,
    )
    (folder / "review.html").write_text(to_html(review), encoding="utf-8")
    return folder / "review.html"


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest, page_file: Path) -> Iterator[Page]:
    """Open the page in a browser, light and dark; a message on its console fails the test."""
    with opened(page_file.as_uri(), request.param, own="file:") as page:
        yield page


def test_the_page(page: Page) -> None:
    """It filters, opens parts by keyboard, all at once and by a link, fits a phone, and is accessible."""
    findings = page.locator("details.finding")
    total = findings.count()
    assert total > 3
    page.get_by_role("checkbox", name="Not breaking").uncheck()
    page.get_by_role("checkbox", name="Words only").uncheck()
    breaking = page.locator("details.finding:visible")
    assert 0 < breaking.count() < total
    expect(page.get_by_role("status")).to_have_text(f"{breaking.count()} of {total} findings shown")
    page.get_by_label("Search").fill("pages")
    expect(breaking).to_have_count(1)
    page.get_by_label("Search").fill("")
    page.get_by_role("checkbox", name="Not breaking").check()
    page.get_by_role("checkbox", name="Words only").check()
    page.locator("details.fold > summary").click()  # Changes of words only are folded.
    expect(page.locator("details.finding:visible")).to_have_count(total)
    summary = page.locator("details.finding summary").first
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator("details.finding[open]")).to_have_count(1)
    expect(page.locator("details.finding[open] table").first).to_be_visible()
    for index in range(total):
        if index:
            page.locator("details.finding summary").nth(index).click()
    assert Axe().run(page).response["violations"] == []
    for index in range(total):
        page.locator("details.finding summary").nth(index).click()
    expect(page.locator("details.finding[open]")).to_have_count(0)
    page.get_by_role("button", name="Expand all").click()
    expect(page.locator("details.finding[open]")).to_have_count(total)
    page.get_by_role("button", name="Collapse all").click()
    expect(page.locator("details.finding[open]")).to_have_count(0)
    page.locator(".row > a").nth(1).click()
    expect(page.locator("details.finding[open]")).to_have_count(1)
    link = page.url
    page.goto("about:blank")
    page.goto(link)
    expect(page.locator(".row:target details.finding[open]")).to_have_count(1)
    page.get_by_role("button", name="Expand all").click()
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert Axe().run(page).response["violations"] == []


def test_a_large_page(tmp_path: Path) -> None:
    """Packed findings are shown by the button, a filter and a link, and the page still fits a phone."""
    told = review(400)
    file = tmp_path / "review.html"
    file.write_text(to_html(told), encoding="utf-8")
    with opened(file.as_uri(), "light", own="file:") as page:
        findings, status = page.locator("details.finding"), page.get_by_role("status")
        few = findings.count()
        assert 0 < few < 400
        expect(status).to_have_text(f"{few} of 400 findings shown")
        page.get_by_role("button", name=f"Show the other {400 - few} findings").click()
        expect(findings).to_have_count(400)
        expect(status).to_have_text("400 of 400 findings shown")
        page.set_viewport_size({"width": 360, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.reload()
        page.get_by_label("Search").fill(told.of("docs")[0].fingerprint)
        expect(page.locator(".row:not([hidden])")).to_have_count(1)
        page.goto("about:blank")
        page.goto(f"{file.as_uri()}#f-{told.of('docs')[-1].fingerprint}")
        expect(page.locator(".row:target details.finding[open]")).to_have_count(1)


def test_the_screenshot(page_file: Path, page: Page) -> None:
    """Take the picture of the page for the documentation."""
    page.locator("details.finding summary").first.click()
    if page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches"):
        return
    page.screenshot(path=SCREENSHOT)
    assert SCREENSHOT.stat().st_size > 10_000
