"""A YAML or JSON file as plain values and a slim tree of marks that says where each of them stands.

A file is read once, from the events of libyaml (JSON is YAML here). Scalars follow the core schema of YAML 1.2: `200:`
is a status and `no` is a word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ruamel.yaml import YAML
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

_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: Mapping[str, object] = {"": None, "~": None, "null": None, "Null": None, "NULL": None} | {
    word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")
}


class ReviewError(Exception):
    """The review could not run; the message says why in one line. The command exits with status 2."""


class Place(NamedTuple):
    """Where a value stands in its file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Mark(NamedTuple):
    """Where a value stands: its first line and column, its last line (from 0), and the marks of what is in it.

    `inner` has the place of each key with the mark of its value for a mapping, marks for a list, and for a scalar the
    text as it was written, where the value does not say it.
    """

    line: int
    column: int
    last: int
    inner: dict[str, tuple[int, int, Mark]] | list[Mark] | str | None


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


class Builder:
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
