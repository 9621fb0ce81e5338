"""Read YAML with the places of its values, from the events of a parser.

Scalars follow the core schema of YAML 1.2, so that `200:` is a status and `no` is a str. The parser's own tree of nodes
is not used, because building it recurses in C: a deeply nested text would end the process.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)
from ruamel.yaml.reader import ReaderError

from .places import DocumentError, Extent, Place, Pointer

# Limits on the growth of a document by aliases: a small text could become an endless document.
MOST_VALUES: Final = 5_000_000
_ALIASES_ARE_FREE_UP_TO: Final = 100_000
_MOST_GROWTH: Final = 20
_MOST_DEPTH: Final = 500
_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: Final[Mapping[str, bool | None]] = {"": None, "~": None, "null": None, "Null": None, "NULL": None} | {
    word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")
}


class _Mark(NamedTuple):
    """The place of a value, and of the values in it; lines and columns count from 0.

    `inner` holds the places of keys and the marks of values for a mapping, the marks of items for a list, and the text
    as it was written for a word or a number.
    """

    line: int
    column: int
    last: int
    inner: _Keys | list[_Mark] | str | None


_Keys: TypeAlias = dict[str, tuple[int, int, _Mark]]


def read_yaml(name: str, text: str) -> tuple[Any, list[Pointer], YamlExtents]:
    """Return the value of a text, the keys that appear twice in a mapping, and the places of its values.

    Raises:
        DocumentError: The text is not YAML, is empty, has several documents, or its aliases make it grow without bound.
    """
    try:
        builder = _built(name, text)
    except MarkedYAMLError as error:
        raise _not_yaml(name, text, error) from error
    except ReaderError as error:
        before = text[: max(text.find(chr(error.character)), 0)]
        place = Place(name, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
        raise DocumentError(f"{place}: is not YAML: it has the control character U+{error.character:04X}") from error
    except YAMLError as error:
        raise DocumentError(f"{name}: is not YAML: {' '.join(str(error).split())}") from error
    if builder.result is None or (builder.result[0] is None and not builder.result[1].inner):
        raise DocumentError(f"{name}: is empty")
    value, mark = builder.result
    return value, builder.repeated, YamlExtents(mark)


class YamlExtents:
    """Finds the places of values in a YAML text."""

    def __init__(self, root: _Mark) -> None:
        self._root = root

    def find(self, pointer: Pointer) -> Extent:
        """Return the extent of the nearest existing part of a pointer."""
        mark = self._root
        line, column = mark.line, mark.column
        for part in pointer:
            if isinstance(mark.inner, dict) and part in mark.inner:
                line, column, mark = mark.inner[part]
            elif isinstance(mark.inner, list) and part.isdecimal() and int(part) < len(mark.inner):
                mark = mark.inner[int(part)]
                line, column = mark.line, mark.column
            else:
                break
        return Extent(line, column, mark.line, mark.last, mark.inner if isinstance(mark.inner, str) else None)


def _built(name: str, text: str) -> _Builder:
    """Read YAML with the C parser or, if only YAML 1.1 refuses it (`[{url: http://a}]`), with the Python parser.

    Raises:
        YAMLError: The text is not YAML; the error of the C parser.
    """
    try:
        return _Builder(name, YAML(typ="safe").parse(text))
    except MarkedYAMLError:
        try:
            return _Builder(name, YAML(typ="safe", pure=True).parse(text))
        except YAMLError:
            pass
        raise


@dataclass
class _Open:
    """A mapping or list whose end is not read yet; `size` is the number of its values, with aliases expanded."""

    value: dict[str, Any] | list[Any]
    marks: _Keys | list[_Mark]
    line: int
    column: int
    flow: bool
    anchor: str | None
    size: int = 1
    key: tuple[str, int, int] | None = None
    merges: bool = False
    own: set[str] = field(default_factory=set)


class _Builder:
    """Builds the value and the marks of a document from the parser's events."""

    def __init__(self, name: str, events: Iterator[Event]) -> None:
        self.result: tuple[Any, _Mark] | None = None
        self.repeated: list[Pointer] = []
        self._name = name
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Any, _Mark, int] | None] = {}  # None while the value is read
        self._written = 0  # the number of values, in which an alias counts as one
        for event in events:
            if isinstance(event, DocumentStartEvent) and self.result is not None:
                raise self._refused(event, "a second document begins here: write one document a file")
            if isinstance(event, NodeEvent) and self._is_key():
                self._key(event)
            elif isinstance(event, NodeEvent):
                self._node(event)
            elif isinstance(event, CollectionEndEvent):
                self._end(event)

    def _node(self, event: NodeEvent) -> None:
        start = event.start_mark
        self._written += 1
        if isinstance(event, ScalarEvent):
            value = _scalar(event.value, event.style)
            written = None if isinstance(value, str) else str(event.value)
            self._add(value, _Mark(start.line, start.column, event.end_mark.line, written), 1, event.anchor)
        elif isinstance(event, AliasEvent):
            if event.anchor not in self._anchors:
                raise self._refused(event, f"the alias {event.anchor!r} is not defined")
            found = self._anchors[event.anchor]
            if found is None:
                raise self._refused(event, "an alias contains itself: write out what is meant")
            self._add(*found, None)
        elif isinstance(event, CollectionStartEvent):
            is_mapping = isinstance(event, MappingStartEvent)
            if len(self._open) == _MOST_DEPTH:
                raise self._refused(event, "is nested too deeply")
            new = _Open({}, {}, start.line, start.column, bool(event.flow_style), event.anchor)
            if not is_mapping:
                new.value, new.marks = [], []
            if event.anchor:
                self._anchors[event.anchor] = None
            self._open.append(new)

    def _end(self, event: CollectionEndEvent) -> None:
        done = self._open.pop()
        # The end of a block is the beginning of the next value.
        last = event.end_mark.line - (0 if done.flow else 1)
        self._add(done.value, _Mark(done.line, done.column, last, done.marks), done.size, done.anchor)

    def _pointer(self) -> Pointer:
        """Return the pointer of the innermost open mapping or list."""
        return tuple(node.key[0] if node.key else str(len(node.value)) for node in self._open[:-1])

    def _is_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].value, dict) and self._open[-1].key is None

    def _key(self, event: NodeEvent) -> None:
        if not isinstance(event, ScalarEvent):
            raise self._refused(event, "a key must be a word or a number")
        top, text = self._open[-1], str(event.value)
        top.merges = text == "<<" and not event.style
        if not top.merges:
            if text in top.own:
                self.repeated.append((*self._pointer(), text))
            top.own.add(text)
        top.key = (text, event.start_mark.line, event.start_mark.column)

    def _add(self, value: Any, mark: _Mark, size: int, anchor: str | None) -> None:
        if anchor:
            self._anchors[anchor] = value, mark, size
        if not self._open:
            self.result = value, mark
            if size > MOST_VALUES or size > max(_ALIASES_ARE_FREE_UP_TO, _MOST_GROWTH * self._written):
                place = Place(self._name, mark.line + 1, mark.column + 1)
                raise DocumentError(f"{place}: its aliases make {size:,} values out of {self._written:,}: use `$ref`")
            return
        top = self._open[-1]
        top.size += size
        if isinstance(top.value, list) and isinstance(top.marks, list):
            top.value.append(value)
            top.marks.append(mark)
        elif isinstance(top.value, dict) and isinstance(top.marks, dict) and top.key is not None:
            key, line, column = top.key
            top.key = None
            if top.merges:
                self._merge(top.value, top.marks, value, mark, Place(self._name, line + 1, column + 1))
            else:
                top.value[key] = value
                top.marks[key] = line, column, mark

    @staticmethod
    def _merge(value: dict[str, Any], marks: _Keys, merged: Any, mark: _Mark, at: Place) -> None:
        """Add the entries of a merge key (`<<`), unless the mapping has them itself."""
        is_list = isinstance(merged, list) and isinstance(mark.inner, list)
        items = zip(merged, mark.inner or (), strict=True) if is_list else [(merged, mark)]
        for item, inner in items:
            if not isinstance(item, dict) or not isinstance(inner, _Mark) or not isinstance(inner.inner, dict):
                raise DocumentError(f"{at}: `<<` merges mappings, and this is not one")
            for key in item:
                if key not in value:
                    value[key], marks[key] = item[key], inner.inner[key]

    def _refused(self, event: Event, why: str) -> DocumentError:
        mark = event.start_mark
        return DocumentError(f"{Place(self._name, mark.line + 1, mark.column + 1)}: {why}")


