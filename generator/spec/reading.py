"""Read a document as a person wrote it: its values, and the line and column of each of them.

JSON is read by `json`, YAML by ruamel.yaml's C composer with the core schema of YAML 1.2, so that `200:` is a status
and `no` is a word. A place is looked up only when a message needs it.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import CollectionEndEvent, CollectionStartEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

Pointer: TypeAlias = tuple[str, ...]

# A document may use an alias as often as it likes, but not to grow beyond what a person could have written.
MOST_VALUES: Final = 5_000_000
_ALIASES_ARE_FREE_UP_TO: Final = 100_000
_MOST_GROWTH: Final = 20
_INT = re.compile(r"[-+]?[0-9]+")
_LONG_INT = re.compile(r"[0-9]{4300,}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: Final[Mapping[str, bool | None]] = {"": None, "~": None, "null": None, "Null": None, "NULL": None} | {
    word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")
}
_MOST_DEPTH: Final = 500
_BRACKET = re.compile(r"[\[\]{}]")
_BLOCK = re.compile(r"^[ ]*(?:[-?:] +)*", re.MULTILINE)
_SPACE = re.compile(r"[ \t\n\r]*")


class DocumentError(Exception):
    """The document cannot be read; the message is one line that begins with the place."""


class Place(NamedTuple):
    """The place of a value in its file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class _Source(Protocol):
    """A source of the places of a file's values, counted from 0."""

    def find(self, pointer: Pointer) -> tuple[int, int]: ...


@dataclass(eq=False)
class Document:
    """One file: how messages call it, where it was read from, its value, and the keys that stand in it twice."""

    name: str
    path: Path
    value: Any
    repeated: list[Pointer]
    _source: _Source = field(repr=False)

    def place(self, pointer: Pointer) -> Place:
        """Return where the nearest existing part of a pointer begins; a mapping's entry begins at its key."""
        line, column = self._source.find(pointer)
        return Place(self.name, line + 1, column + 1)


def format_pointer(pointer: Pointer) -> str:
    """Return the RFC 6901 text of a pointer: `("paths", "/a")` is `/paths/~1a`."""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in pointer)


def printable(text: str) -> str:
    """Return a text of the document as it can stand in a line of a terminal."""
    return "".join(each if each.isprintable() else "?" for each in text)


