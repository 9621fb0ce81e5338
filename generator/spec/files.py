"""The files of a document, and the targets of their `$ref`s."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from .identities import rewrite_references
from .openapi import change_references, copied
from .places import DocumentError, Pointer, parse_pointer, printable, value_at
from .reading import Document, read
from .wording import instead

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")


@dataclass(frozen=True)
class Spot:
    """A place in one of the files of a document."""

    document: Document
    pointer: Pointer

    @property
    def value(self) -> Any:
        """The value at this place.

        Raises:
            KeyError: There is no value.
        """
        return value_at(self.document.value, self.pointer)

    @property
    def exists(self) -> bool:
        """Whether there is a value at this place."""
        try:
            _ = self.value
        except KeyError:
            return False
        return True


class BrokenReferenceError(Exception):
    """A `$ref` that cannot be followed; the message says why."""


class Files:
    """The document's files: its first file, and the files in its folder that `$ref`s name.

    Attributes:
        document: The first file.
        whole: The first file with the parts that are left out, into which `$ref`s may lead.
    """

    def __init__(self, document: Document) -> None:
        self.document = self.whole = document
        self._folder = document.path.resolve().parent
        self._read: dict[Path, Document] = {document.path.resolve(): document}
        rewrite_references(document)
        self._is_absolute = False

    def make_absolute(self) -> None:
        """Rewrite each `$ref` as seen from the document's first file, also in files that are read later."""
        self._is_absolute = True
        for document in self._read.values():
            self._make_absolute(document)

    def _make_absolute(self, document: Document) -> None:
        if document is self.document:
            return
        own = document.path.resolve()

        def absolute(reference: str) -> str:
            file, _, fragment = reference.partition("#")
            if _SCHEME.match(file):
                return reference
            path = (own.parent / unquote(file)).resolve() if file else own
            if path == self.document.path.resolve():
                return f"#{fragment}"
            return f"{quote(os.path.relpath(path, self._folder).replace(os.sep, '/'))}#{fragment}"

        document.value = copied(document.value)
        change_references(document.value, absolute)

    def resolve(self, reference: str, document: Document) -> Spot:
        """Return the target of a `$ref` in a file.

        Raises:
            BrokenReferenceError: The `$ref` is a URL, leads out of the folder, or points to nothing.
        """
        file, _, fragment = reference.partition("#")
        shown = f"`$ref: {printable(reference if len(reference) <= 120 else reference[:120] + '...')}`"
        if _SCHEME.match(file):
            raise BrokenReferenceError(f"{shown} is a URL, and none is followed: keep a copy beside the document")
        target = document
        if file:
            folder = self.document.path.parent if self._is_absolute else document.path.parent
            target = self._neighbour(shown, folder / unquote(file))
        if fragment and not fragment.startswith("/"):
            raise BrokenReferenceError(f"{shown} names an anchor that no `$anchor` of the file declares")
        pointer = parse_pointer(fragment)
        if target is self.document and not Spot(target, pointer).exists:
            target = self.whole
        spot = Spot(target, pointer)
        try:
            _ = spot.value
        except KeyError as error:
            raise BrokenReferenceError(f"{shown} points to nothing{self._instead(spot, error)}") from None
        return spot

    def _neighbour(self, shown: str, path: Path) -> Document:
        """Return the file that a `$ref` names; each file is read once."""
        try:
            path = path.resolve()
            if not path.is_relative_to(self._folder):
                raise BrokenReferenceError(f"{shown} leads out of the document's folder, and is not followed")
            if path not in self._read:
                if not path.is_file():
                    raise BrokenReferenceError(f"{shown} cannot be read: there is no such file")
                self._read[path] = read(path)
                rewrite_references(self._read[path])
                if self._is_absolute:
                    self._make_absolute(self._read[path])
        except (DocumentError, OSError, ValueError) as error:
            said = error.strerror if isinstance(error, OSError) else error
            raise BrokenReferenceError(f"{shown} cannot be read: {said}") from error
        return self._read[path]

    @staticmethod
    def _instead(spot: Spot, error: KeyError) -> str:
        """Return the end of a message about a missing target: a similar name beside it, or the missing name."""
        part = str(error.args[0])
        above = Spot(spot.document, spot.pointer[: spot.pointer.index(part)]).value
        return (instead(part, map(str, above)) if isinstance(above, dict) else "") or f": there is no `{part}`"