def _scalar(text: str, style: str | None) -> Any:
    if style:  # quoted or block text
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text) if len(text) < 4000 else text  # Python refuses longer ones
    if _FLOAT.fullmatch(text):
        number = float(text)
        return number if number - number == 0 else text  # infinite: too large for a float
    return text


def _not_yaml(name: str, text: str, error: MarkedYAMLError) -> DocumentError:
    """Return an error with the place where the text is not YAML, and the usual reason."""
    problem, mark = error.problem or error.context or "", error.problem_mark or error.context_mark
    if "unexpected end of stream" in problem and error.context_mark is not None:
        problem, mark = "a quote begins here that does not end", error.context_mark
    if mark is None:
        return DocumentError(f"{name}: is not YAML: {problem}")
    lines = text.splitlines()
    rest = lines[mark.line][mark.column :] if mark.line < len(lines) else ""
    if "cannot start any token" in problem:
        what = "a tab: indent with spaces" if rest.startswith("\t") else f"a text that begins with {rest[:1]}: quote it"
        problem = f"here is {what}"
    hints = {
        "mapping values are not allowed": "quote a text that has a colon, or correct the indentation",
        "did not find expected": "is it indented as the lines around it are?",
    }
    hint = next((f": {hint}" for key, hint in hints.items() if key in problem), "")
    return DocumentError(f"{name}:{mark.line + 1}:{mark.column + 1}: is not YAML: {problem}{hint}")
