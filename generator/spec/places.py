"""The place of a value: its pointer (RFC 6901) in a document, and its line and column in the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol, TypeAlias
from urllib.parse import unquote

Pointer: TypeAlias = tuple[str, ...]


class DocumentError(Exception):
    """A document cannot be read; each line of the message begins with a place."""


class Place(NamedTuple):
    """The place of a value in its file; lines and columns count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Extent(NamedTuple):
    """The extent of a value in its file; lines and columns count from 0.

    Attributes:
        line: The line at which the value begins, or its key in a mapping.
        column: The column at which the value begins, or its key in a mapping.
        first: The first line of the value.
        last: The last line of the value.
        written: The text of the value, if it is a word or a number.
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
    """Return a pointer as RFC 6901 text: `("paths", "/a")` is `/paths/~1a`."""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in pointer)


def parse_pointer(text: str) -> Pointer:
    """Return the parts of an RFC 6901 pointer, with or without the leading `#`, percent-decoded."""
    body = unquote(text.removeprefix("#"))
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in body.split("/")[1:])


def value_at(value: Any, pointer: Pointer) -> Any:
    """Return the value at a pointer.

    Raises:
        KeyError: There is no such value; the argument is the first missing part of the pointer.
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
    """Return a text with characters that a terminal cannot print replaced by `?`."""
    return text if text.isprintable() else "".join(character if character.isprintable() else "?" for character in text)
