"""The formats of a review's report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ..verdict import Review
from .machine import to_github, to_json, to_junit, to_sarif
from .markdown import to_markdown
from .page import to_html
from .terminal import to_terminal

FORMATS: Final[dict[str, Callable[[Review], str]]] = {
    "terminal": to_terminal,
    "markdown": to_markdown,
    "html": to_html,
    "json": to_json,
    "sarif": to_sarif,
    "junit": to_junit,
    "github": to_github,
}
# The format of a file by its suffix.
SUFFIXES: Final = {
    ".txt": "terminal",
    ".md": "markdown",
    ".html": "html",
    ".json": "json",
    ".sarif": "sarif",
    ".xml": "junit",
}
