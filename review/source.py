"""OpenAPI documents as a person wrote them: their values, the places of those values, and their `$ref`s.

A file is read once, from the events of libyaml (JSON is YAML here), into plain values and a slim tree of marks that
says where each of them stands. Scalars follow the core schema of YAML 1.2: `200:` is a status and `no` is a word.
The generator has a reader of its own (`generator/spec/reading.py`), which looks places up one by one and refuses what
cannot be generated from; a test holds the two against each other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias
from urllib.parse import unquote

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

Pointer: TypeAlias = tuple[str, ...]

_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: Mapping[str, object] = {"": None, "~": None, "null": None, "Null": None, "NULL": None} | {
    word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")
}
_VERSION = re.compile(r"3\.([0-9]+)(\.[0-9]+)?")
# The newest minor version of OpenAPI 3 that is understood.
_NEWEST: Final = 2
# JSON writes what is beyond U+FFFF as two escapes, which YAML does not know.
_SURROGATES = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")


class ReviewError(Exception):
    """The review could not run; the message says why in one line. The command exits with status 2."""


class Place(NamedTuple):
    """Where a value stands in its file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


def format_pointer(pointer: Pointer) -> str:
    """Return the RFC 6901 text of a pointer: `("paths", "/a")` is `/paths/~1a`."""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in pointer)


def parse_pointer(text: str) -> Pointer:
    """Return the parts of an RFC 6901 pointer, with or without the leading `#`, percent-decoded."""
    body = unquote(text.removeprefix("#"))
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in body.split("/")[1:])


class Mark(NamedTuple):
    """Where a value stands: its first line and column, its last line (from 0), and the marks of what is in it.

    `inner` has the place of each key with the mark of its value for a mapping, marks for a list, and for a scalar the
    text as it was written, where the value does not say it.
    """

    line: int
    column: int
    last: int
    inner: dict[str, tuple[int, int, Mark]] | list[Mark] | str | None


@dataclass(eq=False)
class Document:
    """One parsed file.

    `name` is how the file is called in findings, `path` where it was read from, `value` its plain value.
    """

    name: str
    path: Path
    text: str
    value: Any
    root: Mark
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
        line, column, _ = self._nearest(pointer)
        return Place(self.name, line + 1, column + 1)

    def words(self, pointer: Pointer) -> str | None:
        """Return the text of a scalar as it was written, such as the `1.10` of a version; None if there is none."""
        try:
            value = self.get(pointer)
        except KeyError:
            return None
        inner = self._nearest(pointer)[2].inner
        return inner if isinstance(inner, str) else value if isinstance(value, str) else None

    def snippet(self, pointer: Pointer, most: int) -> str:
        """Return the lines of the value at a pointer (or its nearest parent), outdented, no more than `most`."""
        first, _, mark = self._nearest(pointer)
        lines = self._lines[first : max(mark.last, first) + 1]
        while len(lines) > 1 and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
            lines.pop()
        shown = lines[:most] + (["..."] if len(lines) > most else [])
        indent = min((len(line) - len(line.lstrip()) for line in shown if line.strip()), default=0)
        return "\n".join(line[indent:] if line.strip() else "" for line in shown)

    def _nearest(self, pointer: Pointer) -> tuple[int, int, Mark]:
        mark = self.root
        line, column = mark.line, mark.column
        for part in pointer:
            if isinstance(mark.inner, dict) and part in mark.inner:
                line, column, mark = mark.inner[part]
            elif isinstance(mark.inner, list) and part.isdecimal() and int(part) < len(mark.inner):
                mark = mark.inner[int(part)]
                line, column = mark.line, mark.column
            else:
                break
        return line, column, mark

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.splitlines()

    @cached_property
    def _anchors(self) -> dict[str, list[Pointer]]:
        """The places that `$anchor` and `$dynamicAnchor` name."""
        found: dict[str, list[Pointer]] = {}
        todo: list[tuple[Pointer, Any]] = [((), self.value)]
        while todo:
            pointer, value = todo.pop()
            if isinstance(value, Mapping):
                for keyword in ("$anchor", "$dynamicAnchor"):
                    if isinstance(name := value.get(keyword), str):
                        found.setdefault(name, []).append(pointer)
                todo.extend(((*pointer, key), item) for key, item in value.items())
            elif isinstance(value, list):
                todo.extend(((*pointer, str(index)), item) for index, item in enumerate(value))
        return found

    def dynamic_targets(self, reference: str, at: Pointer) -> list[Spot]:
        """Return every spot that a `$dynamicRef` may mean: all that carry the anchor, since callers decide which.

        Raises:
            ReviewError: there is none.
        """
        name = reference.removeprefix("#")
        if reference.startswith("#") and len(found := self._anchors.get(name, ())) > 1:
            return sorted((Spot(self, pointer, self.get(pointer)) for pointer in found), key=lambda spot: spot.pointer)
        return [self.resolve(reference, at)]

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
        if fragment and not fragment.startswith("/"):
            pointers = document._anchors.get(unquote(fragment), [])
            if not pointers:
                raise ReviewError(trouble)
            pointer = pointers[0]
        else:
            pointer = parse_pointer(fragment)
        try:
            return Spot(document, pointer, document.get(pointer))
        except KeyError:
            raise ReviewError(trouble) from None


