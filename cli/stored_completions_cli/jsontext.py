"""Split and join JSON texts without decoding them, so that numbers, escapes and repeated names stay as received."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from operator import itemgetter

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\n\r]*")
_STRING = r'"[^"\\]*(?:\\.[^"\\]*)*"'
_STRING_OR_SPACE = re.compile(rf"({_STRING})|[ \t\n\r]+", re.DOTALL)
_TOKEN = re.compile(rf'{_STRING}|[\[\]{{}}]|[^\s\[\]{{}},:"]+', re.DOTALL)
# DEL and the C1 control characters in UTF-8: a terminal obeys them, and JSON may contain them unescaped.
_CONTROLS = re.compile(rb"\x7f|\xc2[\x80-\x9f]")


def decode(content: bytes) -> str:
    """Decode a JSON body with the encoding that `json.loads` would detect."""
    return content.decode(json.detect_encoding(content), "surrogatepass")


def encode(text: str) -> bytes:
    """Encode a JSON text as UTF-8; an unescaped lone surrogate is encoded too."""
    return text.encode("utf-8", "surrogatepass")


def utf8(text: str) -> str:
    """Escape the lone surrogates in a JSON text, which UTF-8 cannot hold."""
    return text.encode("utf-8", "backslashreplace").decode()


def compact(value: object) -> str:
    """Encode a value as JSON without spaces; only lone surrogates are escaped."""
    return utf8(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def elements(array: str) -> list[str]:
    """Return the text of each element of a JSON array, however deeply nested.

    Raises:
        ValueError: the text is not a JSON array.
    """
    return [value for _, value in _split(array, "[", "]")]


def members(text: str) -> dict[str, str]:
    """Return the text of each member's value by its name, however deeply nested; the last of repeated names counts.

    Raises:
        ValueError: the text is not a JSON object.
    """
    return {json.loads(name): value for name, value in _split(text, "{", "}")}


def _split(text: str, opening: str, closing: str) -> Iterator[tuple[str, str]]:
    """Yield the texts of each name and value; in an array, every name is empty."""
    at = _expect(text, _skip_space(text, 0), opening)
    is_over = text.startswith(closing, at)
    while not is_over:
        name = ""
        if opening == "{":
            end = _end_of_value(text, at)
            name, at = text[at:end], _expect(text, _skip_space(text, end), ":")
        end = _end_of_value(text, at)
        yield name, text[at:end]
        at = _skip_space(text, end)
        is_over = text.startswith(closing, at)
        at = at if is_over else _expect(text, at, ",")
    if _expect(text, at, closing) != len(text):
        raise ValueError("something follows it")


def _end_of_value(text: str, at: int) -> int:
    """Return the index after the value that starts at an index."""
    with suppress(ValueError, RecursionError):
        return _DECODER.raw_decode(text, at)[1]
    # The decoder refuses the value: it is nested too deeply, or has too long a number. Count its brackets instead.
    depth = 0
    for match in _TOKEN.finditer(text, at):
        depth += (match[0] in "[{") - (match[0] in "]}")
        if depth <= 0:
            break
    else:
        raise ValueError("its brackets do not match")
    return match.end()


def _expect(text: str, at: int, character: str) -> int:
    """Check that a character is at an index, and return the index after it and the white space that follows."""
    if not text.startswith(character, at):
        raise ValueError(f"there is no {character} at {at}")
    return _skip_space(text, at + 1)


def _skip_space(text: str, at: int) -> int:
    """Return the index after the white space at an index."""
    match = _SPACE.match(text, at)
    return match.end() if match else at


def is_same(one: str, other: str) -> bool:
    """Return whether two JSON texts have equal values.

    Numbers are equal if they are spelled alike, so that no digit is lost. The order of members is ignored, except that
    of members with one name.
    """
    if one == other:
        return True
    try:
        return bool(_EXACT.decode(one) == _EXACT.decode(other))
    except (ValueError, RecursionError):
        return False


def _exact_number(text: str) -> tuple[str]:
    """Return a value that equals no decoded string, list or object."""
    return (text,)


def _exact_object(members: list[tuple[str, object]]) -> tuple[tuple[str, object], ...]:
    return tuple(sorted(members, key=itemgetter(0)))


_EXACT = json.JSONDecoder(
    object_pairs_hook=_exact_object,
    parse_float=_exact_number,
    parse_int=_exact_number,
    parse_constant=_exact_number,
)


def escaped(content: bytes) -> bytes:
    """Escape the control characters that JSON may contain unescaped."""
    return _CONTROLS.sub(lambda match: b"\\u%04x" % match[0][-1], content)


def shortened(text: str, length: int = 200) -> str:
    """Cut a text to a number of characters, with three dots at the end if it was longer."""
    return text if len(text) <= length else f"{text[: length - 3]}..."


def with_member(text: str, name: str, value: str) -> str:
    """Add a member at the end of a JSON object, and leave the rest of the text unchanged."""
    inside = text.rstrip(" \t\n\r")[:-1].rstrip(" \t\n\r")
    return f'{inside}{"" if inside.endswith("{") else ","}"{name}":{value}}}'


def on_one_line(text: str) -> str:
    """Remove all white space between the values if it contains line breaks."""
    return _STRING_OR_SPACE.sub(r"\1", text) if "\n" in text or "\r" in text else text
