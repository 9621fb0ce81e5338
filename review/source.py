"""OpenAPI documents as a person wrote them: their values, the places of those values, and their `$ref`s.

A document is parsed once by ruamel.yaml's C composer (JSON is YAML here), which keeps the line and column of
every node; values are read from those nodes by the core schema of YAML 1.2, so that `200:` is a status and
`no` is a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import unquote

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Pointer: TypeAlias = tuple[str, ...]

_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: Mapping[str, object] = {"": None, "~": None, "null": None, "Null": None, "NULL": None} | {
    word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")
}
_VERSION = re.compile(r"3\.[0-9]+(\.[0-9]+)?")


class ReviewError(Exception):
    """The review could not run; the message says why in one line. The command exits with status 2."""


class Place(NamedTuple):
    """Where a value stands in its file; line and column count from 1."""

    file: str
    line: int
    column: int


def format_pointer(pointer: Pointer) -> str:
    """Return the RFC 6901 text of a pointer: `("paths", "/a")` is `/paths/~1a`."""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in pointer)


def parse_pointer(text: str) -> Pointer:
    """Return the parts of an RFC 6901 pointer, with or without the leading `#`, percent-decoded."""
    body = unquote(text.removeprefix("#"))
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in body.split("/")[1:])


@dataclass(eq=False)
class Document:
    """One parsed file.

    `name` is how the file is called in findings, `path` where it was read from, `value` its plain value.
    """

    name: str
    path: Path
    text: str
    value: Any
    root: Node
    others: dict[Path, Document] = field(default_factory=dict)

    def get(self, pointer: Pointer) -> Any:
        """Return the value at a pointer.

        Raises:
            KeyError: the document has nothing there.
        """
        value = self.value
        for part in pointer:
            if isinstance(value, Mapping) and part in value:
                value = value[part]
            elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
                value = value[int(part)]
            else:
                raise KeyError(format_pointer(pointer))
        return value

    def place(self, pointer: Pointer) -> Place:
        """Return where the nearest existing part of a pointer begins; a mapping entry begins at its key."""
        node, mark = self.root, self.root.start_mark
        for part in pointer:
            entry = _child(node, part)
            if entry is None:
                break
            mark, node = entry[0].start_mark, entry[1]
        return Place(self.name, mark.line + 1, mark.column + 1)

    def words(self, pointer: Pointer) -> str | None:
        """Return the text of a scalar as it was written, such as the `1.10` of a version; None if there is none."""
        node = self.root
        for part in pointer:
            entry = _child(node, part)
            if entry is None:
                return None
            node = entry[1]
        return str(node.value) if isinstance(node, ScalarNode) else None

    def lines(self, pointer: Pointer) -> tuple[int, str]:
        """Return the first line number and the text of the node at a pointer (or its nearest parent)."""
        first, node = self.root.start_mark.line, self.root
        for part in pointer:
            entry = _child(node, part)
            if entry is None:
                break
            first, node = entry[0].start_mark.line, entry[1]
        last = node.end_mark.line
        if isinstance(node, MappingNode | SequenceNode) and not node.flow_style:
            last -= 1  # A block ends where the next thing begins.
        lines = self._lines[first : max(last, first) + 1]
        while len(lines) > 1 and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
            lines.pop()
        return first + 1, "\n".join(lines)

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.splitlines()

    def resolve(self, reference: str, at: Pointer) -> Spot:
        """Return the spot that a `$ref` means.

        Raises:
            ReviewError: the reference does not resolve, or is not to a local file.
        """
        file, _, fragment = reference.partition("#")
        place = self.place(at)
        trouble = f"{place.file}:{place.line}:{place.column}: $ref {reference!r} does not resolve"
        document = self
        if file:
            if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", file):
                raise ReviewError(f"{trouble}: only references into local files are followed")
            path = (self.path.parent / unquote(file)).resolve()
            if path == self.path.resolve():
                path = self.path
            else:
                try:
                    document = self.others.get(path) or load(path, name=file)
                except ReviewError as error:
                    raise ReviewError(f"{trouble}: {error}") from error
                document.others = self.others
                self.others[path] = document
        spot = Spot(document, parse_pointer(fragment))
        try:
            document.get(spot.pointer)
        except KeyError:
            raise ReviewError(trouble) from None
        return spot


@dataclass(frozen=True)
class Spot:
    """A place in a document, by pointer. Two spots are one if they are in the same document object."""

    document: Document
    pointer: Pointer

    @property
    def value(self) -> Any:
        """The value at this place."""
        return self.document.get(self.pointer)

    def child(self, *parts: str) -> Spot:
        """Return the spot below this one."""
        return Spot(self.document, (*self.pointer, *parts))

    def resolved(self) -> Spot:
        """Follow `$ref` until there is none.

        Raises:
            ReviewError: a reference does not resolve, or goes round in a circle.
        """
        spot: Spot = self
        seen: set[Spot] = {self}
        while isinstance(value := spot.value, Mapping) and isinstance(value.get("$ref"), str):
            spot = spot.document.resolve(value["$ref"], spot.child("$ref").pointer)
            if spot in seen:
                place = spot.document.place(spot.pointer)
                raise ReviewError(f"{place.file}:{place.line}: $ref goes round in a circle and means nothing")
            seen.add(spot)
        return spot

    def object(self, what: str) -> Spot:
        """Follow `$ref` to a mapping.

        Raises:
            ReviewError: what stands there is no mapping, or a reference does not resolve.
        """
        spot = self.resolved()
        if not isinstance(spot.value, Mapping):
            place = spot.document.place(spot.pointer)
            raise ReviewError(f"{place.file}:{place.line}:{place.column}: {what} must be a mapping")
        return spot

    def listed(self, key: str) -> list[Spot]:
        """Return the items of a list below this place; none if there is no such list.

        Raises:
            ReviewError: what stands there is no list.
        """
        value = self.value.get(key)
        if value is None:
            return []
        at = self.child(key)
        if not isinstance(value, list):
            place = at.document.place(at.pointer)
            raise ReviewError(f"{place.file}:{place.line}:{place.column}: `{key}` must be a list")
        return [at.child(str(index)) for index in range(len(value))]

    def entries(self) -> Iterator[tuple[str, Spot]]:
        """Yield the entries of a mapping with their spots; nothing if this is no mapping."""
        value = self.value
        if isinstance(value, Mapping):
            for key in value:
                yield key, self.child(key)


def load(path: Path, *, name: str | None = None) -> Document:
    """Read a YAML or JSON file.

    Raises:
        ReviewError: the file cannot be read or parsed.
    """
    shown = name or str(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ReviewError(f"{shown}: cannot be read: {reason}") from error
    try:
        root = YAML(typ="safe").compose(text)
        if root is None:
            raise ReviewError(f"{shown}: is empty")
        value = _value(root, shown)
    except YAMLError as error:
        raise ReviewError(f"{shown}: is neither YAML nor JSON: {' '.join(str(error).split())}") from error
    except RecursionError as error:
        raise ReviewError(f"{shown}: is nested too deeply, or an alias contains itself") from error
    return Document(shown, path, text, value, root)


def load_openapi(path: Path, *, name: str | None = None) -> Document:
    """Read an OpenAPI 3.x document.

    Raises:
        ReviewError: the file cannot be read, or is not an OpenAPI 3.x document.
    """
    document = load(path, name=name)
    if not isinstance(document.value, Mapping):
        raise ReviewError(f"{document.name}: is not an OpenAPI document: it holds no mapping")
    version = document.value.get("openapi")
    if "swagger" in document.value and version is None:
        raise ReviewError(f"{document.name}: is Swagger {document.value['swagger']}; OpenAPI 3 is needed")
    if not _VERSION.fullmatch(str(version)):
        raise ReviewError(f"{document.name}: is not an OpenAPI 3 document: `openapi` is {version!r}")
    for key in ("info", "paths", "components", "webhooks"):
        if not isinstance(document.value.get(key, {}), Mapping | None):
            place = document.place((key,))
            raise ReviewError(f"{place.file}:{place.line}:{place.column}: `{key}` is not a mapping")
    for key, section in (document.value.get("components") or {}).items():
        if not key.startswith("x-") and not isinstance(section, Mapping | None):
            place = document.place(("components", key))
            raise ReviewError(f"{place.file}:{place.line}:{place.column}: `{key}` is not a mapping")
    if not any(isinstance(document.value.get(key), Mapping) for key in ("paths", "components", "webhooks")):
        raise ReviewError(f"{document.name}: has neither paths nor components")
    return document


def _child(node: Node, part: str) -> tuple[Node, Node] | None:
    if isinstance(node, MappingNode):
        found: tuple[Node, Node] | None = None
        for key, value in node.value:
            if isinstance(key, ScalarNode) and key.value == part:
                found = (key, value)
            elif found is None and isinstance(key, ScalarNode) and key.value == "<<":
                merged = value.value if isinstance(value, SequenceNode) else [value]
                found = next((entry for item in merged if (entry := _child(item, part))), None)
        return found
    if isinstance(node, SequenceNode) and part.isdecimal() and int(part) < len(node.value):
        return node.value[int(part)], node.value[int(part)]
    return None


def _value(node: Node, name: str) -> Any:
    if isinstance(node, ScalarNode):
        return _scalar(node)
    if isinstance(node, SequenceNode):
        return [_value(item, name) for item in node.value]
    result: dict[str, Any] = {}
    own: set[str] = set()
    for key, value in node.value:
        if not isinstance(key, ScalarNode):
            mark = key.start_mark
            raise ReviewError(f"{name}:{mark.line + 1}:{mark.column + 1}: a key must be text")
        if key.value == "<<" and not key.style:
            merged = _value(value, name)
            for item in merged if isinstance(merged, list) else [merged]:
                result.update({k: v for k, v in item.items() if k not in result})
        else:
            if key.value in own:
                mark = key.start_mark
                raise ReviewError(f"{name}:{mark.line + 1}:{mark.column + 1}: key {key.value!r} stands here twice")
            own.add(key.value)
            result[key.value] = _value(value, name)
    return result


def _scalar(node: ScalarNode) -> Any:
    text: str = node.value
    if node.style:  # quoted or block text
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        number = float(text)
        return int(number) if number.is_integer() and abs(number) < 2**53 else number
    return text