class Spot:
    """A place in a document, with the value there. Two spots are one if they are the same place of one document."""

    __slots__ = ("_hash", "document", "pointer", "value")

    def __init__(self, document: Document, pointer: Pointer, value: Any) -> None:
        self.document, self.pointer, self.value = document, pointer, value
        self._hash = hash((id(document), pointer))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Spot) and self.document is other.document and self.pointer == other.pointer

    def __hash__(self) -> int:
        return self._hash

    @property
    def place(self) -> Place:
        """Where it stands in its file."""
        return self.document.place(self.pointer)

    def child(self, part: str) -> Spot:
        """Return the spot below this one; its value is None if there is nothing."""
        value = self.value
        if isinstance(value, Mapping):
            inner = value.get(part)
        else:
            inner = (
                value[int(part)] if isinstance(value, list) and part.isdecimal() and int(part) < len(value) else None
            )
        return Spot(self.document, (*self.pointer, part), inner)

    def resolved(self) -> Spot:
        """Follow `$ref` until there is none.

        Raises:
            ReviewError: a reference does not resolve, or goes round in a circle.
        """
        spot: Spot = self
        seen: set[Spot] = {self}
        while isinstance(value := spot.value, Mapping) and isinstance(value.get("$ref"), str):
            spot = spot.document.resolve(value["$ref"], (*spot.pointer, "$ref"))
            if spot in seen:
                place = spot.place
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
            raise ReviewError(f"{spot.place}: {what} must be a mapping")
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
            raise ReviewError(f"{at.place}: `{key}` must be a list")
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
    return parse(text, shown, path)


def parse(text: str, name: str, path: Path) -> Document:
    """Read the text of a YAML or JSON file.

    Raises:
        ReviewError: it is neither, or means nothing.
    """
    if text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        text = _SURROGATES.sub(lambda pair: str(json.loads(f'"{pair[0]}"')), text)
    try:
        value, root = _Builder(name).build(text)
    except YAMLError as error:
        raise ReviewError(f"{name}: is neither YAML nor JSON: {' '.join(str(error).split())}") from error
    return Document(name, path, text, value, root)


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
    known = _VERSION.fullmatch(document.words(("openapi",)) or "")
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


@dataclass
class _Open:
    """A mapping or list whose end is not read yet."""

    value: dict[str, Any] | list[Any]
    line: int
    column: int
    flow: bool
    anchor: str | None
    marks: dict[str, tuple[int, int, Mark]] | list[Mark]
    key: tuple[str, int, int] | None = None
    merges: bool = False
    own: set[str] = field(default_factory=set)


