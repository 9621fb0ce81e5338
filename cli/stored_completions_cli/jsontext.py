"""JSON text cut at its values, so that each is kept as it was received: numbers, escapes, repeated names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\n\r]*")
_STRING = r'"[^"\\]*(?:\\.[^"\\]*)*"'
_STRING_OR_SPACE = re.compile(rf"({_STRING})|[ \t\n\r]+", re.DOTALL)
_TOKEN = re.compile(rf'{_STRING}|[\[\]{{}}]|[^\s\[\]{{}},:"]+', re.DOTALL)
# DEL and the C1 control characters, which JSON need not escape, and which a terminal obeys.
_CONTROLS = re.compile("[\x7f-\x9f]")


def decode(content: bytes) -> str:
    """Return the text of a JSON body, by the encoding that `json.loads` finds."""
    return content.decode(json.detect_encoding(content), "surrogatepass")


def encode(text: str) -> bytes:
    """Return the UTF-8 of a JSON text; a lone surrogate that came unescaped goes out as it came."""
    return text.encode("utf-8", "surrogatepass")


def elements(array: str) -> list[str]:
    """Cut a JSON array into the texts of its elements, however deep they are.

    Raises:
        ValueError: it is no JSON array.
    """
    return [value for _, value in _cut(array, "[", "]")]


def members(text: str) -> dict[str, str]:
    """Cut a JSON object into the texts of its members, however deep they are; of a repeated name the last one counts.

    Raises:
        ValueError: it is no JSON object.
    """
    return {json.loads(name): value for name, value in _cut(text, "{", "}")}


def _cut(text: str, opening: str, closing: str) -> Iterator[tuple[str, str]]:
    """Yield the texts of the names, which an array has not, and of the values."""
    at = _after(text, _skip(text, 0), opening)
    is_over = text.startswith(closing, at)
    while not is_over:
        name = ""
        if opening == "{":
            end = _end(text, at)
            name, at = text[at:end], _after(text, _skip(text, end), ":")
        end = _end(text, at)
        yield name, text[at:end]
        at = _skip(text, end)
        is_over = text.startswith(closing, at)
        at = at if is_over else _after(text, at, ",")
    if _after(text, at, closing) != len(text):
        raise ValueError("something follows it")


def _end(text: str, at: int) -> int:
    """Return where a value ends that begins at an index."""
    with suppress(ValueError, RecursionError):
        return _DECODER.raw_decode(text, at)[1]
    # It is too deep, or has a number that is too long.
    depth = 0
    for match in _TOKEN.finditer(text, at):
        depth += (match[0] in "[{") - (match[0] in "]}")
        if depth <= 0:
            break
    else:
        raise ValueError("its brackets do not match")
    return match.end()


def _after(text: str, at: int, character: str) -> int:
    """Return where something follows a character, which must be at an index."""
    if not text.startswith(character, at):
        raise ValueError(f"there is no {character} at {at}")
    return _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def is_same(one: str, other: str) -> bool:
    """Return whether two JSON texts have the same values; 1, 1.0 and true are three, and members have no order."""
    if one == other:
        return True
    try:
        return json.dumps(json.loads(one), sort_keys=True) == json.dumps(json.loads(other), sort_keys=True)
    except (ValueError, RecursionError):
        return False


def escaped(text: str) -> str:
    """Return JSON with the control characters escaped that it may hold as they are."""
    return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def shortened(text: str, length: int = 200) -> str:
    """Return a text with three dots for what is beyond a number of characters."""
    return text if len(text) <= length else f"{text[: length - 3]}..."


def array(texts: Iterable[str]) -> str:
    """Return the JSON array of these values."""
    return f"[{','.join(texts)}]"


def with_member(text: str, name: str, value: str) -> str:
    """Return a JSON object with one more member at its end; what it has stays as it is."""
    inside = text.rstrip(" \t\n\r")[:-1].rstrip(" \t\n\r")
    return f'{inside}{"" if inside.endswith("{") else ","}"{name}":{value}}}'


def on_one_line(text: str) -> str:
    """Return the text without the white space between its values if that has line breaks, else as it is."""
    return _STRING_OR_SPACE.sub(r"\1", text) if "\n" in text or "\r" in text else text
