"""What documents say is text: it cannot address anybody, link, draw, run, or command a terminal or a workflow."""

from __future__ import annotations

import html
import re
from typing import Final

from markupsafe import Markup

# Control characters, and those that turn the direction of text or hide it.
_UNPRINTABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_CODE: Final = re.compile(r"`([^`]+)`")
# What Markdown gives a meaning; an underscore inside of a word has none.
_MARKS: Final = re.compile(r"[\\`*\[\]#|~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
# From these GitHub makes a mention, a link, a reference or a command; a word joiner ends that.
_JOINS: Final = re.compile(r"@|:/(?=/)|www(?=\.)|#(?=\d)|##(?=\[)|\bGH(?=-)", re.IGNORECASE)
_JOINER: Final = "\u2060"
# So many characters of a sentence are shown in a table; the other formats have all.
_MOST: Final = 700


def plain(text: str) -> str:
    """Return text on one line, with what a terminal or a reader could not see written out."""
    return _UNPRINTABLE.sub(lambda found: _written_out(found[0]), text)


def _written_out(character: str) -> str:
    if character in "\r\n\t\u2028\u2029":
        return " "
    return f"\\x{ord(character):02x}" if ord(character) < 256 else f"\\u{ord(character):04x}"


def cut(text: str) -> str:
    """Return the beginning of a sentence that is too long for a table."""
    return text if len(text) <= _MOST else f"{text[:_MOST]} ... ({len(text)} characters)"


def markdown(text: str) -> str:
    """Return text escaped so that Markdown shows it unchanged, in a paragraph or in a cell of a table."""
    joined = _JOINS.sub(lambda found: found[0] + _JOINER, plain(text))
    return _MARKS.sub(lambda mark: "\\" + mark[0], html.escape(joined, quote=False))


def markdown_code(text: str) -> str:
    """Return text as code in Markdown."""
    shown = plain(text)
    return f"<code>{markdown(text)}</code>" if re.search(r"[`|\\]", shown) else f"`{shown}`"


def markdown_prose(text: str) -> str:
    """Return text in Markdown whose pairs of backticks are code."""
    parts = _CODE.split(cut(text))
    return "".join(markdown_code(part) if index % 2 else markdown(part) for index, part in enumerate(parts))


def html_prose(text: str) -> Markup:
    """Return text in HTML whose pairs of backticks are code."""
    return Markup(_CODE.sub(r"<code>\1</code>", html.escape(plain(cut(text)))))


def fence(text: str) -> str:
    """Return a fence that no line of a text ends."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    return "`" * max(3, longest + 1)


def code_lines(text: str) -> list[str]:
    """Return the lines of code as they can be shown anywhere."""
    return [plain(line) for line in text.splitlines()]