class _Builder:
    """Builds values and marks from the events of a parser, without recursion: depth is no matter here."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.open: list[_Open] = []
        self.anchors: dict[str, tuple[Any, Mark]] = {}
        self.result: tuple[Any, Mark] | None = None

    def build(self, text: str) -> tuple[Any, Mark]:
        """Return the value and the marks of a document.

        Raises:
            ReviewError: it is empty, is several documents, or has a key that is no text or stands there twice.
            YAMLError: it is not YAML.
        """
        for event in YAML(typ="safe").parse(text):
            if isinstance(event, DocumentStartEvent) and self.result is not None:
                raise self._refused(event, "a second document begins here: one is expected")
            self._take(event)
        if self.result is None or (self.result[0] is None and not self.result[1].inner):
            raise ReviewError(f"{self.name}: is empty")
        return self.result

    def _take(self, event: Event) -> None:
        start = event.start_mark
        if isinstance(event, ScalarEvent):
            if self._is_key():
                self._key(event)
                return
            value = _scalar(event.value, event.style)
            written = None if isinstance(value, str) else str(event.value)
            self._add(value, Mark(start.line, start.column, event.end_mark.line, written), event.anchor)
        elif isinstance(event, AliasEvent):
            if self._is_key():
                raise self._refused(event, "a key must be text")
            if event.anchor not in self.anchors:
                raise self._refused(event, f"the alias {event.anchor!r} is not defined, or contains itself")
            value, mark = self.anchors[event.anchor]
            self._add(value, mark, None)
        elif isinstance(event, MappingStartEvent | SequenceStartEvent):
            if self._is_key():
                raise self._refused(event, "a key must be text")
            mapping = isinstance(event, MappingStartEvent)
            new = _Open({} if mapping else [], start.line, start.column, bool(event.flow_style), event.anchor, {})
            if not mapping:
                new.marks = []
            self.open.append(new)
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            done = self.open.pop()
            # A block ends where the next thing begins.
            last = event.end_mark.line - (0 if done.flow else 1)
            self._add(done.value, Mark(done.line, done.column, last, done.marks), done.anchor)

    def _is_key(self) -> bool:
        return bool(self.open) and isinstance(self.open[-1].value, dict) and self.open[-1].key is None

    def _key(self, event: ScalarEvent) -> None:
        top, text = self.open[-1], str(event.value)
        top.merges = text == "<<" and not event.style
        if not top.merges:
            if text in top.own:
                raise self._refused(event, f"key {text!r} is declared twice")
            top.own.add(text)
        top.key = (text, event.start_mark.line, event.start_mark.column)

    def _add(self, value: Any, mark: Mark, anchor: str | None) -> None:
        if anchor:
            self.anchors[anchor] = value, mark
        if not self.open:
            self.result = value, mark
            return
        top = self.open[-1]
        if isinstance(top.value, list) and isinstance(top.marks, list):
            top.value.append(value)
            top.marks.append(mark)
        elif isinstance(top.value, dict) and isinstance(top.marks, dict) and top.key is not None:
            key, line, column = top.key
            top.key = None
            if top.merges:
                self._merge(top.value, top.marks, value, mark, Place(self.name, line + 1, column + 1))
            else:
                top.value[key] = value
                top.marks[key] = line, column, mark

    def _merge(
        self, value: dict[str, Any], marks: dict[str, tuple[int, int, Mark]], merged: Any, mark: Mark, at: Place
    ) -> None:
        """Add the entries of merge keys (`<<`), which what the mapping says itself overrides."""
        if isinstance(merged, list) and isinstance(mark.inner, list):
            items = list(zip(merged, mark.inner, strict=True))
        else:
            items = [(merged, mark)]
        for item, inner in items:
            if not isinstance(item, dict) or not isinstance(inner.inner, dict):
                raise ReviewError(f"{at}: `<<` must name a mapping, or a list of them")
            for key in item:
                if key not in value:
                    value[key], marks[key] = item[key], inner.inner[key]

    def _refused(self, event: Event, why: str) -> ReviewError:
        mark = event.start_mark
        return ReviewError(f"{Place(self.name, mark.line + 1, mark.column + 1)}: {why}")


def _scalar(text: str, style: str | None) -> Any:
    if style:  # quoted or block text
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text) if len(text) < 4000 else text  # Python reads no longer one
    if _FLOAT.fullmatch(text):
        number = float(text)
        if number - number != 0:  # too large for a float
            return text
        return int(number) if number.is_integer() and abs(number) < 2**53 else number
    return text
