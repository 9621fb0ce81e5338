"""JSON text cut at its values, so that each is kept as it was received: numbers, escapes, repeated names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\n\r]*")
_STRING_OR_SPACE = re.compile(r'("[^"\\]*(?:\\.[^"\\]*)*")|[ \t\n\r]+')


class Value(NamedTuple):
    """A JSON value: its text as received, and what the standard library decodes it to."""

    text: str
    decoded: Any


def decode(content: bytes) -> str:
    """Return the text of a JSON body, by the encoding that `json.loads` finds."""
    return content.decode(json.detect_encoding(content), "surrogatepass")


def encode(text: str) -> bytes:
    """Return the UTF-8 of a JSON text; a lone surrogate that came unescaped goes out as it came."""
    return text.encode("utf-8", "surrogatepass")


def elements(array: str) -> list[Value]:
    """Cut a JSON array, which must be valid, into its elements."""
    found = []
    at = _skip(array, array.index("[") + 1)
    while array[at] != "]":
        value, at = _value(array, at)
        found.append(value)
        at = _skip(array, at + 1) if array[at] == "," else at
    return found


def members(text: str) -> dict[str, Value]:
    """Cut a JSON object, which must be valid, into its members; of a repeated name the last one counts."""
    found = {}
    at = _skip(text, text.index("{") + 1)
    while text[at] != "}":
        name, at = _value(text, at)
        found[name.decoded], at = _value(text, _skip(text, at + 1))
        at = _skip(text, at + 1) if text[at] == "," else at
    return found


def array(texts: Iterable[str]) -> str:
    """Return the JSON array of these values."""
    return f"[{','.join(texts)}]"


def object_of(texts: Mapping[str, str]) -> str:
    """Return the JSON object of these members."""
    return "{" + ",".join(f"{json.dumps(name, ensure_ascii=False)}:{text}" for name, text in texts.items()) + "}"


def with_member(text: str, name: str, value: str) -> str:
    """Return a JSON object with one more member at its end; what it has stays as it is."""
    inside = text.rstrip(" \t\n\r")[:-1].rstrip(" \t\n\r")
    return f'{inside}{"" if inside.endswith("{") else ","}"{name}":{value}}}'


def on_one_line(text: str) -> str:
    """Return the text without the white space between its values if that has line breaks, else as it is."""
    return _STRING_OR_SPACE.sub(r"\1", text) if "\n" in text or "\r" in text else text


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _value(text: str, at: int) -> tuple[Value, int]:
    """Return the value that starts at an index, and the index of what follows it."""
    decoded, end = _DECODER.raw_decode(text, at)
    return Value(text[at:end], decoded), _skip(text, end)
