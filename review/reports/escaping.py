"""Escape texts from documents, so that they cannot contain mentions, links, markup, or commands."""

from __future__ import annotations

import html
import re
from typing import Final

from markupsafe import Markup

# Control characters, and characters that are invisible or change the direction of text.
_UNPRINTABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_CODE: Final = re.compile(r"`([^`]+)`")
# The characters with a meaning in Markdown; underscores within words have none.
_MARKS: Final = re.compile(r"[\\`*\[\]#|~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
# GitHub turns these into mentions, links, references and commands, unless a word joiner follows.
_JOINS: Final = re.compile(r"@|:/(?=/)|www(?=\.)|#(?=\d)|##(?=\[)|\bGH(?=-)", re.IGNORECASE)
_JOINER: Final = "\u2060"
# The most characters of a sentence in a table; other formats show all.
_MOST: Final = 700


def plain(text: str) -> str:
    """Return text on one line, with escapes for unprintable characters."""
    return _UNPRINTABLE.sub(lambda found: _written_out(found[0]), text)


def _written_out(character: str) -> str:
    if character in "\r\n\t\u2028\u2029":
        return " "
    return f"\\x{ord(character):02x}" if ord(character) < 256 else f"\\u{ord(character):04x}"


def cut(text: str) -> str:
    """Cut a sentence that is too long for a table."""
    return text if len(text) <= _MOST else f"{text[:_MOST]} ... ({len(text)} characters)"


def markdown(text: str) -> str:
    """Escape text for a paragraph or a table cell in Markdown."""
    joined = _JOINS.sub(lambda found: found[0] + _JOINER, plain(text))
    return _MARKS.sub(lambda mark: "\\" + mark[0], html.escape(joined, quote=False))


def markdown_code(text: str) -> str:
    """Escape text as code in Markdown."""
    shown = plain(text)
    return f"<code>{markdown(text)}</code>" if re.search(r"[`|\\]", shown) else f"`{shown}`"


def markdown_prose(text: str) -> str:
    """Escape text for Markdown, except that pairs of backticks make code."""
    parts = _CODE.split(cut(text))
    return "".join(markdown_code(part) if index % 2 else markdown(part) for index, part in enumerate(parts))


def html_prose(text: str) -> Markup:
    """Escape text for HTML, except that pairs of backticks make code."""
    return Markup(_CODE.sub(r"<code>\1</code>", html.escape(plain(cut(text)))))


def fence(text: str) -> str:
    """Return a fence for a code block with more backticks than the text has in a row."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    return "`" * max(3, longest + 1)


def code_lines(text: str) -> list[str]:
    """Split code into lines, with escapes for unprintable characters."""
    return [plain(line) for line in text.splitlines()]
