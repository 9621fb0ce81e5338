"""Read a YAML or JSON file: its values, and their lines and columns."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from .jsontext import read_json
from .places import DocumentError, Extents, Place, Pointer, format_pointer, printable, value_at
from .yamltext import read_yaml


@dataclass(eq=False)
class Document:
    """A YAML or JSON file.

    Attributes:
        name: The name of the file in messages.
        path: The path of the file.
        text: The text of the file.
        value: The value of the text.
        repeated: The pointers of keys that appear twice in a mapping.
    """

    name: str
    path: Path
    text: str = field(repr=False)
    value: Any
    repeated: list[Pointer]
    _extents: Extents = field(repr=False)

    def place(self, pointer: Pointer) -> Place:
        """Return the place of the nearest existing part of a pointer; the entry of a mapping begins at its key."""
        line, column, *_ = self._extents.find(pointer)
        return Place(self.name, line + 1, column + 1)

    def where(self, pointer: Pointer) -> str:
        """Return the place and the pointer of a value for a message; a long pointer is shortened."""
        text = printable(format_pointer(pointer)) or "/"
        return f"{self.place(pointer)}: {text if len(text) <= 300 else f'{text[:150]}...{text[-150:]}'}"

    def written(self, pointer: Pointer) -> str | None:
        """Return the text of a scalar as it was written, such as `1.10`; None if there is no scalar."""
        try:
            value = value_at(self.value, pointer)
        except KeyError:
            return None
        return value if isinstance(value, str) else self._extents.find(pointer).written

    def snippet(self, pointer: Pointer, most: int, widest: int) -> str | None:
        """Return at most `most` lines of the value at a pointer (or its nearest parent), outdented.

        None if a line has more than `widest` characters, which only programs write.
        """
        extent = self._extents.find(pointer)
        lines = self._lines[extent.line : max(extent.last, extent.line) + 1]
        if any(len(line) > widest for line in lines[:most]):
            return None
        while len(lines) > 1 and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
            lines.pop()
        shown = lines[:most] + (["..."] if len(lines) > most else [])
        indent = min((len(line) - len(line.lstrip()) for line in shown if line.strip()), default=0)
        return "\n".join(line[indent:] if line.strip() else "" for line in shown)

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.splitlines()


def read(path: Path, *, name: str | None = None) -> Document:
    """Read a YAML or JSON file.

    Args:
        path: The file.
        name: The name of the file in messages; by default its path.

    Raises:
        DocumentError: The file cannot be read, is neither YAML nor JSON, or its aliases make it grow without bound.
    """
    if name is None:
        name = os.path.relpath(path) if path.resolve().is_relative_to(Path.cwd()) else str(path)
    if path.exists() and not path.is_file():
        raise DocumentError(f"{name}: cannot be read: it is no regular file")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DocumentError(f"{name}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DocumentError(f"{name}: is not UTF-8 at byte {error.start}: save it as UTF-8") from error
    begins = text.lstrip()[:1]
    if begins == "<":
        raise DocumentError(f"{name}:1:1: is HTML or XML, and no OpenAPI document: was a page saved instead of it?")
    if not begins:
        raise DocumentError(f"{name}: is empty")
    if path.suffix == ".json" or begins in ("{", "["):
        try:
            return Document(name, path, text, *read_json(name, text))
        except DocumentError:
            if path.suffix == ".json":
                raise
    return Document(name, path, text, *read_yaml(name, text))
