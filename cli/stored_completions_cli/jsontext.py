"""JSON text cut at its values, so that each is kept as it was received: numbers, escapes, repeated names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\n\r]*")
_STRING = r'"[^"\\]*(?:\\.[^"\\]*)*"'
_STRING_OR_SPACE = re.compile(rf"({_STRING})|[ \t\n\r]+", re.DOTALL)
_STRUCTURE = re.compile(rf"{_STRING}|[\[\]{{}},:]", re.DOTALL)
# DEL and the C1 control characters, which JSON need not escape, and which a terminal obeys.
_CONTROLS = re.compile("[\x7f-\x9f]")


def decode(content: bytes) -> str:
    """Return the text of a JSON body, by the encoding that `json.loads` finds."""
    return content.decode(json.detect_encoding(content), "surrogatepass")


def encode(text: str) -> bytes:
    """Return the UTF-8 of a JSON text; a lone surrogate that came unescaped goes out as it came."""
    return text.encode("utf-8", "surrogatepass")


def elements(array: str) -> list[str]:
    """Cut a JSON array, which must be valid, into the texts of its elements."""
    found = []
    at = _skip(array, array.index("[") + 1)
    while array[at] != "]":
        _, end = _DECODER.raw_decode(array, at)
        found.append(array[at:end])
        at = _next(array, end)
    return found


def members(text: str) -> dict[str, str]:
    """Cut a JSON object, which must be valid, into the texts of its members; of a repeated name the last one counts."""
    found = {}
    at = _skip(text, text.index("{") + 1)
    while text[at] != "}":
        name, end = _DECODER.raw_decode(text, at)
        at = _skip(text, _skip(text, end) + 1)
        _, end = _DECODER.raw_decode(text, at)
        found[name] = text[at:end]
        at = _next(text, end)
    return found


def cut_elements(array: str) -> list[str]:
    """Cut a JSON array into the texts of its elements without decoding them, however deep they are.

    Raises:
        ValueError: its brackets do not match.
    """
    return _cut(array, "[")


def cut_members(text: str) -> Iterator[tuple[str, str]]:
    """Yield the JSON texts of the names and values of an object without decoding them, however deep they are.

    Raises:
        ValueError: its brackets do not match.
    """
    cut = _cut(text, "{")
    if len(cut) % 2:
        raise ValueError("it has a name without a value")
    yield from zip(cut[::2], cut[1::2], strict=True)


def _cut(text: str, opening: str) -> list[str]:
    text = text.strip(" \t\r\n")
    if not text.startswith(opening):
        raise ValueError(f"it does not begin with {opening}")
    found: list[str] = []
    depth = start = 0
    for match in _STRUCTURE.finditer(text):
        character = match[0][0]
        if character in "[{":
            depth += 1
            start = match.end() if depth == 1 else start
        elif character in "]}":
            depth -= 1
            if not depth:
                if match.end() != len(text):
                    break
                last = text[start : match.start()].strip(" \t\r\n")
                return [*found, last] if last or found else []
        elif character in ",:" and depth == 1:
            found.append(text[start : match.start()].strip(" \t\r\n"))
            start = match.end()
    raise ValueError("its brackets do not match")


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


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _next(text: str, at: int) -> int:
    """Return the index of what follows a value that ends at an index: another one, or a bracket."""
    at = _skip(text, at)
    return _skip(text, at + 1) if text[at] == "," else at
