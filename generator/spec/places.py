"""Where a value stands: its pointer (RFC 6901) in a document, and its line and column in the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol, TypeAlias
from urllib.parse import unquote

Pointer: TypeAlias = tuple[str, ...]


class DocumentError(Exception):
    """The document cannot be read; the message is one line that begins with the place."""


class Place(NamedTuple):
    """The place of a value in its file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Extent(NamedTuple):
    """What a value takes up of its file, counted from 0; in a mapping it begins at its key.

    `first` and `last` are the lines of the value; `written` is its text, if it is a word or a number.
    """

    line: int
    column: int
    first: int
    last: int
    written: str | None


class Extents(Protocol):
    """The extents of a file's values."""

    def find(self, pointer: Pointer) -> Extent:
        """Return the extent of the nearest existing part of a pointer."""
        ...


def format_pointer(pointer: Pointer) -> str:
    """Return the RFC 6901 text of a pointer: `("paths", "/a")` is `/paths/~1a`."""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in pointer)


def parse_pointer(text: str) -> Pointer:
    """Return the parts of an RFC 6901 pointer, with or without the leading `#`, percent-decoded."""
    body = unquote(text.removeprefix("#"))
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in body.split("/")[1:])


def value_at(value: Any, pointer: Pointer) -> Any:
    """Return what stands at a pointer of a value.

    Raises:
        KeyError: nothing does; its argument is the first part that is not there.
    """
    for part in pointer:
        if isinstance(value, Mapping) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            raise KeyError(part)
    return value


def printable(text: str) -> str:
    """Return a text of the document as it can stand in a line of a terminal."""
    return text if text.isprintable() else "".join(character if character.isprintable() else "?" for character in text)
