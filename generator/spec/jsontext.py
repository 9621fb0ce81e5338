"""Read JSON, and find the places of its values when a message needs them."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from .places import DocumentError, Extent, Pointer, format_pointer

_LONG_INT = re.compile(r"[0-9]{4300,}")
# An escaped surrogate without its other half, as far as a pattern can tell.
_LONE = re.compile(r"\\ud[89ab]..(?!\\ud[c-f]..)|(?<!\\ud[89ab]..)\\ud[c-f]..", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\n\r]*")


def read_json(name: str, text: str) -> tuple[Any, list[Pointer], JsonExtents]:
    """Return the value of a text, the keys that appear twice in a mapping, and the places of its values.

    Raises:
        DocumentError: The text is not JSON, or is nested too deeply.
    """
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
        found = list(_strings_and_objects(value)) if twice or _LONE.search(text) else []
    except json.JSONDecodeError as error:
        raise DocumentError(f"{name}:{error.lineno}:{error.colno}: is not JSON: {error.msg}") from error
    except ValueError as error:
        long = _LONG_INT.search(text)
        message = f"a number of {len(long[0]):,} digits, which nothing can read" if long else f"is not JSON: {error}"
        raise DocumentError(f"{name}: {message}") from error
    except RecursionError as error:
        raise DocumentError(f"{name}: is nested too deeply") from error
    extents = JsonExtents(text)
    repeated = [(*pointer, key) for pointer, item in found for key in twice.get(id(item), (item, []))[1]]
    broken = next((pointer for pointer, item in found if _is_broken(item)), None)
    if broken is not None:
        line, column, *_ = extents.find(broken)
        place = f"{name}:{line + 1}:{column + 1}"
        raise DocumentError(f"{place}: {format_pointer(broken)}: half of a character (a lone surrogate)")
    return value, repeated, extents


def _strings_and_objects(value: Any, pointer: Pointer = ()) -> Iterator[tuple[Pointer, str | dict[str, Any]]]:
    """Yield the keys, strings and objects in a value with their pointers; the key of an entry has its pointer."""
    if isinstance(value, str | dict):
        yield pointer, value
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in entries:
        at = (*pointer, str(key))
        if isinstance(key, str):
            yield at, key
        if isinstance(item, str | dict | list):
            yield from _strings_and_objects(item, at)


def _is_broken(text: object) -> bool:
    """Return whether a text has a lone surrogate, which cannot be written as UTF-8."""
    return isinstance(text, str) and any("\ud800" <= character <= "\udfff" for character in text)


class JsonExtents:
    """Finds the places of values in a JSON text, by skipping the values before them; found places are cached."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._skip = json.JSONDecoder().raw_decode
        self._found: dict[int, dict[str, tuple[int, int]]] = {}
        self._known: dict[Pointer, Extent] = {}

    def find(self, pointer: Pointer) -> Extent:
        """Return the extent of the nearest existing part of a pointer."""
        begins = at = self._space(0)
        if pointer in self._known:
            return self._known[pointer]
        for part in pointer:
            if at not in self._found:
                self._found[at] = {key: (begun, value) for key, begun, value in self._entries(at)}
            if part not in self._found[at]:
                break
            begins, at = self._found[at][part]
        ends = self._skip(self._text, at)[1]
        line = self._line(begins)
        written = self._text[at:ends] if self._text[at] not in '{["' else None
        extent = Extent(line, begins - self._lines[line], self._line(at), self._line(ends - 1), written)
        return self._known.setdefault(pointer, extent)

    @cached_property
    def _lines(self) -> list[int]:
        """The index at which each line begins."""
        return [0, *(found.end() for found in re.finditer("\n", self._text))]

    def _line(self, index: int) -> int:
        return bisect_right(self._lines, index) - 1

    def _space(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at

    def _entries(self, at: int) -> Iterator[tuple[str, int, int]]:
        """Yield the entries of the object or array at an index: the key, and the indices of the entry and its value."""
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
