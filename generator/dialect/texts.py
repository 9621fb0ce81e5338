"""Write texts of the spec into the generated code, safely escaped: as literals, and in docstrings."""

from __future__ import annotations

import re
from collections.abc import Container
from functools import lru_cache
from html.parser import HTMLParser
from textwrap import fill
from typing import Final

from openapi_python_client.schema.untrusted_string import UntrustedString

# HTML elements that begin a line, and elements within a line; anything else that looks like a tag is plain text.
_BLOCKS: Final = re.compile("address|article|blockquote|br|dd|div|d[lt]|h[1-6r]|li|ol|p|pre|table|tr|ul")
_INLINE: Final = re.compile(
    "a|abbr|b|big|center|cite|code|del|em|font|i|img|ins|kbd|mark|q|s|samp|small|span|strike|strong|su[bp]|tbody|t[dhtu]"
    "|thead|u|var"
)
_CODE: Final = re.compile(r"(```.*?```|`[^`\n]*`)", re.DOTALL)
_LONGEST_LINE: Final = 160
_HEADING: Final = re.compile(r"^#{1,6} .*|^.+\n *(?:===|---)[=-]* *$", re.MULTILINE)
_LONGEST_OPENING: Final = 1_500
# Control characters, surrogates, and characters that change the direction of text.
_HIDDEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def in_docstring(value: object, width: int = 112) -> str:
    """Return a text of the spec for a docstring, wrapped and escaped so that it cannot end the docstring."""
    return _in_docstring(text_of(value), width)


@lru_cache(10_000)  # several functions, and often several operations, have the same parameter
def _in_docstring(text: str, width: int) -> str:
    text = _HIDDEN.sub("", without_markup(text)).strip()
    is_short = len(text) <= width and "\n" not in text
    wrapped = text if is_short else "\n".join(_wrapped(line, width) for line in text.splitlines())
    inner = wrapped.rstrip('"')
    escaped = inner.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return escaped + '\\"' * (len(wrapped) - len(inner))


def _wrapped(line: str, width: int) -> str:
    if len(line) <= width and line == line.rstrip():
        return line
    return fill(line, width, expand_tabs=False, replace_whitespace=False, break_on_hyphens=False)


def without_markup(text: str) -> str:
    """Return a description without HTML tags and entities, except in Markdown code."""
    if "<" not in text and "&" not in text:
        return text
    pieces = [piece if number % 2 else _Text().read(piece) for number, piece in enumerate(_CODE.split(text))]
    return re.sub(r"\n[ \t]*\n\s*\n", "\n\n", "".join(pieces)).replace("\xa0", " ")


def first_sentence(text: str) -> str:
    """Return the first sentence of a description; empty if it is longer than a line, or a heading."""
    paragraph = " ".join(without_markup(text).strip().partition("\n\n")[0].split())
    found = re.match(r"[^#|*\[!<].*?[.!?](?=\s|$)|[^#|*\[!<].*$", paragraph)
    return found[0] if found and len(found[0]) <= _LONGEST_LINE else ""


def opening(text: str) -> str:
    """Return a description up to its first heading; only the first paragraph if that is long."""
    before = _HEADING.split(without_markup(text).strip(), maxsplit=1)[0].strip()
    return before if len(before) <= _LONGEST_OPENING else before.partition("\n\n")[0]


class _Text(HTMLParser):
    """Converts HTML to text."""

    def read(self, html: str) -> str:
        """Return the text of a piece of HTML."""
        self._found: list[str] = []
        self._link = ""
        self.feed(html)
        self.close()
        return "".join(self._found)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line for a block, and write a dash for a list item; keep unknown tags as text."""
        if tag == "a":
            self._link = dict(attrs).get("href") or ""
        elif _BLOCKS.fullmatch(tag):
            self._found.append("\n- " if tag == "li" else "\n")
        elif not _INLINE.fullmatch(tag):
            self._found.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        """End the line of a block, and write the URL of a link; keep unknown tags as text."""
        if tag == "a":
            is_said = self._link in "".join(self._found[-1:]) or not self._link.startswith(("http://", "https://"))
            self._found.append("" if is_said else f" ({self._link})")
        elif _BLOCKS.fullmatch(tag):
            self._found.append("" if tag == "li" else "\n")
        elif not _INLINE.fullmatch(tag):
            self._found.append(f"</{tag}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Treat `<br/>` as `<br>`."""
        self.handle_starttag(tag, attrs)

    def handle_pi(self, data: str) -> None:
        """Keep a processing instruction of XML."""
        self._found.append(f"<?{data}>")

    def handle_decl(self, decl: str) -> None:
        """Keep a declaration of XML."""
        self._found.append(f"<!{decl}>")

    def handle_data(self, data: str) -> None:
        """Keep text."""
        self._found.append(data)


def literal(value: object) -> str:
    """Return a text of the spec as a Python literal."""
    return repr(text_of(value))


def text_of(value: object) -> str:
    """Return a text of the spec unchanged."""
    return value.get_untrusted_value() if isinstance(value, UntrustedString) else str(value)


def free(name: str, taken: Container[str]) -> str:
    """Return a name that is not taken, by appending underscores."""
    while name in taken:
        name += "_"
    return name
