"""The documentation site that `make docs` built, checked in a real browser."""

# Only `make docs-check` installs the driver.
# mypy: disable-error-code="import-not-found,import-untyped"
# pyright: reportMissingImports=false

from __future__ import annotations

import inspect
import threading
import zlib
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pkgutil import walk_packages
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ViewportSize, expect

import stored_completions
import stored_completions_testing
from tests import ROOT
from tests.support.browser import opened

SITE = ROOT / "build" / "site"
DESK, PHONE = ViewportSize(width=1200, height=900), ViewportSize(width=360, height=740)
PAGES = sorted(path.parent.relative_to(SITE).as_posix() for path in SITE.rglob("index.html"))


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Serve the site on loopback."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=SITE)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_every_public_name_is_in_the_reference() -> None:
    """The names that the package exports, its errors, models and endpoint modules, and those of `[testing]`."""
    content = (SITE / "objects.inv").read_bytes()
    lines = zlib.decompress(content.split(b"\n", 4)[4]).decode().splitlines()
    documented = {line.split(" ", 1)[0] for line in lines}
    modules = [import_module("stored_completions.errors"), import_module("stored_completions.models")]
    for package in (import_module("stored_completions.api"), stored_completions_testing):
        found = walk_packages(package.__path__, f"{package.__name__}.")
        modules += [import_module(item.name) for item in found if not item.ispkg and item.name[-8:] != "__main__"]
    theirs = {"__version__", "Timeout"}  # inherited from httpx, as the page says
    public = {f"stored_completions.{name}" for name in stored_completions.__all__ if name not in theirs}
    for module in modules:
        own = (member for member in vars(module).values() if getattr(member, "__module__", None) == module.__name__)
        names = {member.__name__ for member in own if inspect.isclass(member) or inspect.isroutine(member)}
        public |= {f"{module.__name__}.{name}" for name in names if not name.startswith("_")}
    assert len(public) > 60
    assert public - documented == set()


@pytest.mark.timeout(240)  # axe is slow on the longest pages of the reference
@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_quiet_accessible_and_fits_a_phone(page: str, address: str) -> None:
    """axe finds nothing, light on a desktop and dark on a phone; the page does not scroll sideways."""
    with opened(f"{address}/{page}/", "light", own=address) as shown:
        views: list[tuple[Literal["light", "dark"], str, ViewportSize]]
        views = [("light", "default", DESK), ("dark", "slate", PHONE)]
        for scheme, theirs, size in views:
            shown.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            shown.set_viewport_size(size)
            expect(shown.locator("body")).to_have_attribute("data-md-color-scheme", theirs)
            assert shown.evaluate("document.documentElement.scrollWidth") <= size["width"]
            assert [describe(item) for item in Axe().run(shown).response["violations"]] == []


def describe(violation: dict[str, Any]) -> str:
    """Return the violated rule, and its first place."""
    return f"{violation['id']}: {violation['nodes'][0]['html'][:300]} (in {len(violation['nodes'])} places)"


def test_the_search_finds_a_method(address: str) -> None:
    with opened(f"{address}/", "light", own=address) as page:
        page.get_by_role("textbox", name="Search").click()
        page.keyboard.type("raise_for_status")
        expect(page.locator(".md-search-result__link").first).to_be_visible()