def read(path: Path) -> Document:
    """Read a YAML or JSON file.

    Raises:
        DocumentError: the file cannot be read, is neither YAML nor JSON, or its aliases make it grow without bound.
    """
    name = os.path.relpath(path) if path.resolve().is_relative_to(Path.cwd()) else str(path)
    if path.exists() and not path.is_file():
        raise DocumentError(f"{name}: cannot be read: it is no regular file")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DocumentError(f"{name}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DocumentError(f"{name}: is not UTF-8 at byte {error.start}: save it as UTF-8") from error
    if text.lstrip()[:1] == "<":
        raise DocumentError(f"{name}:1:1: is HTML or XML, and no OpenAPI document: was a page saved instead of it?")
    if path.suffix == ".json" and not text.strip():
        raise DocumentError(f"{name}: is empty")
    if path.suffix == ".json" or text.lstrip()[:1] in ("{", "["):
        try:
            return _read_json(name, path, text)
        except DocumentError:
            if path.suffix == ".json":
                raise
    return _read_yaml(name, path, text)


def _read_json(name: str, path: Path, text: str) -> Document:
    twice: dict[int, tuple[dict[str, Any], list[str]]] = {}

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = Counter(key for key, _ in pairs)
            twice[id(found)] = found, [key for key, times in keys.items() if times > 1]
        return found

    def refuse(word: str) -> Any:
        raise ValueError(f"{word} is no JSON number")

    try:
        value = json.loads(text, object_pairs_hook=unique, parse_constant=refuse)
        repeated = list(_repeated(value, twice)) if twice else []
        broken = next(_broken(value), None) if r"\ud" in text.lower() else None
    except json.JSONDecodeError as error:
        raise DocumentError(f"{name}:{error.lineno}:{error.colno}: is not JSON: {error.msg}") from error
    except ValueError as error:
        long = _LONG_INT.search(text)
        message = f"a number of {len(long[0]):,} digits, which nothing can read" if long else f"is not JSON: {error}"
        raise DocumentError(f"{name}: {message}") from error
    except RecursionError as error:
        raise DocumentError(f"{name}: is nested too deeply") from error
    document = Document(name, path, value, repeated, _JsonText(text))
    if broken is not None:
        raise DocumentError(
            f"{document.place(broken)}: {format_pointer(broken)}: half of a character (a lone surrogate)"
        )
    return document


def _broken(value: Any, pointer: Pointer = ()) -> Iterator[Pointer]:
    """Yield the places of strings that cannot be written as UTF-8: JSON can escape half of a character."""
    if isinstance(value, str):
        if any("\ud800" <= each <= "\udfff" for each in value):
            yield pointer
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _broken(key, (*pointer, key))
            yield from _broken(item, (*pointer, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _broken(item, (*pointer, str(index)))


def _repeated(
    value: Any, twice: Mapping[int, tuple[dict[str, Any], list[str]]], pointer: Pointer = ()
) -> Iterator[Pointer]:
    """Yield the places of the keys that objects have twice, which are told by the objects' identity."""
    if isinstance(value, dict):
        yield from ((*pointer, key) for key in twice.get(id(value), ({}, []))[1])
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in entries:
        if isinstance(item, dict | list):
            yield from _repeated(item, twice, (*pointer, str(key)))


class _JsonText:
    """JSON text; a value is found by skipping those before it, and those beside it are remembered."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._skip = json.JSONDecoder().raw_decode
        self._found: dict[int, dict[str, tuple[int, int]]] = {}

    def find(self, pointer: Pointer) -> tuple[int, int]:
        begins = at = self._space(0)
        for part in pointer:
            if at not in self._found:
                self._found[at] = {key: (begun, value) for key, begun, value in self._entries(at)}
            if part not in self._found[at]:
                break
            begins, at = self._found[at][part]
        line = self._text.count("\n", 0, begins)
        return line, begins - (self._text.rfind("\n", 0, begins) + 1)

    def _space(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at

    def _entries(self, at: int) -> Iterator[tuple[str, int, int]]:
        """Yield each entry of the object or array at an index: its key, where it begins, and where its value begins."""
        opening = self._text[at : at + 1]
        if opening not in ("{", "["):
            return
        begins, index = self._space(at + 1), 0
        while self._text[begins] not in "}]":
            key, value = str(index), begins
            if opening == "{":
                key, after = self._skip(self._text, begins)
                value = self._space(self._space(after) + 1)
            yield key, begins, value
            after = self._space(self._skip(self._text, value)[1])
            if self._text[after] == ",":
                after = self._space(after + 1)
            begins, index = after, index + 1


def _read_yaml(name: str, path: Path, text: str) -> Document:
    if _may_be_deep(text) and _depth(text) > _MOST_DEPTH:
        raise DocumentError(f"{name}: is nested too deeply")
    try:
        root = _composed(text)
    except MarkedYAMLError as error:
        raise _not_yaml(name, text, error) from error
    except ReaderError as error:
        line, column = _position(text, text.find(chr(error.character)))
        character = f"U+{error.character:04X}"
        raise DocumentError(f"{name}:{line}:{column}: is not YAML: it has the control character {character}") from error
    except YAMLError as error:
        raise DocumentError(f"{name}: is not YAML: {' '.join(str(error).split())}") from error
    except RecursionError as error:
        raise DocumentError(f"{name}: is nested too deeply") from error
    if root is None:
        raise DocumentError(f"{name}: is empty")
    source = _YamlNodes(name, root)
    try:
        source.bound()
        value = source.value(root, ())
    except RecursionError as error:
        raise DocumentError(f"{name}: is nested too deeply") from error
    return Document(name, path, value, source.repeated, source)


def _composed(text: str) -> Node | None:
    """Compose YAML by the C reader, and what only YAML 1.1 refuses (`[{url: http://a}]`) by the one in Python.

    Raises:
        YAMLError: it is not YAML; as the C reader says it.
    """
    try:
        return YAML(typ="safe").compose(text)  # type: ignore[no-any-return]  # ruamel.yaml has no types here
    except MarkedYAMLError:
        with contextlib.suppress(YAMLError):
            return YAML(typ="safe", pure=True).compose(text)  # type: ignore[no-any-return]  # as above
        raise


def _not_yaml(name: str, text: str, error: MarkedYAMLError) -> DocumentError:
    """Say where YAML ends to be YAML, and what is often the reason."""
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
        "another document": "write one document a file",
    }
    hint = next((f": {hint}" for key, hint in hints.items() if key in problem), "")
    return DocumentError(f"{name}:{mark.line + 1}:{mark.column + 1}: is not YAML: {problem}{hint}")


def _position(text: str, index: int) -> tuple[int, int]:
    """Return the line and the column of an index, from 1."""
    before = text[: max(index, 0)]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def _may_be_deep(text: str) -> bool:
    """Return whether nesting may be too deep for the C composer, which recurses; the guess is never too low."""
    flow = deepest = 0
    for bracket in _BRACKET.finditer(text):
        flow += 1 if bracket[0] in "[{" else -1
        deepest = max(deepest, flow)
    block = max((len(begin[0]) for begin in _BLOCK.finditer(text)), default=0)
    return deepest + block > _MOST_DEPTH


def _depth(text: str) -> int:
    """Return how deeply YAML is nested, from its events, up to where it is too deep or cannot be parsed."""
    depth = deepest = 0
    with contextlib.suppress(YAMLError):
        for event in YAML(typ="safe").parse(text):
            depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
            deepest = max(deepest, depth)
            if deepest > _MOST_DEPTH:
                break
    return deepest


class _YamlNodes:
    """Composed YAML. A node that has aliases is read once, and is one value in all its places."""

    def __init__(self, name: str, root: Node) -> None:
        self._name = name
        self._root = root
        self._values: dict[int, Any] = {}
        self.repeated: list[Pointer] = []

    def find(self, pointer: Pointer) -> tuple[int, int]:
        node, mark = self._root, self._root.start_mark
        for part in pointer:
            entry = _child(node, part)
            if entry is None:
                break
            mark, node = entry[0].start_mark, entry[1]
        return mark.line, mark.column

    def bound(self) -> None:
        """Refuse aliases that contain themselves, and those that make the document grow out of proportion."""
        sizes: dict[int, int] = {}
        open_nodes = set[int]()

        def size(node: Node) -> int:
            found = sizes.get(id(node))
            if found is not None:
                return found
            if id(node) in open_nodes:
                raise self._error(node, "an alias contains itself: write out what is meant")
            total = 1
            if not isinstance(node, ScalarNode):
                open_nodes.add(id(node))
                parts = node.value if isinstance(node, SequenceNode) else (each for pair in node.value for each in pair)
                total += sum(size(part) for part in parts)
                open_nodes.discard(id(node))
            sizes[id(node)] = total
            return total

        values = size(self._root)
        if values > MOST_VALUES or values > max(_ALIASES_ARE_FREE_UP_TO, _MOST_GROWTH * len(sizes)):
            raise self._error(self._root, f"its aliases make {values:,} values out of {len(sizes):,}: use `$ref`")

    def value(self, node: Node, pointer: Pointer) -> Any:
        if isinstance(node, ScalarNode):
            return _scalar(node)
        found = self._values.get(id(node))
        if found is None:
            found = self._values[id(node)] = (
                [self.value(item, (*pointer, str(index))) for index, item in enumerate(node.value)]
                if isinstance(node, SequenceNode)
                else self._mapping(node, pointer)
            )
        return found

    def _mapping(self, node: Node, pointer: Pointer) -> dict[str, Any]:
        result: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                raise self._error(key, "a key must be a word or a number")
            if key.value == "<<" and not key.style:
                found = self.value(value, pointer)
                for each in found if isinstance(found, list) else [found]:
                    if not isinstance(each, dict):
                        raise self._error(key, "`<<` merges mappings, and this is not one")
                    merged = each | merged
                continue
            if key.value in result:
                self.repeated.append((*pointer, key.value))
            result[key.value] = self.value(value, (*pointer, key.value))
        return merged | result if merged else result

    def _error(self, node: Node, message: str) -> DocumentError:
        mark = node.start_mark
        return DocumentError(f"{Place(self._name, mark.line + 1, mark.column + 1)}: {message}")


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


def _scalar(node: ScalarNode) -> Any:
    text: str = node.value
    if node.style:  # quoted or block text
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text) if len(text) < 4000 else text  # Python reads no longer one
    if _FLOAT.fullmatch(text):
        number = float(text)
        return number if number - number == 0 else text  # not too large for a float
    return text
