"""Load OpenAPI documents and follow their references."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from generator.spec.identities import rewrite_references
from generator.spec.places import DocumentError, Place, Pointer, parse_pointer, value_at
from generator.spec.reading import Document as File, read

_VERSION = re.compile(r"3\.([0-9]+)(\.[0-9]+)?")
# The keys beside a `$ref` that have an effect.
_BESIDE: Final = ("summary", "description")
# The newest supported minor version of OpenAPI 3.
_NEWEST: Final = 2


class ReviewError(Exception):
    """The review could not run; the message says why in one line. The command exits with status 2."""


@dataclass(eq=False)
class Document(File):
    """A file whose references can be followed.

    Attributes:
        others: The documents that were loaded, by their files: the first one, and those that it refers to.
    """

    others: dict[Path, Document] = field(default_factory=dict, repr=False)
    _resolved: dict[str, Spot] = field(default_factory=dict, repr=False)

    @property
    def version(self) -> str:
        """The version of OpenAPI of the document, or of the one that refers to it."""
        first = next(iter(self.others.values()), self)
        values = [document.value for document in (self, first)]
        said = (value["openapi"] for value in values if isinstance(value, Mapping) and "openapi" in value)
        return str(next(said, ""))

    @property
    def root(self) -> Spot:
        """The spot of the whole document."""
        return Spot(self, (), self.value)

    @cached_property
    def components(self) -> dict[Pointer, Spot]:
        """The components by section and name, such as `("schemas", "Choice")`."""
        sections = self.root.child("components").entries()
        return {(section, name): spot for section, at in sections for name, spot in at.entries()}

    @cached_property
    def _anchors(self) -> dict[str, list[Pointer]]:
        """The pointers of `$anchor` and `$dynamicAnchor` by their names."""
        found: dict[str, list[Pointer]] = {}
        for pointer, value in mappings(self.value):
            for keyword in ("$anchor", "$dynamicAnchor"):
                if isinstance(name := value.get(keyword), str):
                    found.setdefault(name, []).append(pointer)
        return found

    def dynamic_targets(self, reference: str, at: Pointer) -> list[Spot]:
        """Return every spot that a `$dynamicRef` may refer to: all with its anchor, of which callers select one.

        Args:
            at: The pointer of the reference, for the error message.

        Raises:
            ReviewError: the reference does not resolve.
        """
        name = reference.removeprefix("#")
        if reference.startswith("#") and len(found := self._anchors.get(name, ())) > 1:
            return [Spot(self, pointer, value_at(self.value, pointer)) for pointer in sorted(found)]
        return [self.resolve(reference, at)]

    def resolve(self, reference: str, at: Pointer) -> Spot:
        """Return the spot that a `$ref` refers to.

        Args:
            at: The pointer of the reference, for the error message.

        Raises:
            ReviewError: the reference does not resolve, or is not to a local file.
        """
        if (found := self._resolved.get(reference)) is not None:
            return found
        file, _, fragment = reference.partition("#")
        try:
            document = self._beside(file) if file else self
            spot = document.at(fragment)
        except (KeyError, OSError, ValueError, ReviewError) as error:  # Some names cannot be those of files.
            why = "" if isinstance(error, KeyError) else f": {error}"
            raise ReviewError(f"{self.place(at)}: $ref {reference!r} does not resolve{why}") from error
        self._resolved[reference] = spot
        return spot

    def at(self, fragment: str) -> Spot:
        """Return the spot for the fragment of a reference, which is a JSON pointer or the name of an anchor.

        Raises:
            KeyError: there is no such place.
        """
        if fragment and not fragment.startswith("/"):
            pointer = self._anchors[unquote(fragment)][0]
        else:
            pointer = parse_pointer(fragment)
        return Spot(self, pointer, value_at(self.value, pointer))

    def _beside(self, file: str) -> Document:
        """Load the local file that a reference names, relative to this one.

        Raises:
            ReviewError: the file cannot be read, or the reference is a URL.
        """
        if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", file):
            raise ReviewError("only references into local files are followed")
        path = (self.path.parent / unquote(file)).resolve()
        if path not in self.others:
            name = os.path.normpath(Path(self.name).parent / unquote(file))
            load(path, name=name, others=self.others)
        return self.others[path]


class Spot:
    """A place in a document, with the value there; spots are equal if they are the same place of the same document.

    Attributes:
        reference: The spot of the `$ref` whose words take the place of those here, if there is one.
    """

    __slots__ = ("_hash", "document", "pointer", "reference", "value")

    def __init__(self, document: Document, pointer: Pointer, value: Any, reference: Spot | None = None) -> None:
        self.document, self.pointer, self.value, self.reference = document, pointer, value, reference
        self._hash = hash((id(document), pointer))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Spot) and self.document is other.document and self.pointer == other.pointer

    def __hash__(self) -> int:
        return self._hash

    @property
    def place(self) -> Place:
        """The file, line and column of the spot."""
        return self.document.place(self.pointer)

    def child(self, part: str) -> Spot:
        """Return the spot of a key or index below this one; its value is None if there is no such key or index."""
        value, inner = self.value, None
        if self.reference and part in _BESIDE and part in self.reference.value:
            return self.reference.child(part)
        if isinstance(value, Mapping):
            inner = value.get(part)
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            inner = value[int(part)]
        return Spot(self.document, (*self.pointer, part), inner)

    def resolved(self) -> Spot:
        """Follow `$ref`s to a spot without one.

        Raises:
            ReviewError: a reference does not resolve, or is circular.
        """
        spot: Spot = self
        seen: set[Spot] = {self}
        while isinstance(value := spot.value, Mapping) and isinstance(value.get("$ref"), str):
            spot = spot.document.resolve(value["$ref"], (*spot.pointer, "$ref"))
            if spot in seen:
                place = spot.place
                raise ReviewError(f"{place.file}:{place.line}: $ref is circular and leads to no value")
            seen.add(spot)
        return spot

    def object(self, what: str) -> Spot:
        """Follow `$ref`s to a mapping; from OpenAPI 3.1, words beside a `$ref` take the place of those there.

        Args:
            what: The expected thing, for the error message.

        Raises:
            ReviewError: the value is not a mapping, or a reference does not resolve.
        """
        spot = self.resolved()
        if not isinstance(spot.value, Mapping):
            raise ReviewError(f"{spot.place}: {what} must be a mapping")
        beside = {key: self.value[key] for key in _BESIDE if key in self.value}
        if spot is self or not beside or self.document.version.startswith("3.0"):
            return spot
        return Spot(spot.document, spot.pointer, {**spot.value, **beside}, self)

    def listed(self, key: str) -> list[Spot]:
        """Return the spots of the items of a list below this mapping; empty if there is no such key.

        Raises:
            ReviewError: the value of the key is not a list.
        """
        value = self.value.get(key)
        if value is None:
            return []
        at = self.child(key)
        if not isinstance(value, list):
            raise ReviewError(f"{at.place}: `{key}` must be a list")
        return [at.child(str(index)) for index in range(len(value))]

    def entries(self) -> Iterator[tuple[str, Spot]]:
        """Yield the keys of a mapping with the spots of their values; nothing if the value is not a mapping."""
        value = self.value
        if isinstance(value, Mapping):
            for key in value:
                yield key, self.child(key)


def mappings(value: Any, pointer: Pointer = ()) -> Iterator[tuple[Pointer, Mapping[str, Any]]]:
    """Yield all mappings within a value, with their pointers.

    Args:
        pointer: The pointer of the value.
    """
    todo = [(pointer, value)]
    while todo:
        at, found = todo.pop()
        if isinstance(found, Mapping):
            yield at, found
        inside = found if isinstance(found, Mapping) else dict(enumerate(found)) if isinstance(found, list) else {}
        todo += [((*at, str(key)), inside[key]) for key in reversed(inside)]


def load(path: Path, *, name: str | None = None, others: dict[Path, Document] | None = None) -> Document:
    """Read a YAML or JSON file.

    Args:
        name: The name of the file in messages; by default its path.
        others: The documents that were loaded already, to which this one is added.

    Raises:
        ReviewError: the file cannot be read or parsed, or a mapping has a key twice.
    """
    try:
        file = read(path, name=name or str(path))
    except DocumentError as error:
        raise ReviewError(str(error)) from error
    rewrite_references(file, dynamic=False)
    document = Document(**vars(file), others={} if others is None else others)
    document.others[path.resolve()] = document
    if document.repeated:
        pointer = document.repeated[0]
        raise ReviewError(f"{document.place(pointer)}: key {pointer[-1]!r} is declared twice")
    return document


def load_openapi(path: Path, *, name: str | None = None) -> Document:
    """Read an OpenAPI 3.x document.

    Args:
        name: The name of the file in messages; by default its path.

    Raises:
        ReviewError: the file cannot be read, or is not an OpenAPI 3.x document.
    """
    document = load(path, name=name)
    if not isinstance(document.value, Mapping):
        raise ReviewError(f"{document.name}: is not an OpenAPI document: it holds no mapping")
    version = document.value.get("openapi")
    if "swagger" in document.value and version is None:
        raise ReviewError(f"{document.name}: is Swagger {document.value['swagger']}; OpenAPI 3 is needed")
    known = _VERSION.fullmatch(document.written(("openapi",)) or "")
    if not known:
        raise ReviewError(f"{document.name}: is not an OpenAPI 3 document: `openapi` is {version!r}")
    if int(known[1]) > _NEWEST:
        raise ReviewError(f"{document.name}: OpenAPI {version} is not understood yet; 3.0 to 3.{_NEWEST} are")
    for key in ("info", "paths", "components", "webhooks"):
        if not isinstance(document.value.get(key, {}), Mapping | None):
            raise ReviewError(f"{document.place((key,))}: `{key}` is not a mapping")
    for key, section in (document.value.get("components") or {}).items():
        if not key.startswith("x-") and not isinstance(section, Mapping | None):
            raise ReviewError(f"{document.place(('components', key))}: `{key}` is not a mapping")
    if not any(isinstance(document.value.get(key), Mapping) for key in ("paths", "components", "webhooks")):
        raise ReviewError(f"{document.name}: has neither paths nor components")
    return document
